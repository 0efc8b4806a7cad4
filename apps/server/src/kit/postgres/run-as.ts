import { spawnSync } from 'node:child_process'
import { chmod, chown, mkdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { createHash } from 'node:crypto'

/**
 * PostgreSQL refuses to run as root. `uid` is who owns the data folder; `spawn` what Node's spawn must be told; `prefix` a program that
 * changes the user where that alone does not do.
 */
export type RunAs = { how: 'as we are' | 'another user' | 'setpriv' | 'user namespace' | 'moved'; uid: number | null; spawn: { uid?: number; gid?: number }; prefix: string[]; home: string }

export const NOBODY = 65534
const SETPRIV = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--securebits=+no_setuid_fixup', '--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--']
const NAMESPACE = ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, '--']

/** Decides who runs the server; `home` is the folder that will hold its data (the data folder, or one under /var/lib when nothing else is possible). */
export async function decideWho(dataDir: string, programs: string, works = canRun): Promise<RunAs> {
  const plain = { spawn: {}, prefix: [] as string[], home: dataDir }
  if (process.getuid?.() !== 0) return { ...plain, how: 'as we are', uid: null }
  const kept = await stat(join(dataDir, 'postgres')).catch(() => undefined)
  if (kept?.uid === 0) return { ...plain, how: 'user namespace', uid: 0, prefix: NAMESPACE } // made in one, and readable only there
  const uid = kept?.uid ?? NOBODY
  if (await isOpenTo(dirname(resolve(dataDir))) && await isOpenTo(programs)) {
    await letThrough(dataDir)
    return { ...plain, how: 'another user', uid, spawn: { uid, gid: kept?.gid ?? NOBODY } }
  }
  if (uid === NOBODY && works(SETPRIV)) return { ...plain, how: 'setpriv', uid: NOBODY, prefix: SETPRIV }
  if (kept === undefined && works(NAMESPACE)) return { ...plain, how: 'user namespace', uid: 0, prefix: NAMESPACE }
  const home = join('/var/lib', `stagedoor-${createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 8)}`)
  await mkdir(home, { recursive: true, mode: 0o711 })
  await letThrough(home)
  return { how: 'moved', uid: NOBODY, spawn: { uid: NOBODY, gid: NOBODY }, prefix: [], home }
}

/** A folder for the server's user; root's own in a user namespace. */
export async function makeFolder(path: string, who: RunAs): Promise<void> {
  await mkdir(path, { mode: 0o700 })
  if (who.uid !== null && who.uid !== 0) await chown(path, who.uid, who.spawn.gid ?? NOBODY)
}

/** Whether everybody may pass through every folder on the way. */
export async function isOpenTo(path: string): Promise<boolean> {
  for (let at = resolve(path); ; at = dirname(at)) {
    const about = await stat(at).catch(() => undefined)
    if (about !== undefined && (about.mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}

// What lies in the data folder is closed by itself (0600, 0700); passing through it is all that is given.
async function letThrough(folder: string): Promise<void> {
  const { mode } = await stat(folder)
  if ((mode & 0o001) === 0) await chmod(folder, (mode & 0o777) | 0o011)
}

const canRun = (prefix: string[]) => spawnSync(prefix[0] ?? '', [...prefix.slice(1), 'true'], { stdio: 'ignore' }).status === 0
