import { createHash } from 'node:crypto'
import { sql, type Generated } from 'kysely'
import { theHouse } from './actor.ts'
import { wallNow } from './clock.ts'
import { openPool, type Db, type Trx } from './db.ts'
import type { Tell } from './events.ts'
import type { House } from './house.ts'
import { cleanText } from './json.ts'
import { sharedCommit } from './shared-commit.ts'

/** `received_at`, `settled_at` and `retry_at` are wall time: they serve retries, not the story that is told. */
export type DeliveryTable = {
  id: Generated<number>
  digest: Buffer
  app_id: number
  key: string
  event: string
  raw: Buffer
  received_at: Generated<Date>
  settled_at: Date | null
  retry_at: Generated<Date>
  attempts: Generated<number>
  fault: string | null
  aside: string | null
}

declare module './db.ts' {
  interface Tables { delivery: DeliveryTable }
}

/** A verified delivery on its way to the disk. `key`: what must stay in order. `event`: its name, for people. */
export type Arrival = { appId: number; key: string; event: string; raw: Buffer }
/** A kept delivery whose turn has come. */
export type Delivery = { id: number; appId: number; key: string; event: string; raw: Buffer; attempts: number }
/** Understands deliveries: all of `list`, in order, inside the one transaction. Throws: none of them. */
export type Take = (trx: Trx, tell: Tell, list: Delivery[]) => Promise<void>

/** Also the NOTIFY channel. */
export const DELIVERY = 'delivery'
/** The advisory lock of the one process whose turn it is. */
export const RECEIVING = 4_300_001
/** A delivery that failed this often is settled with its fault and shown to a person. */
const MOST_ATTEMPTS = 5
const FIRST_RETRY_MS = 200
const COLUMNS = 5

/**
 * Keeps deliveries: `keep` resolves when the shared commit is on disk. The same bytes for the same app are one delivery.
 * Written for the driver, not for Kysely, whose statements have no name: preparing each one again costs a third of the rate.
 * One lane, with a connection of its own: it never waits behind a page that is being read.
 */
export type Intake = { keep: (arrival: Arrival) => Promise<void>; close(): Promise<void> }

export function openIntake(databaseUrl: () => string, complain: (why: Error) => void): Intake {
  const pool = openPool(databaseUrl, 1, complain)
  const texts = new Map<number, string>()
  return {
    keep: sharedCommit<Arrival>(list => pool.query({
      name: `keep${list.length}`, text: remember(texts, list.length),
      values: list.flatMap(one => [digestOf(one), one.appId, cleanText(one.key), cleanText(one.event), one.raw]),
    })),
    close: () => pool.end(),
  }
}

const remember = (texts: Map<number, string>, size: number) => {
  const known = texts.get(size)
  if (known !== undefined) return known
  const rows = Array.from({ length: size }, (_, row) => `(${Array.from({ length: COLUMNS }, (_, column) => `$${row * COLUMNS + column + 1}`).join(', ')})`)
  const text = `with kept as (insert into delivery(digest, app_id, key, event, raw) values ${rows.join(', ')} on conflict (digest) do nothing returning id)
    select pg_notify('${DELIVERY}', '') from kept limit 1`
  texts.set(size, text)
  return text
}

const digestOf = (one: Arrival) => createHash('sha256').update(`${one.appId}:`).update(one.raw).digest()

/**
 * One turn of the drainer: the oldest open deliveries, in order per key, in one transaction with everything they cause.
 * Returns how many were taken up; 0 when there are none or another process is at it.
 */
export const takeTurn = (house: Pick<House, 'commit'>, take: Take, most = 200): Promise<number> => house.commit(async (trx, tell) => {
  // Statistics lag behind a backlog: told that a few rows are open, the planner would fetch and sort them all for each turn instead of reading the index in order.
  const lock = await sql`select set_config('enable_bitmapscan', 'off', true) where pg_try_advisory_xact_lock(${RECEIVING})`.execute(trx)
  if (lock.rows.length === 0) return 0 // another process is at it, and it heard the same NOTIFY
  const now = wallNow()
  // A statement of its own: its snapshot is younger than the lock.
  const { rows } = await sql<Delivery>`
    select id, app_id as "appId", key, event, raw, attempts from delivery d
    where settled_at is null and retry_at <= ${now}
      and not exists (select 1 from delivery b where b.key = d.key and b.settled_at is null and b.attempts > 0 and b.id < d.id and b.retry_at > ${now})
    order by id limit ${most}`.execute(trx)
  if (rows.length === 0) return 0
  if (await attempt(trx, tell, rows, take) === undefined) await settle(trx, rows.map(row => row.id))
  else await oneByOne(trx, tell, rows, take)
  return rows.length
})

/** Runs `take` under a savepoint; what it told counts only when it succeeded. Returns the reason when it failed. */
async function attempt(trx: Trx, tell: Tell, rows: Delivery[], take: Take): Promise<unknown> {
  const told: Parameters<Tell>[0][] = []
  await sql`savepoint take`.execute(trx)
  try {
    await take(trx, event => { told.push(event) }, rows)
  } catch (why) {
    await sql`rollback to savepoint take`.execute(trx)
    return why ?? new Error('it failed without a reason')
  }
  await sql`release savepoint take`.execute(trx)
  for (const event of told) tell(event)
  return undefined
}

/** Poison does not spread: each delivery alone; what is behind a failing one of the same key waits with it. */
async function oneByOne(trx: Trx, tell: Tell, rows: Delivery[], take: Take) {
  const stuck = new Set<string>()
  for (const row of rows) {
    if (stuck.has(row.key)) continue
    const why = await attempt(trx, tell, [row], take)
    if (why === undefined) { await settle(trx, [row.id]); continue }
    const gaveUp = await putBack(trx, row, why)
    if (gaveUp) tell({ type: 'delivery.faulted', accountId: null, audience: 'managers', subject: `delivery:${row.id}`, actor: theHouse, body: { id: row.id, event: row.event, fault: faultOf(why) } })
    else stuck.add(row.key)
  }
}

const settle = (trx: Trx, ids: number[]) => sql`update delivery set settled_at = ${wallNow()} where id = any(${ids}::bigint[])`.execute(trx)

async function putBack(trx: Trx, row: Delivery, why: unknown): Promise<boolean> {
  const attempts = row.attempts + 1
  const gaveUp = attempts >= MOST_ATTEMPTS
  const now = wallNow()
  const retryAt = new Date(now.getTime() + FIRST_RETRY_MS * 4 ** row.attempts)
  await sql`update delivery set attempts = ${attempts}, retry_at = ${retryAt}, settled_at = ${gaveUp ? now : null}, fault = ${gaveUp ? faultOf(why) : null}
    where id = ${row.id}`.execute(trx)
  return gaveUp
}

const faultOf = (why: unknown) => cleanText((why instanceof Error ? `${why.name}: ${why.message}` : String(why)).slice(0, 300))

/** Settled without effect for a reason that may go away (an account that is not connected yet). Call it from a listener. */
export const setAside = (trx: Trx, ids: number[], why: string) =>
  sql`update delivery set aside = ${why} where id = any(${ids}::bigint[])`.execute(trx)

/** Gives deliveries that were set aside another turn, in their old order: those whose key begins with one of `beginnings`. */
export const takeUpAgain = (trx: Trx, why: string, beginnings: string[]) =>
  sql`with again as (update delivery set settled_at = null, aside = null, attempts = 0, retry_at = '-infinity'
      where aside = ${why} and exists (select 1 from unnest(${beginnings}::text[]) b where starts_with(key, b)) returning id)
    select pg_notify(${DELIVERY}, '') from again limit 1`.execute(trx)

export type Fault = { id: number; appId: number; event: string; fault: string; receivedAt: Date; attempts: number }

/** Deliveries nobody could understand, newest first. */
export const faults = (db: Db, before: number | undefined, limit: number) =>
  db.selectFrom('delivery').select(['id', 'app_id as appId', 'event', 'fault', 'received_at as receivedAt', 'attempts'])
    .where('fault', 'is not', null).$if(before !== undefined, q => q.where('id', '<', before ?? 0)).orderBy('id', 'desc').limit(limit).execute()

/** A person asks for another try. False when there is no such fault. */
export async function retryFault(trx: Trx, id: number): Promise<boolean> {
  const { rows } = await sql`with again as (update delivery set settled_at = null, fault = null, attempts = 0, retry_at = '-infinity' where id = ${id} and fault is not null returning id)
    select pg_notify(${DELIVERY}, '') from again`.execute(trx)
  return rows.length > 0
}

/** Forgets deliveries that were settled well before `before` (wall time); faults and those set aside stay. */
export const forgetSettled = (db: Db, before: Date) =>
  db.deleteFrom('delivery').where('settled_at', '<', before).where('fault', 'is', null).where('aside', 'is', null).execute()
