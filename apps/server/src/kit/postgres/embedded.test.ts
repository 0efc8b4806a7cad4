import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openEmbedded, type Embedded } from './embedded.ts'
import { findBinaries } from './binaries.ts'
import { isPostgres, livePostmaster } from './pid-file.ts'

const log = pino({ level: 'silent' })
const isRoot = process.getuid?.() === 0
let seed: string
let dataDir: string
const opened: Embedded[] = []
const holders: ChildProcess[] = []

// Made once; each test starts from a copy (a first start is tested by the last ones, on folders of their own).
beforeAll(async () => {
  seed = await mkdtemp(join(tmpdir(), 'stagedoor-seed-'))
  await (await openEmbedded({ dataDir: seed, log, sync: false })).close()
  await rm(join(seed, 'postgres-port'))
})
afterAll(() => rm(seed, { recursive: true, force: true }))
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'stagedoor-database-'))
  execFileSync('cp', ['-a', `${seed}/.`, dataDir]) // with its owner
})
afterEach(async () => {
  for (const holder of holders.splice(0)) if (holder.exitCode === null && holder.signalCode === null) { holder.kill('SIGKILL'); await once(holder, 'exit') }
  for (const database of opened.splice(0).toReversed()) await database.close()
  await rm(dataDir, { recursive: true, force: true })
})

async function open(folder = dataDir): Promise<Embedded> {
  const database = await openEmbedded({ dataDir: folder, log, sync: false })
  opened.push(database)
  return database
}
async function close(database: Embedded) { opened.splice(opened.indexOf(database), 1); await database.close() }

async function ask(database: { url(): string }, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: database.url() })
  client.on('error', () => undefined)
  await client.connect()
  try { return (await client.query(text)).rows } finally { await client.end() }
}

/** A process of its own that holds a database. */
async function hold(): Promise<{ holder: ChildProcess; url: string }> {
  const holder = spawn(process.execPath, ['--conditions=stagedoor', fileURLToPath(new URL('../../../test/hold-database.ts', import.meta.url)), dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
  holders.push(holder)
  const lines = createInterface({ input: holder.stdout ?? process.stdin })
  const [line] = await once(lines, 'line') as [string]
  return { holder, url: (JSON.parse(line) as { url: string }).url }
}
const ended = async (pid: number) => { await expect.poll(() => isPostgres(pid), { timeout: 20_000, interval: 50 }).toBe(false) }
const serverPid = async (folder = dataDir) => (await livePostmaster(join(folder, 'postgres')))?.pid ?? 0

describe('the embedded database', { timeout: 60_000 }, () => {
  test('a second start finds what the first one kept', async () => {
    const first = await open()
    await ask(first, 'create table kept (n int); insert into kept values (7)')
    await close(first)
    expect(await livePostmaster(join(dataDir, 'postgres'))).toBeUndefined()
    const second = await open()
    expect(await ask(second, 'select n from kept')).toEqual([{ n: 7 }])
    expect(second.url()).toBe(first.url())
    expect((await stat(join(dataDir, 'postgres-password'))).mode & 0o777).toBe(0o600)
  })

  test('a database that dies alone is started again, and says so meanwhile', async () => {
    const database = await open()
    await ask(database, 'create table kept (n int); insert into kept values (7)')
    process.kill(await serverPid(), 'SIGKILL')
    await expect.poll(() => database.state().up, { timeout: 5000, interval: 5 }).toBe(false)
    expect(database.state()).toMatchObject({ why: expect.stringMatching(/ended and is being started again/) as unknown })
    await expect.poll(() => database.state().up, { timeout: 20_000 }).toBe(true)
    expect(await ask(database, 'select n from kept')).toEqual([{ n: 7 }])
  })

  test('when its keeper is killed the database ends too', async () => {
    const { holder } = await hold()
    const pid = await serverPid()
    expect(await isPostgres(pid)).toBe(true)
    holder.kill('SIGKILL')
    await ended(pid)
  })

  test('a start right after the keeper was killed finds all data', async () => {
    const { holder, url } = await hold()
    await ask({ url: () => url }, 'create table kept (n int); insert into kept values (7)')
    holder.kill('SIGKILL')
    const database = await open()
    expect(await ask(database, 'select n from kept')).toEqual([{ n: 7 }])
  })

  test('a second process uses the database that runs, and takes it over when its keeper goes', async () => {
    const { holder, url } = await hold()
    const database = await open()
    expect(database.url()).toBe(url)
    holder.kill('SIGTERM')
    await once(holder, 'exit')
    await expect.poll(() => ask(database, 'select 1 as one').catch(() => 'away'), { timeout: 20_000 }).toEqual([{ one: 1 }])
  })

  test('a living database without a keeper is adopted, and ends with whoever adopted it', async () => {
    const { holder } = await hold()
    const pid = await serverPid()
    // The shell that watches for the keeper's end is killed first: nobody is left who would stop the database.
    const parent = Number(/^PPid:\s+(\d+)$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1])
    for (const child of (await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8')).trim().split(' ')) if (Number(child) !== pid) process.kill(Number(child), 'SIGKILL')
    process.kill(parent, 'SIGKILL')
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    expect(await isPostgres(pid)).toBe(true)
    const database = await open()
    expect(database.pid()).toBe(pid)
    await close(database)
    expect(await isPostgres(pid)).toBe(false)
  })

  test('a pid file that names another program, or a process that is gone, is removed', async () => {
    await close(await open())
    const pidFile = join(dataDir, 'postgres', 'postmaster.pid')
    for (const stranger of [process.pid, 999_999, 0]) {
      await writeFile(pidFile, stranger === 0 ? '' : `${stranger}\n${join(dataDir, 'postgres')}\n1\n1\n\n127.0.0.1\n0 0\nready   \n`)
      await utimes(pidFile, 1, 1)
      const database = await open()
      expect(await ask(database, 'select 1 as one')).toEqual([{ one: 1 }])
      await close(database)
    }
  })

  test('a first start that was cut off leaves nothing half-made', async () => {
    await rm(join(dataDir, 'postgres'), { recursive: true })
    await mkdir(join(dataDir, 'postgres-unfinished-999999'))
    expect(await ask(await open(), 'select 1 as one')).toEqual([{ one: 1 }])
    expect((await readdir(dataDir)).filter(name => name.includes('unfinished'))).toEqual([])
  })

  test('on musl the embedded database says what to do', async () => {
    await expect(findBinaries(dataDir, { platform: 'linux', arch: 'x64', musl: true })).rejects.toThrow(/needs glibc.*set DATABASE_URL/)
    await expect(findBinaries(dataDir, { platform: 'sunos', arch: 'x64', musl: false })).rejects.toThrow(/no embedded database for sunos.*DATABASE_URL/)
  })

  test('below a home that is closed to others the database runs all the same, and never as root', async () => {
    const home = await mkdtemp(join(homedir(), '.stagedoor-home-'))
    expect((await stat(home)).mode & 0o777).toBe(0o700)
    try {
      const folder = join(home, 'data')
      const database = await open(folder)
      expect(await ask(database, 'select 1 as one')).toEqual([{ one: 1 }])
      expect(await readFile(`/proc/${await serverPid(folder)}/status`, 'utf8')).toMatch(new RegExp(`^Uid:\\s+${isRoot ? 65534 : process.getuid?.()}\\s`, 'm'))
      process.kill(await serverPid(folder), 'SIGKILL')
      await expect.poll(() => ask(database, 'select 1 as one').catch(() => 'away'), { timeout: 20_000 }).toEqual([{ one: 1 }])
      await close(database)
    } finally {
      await rm(home, { recursive: true, force: true })
    }
  })
})
