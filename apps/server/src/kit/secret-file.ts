import { randomBytes } from 'node:crypto'
import { chmod, link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Db } from './db.ts'
import { readNote } from './notes.ts'
import { CannotOpen, type Secrets } from './secrets.ts'

/** The secret of this installation: from the environment, else made once and kept in the data folder, readable by its owner alone. */
export async function secretOf(config: { secret: string | null; dataDir: string }): Promise<string> {
  if (config.secret !== null) return config.secret
  const path = join(config.dataDir, 'secret')
  return await keptIn(path) ?? await makeOnce(path, config.dataDir)
}

async function keptIn(path: string): Promise<string | null> {
  const text = await readFile(path, 'utf8').catch((why: NodeJS.ErrnoException) => { if (why.code === 'ENOENT') return null; throw why })
  if (text === null) return null
  if (text.trim().length < 32) throw new Error(`The file ${path} does not hold a whole secret. Put the right one back (from a backup), or give it as STAGEDOOR_SECRET.`)
  await chmod(path, 0o600)
  return text.trim()
}

// Written whole under another name and linked into place, so that two servers that start at once agree on one.
async function makeOnce(path: string, dataDir: string): Promise<string> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  const file = await open(draft, 'wx', 0o600)
  try { await file.writeFile(`${randomBytes(32).toString('base64url')}\n`); await file.sync() } finally { await file.close() }
  await link(draft, path).catch((why: NodeJS.ErrnoException) => { if (why.code !== 'EEXIST') throw why })
  await rm(draft)
  const kept = await keptIn(path)
  if (kept === null) throw new Error(`The secret could not be kept in ${path}.`)
  return kept
}

const CHECK = 'The secret of this house opens this.'
const CHECK_ROW = 'note:secret check'

/** A second server with another secret would write what the first cannot read: it refuses to start. */
export async function checkSecret(db: Db, secrets: Secrets): Promise<void> {
  const sealed = secrets.seal(CHECK, CHECK_ROW)
  await sql`insert into note (name, value) values ('secret check', to_jsonb(${sealed}::text)) on conflict (name) do nothing`.execute(db)
  const kept = await readNote<string>(db, 'secret check') ?? ''
  try {
    secrets.open(kept, CHECK_ROW)
  } catch (why) {
    if (!(why instanceof CannotOpen)) throw why
    throw new Error('This database was set up with another secret: give that one as STAGEDOOR_SECRET, or, to change to a new one, as STAGEDOOR_SECRET_PREVIOUS beside it. Nothing was started or changed.', { cause: why })
  }
  // From now on a server that knows only the old secret is refused, so that no row is sealed with it again.
  if (!kept.includes(`.${secrets.keyId}.`)) await sql`update note set value = to_jsonb(${sealed}::text) where name = 'secret check' and value = to_jsonb(${kept}::text)`.execute(db)
}
