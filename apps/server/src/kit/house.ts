import type { Budgets } from './budgets.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { Db, Trx } from './db.ts'
import type { Due } from './due.ts'
import type { Tell } from './events.ts'
import type { GuardedFetch } from './fetch.ts'
import type { Jobs } from './jobs.ts'
import type { Journal } from './journal.ts'
import type { Live } from './live.ts'
import type { Log } from './log.ts'
import type { Media } from './media.ts'
import type { Secrets } from './secrets.ts'
import type { Wire } from './wire.ts'

export type { NewEvent, Tell } from './events.ts'

/** The ground all rooms stand on. */
export type House = {
  config: Config
  log: Log
  clock: Clock
  db: Db
  /** One transaction; what is told is appended as its last statement under the append lock (laws 4, 12), NOTIFY included. Inside, only `trx`. */
  commit<T>(work: (trx: Trx, tell: Tell) => Promise<T>): Promise<T>
  jobs: Jobs
  due: Due
  live: Live
  /** The process's one LISTEN connection: `wire.listen('delivery', wake)`. */
  wire: Wire
  secrets: Secrets
  media: Media
  fetch: GuardedFetch
  journal: Journal
  budgets: Budgets
  /** What a server of ours connects to: for connections of one's own (locks that live as long as a session). It may change when the database is restarted. */
  databaseUrl(): string
  /** Whether the database answers and the schema is ours; the reason when not, for /readyz. */
  ready(): Promise<{ ready: true } | { ready: false; why: string }>
}
