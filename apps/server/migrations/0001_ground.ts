import { sql, type Kysely } from 'kysely'

/** The ground: notes, the event log, what is due, media and their links, the call journal, call budgets. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // Small named facts about this installation (the secret's check value, what retention has forgotten).
  `create table note (name text primary key, value jsonb not null)`,

  // Ids are given under an append lock held to the commit, so that they become visible in their order.
  `create table event (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    type text not null,
    account_id bigint,
    person_id text,
    audience text not null check (audience in ('account', 'managers', 'person', 'everyone')),
    subject text not null,
    actor jsonb not null,
    body jsonb not null)`,
  `create index event_subject on event (subject, id)`,
  `create index event_at on event (at)`,

  // What is due on the one clock: one row per kind and subject. retry_at is wall time.
  `create table due (
    kind text not null,
    subject text not null,
    due_at timestamptz not null,
    version bigint not null,
    attempts int not null default 0,
    retry_at timestamptz,
    primary key (kind, subject))`,
  `create index due_next on due (due_at)`,

  // Media on disk: the file's name is random and says nothing.
  `create table media (
    id bigint generated always as identity primary key,
    file text not null unique,
    mime text not null,
    bytes bigint not null check (bytes >= 0),
    sha256 text not null,
    account_id bigint,
    created_at timestamptz not null)`,
  `create table media_link (
    id bigint generated always as identity primary key,
    media_id bigint not null references media (id) on delete cascade,
    purpose text not null,
    nonce text not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    created_at timestamptz not null)`,
  `create index media_link_media on media_link (media_id, purpose, expires_at)`,
  `create index media_link_over on media_link (expires_at)`,

  // One row per call to TikTok, without query, token, body or upload address.
  `create table call (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    account_id bigint,
    app_id bigint,
    method text not null,
    endpoint text not null,
    outcome text not null check (outcome in ('ok', 'refused', 'unreachable', 'nonsense')),
    http int,
    code text,
    log_id text,
    ms int not null)`,
  `create index call_of_account on call (account_id, endpoint, id desc)`,
  `create index call_at on call (at)`,

  // Call budgets shared by all processes: a token bucket per app and kind of call, and a pause after "too many requests".
  `create table budget (app text not null, bucket text not null, tokens double precision not null, filled_at timestamptz not null, primary key (app, bucket))`,
  `create table budget_pause (app text primary key, until timestamptz not null)`,
]
