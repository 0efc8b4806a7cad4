import { readFile, rm } from 'node:fs/promises'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** What postmaster.pid says: who runs on this data folder, on which port, and whether it takes connections yet. */
export type Postmaster = { pid: number; port: number; ready: boolean }

/**
 * The live server of a data folder, if any. A pid file that names a process that is gone, a zombie, or another program is removed:
 * PostgreSQL itself would refuse to start for the last two (process ids come again quickly in containers).
 */
export async function livePostmaster(folder: string): Promise<Postmaster | undefined> {
  const path = join(folder, 'postmaster.pid')
  const text = await readFile(path, 'utf8').catch((why: NodeJS.ErrnoException) => { if (why.code === 'ENOENT') return undefined; throw why })
  if (text === undefined) return undefined
  const lines = text.split('\n')
  const pid = Math.abs(Number(lines[0]))
  if (Number.isInteger(pid) && pid > 0 && await isPostgres(pid)) return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' }
  await rm(path, { force: true })
  return undefined
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
