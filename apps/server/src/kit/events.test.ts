import { expect, test } from 'vitest'
import { testGround, type TestGround } from '../../test/test-ground.ts'
import { theHouse } from './actor.ts'
import { forgetEvents, mayHear, type HouseEvent } from './events.ts'
import type { Viewer } from './viewer.ts'

const event = (n: number | string) => ({ type: 'test.happened', accountId: null, audience: 'everyone' as const, subject: `test:${n}`, actor: theHouse, body: { n } })
const tell = (house: TestGround, n: number | string) => house.commit((_, tell) => { tell(event(n)); return Promise.resolve() })

test('eight writers at once: every event is heard once, in the order of its id', async () => {
  const house = await testGround()
  const other = await testGround({}, { databaseUrl: house.databaseUrl() })
  const here: number[] = []
  const there: number[] = []
  house.live.subscribe(heard => { here.push(heard.id) })
  other.live.subscribe(heard => { there.push(heard.id) })
  await Promise.all(Array.from({ length: 8 }, async (_, writer) => {
    for (let n = 0; n < 50; n++) await (n % 2 === 0 ? house : other).commit(async (trx, tell) => {
      tell(event(`${writer}-${n}`))
      if (n % 7 === 0) tell(event(`${writer}-${n} again`))
      await trx.selectFrom('note').selectAll().execute()
    })
  }))
  await Promise.all([house.live.caughtUp(), other.live.caughtUp()])
  expect(here).toHaveLength(8 * 58)
  expect(here).toEqual([...new Set(here)].toSorted((a, b) => a - b))
  expect(there).toEqual(here)
})

test('what a failed transaction told is never heard', async () => {
  const house = await testGround()
  const heard: HouseEvent[] = []
  house.live.subscribe(item => { heard.push(item) })
  await expect(house.commit((_, tell) => { tell(event('lost')); return Promise.reject(new Error('no')) })).rejects.toThrow('no')
  await tell(house, 'kept')
  await house.live.caughtUp()
  expect(heard.map(item => item.subject)).toEqual(['test:kept'])
})

test('a reader that comes back reads on from its cursor, and one older than what is kept is told to reload', async () => {
  const house = await testGround()
  for (const n of [1, 2, 3]) await tell(house, n)
  await house.live.caughtUp()
  const last = house.live.last()
  expect((await house.live.between(last - 2, last)).map(item => item.subject)).toEqual(['test:2', 'test:3'])
  expect(await house.live.canResume(last - 3)).toBe(true)
  expect(await house.live.canResume(last + 1)).toBe(false)

  house.clock.advance(8 * 86_400_000)
  await tell(house, 4)
  expect(await forgetEvents(house.db, new Date(house.clock.now().getTime() - 7 * 86_400_000))).toBe(3)
  expect(await house.live.canResume(last - 1)).toBe(false)
  expect(await house.live.canResume(last)).toBe(true)
  expect(await house.live.canResume(Number.NaN)).toBe(false)
})

test('the newest id survives that all events are forgotten', async () => {
  const house = await testGround()
  await tell(house, 1)
  await house.live.caughtUp()
  const last = house.live.last()
  house.clock.advance(30 * 86_400_000)
  await forgetEvents(house.db, house.clock.now())
  const again = await testGround({}, { databaseUrl: house.databaseUrl() })
  expect(again.live.last()).toBe(last)
  expect(await again.live.canResume(last)).toBe(true)
})

test('the reader goes on after its connection is cut, and nothing is missed', async () => {
  const house = await testGround()
  const heard: string[] = []
  house.live.subscribe(item => { heard.push(item.subject) })
  await tell(house, 1)
  const { sql } = await import('kysely')
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()`.execute(house.db)
  for (const n of [2, 3]) await tell(house, n).catch(() => tell(house, n)) // a pooled connection may have been cut too
  await house.live.caughtUp()
  expect(heard).toEqual(['test:1', 'test:2', 'test:3'])
})

const agent: Viewer = { kind: 'person', id: 'p1', personId: 'p1', name: 'Ana', role: 'agent', scopes: [], accounts: [1] }
const owner: Viewer = { ...agent, id: 'p2', personId: 'p2', role: 'owner', accounts: 'all' }
test('a person hears only of their accounts, and a token what its person hears', () => {
  const cases: [Viewer, Pick<HouseEvent, 'audience' | 'accountId' | 'personId'>, boolean][] = [
    [agent, { audience: 'account', accountId: 1, personId: null }, true],
    [agent, { audience: 'account', accountId: 2, personId: null }, false],
    [agent, { audience: 'everyone', accountId: 2, personId: null }, false],
    [agent, { audience: 'everyone', accountId: null, personId: null }, true],
    [agent, { audience: 'managers', accountId: 1, personId: null }, false],
    [agent, { audience: 'account', accountId: null, personId: null }, false],
    [agent, { audience: 'person', accountId: null, personId: 'p1' }, true],
    [agent, { audience: 'person', accountId: 2, personId: 'p1' }, false],
    [owner, { audience: 'person', accountId: null, personId: 'p1' }, false],
    [owner, { audience: 'managers', accountId: 2, personId: null }, true],
    [{ ...agent, kind: 'token', id: '7' }, { audience: 'person', accountId: null, personId: 'p1' }, true],
    [{ ...agent, kind: 'token', id: 'p2' }, { audience: 'person', accountId: null, personId: 'p2' }, false],
  ]
  for (const [viewer, event, heard] of cases) expect([viewer.role, event, mayHear(viewer, event)]).toEqual([viewer.role, event, heard])
})
