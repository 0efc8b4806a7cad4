import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Binaries } from './binaries.ts'
import { makeFolder, type RunAs } from './run-as.ts'

export const USER = 'stagedoor'
const MAJOR = '18'
const syncMethod = process.platform === 'linux' ? ['--sync-method=syncfs'] : []

/** The folder of the database below `home`; made in another folder and renamed, so that a start cut off in the middle leaves nothing half-made. */
export async function initialise(binaries: Binaries, who: RunAs, sync: boolean): Promise<{ folder: string; password: string }> {
  const folder = join(who.home, 'postgres')
  const password = await passwordOf(who.home)
  const version = await readFile(join(folder, 'PG_VERSION'), 'utf8').catch((why: NodeJS.ErrnoException) => {
    if (why.code === 'ENOENT') return undefined
    if (why.code === 'EACCES') throw new Error(`The database in ${folder} belongs to another user: start Stagedoor as the user that first started it, or give the folder to this one.`, { cause: why })
    throw why
  })
  if (version !== undefined) {
    if (version.trim() !== MAJOR) throw new Error(`The database in ${folder} was made by PostgreSQL ${version.trim()}, and this program brings ${MAJOR}: restore a backup into a new data folder. Nothing was changed.`)
    return { folder, password }
  }
  if (await stat(folder).then(() => true, () => false)) throw new Error(`${folder} exists but holds no database: move it away, or give another STAGEDOOR_DATA_DIR. Nothing was changed.`)
  await removeUnfinished(who.home)
  const draft = join(who.home, `postgres-unfinished-${process.pid}`)
  await makeFolder(draft, who)
  const passwordFile = join(draft, '..', `postgres-pw-${process.pid}`)
  try {
    await writeFor(passwordFile, password, who)
    await initdb(binaries, who, draft, passwordFile, sync)
    await rename(draft, folder)
  } catch (why) {
    await rm(draft, { recursive: true, force: true })
    // Another process may have been first; then its folder counts.
    if (!await stat(join(folder, 'PG_VERSION')).then(() => true, () => false)) throw why
  } finally {
    await rm(passwordFile, { force: true })
  }
  return { folder, password: await passwordOf(who.home) }
}

async function initdb(binaries: Binaries, who: RunAs, draft: string, passwordFile: string, sync: boolean): Promise<void> {
  const command = [...who.prefix, binaries.initdb, '-D', draft, '-U', USER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`,
    '-E', 'UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions', ...(sync ? syncMethod : ['--no-sync'])]
  await promisify(execFile)(command[0] ?? '', command.slice(1), { ...who.spawn, cwd: '/', env: { ...process.env, ...binaries.env, LC_ALL: 'C' } })
    .catch((why: unknown) => { throw new Error(`The database could not be made: ${why instanceof Error && 'stderr' in why ? String(why.stderr).trim() : String(why)}`, { cause: why }) })
}

/** Made once; readable by its owner alone. */
async function passwordOf(home: string): Promise<string> {
  const path = join(home, 'postgres-password')
  const file = await open(path, 'wx', 0o600).catch((why: NodeJS.ErrnoException) => { if (why.code !== 'EEXIST') throw why; return undefined })
  if (file) {
    try { await file.writeFile(randomBytes(24).toString('base64url')); await file.sync() } finally { await file.close() }
  }
  return (await readFile(path, 'utf8')).trim()
}

async function writeFor(path: string, text: string, who: RunAs): Promise<void> {
  await rm(path, { force: true })
  const file = await open(path, 'wx', 0o600)
  try { await file.writeFile(text) } finally { await file.close() }
  if (who.uid !== null && who.uid !== 0) await chown(path, who.uid, who.spawn.gid ?? -1)
}

// What a killed first start left behind; a start still under way is of another, living process.
async function removeUnfinished(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    const pid = Number(/^postgres-(?:unfinished|pw)-(\d+)$/.exec(name)?.[1] ?? 0)
    if (pid > 0 && pid !== process.pid && !isAlive(pid)) await rm(join(home, name), { recursive: true, force: true })
  }
}

export function isAlive(pid: number): boolean {
  try { process.kill(pid, 0); return true } catch (why) { return why instanceof Error && 'code' in why && why.code === 'EPERM' }
}
