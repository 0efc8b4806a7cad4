import { sql, type Kysely } from 'kysely'

/** Webhooks as they arrived. A kept delivery is the work item itself: there is no second queue row. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // `app_id` has no foreign key on purpose: the check would cost a third of the intake rate, and apps are retired, never deleted.
  // `key` is what must stay in order (a conversation, a publication). `received_at` and `retry_at` are wall time: they serve retries.
  `create table delivery (
    id bigint generated always as identity primary key,
    digest bytea not null unique,
    app_id bigint not null,
    key text not null,
    event text not null,
    raw bytea not null,
    received_at timestamptz not null default clock_timestamp(),
    settled_at timestamptz,
    retry_at timestamptz not null default '-infinity',
    attempts smallint not null default 0,
    fault text,
    aside text)`,
  'create index delivery_open on delivery (id) where settled_at is null',
  // Those that failed and wait for their next try; almost always none, so that asking "is one of my key before me?" costs nothing.
  'create index delivery_waiting on delivery (key, id) where settled_at is null and attempts > 0',
  'create index delivery_fault on delivery (id desc) where fault is not null',
  'create index delivery_aside on delivery (aside, id) where aside is not null',
  'create index delivery_settled on delivery (settled_at) where settled_at is not null and fault is null and aside is null',
]
