import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { emptyDatabase } from '../../test/fresh-database.ts'
import { migrate } from './migrate.ts'

const first = `export async function up(db) { await db.schema.createTable('thing').addColumn('id', 'integer').execute() }`
const second = `export async function up(db) { await db.schema.alterTable('thing').addColumn('name', 'text').execute() }`

async function folderWith(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'stagedoor-migrations-'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}

test('two servers that start at once migrate once', async () => {
  const database = await emptyDatabase()
  const [one, two] = await Promise.all([migrate(database.url), migrate(database.url)])
  expect(one.applied.length + two.applied.length).toBe(Math.max(one.applied.length, two.applied.length))
  expect((await migrate(database.url)).applied).toEqual([])
  await database.drop()
})

test('an older program refuses a newer database, in one sentence, and changes nothing', async () => {
  const database = await emptyDatabase()
  const newer = await folderWith({ '0001_one.js': first, '0002_two.js': second })
  const older = await mkdtemp(join(tmpdir(), 'stagedoor-migrations-'))
  await cp(join(newer, '0001_one.js'), join(older, '0001_one.js'))
  expect((await migrate(database.url, newer)).applied).toEqual(['0001_one', '0002_two'])
  await expect(migrate(database.url, older)).rejects.toThrow(/made by a newer Stagedoor \(it has 0002_two\).*Nothing was changed/)
  for (const folder of [newer, older]) await rm(folder, { recursive: true })
  await database.drop()
})

test('a migration that fails leaves nothing of itself', async () => {
  const database = await emptyDatabase()
  const broken = await folderWith({ '0001_one.js': first, '0002_two.js': `export async function up(db) { await db.schema.createTable('half').execute(); throw new Error('no') }` })
  await expect(migrate(database.url, broken)).rejects.toThrow(/could not be brought to this version: no/)
  const client = new Client({ connectionString: database.url })
  await client.connect()
  const { rows } = await client.query(`select to_regclass('half') as half`)
  expect(rows).toEqual([{ half: null }])
  await client.end()
  await rm(broken, { recursive: true })
  await database.drop()
})
