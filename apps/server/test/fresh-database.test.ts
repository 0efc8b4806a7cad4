import { Kysely, PostgresDialect, sql } from 'kysely'
import { Pool } from 'pg'
import { expect, test } from 'vitest'
import { freshDatabase } from './fresh-database.ts'

test('every test has a migrated database of its own', async () => {
  const [one, two] = await Promise.all([freshDatabase(), freshDatabase()])
  const first = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: new Pool({ connectionString: one.url }) }) })
  const second = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: new Pool({ connectionString: two.url }) }) })
  await sql`insert into note (name, value) values ('mine', '1')`.execute(first)
  const { rows } = await sql`select * from note`.execute(second)
  expect(rows).toEqual([])
  await Promise.all([first.destroy(), second.destroy()])
  await Promise.all([one.drop(), two.drop()])
})
