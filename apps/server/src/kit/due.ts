import { sql } from 'kysely'
import { Client } from 'pg'
import type { Clock } from './clock.ts'
import { wallNow } from './clock.ts'
import { connectionTo, inTurn, type Db, type Trx } from './db.ts'
import type { Log } from './log.ts'
import type { Wire } from './wire.ts'

/** What is due is a row on the one clock (law 11); one ticker per process wakes it, and only one process runs it. */
export type Due = {
  /** Plans, or plans anew: one row per kind and subject. */
  at(trx: Trx | Db, kind: string, subject: string, dueAt: Date): Promise<void>
  cancel(trx: Trx | Db, kind: string, subject: string): Promise<void>
  /** Before `start`. The handler may run again after a crash: what it does must be safe to repeat. It may plan its own subject anew. */
  on(kind: string, handler: (subject: string) => Promise<void>): void
  start(): Promise<void>
  stop(): Promise<void>
  /** For tests: resolves when nothing is due at the clock's now and nothing runs. */
  drain(): Promise<void>
}

type DueTable = { kind: string; subject: string; due_at: Date; version: number; attempts: number; retry_at: Date | null }
declare module './db.ts' { interface Tables { due: DueTable } }

type Row = { kind: string; subject: string; version: number }
const AT_ONCE = 8
const LONGEST_SLEEP_MS = 1000
const LONGEST_PAUSE_MS = 60_000

export function openDue(databaseUrl: () => string, db: Db, clock: Clock, wire: Wire, log: Log): Due {
  const handlers = new Map<string, (subject: string) => Promise<void>>()
  const running = new Map<string, Promise<void>>()
  let locks: Promise<Locks> | undefined
  let timer: NodeJS.Timeout | undefined
  let started = false
  let looking: Promise<void> | undefined
  let again = false
  const stops: (() => void)[] = []

  const sleep = async () => {
    if (!started) return
    const ms = await untilNext(db, clock, [...handlers.keys()]).catch(() => LONGEST_SLEEP_MS)
    clearTimeout(timer)
    if (started) timer = setTimeout(wake, Math.min(ms, LONGEST_SLEEP_MS))
  }
  const wake = () => {
    if (!started) return
    if (looking) { again = true; return }
    looking = look().catch((why: unknown) => { log.debug({ err: why }, 'due rows could not be read; trying again shortly') })
      .finally(() => { looking = undefined; if (again) { again = false; wake() } else void sleep() })
  }
  const look = async () => {
    const kinds = [...handlers.keys()]
    if (kinds.length === 0 || running.size >= AT_ONCE) return
    const { rows } = await sql<Row>`select kind, subject, version from due where due_at <= ${clock.now()} and kind = any(${kinds})
      and (retry_at is null or retry_at <= ${wallNow()}) order by due_at limit ${AT_ONCE * 4}`.execute(db)
    for (const row of rows) {
      const key = `${row.kind} ${row.subject}`
      if (running.size >= AT_ONCE) break
      if (!running.has(key)) running.set(key, run(row, key).finally(() => { running.delete(key); wake() }))
    }
  }
  const lockConnection = (): Promise<Locks> => {
    const opening = locks ??= connectLocks(databaseUrl(), () => { if (locks === opening) locks = undefined })
      .catch((why: unknown) => { if (locks === opening) locks = undefined; throw why })
    return opening
  }
  const run = async ({ kind, subject }: Row, key: string) => {
    try {
      // A session lock: when this process dies, its connection ends and the next process may have the row at once.
      const mine = await lockConnection()
      if (!await mine.take(key)) return
      try { await runLocked(kind, subject) } finally { await mine.release(key) }
    } catch (why) {
      log.debug({ err: why, due: key }, 'a due row could not be taken; trying again shortly')
    }
  }
  const runLocked = async (kind: string, subject: string) => {
    const row = await db.selectFrom('due').selectAll().where('kind', '=', kind).where('subject', '=', subject).executeTakeFirst()
    if (!row || row.due_at > clock.now() || (row.retry_at && row.retry_at > wallNow())) return // somebody else was first
    try {
      await handlers.get(kind)?.(subject)
      await db.deleteFrom('due').where('kind', '=', kind).where('subject', '=', subject).where('version', '=', row.version).execute()
    } catch (why) {
      log.warn({ err: why, due: `${kind} ${subject}`, attempt: row.attempts + 1 }, 'what was due failed; it is tried again')
      const pause = Math.min(500 * 2 ** row.attempts, LONGEST_PAUSE_MS)
      await db.updateTable('due').set({ attempts: row.attempts + 1, retry_at: new Date(wallNow().getTime() + pause) })
        .where('kind', '=', kind).where('subject', '=', subject).where('version', '=', row.version).execute()
    }
  }

  return {
    async at(trx, kind, subject, dueAt) {
      await sql`insert into due (kind, subject, due_at, version, attempts) values (${kind}, ${subject}, ${dueAt}, 1, 0)
        on conflict (kind, subject) do update set due_at = excluded.due_at, version = due.version + 1, attempts = 0, retry_at = null`.execute(trx)
      await sql`select pg_notify('due', '')`.execute(trx)
    },
    async cancel(trx, kind, subject) { await trx.deleteFrom('due').where('kind', '=', kind).where('subject', '=', subject).execute() },
    on(kind, handler) {
      if (handlers.has(kind)) throw new Error(`What is due as ${kind} has two handlers.`)
      handlers.set(kind, handler)
    },
    async start() {
      started = true
      stops.push(clock.onJump(wake), wire.listen('due', wake))
      wake()
    },
    async stop() {
      started = false
      clearTimeout(timer)
      for (const stop of stops.splice(0)) stop()
      await looking
      await Promise.all(running.values())
      await locks?.then(mine => mine.end(), () => undefined)
    },
    async drain() {
      for (;;) {
        const { rows } = await sql<{ due: number }>`select count(*) as due from due where due_at <= ${clock.now()} and kind = any(${[...handlers.keys()]})
          and (retry_at is null or retry_at <= ${wallNow()})`.execute(db)
        if (rows[0]?.due === 0 && running.size === 0) return
        wake()
        await new Promise(later => { setTimeout(later, 10) })
      }
    },
  }
}

/** Milliseconds on the wall until the next row is due, at the clock's pace; frozen time waits for a jump. */
async function untilNext(db: Db, clock: Clock, kinds: string[]): Promise<number> {
  const { rows } = await sql<{ due_at: Date; retry_at: Date | null }>`select due_at, retry_at from due where kind = any(${kinds})
    order by greatest(due_at, coalesce(retry_at, due_at)) limit 1`.execute(db)
  const next = rows[0]
  if (!next) return LONGEST_SLEEP_MS
  const inDomain = next.due_at.getTime() - clock.now().getTime()
  const wait = inDomain <= 0 ? 0 : clock.pace() > 0 ? inDomain / clock.pace() : LONGEST_SLEEP_MS
  return Math.max(5, wait, next.retry_at ? next.retry_at.getTime() - wallNow().getTime() : 0)
}

type Locks = { take(key: string): Promise<boolean>; release(key: string): Promise<void>; end(): Promise<void> }

async function connectLocks(url: string, lost: () => void): Promise<Locks> {
  const client = new Client(connectionTo(url))
  client.on('error', lost).on('end', lost)
  await client.connect()
  const query = inTurn(client)
  return {
    take: async key => (await query<{ mine: boolean }>('select pg_try_advisory_lock(hashtextextended($1, 0)) as mine', [`due ${key}`])).rows[0]?.mine === true,
    // Should the connection be gone, the lock is gone with it.
    release: key => query('select pg_advisory_unlock(hashtextextended($1, 0))', [`due ${key}`]).then(() => undefined, () => undefined),
    end: () => client.end().catch(() => undefined),
  }
}
