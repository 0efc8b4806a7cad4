import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { Migrator, type Migration } from 'kysely/migration'
import { Client, Pool } from 'pg'
import type { Emulator } from '@stagedoor/emulator'

export const schemasFolder = join(import.meta.dirname, 'schemas')
const migrationsFolder = join(import.meta.dirname, '../migrations')

/**
 * An installation as an earlier program left it: which migrations it had (landed ones never change, so they are its schema), the job
 * library's schema of then, every row of every table as PostgreSQL wrote it, the files beside the database, and TikTok's own memory.
 */
export type SchemaSnapshot = {
  takenAt: string
  migrations: string[]
  /** The statements that made the job library's schema then. */
  jobsSchema: string
  /** `schema.table` → its rows, as one JSON text: numbers are never read by JavaScript. */
  tables: Record<string, string>
  /** Path below the data folder → base64. */
  files: Record<string, string>
  tiktok: ReturnType<Emulator['snapshot']>
  /** What the test looks for afterwards. */
  story: Record<string, string | number>
}

const allTables = sql<{ name: string }>`select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and not c.relispartition and n.nspname in ('public', 'auth', 'pgboss') and c.relname not like 'kysely_migration%' order by 1`
const connectTo = (url: string) => new Kysely<unknown>({ dialect: new PostgresDialect({ pool: new Pool({ connectionString: url, max: 1 }) }) })

/** Every row of every table of ours and of the job library's. */
export async function dumpTables(url: string): Promise<{ migrations: string[]; tables: Record<string, string> }> {
  const db = connectTo(url)
  try {
    const tables: Record<string, string> = {}
    for (const { name } of (await allTables.execute(db)).rows) {
      const { rows } = await sql<{ rows: string | null }>`select json_agg(t)::text as rows from ${sql.raw(name)} t`.execute(db)
      tables[name] = rows[0]?.rows ?? '[]'
    }
    const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
    return { migrations: rows.map(row => row.name), tables }
  } finally { await db.destroy() }
}

/** Brings an empty database to where the snapshot was: the landed migrations it had, and its rows. Wall times move by the time that has passed since. */
export async function restoreTables(url: string, snapshot: SchemaSnapshot): Promise<void> {
  const db = connectTo(url)
  const migrations = Object.fromEntries(await Promise.all(snapshot.migrations.map(async name => [name, await import(join(migrationsFolder, `${name}.ts`)) as Migration] as const)))
  const { error } = await new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) }, allowUnorderedMigrations: true }).migrateToLatest()
  await db.destroy()
  if (error) throw new Error('The landed migrations do not run.', { cause: error })
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(snapshot.jobsSchema)
    await client.query('set session_replication_role = replica') // rows come in the order of the alphabet; references are whole again at the end
    for (const name of Object.keys(snapshot.tables)) await client.query(`truncate ${name} cascade`)
    for (const [name, rows] of Object.entries(snapshot.tables)) {
      const { rows: columns } = await client.query<{ list: string }>(`select string_agg(quote_ident(attname), ', ' order by attnum) as list from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`, [name])
      await client.query(`insert into ${name} (${columns[0]?.list}) overriding system value select ${columns[0]?.list} from json_populate_recordset(null::${name}, $1::json)`, [rows])
    }
    await client.query(continueCounting)
    for (const [table, columns] of await wallTimes(client)) {
      await client.query(`update ${table} set ${columns.map(column => `${column} = ${column} + (now() - $1::timestamptz)`).join(', ')}`, [snapshot.takenAt])
    }
  } finally { await client.end() }
}

const continueCounting = `do $$ declare c record; begin
  for c in select format('%I.%I', s.nspname, t.relname) as name, a.attname as col from pg_attribute a join pg_class t on t.oid = a.attrelid join pg_namespace s on s.oid = t.relnamespace
    where a.attidentity <> '' and s.nspname in ('public', 'auth', 'pgboss') and not t.relispartition loop
    execute format('select setval(pg_get_serial_sequence(%L, %L), (select coalesce(max(%I), 0) + 1 from %s), false)', c.name, c.col, c.col, c.name);
  end loop; end $$`

/** Sessions, jobs and retries live on wall time; everything else on the one clock, which stands where it stood. */
const ofRetries: Record<string, string[]> = {
  api_token: ['expires_at'], notice_delivery: ['first_at', 'next_at', 'last_at'], delivery: ['received_at', 'retry_at'], send: ['started_at', 'look_at', 'try_at', 'try_since', 'kept_at'],
}
async function wallTimes(client: Client): Promise<Map<string, string[]>> {
  const { rows } = await client.query<{ schema: string; table: string; column: string }>(`select n.nspname as schema, c.relname as table, a.attname as column from pg_attribute a join pg_class c on c.oid = a.attrelid
    join pg_namespace n on n.oid = c.relnamespace where a.atttypid = 'timestamptz'::regtype and a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p') and not c.relispartition and n.nspname in ('public', 'auth', 'pgboss')`)
  const found = new Map<string, string[]>()
  for (const { schema, table, column } of rows) {
    if (schema === 'public' && ofRetries[table]?.includes(column) !== true) continue
    const name = `"${schema}"."${table}"`
    found.set(name, [...found.get(name) ?? [], `"${column}"`])
  }
  return found
}

/** Files below the data folder (media, uploads under way). */
export async function readFiles(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {}
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile()) files[relative(folder, path)] = (await readFile(path)).toString('base64')
  }
  return files
}
export async function writeFiles(folder: string, files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true, mode: 0o700 })
    await writeFile(join(folder, path), Buffer.from(text, 'base64'))
  }
}

export const readSnapshot = async (file: string): Promise<SchemaSnapshot> => JSON.parse((await promisify(gunzip)(await readFile(join(schemasFolder, file)))).toString()) as SchemaSnapshot
export const writeSnapshot = async (file: string, snapshot: SchemaSnapshot) => { await mkdir(schemasFolder, { recursive: true }); await writeFile(join(schemasFolder, file), await promisify(gzip)(JSON.stringify(snapshot), { level: 9 })) }
