import { sql } from 'kysely'
import type { Clock } from './clock.ts'
import type { Db } from './db.ts'

export type Priority = 'send' | 'media' | 'seen' | 'history' | 'typing'
/** `drop`: a courtesy (typing, seen) whose moment has passed; it is not worth waiting for. */
export type Leave = { go: true } | { go: false; waitMs: number; drop: boolean }
/** What one app may call, shared by all processes through the database. */
export type Budgets = {
  take(call: { app: string; bucket: string; priority: Priority }): Promise<Leave>
  /** After TikTok said "too many requests": nobody of this app calls until then. */
  slowDown(app: string, until: Date): Promise<void>
  /** Another rate than the ones below, for tests and for apps with a higher tier. */
  define(bucket: string, rate: Rate): void
}
export type Rate = { perSecond: number; burst: number }

/** tiktok-for-business: 10 calls per second and app for messaging; developers: 600 a minute for reads, 6 inits a minute and token. */
const rates: Record<string, Rate> = {
  messaging: { perSecond: 10, burst: 10 }, business: { perSecond: 10, burst: 10 },
  reading: { perSecond: 10, burst: 20 }, posting: { perSecond: 10, burst: 20 }, status: { perSecond: 10, burst: 20 },
}
const otherwise: Rate = { perSecond: 10, burst: 10 }

/** The share of the bucket that must be left for what matters more. */
const reserve: Record<Priority, number> = { send: 0, media: 0.1, seen: 0.3, history: 0.4, typing: 0.5 }
const courtesy = (priority: Priority) => priority === 'seen' || priority === 'typing'

type BudgetTable = { app: string; bucket: string; tokens: number; filled_at: Date }
type PauseTable = { app: string; until: Date }
declare module './db.ts' { interface Tables { budget: BudgetTable; budget_pause: PauseTable } }

/** On the domain clock: TikTok's quotas follow TikTok's time, the emulator's included. */
export function openBudgets(db: Db, clock: Clock): Budgets {
  const own = new Map<string, Rate>()
  const wallMs = (ms: number) => Math.ceil(clock.pace() > 0 ? ms / clock.pace() : 1000)
  return {
    define(bucket, rate) { own.set(bucket, rate) },
    async slowDown(app, until) {
      await sql`insert into budget_pause (app, until) values (${app}, ${until}) on conflict (app) do update set until = greatest(budget_pause.until, excluded.until)`.execute(db)
    },
    async take({ app, bucket, priority }) {
      const now = clock.now()
      const rate = own.get(bucket) ?? rates[bucket] ?? otherwise
      const need = 1 + rate.burst * reserve[priority]
      const pause = await db.selectFrom('budget_pause').select('until').where('app', '=', app).where('until', '>', now).executeTakeFirst()
      if (pause) return { go: false, waitMs: wallMs(pause.until.getTime() - now.getTime()), drop: courtesy(priority) }
      await sql`insert into budget (app, bucket, tokens, filled_at) values (${app}, ${bucket}, ${rate.burst}, ${now}) on conflict do nothing`.execute(db)
      // Filled up to now and, when enough is left for this priority, one taken: one statement, so that two processes never take the same one.
      const taken = await sql`update budget set tokens = ${level(rate, now)} - 1, filled_at = ${now}
        where app = ${app} and bucket = ${bucket} and ${level(rate, now)} >= ${need}::float8 returning 1`.execute(db)
      if (taken.rows.length > 0) return { go: true }
      const { rows } = await sql<{ level: number }>`select ${level(rate, now)} as level from budget where app = ${app} and bucket = ${bucket}`.execute(db)
      const missing = Math.max(0, need - (rows[0]?.level ?? 0))
      return { go: false, waitMs: wallMs(Math.max(10, 1000 * missing / rate.perSecond)), drop: courtesy(priority) }
    },
  }
}

// A clock that was set back starts the bucket anew.
const level = (rate: Rate, now: Date) => sql`least(${rate.burst}::float8, case when filled_at > ${now}::timestamptz then ${rate.burst}::float8
  else tokens + extract(epoch from ${now}::timestamptz - filled_at) * ${rate.perSecond}::float8 end)`
