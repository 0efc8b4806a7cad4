import { sql } from 'kysely'
import { fromKysely, PgBoss, type QueuePolicy } from 'pg-boss'
import { wallNow } from './clock.ts'
import type { Db, Trx } from './db.ts'
import type { Log } from './log.ts'

/** `attempt` counts from 1; after `lastAttempt` the job is failed for good and its key stays blocked until a person retries or skips it. */
export type Job = { id: string; name: string; key: string | null; attempt: number; lastAttempt: boolean; signal: AbortSignal }
export type JobOptions = {
  retryLimit: number
  retryDelaySeconds: number
  /** `key_strict_fifo`: jobs of one key run one after the other, in order, across all processes. */
  policy?: 'standard' | 'key_strict_fifo'
  concurrency: number
  /** How long one try may take before it is taken from its worker; 15 minutes unless told. */
  expireInSeconds?: number
}
export type Handler<T> = (data: T, job: Job) => Promise<void>
export type JobState = { id: string; name: string; key: string | null; state: 'created' | 'retry' | 'active' | 'completed' | 'cancelled' | 'failed'; attempts: number; data: unknown; problem: unknown }

export type Jobs = {
  /** Before `start`: names a kind of work and who does it. */
  define<T extends object>(name: string, options: JobOptions, handler: Handler<T>): void
  /** Commits with the transaction's rows. The delay is wall time and serves retries only; domain time belongs in `due`. */
  enqueue(trx: Trx | Db, name: string, data: object, options?: { key?: string; afterSeconds?: number }): Promise<string>
  start(): Promise<void>
  /** Lets running jobs end (20 s), then closes. What is cut off is run again by whoever comes next. */
  stop(): Promise<void>
  /** For tests: resolves when no job is due or active. */
  drain(): Promise<void>
  /** Jobs that failed for good, newest first: each blocks its key until `retry` or `skip`. */
  failed(name: string): Promise<JobState[]>
  retry(name: string, id: string): Promise<void>
  skip(name: string, id: string): Promise<void>
}

type Defined = { options: JobOptions; handler: Handler<object> }
const HEARTBEAT_SECONDS = 10
const STOP_MS = 20_000

/** pg-boss in its own schema of the same database. */
export function openJobs(databaseUrl: () => string, db: Db, log: Log): Jobs {
  const defined = new Map<string, Defined>()
  let boss: PgBoss | undefined
  const running = () => { if (!boss) throw new Error('Jobs are not started yet: call start() first.'); return boss }

  return {
    define(name, options, handler) {
      if (boss) throw new Error(`The job ${name} must be defined before jobs start.`)
      if (defined.has(name)) throw new Error(`The job ${name} is defined twice.`)
      defined.set(name, { options, handler: handler as unknown as Handler<object> })
    },
    async enqueue(trx, name, data, options = {}) {
      if (!defined.has(name)) throw new Error(`No job is called ${name}.`)
      const id = await running().send(name, data, {
        db: fromKysely(trx), ...(options.key === undefined ? {} : { singletonKey: options.key }), ...(options.afterSeconds === undefined ? {} : { startAfter: options.afterSeconds }),
      })
      if (id === null) throw new Error(`The job ${name} was not taken.`)
      return id
    },
    async start() {
      const made = new PgBoss({
        connectionString: databaseUrl(), max: 4, application_name: 'stagedoor jobs', useListenNotify: true, schedule: false,
        superviseIntervalSeconds: 2, monitorIntervalSeconds: 2, queueCacheIntervalSeconds: 5, maintenanceIntervalSeconds: 60,
      })
      made.on('error', why => { log.debug({ err: why }, 'jobs could not reach the database; trying again shortly') })
      made.on('warning', warning => { log.debug({ warning: warning.message }, 'jobs warn') })
      await made.start()
      for (const [name, { options }] of defined) await ensureQueue(made, name, options)
      boss = made
      for (const [name, known] of defined) await work(made, name, known, log)
    },
    async stop() {
      const stopping = boss
      boss = undefined
      await stopping?.stop({ graceful: true, timeout: STOP_MS })
    },
    async drain() {
      while (await countWaiting(db) > 0) await new Promise(later => { setTimeout(later, 15) })
    },
    failed: name => failedJobs(db, name),
    async retry(name, id) { await running().retry(name, id) },
    async skip(name, id) { await running().deleteJob(name, id) },
  }
}

async function ensureQueue(boss: PgBoss, name: string, options: JobOptions): Promise<void> {
  const settings = {
    retryLimit: options.retryLimit, retryDelay: options.retryDelaySeconds, retryBackoff: true, retryDelayMax: 300,
    expireInSeconds: options.expireInSeconds ?? 900, heartbeatSeconds: HEARTBEAT_SECONDS, notify: true,
  }
  const policy: QueuePolicy = options.policy ?? 'standard'
  const known = await boss.getQueue(name)
  if (known === null) await boss.createQueue(name, { ...settings, policy })
  else if (known.policy !== policy) throw new Error(`The queue ${name} has the policy ${known.policy ?? 'none'} in the database, and this program wants ${policy}.`)
  else await boss.updateQueue(name, settings)
}

async function work(boss: PgBoss, name: string, { options, handler }: Defined, log: Log): Promise<void> {
  for (let lane = 0; lane < options.concurrency; lane++) {
    const workerId: string = await boss.work<object, void, { includeMetadata: true; batchSize: 1; pollingIntervalSeconds: 0.5; notifyPollingIntervalSeconds: 2 }>(
      name, { includeMetadata: true, batchSize: 1, pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 2 }, async ([job]) => {
        if (!job) return
        try {
          await handler(job.data, { id: job.id, name, key: job.singletonKey, attempt: job.retryCount + 1, lastAttempt: job.retryCount >= job.retryLimit, signal: job.signal })
        } catch (why) {
          log.warn({ err: why, job: name, id: job.id, attempt: job.retryCount + 1 }, 'a job failed')
          throw why
        } finally {
          // With one job per fetch a worker would sleep a poll interval after each: notified, it looks again at once.
          boss.notifyWorker(workerId)
        }
      })
  }
}

async function countWaiting(db: Db): Promise<number> {
  const now = wallNow() // a job behind one of its key that failed, or that waits for its next try, is not due
  const { rows } = await sql<{ waiting: number }>`select count(*) as waiting from pgboss.job j
    where state = 'active' or (state in ('created', 'retry') and start_after <= ${now} and not blocked
      and not (policy = 'key_strict_fifo' and exists (select 1 from pgboss.job b where b.name = j.name and b.singleton_key = j.singleton_key
        and b.id <> j.id and (b.state = 'failed' or (b.state = 'retry' and b.start_after > ${now})))))`.execute(db)
  return rows[0]?.waiting ?? 0
}

async function failedJobs(db: Db, name: string): Promise<JobState[]> {
  const { rows } = await sql<JobState>`select id::text, name, singleton_key as key, state::text, retry_count + 1 as attempts, data, output as problem
    from pgboss.job where name = ${name} and state = 'failed' order by created_on desc limit 200`.execute(db)
  return rows
}
