import { join } from 'node:path'
import { mkdir } from 'node:fs/promises'
import { openBudgets } from './budgets.ts'
import { wallClock, type Clock } from './clock.ts'
import type { Config } from './config.ts'
import { openDatabase } from './database.ts'
import { openDb, openPool } from './db.ts'
import { openDue } from './due.ts'
import { commitOn } from './events.ts'
import { openFetch } from './fetch.ts'
import { followClock } from './followed-clock.ts'
import type { House } from './house.ts'
import { openJobs } from './jobs.ts'
import { openJournal } from './journal.ts'
import { openLive } from './live.ts'
import { openLog, type Log } from './log.ts'
import { openMedia } from './media.ts'
import { migrate, schemaMismatch } from './migrate.ts'
import { startRetention } from './retention.ts'
import { checkSecret, secretOf } from './secret-file.ts'
import { openSecrets } from './secrets.ts'
import { openWire } from './wire.ts'

export type GroundOptions = {
  /** A migrated database, for tests: nothing is migrated then. */
  databaseUrl?: string
  dataDir?: string
  clock?: Clock
  log?: Log
  /** Connections of the pool. */
  connections?: number
}
export type Ground = House & { close(): Promise<void> }

/**
 * Opens the ground in order (database, schema, secret, clock, the rest) and closes it in reverse. Jobs and due rows are started by
 * `house.jobs.start()` and `house.due.start()` once the rooms have defined theirs. A failure on the way closes what was opened.
 */
export async function openGround(given: Config, options: GroundOptions = {}): Promise<Ground> {
  const config: Config = { ...given, dataDir: options.dataDir ?? given.dataDir, databaseUrl: options.databaseUrl ?? given.databaseUrl }
  const log = options.log ?? openLog(config.logLevel)
  const closing: (() => unknown)[] = []
  const close = async () => { for (const step of closing.splice(0).toReversed()) await Promise.resolve(step()).catch((why: unknown) => { log.warn({ err: why }, 'something did not close well') }) }
  try {
    await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
    const database = await openDatabase(config, log)
    closing.push(() => database.close())
    const databaseUrl = () => database.url()
    if (options.databaseUrl === undefined) await migrate(databaseUrl())

    const pool = openPool(databaseUrl, options.connections ?? 16, why => { log.debug({ err: why }, 'an idle connection was lost') })
    const db = openDb(pool)
    closing.push(() => db.destroy())
    const secrets = openSecrets(await secretOf(config), config.secretPrevious)
    await checkSecret(db, secrets)

    const clock = options.clock ?? await openClock(config, log, closing)
    const wire = await openWire(databaseUrl, log)
    closing.push(() => wire.close())
    const live = await openLive(db, wire, log)
    closing.push(() => { live.close() })
    const fetch = openFetch(config.allowPrivate)
    closing.push(() => fetch.close())
    const journal = openJournal(db, clock, log)
    closing.push(() => journal.settled())
    const media = openMedia(db, clock, secrets, config)
    const jobs = openJobs(databaseUrl, db, log)
    closing.push(() => jobs.stop())
    const due = openDue(databaseUrl, db, clock, wire, log)
    closing.push(() => due.stop())
    closing.push(startRetention({ db, clock, log, journal, media }))

    const ready: House['ready'] = async () => {
      const state = database.state()
      if (!state.up) return { ready: false, why: state.why }
      return schemaMismatch(db).then(why => why === undefined ? { ready: true } : { ready: false, why }, () => ({ ready: false, why: 'the database does not answer' }))
    }
    return { config, log, clock, db, commit: commitOn(db, clock), jobs, due, live, wire, secrets, media, fetch, journal, budgets: openBudgets(db, clock), databaseUrl, ready, close }
  } catch (why) {
    await close()
    throw why
  }
}

async function openClock(config: Config, log: Log, closing: (() => unknown)[]): Promise<Clock> {
  if (config.clockUrl === null) return wallClock()
  const followed = await followClock(config.clockUrl, join(config.dataDir, 'clock.json'), log)
  closing.push(() => { followed.close() })
  return followed
}
