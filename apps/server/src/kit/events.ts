import { sql } from 'kysely'
import type { Actor } from './actor.ts'
import type { Clock } from './clock.ts'
import type { Db, Trx } from './db.ts'
import type { JsonValue } from './json.ts'
import { isManager, mayUseAccount, type Viewer } from './viewer.ts'

export type Audience = 'account' | 'managers' | 'person' | 'everyone'
/** `subject` names a thing such as `conversation:12`. Without an audience it is the account's people, or the managers when there is no account. */
export type NewEvent = { type: string; accountId: number | null; personId?: string | null; audience?: Audience; subject: string; actor: Actor; body: JsonValue }
export type HouseEvent = { id: number; at: Date; type: string; accountId: number | null; personId: string | null; audience: Audience; subject: string; actor: Actor; body: JsonValue }
export type Tell = (event: NewEvent) => void

type EventTable = { id: number; at: Date; type: string; account_id: number | null; person_id: string | null; audience: Audience; subject: string; actor: Actor; body: JsonValue }
declare module './db.ts' { interface Tables { event: EventTable } }

/** Appends are one at a time, so that ids become visible in their order. Recipe 3 measured what happens without: readers skip. */
export const APPEND_LOCK = 77

/**
 * One transaction; what is told is appended as its last statement under the append lock and announced with NOTIFY (laws 4 and 12).
 * Nothing told, no lock. If the work throws, nothing happened.
 */
export const commitOn = (db: Db, clock: Clock) => async <T>(work: (trx: Trx, tell: Tell) => Promise<T>): Promise<T> => {
  for (let left = 3; ; left--) {
    try {
      return await db.transaction().execute(async trx => {
        const told: NewEvent[] = []
        const result = await work(trx, event => { told.push(event) })
        if (told.length > 0) await append(trx, clock.now(), told)
        return result
      })
    } catch (why) {
      if (left === 0 || !gaveWay(why)) throw why
    }
  }
}

/** PostgreSQL ended this transaction so that another could go on (deadlock, serialisation): nothing of it happened, and it may simply begin again. */
const gaveWay = (why: unknown) => why instanceof Error && 'code' in why && (why.code === '40P01' || why.code === '40001')

async function append(trx: Trx, at: Date, events: NewEvent[]): Promise<void> {
  const rows = events.map(event => ({
    type: event.type, account_id: event.accountId, person_id: event.personId ?? null, audience: audienceOf(event),
    subject: event.subject, actor: event.actor, body: event.body,
  }))
  await sql`with turn as materialized (select pg_advisory_xact_lock(${APPEND_LOCK}::bigint)),
    told as (insert into event (at, type, account_id, person_id, audience, subject, actor, body)
      select ${at}::timestamptz, type, account_id, person_id, audience, subject, actor, body
      from turn, rows from (jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as (type text, account_id bigint, person_id text, audience text, subject text, actor jsonb, body jsonb)) with ordinality
      order by ordinality returning id)
    select pg_notify('event', max(id)::text) from told`.execute(trx)
}

const audienceOf = (event: NewEvent): Audience => event.audience ?? (event.personId ? 'person' : event.accountId === null ? 'managers' : 'account')

/** Law 12 for streams: whether this viewer may hear of it. */
export function mayHear(viewer: Viewer, event: Pick<HouseEvent, 'audience' | 'accountId' | 'personId'>): boolean {
  if (event.accountId !== null && !mayUseAccount(viewer, event.accountId)) return false
  switch (event.audience) {
    case 'everyone': return true
    case 'account': return event.accountId !== null
    case 'managers': return isManager(viewer)
    case 'person': return event.personId === viewer.personId
  }
}

const read = (row: EventTable): HouseEvent => ({
  id: row.id, at: row.at, type: row.type, accountId: row.account_id, personId: row.person_id, audience: row.audience,
  subject: row.subject, actor: row.actor, body: row.body,
})

/** Events above `from` and up to `to`, oldest first, at most `most`. */
export async function eventsBetween(db: Db, from: number, to: number, most = 500): Promise<HouseEvent[]> {
  const rows = await db.selectFrom('event').selectAll().where('id', '>', from).where('id', '<=', to).orderBy('id').limit(most).execute()
  return rows.map(read)
}

/** The newest id, and the newest one that retention has already forgotten. */
export async function eventBounds(db: Db): Promise<{ last: number; forgotten: number }> {
  const { rows } = await sql<{ last: number; forgotten: number }>`select greatest(coalesce(max(e.id), 0), n.forgotten) as last, n.forgotten
    from (select coalesce((select value::text::bigint from note where name = 'events forgotten'), 0) as forgotten) n left join event e on true
    group by n.forgotten`.execute(db)
  return rows[0] ?? { last: 0, forgotten: 0 }
}

/** Forgets events older than `before`; a page whose cursor is older is told to reload. Returns how many went. */
export const forgetEvents = (db: Db, before: Date): Promise<number> => db.transaction().execute(async trx => {
  const gone = await sql<{ id: number }>`delete from event where id <= (select max(id) from event where at < ${before}) returning id`.execute(trx)
  const last = gone.rows.reduce((most, row) => Math.max(most, row.id), 0)
  if (last > 0) await sql`insert into note (name, value) values ('events forgotten', to_jsonb(${last}::bigint))
    on conflict (name) do update set value = excluded.value`.execute(trx)
  return gone.rows.length
})
