import { sql, type Kysely } from 'kysely'

/** TikTok accounts, our apps on TikTok, and the permissions (grants) that tie them together. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // Our registration on one platform and environment. The slug is its callback path (/hooks/<slug>/) and never changes.
  `create table app (
    id bigint generated always as identity primary key,
    slug text not null unique,
    name text not null,
    platform text not null check (platform in ('developers', 'business')),
    environment text not null default 'production' check (environment in ('production', 'sandbox')),
    client_key text not null,
    secret_sealed text not null,
    previous_secret_sealed text,
    previous_until timestamptz,
    source text not null check (source in ('environment', 'wizard')),
    webhook_url text,
    webhook_checked_at timestamptz,
    webhook_problem text,
    created_at timestamptz not null,
    retired_at timestamptz,
    unique (platform, client_key))`,

  // A TikTok account, however many grants it has. The handle is unknown when the person did not share it.
  `create table account (
    id bigint generated always as identity primary key,
    handle text,
    display_name text not null,
    avatar_media_id bigint,
    is_business boolean,
    connected_at timestamptz not null,
    updated_at timestamptz not null)`,
  'create index account_handle on account (lower(handle))',

  `create table grant_ (
    id bigint generated always as identity primary key,
    app_id bigint not null references app (id),
    account_id bigint not null references account (id),
    open_id text not null,
    scopes text[] not null,
    access_sealed text,
    refresh_sealed text,
    expires_at timestamptz not null,
    refresh_expires_at timestamptz not null,
    refreshed_at timestamptz not null,
    generation integer not null default 1,
    state text not null check (state in ('working', 'reconnect', 'removed')),
    why text,
    connected_at timestamptz not null,
    unique (app_id, open_id))`,
  'create index grant_account on grant_ (account_id)',

  // By which road an account's messages travel.
  `create table transport (
    account_id bigint not null references account (id) on delete cascade,
    kind text not null check (kind in ('direct', 'respondio')),
    state text not null check (state in ('working', 'waiting', 'stopped')),
    why text,
    since timestamptz not null,
    primary key (account_id, kind))`,

  // A consent that was begun: who began it, where TikTok sends them back to. Used once.
  `create table consent (
    id bigint generated always as identity primary key,
    state_hash bytea not null unique,
    session_id text not null,
    person_id text not null,
    app_id bigint not null references app (id) on delete cascade,
    account_id bigint references account (id) on delete set null,
    redirect_uri text not null,
    return_origin text not null,
    scopes text[] not null,
    verifier_sealed text,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz)`,
  'create index consent_expiry on consent (expires_at)',

  // Which accounts an agent works for: one by one, or through a group (a client of an agency).
  `create table account_group (
    id bigint generated always as identity primary key,
    name text not null,
    created_at timestamptz not null)`,
  'create unique index account_group_name on account_group (lower(name))',
  `create table account_group_account (
    group_id bigint not null references account_group (id) on delete cascade,
    account_id bigint not null references account (id) on delete cascade,
    primary key (group_id, account_id))`,
  'create index account_group_account_account on account_group_account (account_id)',
  `create table account_group_person (
    group_id bigint not null references account_group (id) on delete cascade,
    person_id text not null references auth."user" (id) on delete cascade,
    primary key (group_id, person_id))`,
  'create index account_group_person_person on account_group_person (person_id)',
  `create table account_person (
    account_id bigint not null references account (id) on delete cascade,
    person_id text not null references auth."user" (id) on delete cascade,
    primary key (account_id, person_id))`,
  'create index account_person_person on account_person (person_id)',
]
