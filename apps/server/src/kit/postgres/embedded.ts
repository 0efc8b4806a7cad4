import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Client } from 'pg'
import { wallNow } from '../clock.ts'
import type { Log } from '../log.ts'
import { copyPrograms, findBinaries } from './binaries.ts'
import { initialise, isAlive, USER } from './initialise.ts'
import { livePostmaster, removeStalePidFile, type Postmaster } from './pid-file.ts'
import { decideWho } from './run-as.ts'
import { guardServer, runServer, type Run } from './run.ts'

export type Embedded = { url(): string; kind: 'embedded'; state(): { up: true } | { up: false; why: string }; close(): Promise<void>; pid(): number | undefined }

const DATABASE = 'stagedoor'
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 10_000
const STEADY_MS = 60_000
const WATCH_MS = 500

/**
 * Our own PostgreSQL below `dataDir`: made on the first start, adopted when one lives there already, started again with growing pauses
 * when it dies alone, ended with us. Resolves when it takes connections. `sync: false` is for tests.
 */
export async function openEmbedded({ dataDir, log, sync = true }: { dataDir: string; log: Log; sync?: boolean }): Promise<Embedded> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const found = await findBinaries(dataDir)
  const who = await decideWho(dataDir, found.folder)
  if (who.how === 'moved') log.warn({ folder: who.home }, `the database cannot run as root below ${dataDir}, so its data lies in ${who.home}`)
  const binaries = who.how === 'moved' ? await copyPrograms(found, who.home) : found
  const { folder, password } = await initialise(binaries, who, sync)
  const keeperFile = join(who.home, 'postgres-keeper')
  let port = await pickPort(who.home)
  const url = () => `postgres://${USER}:${password}@127.0.0.1:${port}/${DATABASE}`
  const say = (line: string) => { log.debug({ line }, 'database') }

  let run: Run | undefined
  let adopted: { postmaster: Postmaster; guard: { release(): void } | undefined } | undefined
  let down: string | null = 'the database is starting'
  let closing = false
  let keeping: Promise<void> | undefined
  let wakeUp: () => void = () => undefined
  const pause = (ms: number) => new Promise<void>(done => { wakeUp = done; setTimeout(done, ms) })

  /** Starts or adopts; throws the reason when neither worked. */
  const raise = async () => {
    const living = await livePostmaster(folder)
    if (living) {
      if (living.port > 0) port = living.port
      await untilTaking(url(), folder, async () => await livePostmaster(folder) === undefined)
      // The one who started it lives: it is theirs to stop. Else it is tied to us.
      const keeper = Number(await readFile(keeperFile, 'utf8').catch(() => '0'))
      const orphan = keeper === process.pid || !(keeper > 0 && isAlive(keeper))
      adopted = { postmaster: living, guard: orphan ? guardServer(living.pid) : undefined }
      if (orphan) await writeFile(keeperFile, String(process.pid), { mode: 0o600 })
      log.info({ pid: living.pid, orphan }, 'the database was running already')
      return
    }
    await removeStalePidFile(folder)
    const started = runServer(binaries, who, { folder, port, sync }, say)
    let ended: string | undefined
    void started.exited.then(why => { ended = why })
    await untilTaking(url(), folder, () => Promise.resolve(ended !== undefined)).catch(async (why: unknown) => {
      const before = ended // stopping it is not the reason
      await started.stop()
      throw before === undefined ? why : new Error(`The database did not start: ${before}`)
    })
    run = started
    await writeFile(keeperFile, String(process.pid), { mode: 0o600 })
  }

  const untilDown = async (): Promise<string> => {
    if (run) return run.exited
    while (!closing && adopted && (await livePostmaster(folder))?.pid === adopted.postmaster.pid) await pause(WATCH_MS)
    return 'the database that was running already has ended'
  }

  const keep = async () => {
    for (let wait = FIRST_PAUSE_MS; !closing;) {
      const since = wallNow().getTime()
      const why = await untilDown()
      run = undefined
      adopted = undefined
      if (closing) return
      if (wallNow().getTime() - since > STEADY_MS) wait = FIRST_PAUSE_MS
      down = `the database ended and is being started again (${why})`
      log.warn({ why }, 'the database ended alone; it is started again')
      while (!closing && down !== null) {
        await pause(wait)
        if (closing) return
        wait = Math.min(wait * 2, LONGEST_PAUSE_MS)
        await raise().then(() => { down = null; log.info('the database is back') }, (reason: unknown) => { down = reason instanceof Error ? reason.message : String(reason) })
      }
    }
  }

  await raiseAtFirst(raise)
  await ensureDatabase(url())
  await writeFile(join(who.home, 'postgres-port'), String(port), { mode: 0o600 })
  down = null
  keeping = keep()

  return {
    url, kind: 'embedded', pid: () => run?.pid ?? adopted?.postmaster.pid,
    state: () => down === null ? { up: true } : { up: false, why: down },
    async close() {
      closing = true
      wakeUp()
      const ours = adopted?.guard ? adopted.postmaster : undefined
      adopted?.guard?.release()
      await run?.stop()
      while (ours && await livePostmaster(folder)) await new Promise(later => { setTimeout(later, 20) })
      await keeping
    },
  }
}

/** A server that is just shutting down, or one whose last processes still hold its memory, is gone in a moment: the first start waits for it. */
async function raiseAtFirst(raise: () => Promise<void>): Promise<void> {
  for (let left = 40; ; left--) {
    try { await raise(); return } catch (why) {
      const passing = why instanceof Error && /shutting down|shared memory block|lock file|ended meanwhile/.test(why.message)
      if (!passing || left === 0) throw why
      await new Promise(later => { setTimeout(later, 250) })
    }
  }
}

/** Waits until the server says it is ready, then connects once. Recovery after a kill may take its time; only its end ends the waiting. */
async function untilTaking(url: string, folder: string, isOver: () => Promise<boolean>): Promise<void> {
  for (;;) {
    const living = await livePostmaster(folder)
    if (living?.ready === true && await takes(url)) return
    if (await isOver()) throw new Error('The database ended meanwhile.')
    await new Promise(later => { setTimeout(later, 15) })
  }
}

async function takes(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url.replace(/\/[^/]*$/, '/postgres'), connectionTimeoutMillis: 5000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.end()
    return true
  } catch (why) {
    void client.end().catch(() => undefined)
    if (why instanceof Error && 'code' in why && why.code === '28P01') throw new Error('Another database answers on the port of ours: its password is not the one in postgres-password.', { cause: why })
    return false
  }
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url.replace(/\/[^/]*$/, '/postgres') })
  await client.connect()
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`create database ${DATABASE}`).catch((why: unknown) => { if (!(why instanceof Error && 'code' in why && why.code === '42P04')) throw why })
  } finally {
    await client.end()
  }
}

/** The port of the last time when it is free, so that nothing that remembers it breaks; else any free one. */
async function pickPort(home: string): Promise<number> {
  const last = Number(await readFile(join(home, 'postgres-port'), 'utf8').catch(() => '0'))
  return last > 0 && await isFree(last) !== 0 ? last : isFree(0)
}

/** The port when it can be taken, 0 when not. */
const isFree = (port: number) => new Promise<number>(done => {
  const server = createServer().once('error', () => { done(0) })
  server.listen(port, '127.0.0.1', () => { const address = server.address(); server.close(() => { done(typeof address === 'object' && address !== null ? address.port : 0) }) })
})
