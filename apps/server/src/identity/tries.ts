import { sql } from 'kysely'
import { wallNow } from '../kit/clock.ts'
import type { Db } from '../kit/db.ts'

declare module '../kit/db.ts' {
  interface Tables { entry_try: { key: string; count: number; first_at: Date; locked_until: Date | null } }
}

export type Limit = { most: number; windowMs: number; firstLockMs: number; longestLockMs: number }
const MINUTE_MS = 60_000
/** People mistype; programs do not stop. An address stands for an office, so it gets more. */
export const perAccount: Limit = { most: 6, windowMs: 15 * MINUTE_MS, firstLockMs: 30_000, longestLockMs: 15 * MINUTE_MS }
export const perAddress: Limit = { most: 30, windowMs: 15 * MINUTE_MS, firstLockMs: 30_000, longestLockMs: 15 * MINUTE_MS }

export type Leave = { go: true } | { go: false; waitSeconds: number; lockedNow: boolean }

/**
 * Counts a try before its password is looked at, so that a thousand at once count as a thousand. After `most` tries the key is locked,
 * each time for longer. Kept in the database: every process counts the same.
 */
export async function takeTry(db: Db, key: string, limit: Limit): Promise<Leave> {
  const now = wallNow()
  const fresh = new Date(now.getTime() - limit.windowMs)
  const { rows } = await sql<{ count: number; afterLock: boolean | null }>`
    insert into entry_try as t (key, count, first_at) values (${key}, 1, ${now})
    on conflict (key) do update set
      count = case when t.first_at < ${fresh} then 1 else t.count + 1 end,
      first_at = case when t.first_at < ${fresh} then ${now} else t.first_at end,
      locked_until = case when t.locked_until is null or t.locked_until = '-infinity' then null else '-infinity'::timestamptz end
    where t.locked_until is null or t.locked_until <= ${now}
    returning count, locked_until = '-infinity' as "afterLock"`.execute(db)
  const [row] = rows
  if (!row) return stillLocked(db, key, now)
  // Who has waited as long as we said gets one try; the next one without success waits longer.
  return row.count <= limit.most || row.afterLock === true ? { go: true } : await lock(db, key, limit, row.count, now)
}

async function lock(db: Db, key: string, limit: Limit, count: number, now: Date): Promise<Leave> {
  const lockMs = Math.min(limit.firstLockMs * 2 ** (count - limit.most - 1), limit.longestLockMs)
  await sql`update entry_try set locked_until = ${new Date(now.getTime() + lockMs)}, first_at = ${now} where key = ${key}`.execute(db)
  return { go: false, waitSeconds: Math.ceil(lockMs / 1000), lockedNow: true }
}

async function stillLocked(db: Db, key: string, now: Date): Promise<Leave> {
  const row = await db.selectFrom('entry_try').select('locked_until').where('key', '=', key).executeTakeFirst()
  return { go: false, waitSeconds: Math.max(1, Math.ceil(((row?.locked_until?.getTime() ?? 0) - now.getTime()) / 1000)), lockedNow: false }
}

/** The right password was given: the account starts anew, the address gets this one try back. */
export async function forgiveTries(db: Db, accountKey: string, addressKey: string): Promise<void> {
  await sql`delete from entry_try where key = ${accountKey}`.execute(db)
  await sql`update entry_try set count = greatest(count - 1, 0) where key = ${addressKey}`.execute(db)
}

/** Rows that no longer matter. */
export const forgetTries = (db: Db): Promise<unknown> =>
  sql`delete from entry_try where first_at < ${new Date(wallNow().getTime() - 24 * 60 * MINUTE_MS)}`.execute(db)
