import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { Migrator, type Migration } from 'kysely/migration'
import { PgBoss } from 'pg-boss'
import { Pool } from 'pg'
import { connectionTo, type Tables } from './db.ts'

const isMigration = (file: string) => /^\d{4}_[\w-]+\.(ts|js)$/.test(file)
const nameOf = (file: string) => file.replace(/\.(ts|js)$/, '')
const folder = fileURLToPath(new URL('../../migrations/', import.meta.url))

/**
 * Brings the schema to this program's state, forward only; a no-op when it is. Two servers that start at once take turns.
 * A database that knows migrations this program does not was made by a newer one: refused in one sentence, nothing changed.
 */
export async function migrate(databaseUrl: string, from = folder): Promise<{ applied: string[] }> {
  const pool = new Pool({ ...connectionTo(databaseUrl), max: 2 })
  pool.on('error', () => undefined).on('connect', client => { client.on('error', () => undefined) }) // the query says it
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    const migrations = await readMigrations(from)
    // One connection holds the turn for all that follows, the job library's own schema included.
    return await db.connection().execute(async turn => {
      await sql`select pg_advisory_lock(hashtextextended('stagedoor migrations', 0))`.execute(turn)
      try {
        await refuseNewer(turn, Object.keys(migrations))
        const { error, results = [] } = await new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) }, allowUnorderedMigrations: true }).migrateToLatest()
        if (error) throw new Error(`The database could not be brought to this version: ${error instanceof Error ? error.message : 'for a reason it did not tell'}. Nothing of the failed step was kept.`, { cause: error })
        await jobTables(databaseUrl)
        return { applied: results.filter(item => item.status === 'Success').map(item => item.migrationName) }
      } finally {
        await sql`select pg_advisory_unlock(hashtextextended('stagedoor migrations', 0))`.execute(turn)
      }
    })
  } finally {
    await db.destroy()
  }
}

async function readMigrations(from: string): Promise<Record<string, Migration>> {
  const files = (await readdir(from)).filter(isMigration).toSorted()
  const entries = await Promise.all(files.map(async file => {
    const module = await import(pathToFileURL(join(from, file)).href) as { up?: Migration['up'] }
    if (typeof module.up !== 'function') throw new Error(`The migration ${file} has no up().`)
    return [nameOf(file), { up: module.up }] as const
  }))
  return Object.fromEntries(entries)
}

/** What this program knows and the database does not have, or the other way round: for /readyz. Undefined when they agree. */
export async function schemaMismatch(db: Kysely<Tables>, from = folder): Promise<string | undefined> {
  const known = (await readdir(from)).filter(isMigration).map(nameOf)
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db)
  const there = rows.map(row => row.name)
  if (there.some(name => !known.includes(name))) return 'the database was brought to a newer version meanwhile: start that version of Stagedoor'
  return known.every(name => there.includes(name)) ? undefined : 'the database has not been brought to this version: start Stagedoor again'
}

async function refuseNewer(db: Kysely<unknown>, known: string[]): Promise<void> {
  const { rows: [table] } = await sql<{ there: boolean }>`select to_regclass('kysely_migration') is not null as there`.execute(db)
  if (table?.there !== true) return
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
  const newer = rows.map(row => row.name).filter(name => !known.includes(name))
  if (newer.length > 0) throw new Error(`This database was made by a newer Stagedoor (it has ${newer.join(', ')}): start that version, or restore a backup from before. Nothing was changed.`)
}

/** The job library keeps its tables in a schema of its own and brings them up to date itself. */
async function jobTables(databaseUrl: string): Promise<void> {
  const boss = new PgBoss({ connectionString: databaseUrl, max: 1, supervise: false, schedule: false })
  boss.on('error', () => undefined)
  await boss.start()
  await boss.stop({ graceful: false })
}
