import { sql, type Kysely } from 'kysely'

/** From a file to a post: files on their way in, files we hold, what is to be posted where, and each try with its ledger. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // A media file we hold. `upload_id` makes the end of an upload repeatable: the same upload never becomes two assets.
  `create table asset (
    id bigint generated always as identity primary key,
    upload_id text not null unique,
    media_id bigint,
    owner_kind text not null,
    owner_id text not null,
    owner_name text not null,
    person_id text not null,
    name text not null,
    mime text not null,
    kind text not null check (kind in ('video', 'photo')),
    bytes bigint not null,
    state text not null check (state in ('checking', 'ready', 'refused')),
    probe jsonb,
    findings jsonb not null default '[]',
    created_at timestamptz not null,
    checked_at timestamptz,
    deleted_at timestamptz)`,
  'create index asset_owner on asset (owner_id, id desc) where deleted_at is null',

  // A file on its way from a browser. Its bytes lie beside the database until it is whole, then they become an asset.
  `create table upload (
    id text primary key,
    owner_kind text not null,
    owner_id text not null,
    owner_name text not null,
    person_id text not null,
    request_key text,
    name text not null,
    mime text not null,
    bytes bigint not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    finished_at timestamptz,
    unique (owner_kind, owner_id, request_key))`,
  'create index upload_open on upload (expires_at) where finished_at is null',

  // The intent: this file, said by this person.
  `create table post (
    id bigint generated always as identity primary key,
    asset_id bigint not null references asset (id),
    author_kind text not null,
    author_id text,
    author_name text not null,
    created_at timestamptz not null)`,
  'create index post_asset on post (asset_id)',

  // One account's share of a post.
  `create table target (
    id bigint generated always as identity primary key,
    post_id bigint not null references post (id) on delete cascade,
    account_id bigint not null references account (id),
    mode text not null check (mode in ('draft', 'direct')),
    caption text not null,
    options jsonb not null)`,
  'create index target_post on target (post_id)',
  'create index target_account on target (account_id, post_id desc)',

  // One try of a target. The columns a state needs are demanded by the table itself.
  `create table attempt (
    id bigint generated always as identity primary key,
    target_id bigint not null references target (id) on delete cascade,
    account_id bigint not null references account (id),
    n integer not null,
    state text not null check (state in ('opening', 'uploading', 'processing', 'in moderation', 'in drafts inbox', 'live', 'failed', 'not sure')),
    turn integer not null default 0,
    publish_id text,
    upload_url_sealed text,
    expires_at timestamptz,
    size bigint,
    chunk_size bigint,
    chunk_count integer,
    sent bigint not null default 0,
    init_started_at timestamptz,
    last_chunk_at timestamptz,
    asked_at timestamptz,
    asks integer not null default 0,
    post_ids text[] not null default '{}',
    public_at timestamptz,
    gone_at timestamptz,
    reason jsonb,
    started_at timestamptz not null,
    changed_at timestamptz not null,
    ended_at timestamptz,
    unique (target_id, n),
    check (state <> 'uploading' or (publish_id is not null and upload_url_sealed is not null and expires_at is not null
      and size is not null and chunk_size is not null and chunk_count is not null)),
    check (state not in ('processing', 'in moderation', 'in drafts inbox', 'live') or publish_id is not null),
    check (state not in ('failed', 'not sure') or reason is not null))`,
  // At most one try of a target is under way: "never twice" as a property of the table.
  `create unique index attempt_under_way on attempt (target_id) where state in ('opening', 'uploading', 'processing', 'in moderation', 'in drafts inbox')`,
  'create unique index attempt_publish_id on attempt (account_id, publish_id) where publish_id is not null',
  'create index attempt_publish on attempt (publish_id) where publish_id is not null',
  `create index attempt_account_open on attempt (account_id) where state in ('opening', 'uploading')`,

  // The ledger: what happened to a try, sentence by sentence.
  `create table attempt_event (
    id bigint generated always as identity primary key,
    attempt_id bigint not null references attempt (id) on delete cascade,
    account_id bigint not null,
    at timestamptz not null,
    key text not null,
    sentence text not null)`,
  'create index attempt_event_attempt on attempt_event (attempt_id, id)',
  // TikTok allows a few inits and questions a minute per account; the ledger is the count.
  `create index attempt_event_inits on attempt_event (account_id, at) where key = 'init'`,
]
