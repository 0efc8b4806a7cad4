import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { testGround } from '../../test/test-ground.ts'
import { openSecrets } from './secrets.ts'

const OLD = 'the first secret, long enough to be one'
const NEW = 'quite another secret, long enough too'

test('a secret is bound to its row: moved to another one it opens nowhere', () => {
  const secrets = openSecrets(OLD, null)
  const sealed = secrets.seal('act.token', 'grant:12:access')
  expect(sealed).not.toContain('act.token')
  expect(secrets.open(sealed, 'grant:12:access')).toBe('act.token')
  expect(() => secrets.open(sealed, 'grant:13:access')).toThrow(/grant:13:access cannot be opened.*belongs to another row/)
  expect(secrets.seal('act.token', 'grant:12:access')).not.toBe(sealed)
})

test('a changed, cut or foreign sealed text is refused, and its content told to nobody', () => {
  const secrets = openSecrets(OLD, null)
  const sealed = secrets.seal('act.token', 'row')
  const [version, key, text = ''] = sealed.split('.')
  const flipped = Buffer.from(text, 'base64url')
  flipped[20] = (flipped[20] ?? 0) ^ 1
  for (const bad of [`${version}.${key}.${flipped.toString('base64url')}`, sealed.slice(0, -6), `${version}.${key}.`, 'act.token', ''])
    expect(() => secrets.open(bad, 'row')).toThrow(/^The secret of row cannot be opened/)
  expect(() => openSecrets(NEW, null).open(sealed, 'row')).toThrow(/sealed with another secret.*STAGEDOOR_SECRET_PREVIOUS/)
})

test('with the previous secret beside it the new one opens old texts and seals new ones', () => {
  const sealed = openSecrets(OLD, null).seal('token', 'row')
  const both = openSecrets(NEW, OLD)
  expect(both.open(sealed, 'row')).toBe('token')
  expect(openSecrets(NEW, null).open(both.seal('token', 'row'), 'row')).toBe('token')
  expect(both.mac('link', 'x')).not.toBe(both.mac('other', 'x'))
  expect(both.macs('link', 'x')).toEqual([openSecrets(NEW, null).mac('link', 'x'), openSecrets(OLD, null).mac('link', 'x')])
})

test('rotation seals every registered column anew while the house runs, and counts what it cannot open', async () => {
  const house = await testGround({ secret: OLD })
  await sql`create table safe (id bigint primary key, token text)`.execute(house.db)
  const name = (id: string) => `safe:${id}:token`
  for (let n = 1; n <= 450; n++) await sql`insert into safe values (${n}, ${n % 9 === 0 ? null : house.secrets.seal(`token ${n}`, name(String(n)))})`.execute(house.db)
  await sql`update safe set token = ${house.secrets.seal('stray', 'safe:999:token')} where id = 1`.execute(house.db)

  const changed = await testGround({ secret: NEW, secretPrevious: OLD }, { databaseUrl: house.databaseUrl() })
  changed.secrets.register({ table: 'safe', column: 'token', id: 'id', name })
  expect(await changed.secrets.pending(changed.db)).toBe(400)
  expect(await changed.secrets.rotate(changed.db)).toEqual({ sealed: 399, unreadable: 1 })
  expect(await changed.secrets.pending(changed.db)).toBe(1)
  const { rows } = await sql<{ id: number; token: string }>`select id, token from safe where token is not null and id > 1`.execute(changed.db)
  const alone = openSecrets(NEW, null)
  for (const row of rows) expect(alone.open(row.token, name(String(row.id)))).toBe(`token ${row.id}`)
})
