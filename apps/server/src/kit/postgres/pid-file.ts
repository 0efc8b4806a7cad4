import { readFile, rm, stat } from 'node:fs/promises'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { wallNow } from '../clock.ts'

/** An empty pid file older than this was left by a crash between making and writing it. */
const STARTING_MS = 5000

/** What postmaster.pid says: who runs on this data folder, on which port, and whether it takes connections yet. */
export type Postmaster = { pid: number; port: number; ready: boolean }

/** The live server of a data folder, if any. It only reads: a server that is just starting has its file there, empty, before its words. */
export async function livePostmaster(folder: string): Promise<Postmaster | undefined> {
  const said = parse(await readPidFile(folder))
  return said && await isPostgres(said.pid) ? said : undefined
}

/**
 * Before a start of our own: a pid file that names a living process which is another program, or a zombie, is removed. PostgreSQL itself
 * would refuse to start (process ids come again quickly in containers); one whose process is gone it replaces by itself.
 */
export async function removeStalePidFile(folder: string): Promise<void> {
  const text = await readPidFile(folder)
  const said = parse(text)
  if (said && await isPostgres(said.pid)) return
  if (text === undefined || (text === '' && await isFresh(folder))) return // nothing is there, or somebody is starting just now
  if (await readPidFile(folder) === text) await rm(join(folder, 'postmaster.pid'), { force: true })
}

const readPidFile = (folder: string): Promise<string | undefined> =>
  readFile(join(folder, 'postmaster.pid'), 'utf8').catch((why: NodeJS.ErrnoException) => { if (why.code === 'ENOENT') return undefined; throw why })

const isFresh = (folder: string): Promise<boolean> => stat(join(folder, 'postmaster.pid')).then(about => wallNow().getTime() - about.mtimeMs < STARTING_MS, () => true)

function parse(text: string | undefined): Postmaster | undefined {
  const lines = text?.split('\n') ?? []
  const pid = Math.abs(Number(lines[0]))
  return Number.isInteger(pid) && pid > 0 ? { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' } : undefined
}

/** Whether the process lives and is a PostgreSQL server. */
export async function isPostgres(pid: number): Promise<boolean> {
  if (process.platform === 'linux') {
    const about = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
    const parts = about === undefined ? undefined : /^\d+ \((.*)\) (\S)/s.exec(about)
    return parts !== undefined && parts !== null && parts[1] === 'postgres' && parts[2] !== 'Z' && parts[2] !== 'X'
  }
  if (process.platform === 'win32') return spawnSync('tasklist', ['/fi', `pid eq ${pid}`, '/nh'], { encoding: 'utf8' }).stdout.toLowerCase().includes('postgres')
  const { stdout } = spawnSync('ps', ['-o', 'stat=,comm=', '-p', String(pid)], { encoding: 'utf8' })
  return stdout.includes('postgres') && !stdout.trim().startsWith('Z')
}
