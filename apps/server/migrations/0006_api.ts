import { sql, type Kysely } from 'kysely'

/** The clean door for other software: tokens, answers kept for repeated requests, and the webhooks we send ("notices"). */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // SHA-256 of 256 random bits: no salt or stretching needed, and a look-up is one index probe.
  `create table api_token (
    id bigint generated always as identity primary key,
    name text not null,
    hash bytea not null unique,
    ending text not null,
    person_id text not null references auth."user" (id) on delete cascade,
    scopes text[] not null,
    accounts bigint[],
    created_at timestamptz not null,
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz)`,
  'create index api_token_person on api_token (person_id)',

  // The answer commits with the deed, so a request repeated after a kill finds it or finds nothing done.
  `create table once_answer (
    who text not null,
    key text not null,
    request bytea not null,
    status integer not null,
    answer jsonb not null,
    at timestamptz not null,
    primary key (who, key))`,
  'create index once_answer_at on once_answer (at)',

  `create table notice (
    id bigint generated always as identity primary key,
    name text not null,
    url text not null,
    events text[] not null,
    accounts bigint[],
    secret_sealed text not null,
    person_id text not null references auth."user" (id) on delete cascade,
    state text not null check (state in ('on', 'paused', 'stopped')),
    failing_since timestamptz,
    warned_at timestamptz,
    why text,
    after_event_id bigint not null,
    created_at timestamptz not null)`,
  `create table notice_reader (
    one boolean primary key default true check (one),
    last_event_id bigint not null)`,
  `create table notice_delivery (
    id bigint generated always as identity primary key,
    notice_id bigint not null references notice (id) on delete cascade,
    event_id bigint not null,
    type text not null,
    body text not null,
    state text not null check (state in ('waiting', 'delivered', 'given up')),
    attempts integer not null default 0,
    first_at timestamptz not null,
    next_at timestamptz,
    last_at timestamptz,
    last_status integer,
    last_problem text,
    replay_of bigint references notice_delivery (id) on delete set null)`,
  'create index notice_delivery_log on notice_delivery (notice_id, id desc)',
  'create unique index notice_delivery_once on notice_delivery (notice_id, event_id) where replay_of is null',
]
