import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { testGround } from '../../test/test-ground.ts'

const MINUTE = 60_000
const soon = (ground: { clock: { now(): Date } }, ms: number) => new Date(ground.clock.now().getTime() + ms)

test('what is due waits for the clock, and a jump wakes it at once', async () => {
  const house = await testGround()
  const ran = Promise.withResolvers<string>()
  house.due.on('reminder', subject => { ran.resolve(subject); return Promise.resolve() })
  await house.due.start()
  await house.due.at(house.db, 'reminder', 'post:1', soon(house, 3 * MINUTE))
  await house.due.drain()
  house.clock.advance(4 * MINUTE)
  expect(await ran.promise).toBe('post:1')
  await house.due.drain()
  expect(await house.db.selectFrom('due').selectAll().execute()).toEqual([])
})

test('planning the same thing again moves it, and cancelling ends it', async () => {
  const house = await testGround()
  const ran: string[] = []
  house.due.on('reminder', subject => { ran.push(subject); return Promise.resolve() })
  await house.due.at(house.db, 'reminder', 'a', soon(house, MINUTE))
  await house.due.at(house.db, 'reminder', 'a', soon(house, 10 * MINUTE))
  await house.due.at(house.db, 'reminder', 'b', soon(house, MINUTE))
  await house.due.cancel(house.db, 'reminder', 'b')
  await house.due.start()
  house.clock.advance(2 * MINUTE)
  await house.due.drain()
  expect(ran).toEqual([])
  house.clock.advance(9 * MINUTE)
  await house.due.drain()
  expect(ran).toEqual(['a'])
})

test('two processes and one due row: it runs once', async () => {
  const one = await testGround()
  const two = await testGround({}, { databaseUrl: one.databaseUrl() })
  const ran = new Map<string, number>()
  for (const house of [one, two]) {
    house.due.on('once', async subject => { ran.set(subject, (ran.get(subject) ?? 0) + 1); await house.db.selectFrom('note').selectAll().execute() })
    await house.due.start()
  }
  for (let n = 0; n < 40; n++) await one.due.at(one.db, 'once', `thing:${n}`, soon(one, MINUTE))
  one.clock.advance(2 * MINUTE)
  two.clock.advance(2 * MINUTE)
  await Promise.all([one.due.drain(), two.due.drain()])
  expect(ran.size).toBe(40)
  expect([...ran.values()].every(times => times === 1)).toBe(true)
})

test('a process that dies in the middle of something due leaves it to the next one', async () => {
  const one = await testGround()
  const two = await testGround({}, { databaseUrl: one.databaseUrl() })
  const begun = Promise.withResolvers<void>()
  const done = Promise.withResolvers<void>()
  const never = Promise.withResolvers<void>()
  one.due.on('work', () => { begun.resolve(); return never.promise })
  two.due.on('work', () => { done.resolve(); return Promise.resolve() })
  await one.due.start()
  await one.due.at(one.db, 'work', 'x', one.clock.now())
  await begun.promise
  await two.due.start()
  // A dead process is a closed connection: its lock goes with it.
  await sql`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid() and database = (select oid from pg_database where datname = current_database())`.execute(two.db)
  await done.promise
  await two.due.drain()
  expect(await two.db.selectFrom('due').selectAll().execute()).toEqual([])
  never.resolve()
})

test('a handler may plan its own subject anew', async () => {
  const house = await testGround()
  let times = 0
  house.due.on('poll', async subject => {
    times++
    if (times < 3) await house.due.at(house.db, 'poll', subject, soon(house, MINUTE))
  })
  await house.due.start()
  await house.due.at(house.db, 'poll', 'x', house.clock.now())
  for (let n = 0; n < 3; n++) { await house.due.drain(); house.clock.advance(2 * MINUTE) }
  await house.due.drain()
  expect(times).toBe(3)
})

test('what was due and failed is tried again, and holds up nothing else', async () => {
  const house = await testGround()
  const ran: string[] = []
  let failures = 1
  house.due.on('shaky', subject => {
    ran.push(subject)
    return subject === 'bad' && failures-- > 0 ? Promise.reject(new Error('not today')) : Promise.resolve()
  })
  await house.due.start()
  await house.due.at(house.db, 'shaky', 'bad', house.clock.now())
  await house.due.at(house.db, 'shaky', 'good', house.clock.now())
  await expect.poll(() => ran.filter(item => item === 'bad').length, { timeout: 5000 }).toBe(2)
  expect(ran).toContain('good')
})
