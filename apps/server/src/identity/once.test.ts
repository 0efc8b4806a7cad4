import { expect, test } from 'vitest'
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { testGround } from '../../test/test-ground.ts'
import { forgetAnswers, onceOnly, type Once } from './once.ts'

async function ground() {
  const house = await testGround()
  await sql`create table deed (id bigint generated always as identity, what text)`.execute(house.db)
  const act = (once: Once, what: string, more: () => Promise<void> = () => Promise.resolve()) => onceOnly(house, once, 202, async trx => {
    await sql`insert into deed (what) values (${what})`.execute(trx)
    await more()
    return { what }
  })
  const deeds = async (what: string) => (await sql<{ n: number }>`select count(*) as n from deed where what = ${what}`.execute(house.db)).rows[0]?.n
  return { house, act, deeds }
}
const asked = (key: string | null, body: string): Once => ({ who: 'person:1', key, request: createHash('sha256').update(body).digest() })
test('twenty of the same request at once are one deed and one answer', async () => {
  const { act, deeds } = await ground()
  const answers = await Promise.all(Array.from({ length: 20 }, () => act(asked('k1', 'a'), 'twenty')))
  expect(await deeds('twenty')).toBe(1)
  expect(answers.filter(answer => !answer.again)).toHaveLength(1)
  expect(new Set(answers.map(answer => JSON.stringify([answer.status, answer.answer]))).size).toBe(1)
})

test('a server killed before the commit did nothing, and the next try does it once', async () => {
  const { act, deeds } = await ground()
  await expect(act(asked('k2', 'a'), 'killed', () => Promise.reject(new Error('killed')))).rejects.toThrow('killed')
  expect(await deeds('killed')).toBe(0)
  expect(await act(asked('k2', 'a'), 'killed')).toMatchObject({ again: false })
  expect(await deeds('killed')).toBe(1)
})

test('a request repeated after the server was killed between commit and answer finds the answer', async () => {
  const { house, act } = await ground()
  await act(asked('k3', 'a'), 'unheard')
  const another = await testGround({}, { databaseUrl: house.databaseUrl() })
  expect(await onceOnly(another, asked('k3', 'a'), 202, () => Promise.reject(new Error('done twice')))).toMatchObject({ answer: { what: 'unheard' }, again: true, status: 202 })
})

test('the same key with another body is refused, another person’s same key is another key', async () => {
  const { act } = await ground()
  await act(asked('k4', 'a'), 'mine')
  await expect(act(asked('k4', 'b'), 'mine')).rejects.toMatchObject({ status: 409, code: 'idempotency_key_reused' })
  expect(await act({ ...asked('k4', 'b'), who: 'person:2' }, 'theirs')).toMatchObject({ again: false })
  expect(await act(asked(null, 'a'), 'unkeyed')).toMatchObject({ again: false })
})

test('an answer is kept for 72 hours and then forgotten', async () => {
  const { house, act } = await ground()
  await act(asked('k5', 'a'), 'old')
  house.clock.advance(71 * 3_600_000)
  expect(await act(asked('k5', 'a'), 'old')).toMatchObject({ again: true })
  house.clock.advance(2 * 3_600_000)
  await forgetAnswers(house)
  expect(await act(asked('k5', 'a'), 'old')).toMatchObject({ again: false })
})
