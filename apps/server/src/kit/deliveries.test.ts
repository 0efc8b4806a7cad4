import { sql } from 'kysely'
import { expect, test, vi } from 'vitest'
import { testGround, type TestGround } from '../../test/test-ground.ts'
import { faults, openIntake, retryFault, setAside, takeTurn, takeUpAgain, type Arrival, type Take } from './deliveries.ts'
import { startDraining } from './drain.ts'

const arrival = (n: number, key = 'k'): Arrival => ({ appId: 1, key, event: 'im_receive_msg', raw: Buffer.from(`{"n":${n}}`) })
const intakeOf = (house: TestGround) => openIntake(() => house.databaseUrl(), () => undefined)
const numbers = (list: { raw: Buffer }[]) => list.map(one => (JSON.parse(one.raw.toString()) as { n: number }).n)
const count = async (house: TestGround) => (await sql<{ all: number; open: number }>`select count(*) as all, count(*) filter (where settled_at is null) as open from delivery`.execute(house.db)).rows[0]
/** A listener that writes something down in the same transaction, as rooms do. */
const noteDown = (seen: number[], fails: (n: number) => boolean = () => false): Take => async (trx, tell, list) => {
  for (const n of numbers(list)) {
    if (fails(n)) throw new Error(`no ${n}`)
    await sql`insert into note (name, value) values (${`seen ${n}`}, '1')`.execute(trx)
    tell({ type: 'seen', accountId: null, subject: `n:${n}`, actor: { kind: 'system', id: null, name: 'test' }, body: n })
  }
  seen.push(...numbers(list))
}

test('deliveries that arrive together are all on disk when their callers hear so, and the same bytes are one', async () => {
  const house = await testGround()
  const intake = intakeOf(house)
  await Promise.all([...Array.from({ length: 300 }, (_, n) => intake.keep(arrival(n))), intake.keep(arrival(7)), intake.keep(arrival(7))])
  expect(await count(house)).toEqual({ all: 300, open: 300 })
  await intake.keep({ ...arrival(7), appId: 2 }) // the same bytes for another app are another delivery
  expect(await count(house)).toEqual({ all: 301, open: 301 })
  await intake.close()
})

test('a delivery that PostgreSQL will not take as text is kept all the same, its bytes untouched', async () => {
  const house = await testGround()
  const intake = intakeOf(house)
  const raw = Buffer.from([0x7b, 0x00, 0xff, 0x7d])
  await Promise.all([intake.keep({ appId: 1, key: 'a\0b \ud800', event: 'x\0y', raw }), intake.keep(arrival(1))])
  const rows = await house.db.selectFrom('delivery').select(['raw', 'event']).orderBy('id').execute()
  expect(rows.map(row => row.event).sort()).toEqual(['im_receive_msg', 'x\ufffdy'])
  expect(rows.some(row => row.raw.equals(raw))).toBe(true)
  await intake.close()
})

test('a kill between taking up and committing leaves every delivery to be taken up again, once', async () => {
  const house = await testGround()
  const intake = intakeOf(house)
  for (let n = 0; n < 5; n++) await intake.keep(arrival(n))
  const seen: number[] = []
  // The connection ends after the listener did its work and before the commit, as it does when the process is killed.
  await expect(takeTurn(house, async (trx, tell, list) => {
    await noteDown([])(trx, tell, list)
    await sql`select pg_terminate_backend(pg_backend_pid())`.execute(trx)
  })).rejects.toThrow(/terminat|connection/i)
  expect(await count(house)).toEqual({ all: 5, open: 5 })
  expect((await sql`select 1 from note where name like 'seen%'`.execute(house.db)).rows).toEqual([])
  expect(await takeTurn(house, noteDown(seen))).toBe(5)
  expect(seen).toEqual([0, 1, 2, 3, 4])
  expect(await takeTurn(house, noteDown(seen))).toBe(0)
  await intake.close()
})

test('a poison delivery blocks neither others nor, in the end, its own conversation', async () => {
  const house = await testGround()
  const intake = intakeOf(house)
  await intake.keep(arrival(1, 'a')); await intake.keep(arrival(2, 'poison')); await intake.keep(arrival(3, 'poison')); await intake.keep(arrival(4, 'b'))
  const seen: number[] = []
  const take = noteDown(seen, n => n === 2)
  await takeTurn(house, take)
  expect(seen).toEqual([1, 4]) // what is behind the poison in its conversation waits with it
  for (let attempt = 2; attempt <= 5; attempt++) {
    await sql`update delivery set retry_at = '-infinity'`.execute(house.db)
    await takeTurn(house, take)
  }
  expect(seen).toEqual([1, 4, 3])
  const [fault] = await faults(house.db, undefined, 10)
  expect(fault).toMatchObject({ fault: 'Error: no 2', attempts: 5, event: 'im_receive_msg' })
  const told = await house.live.caughtUp().then(() => house.live.between(0, Number.MAX_SAFE_INTEGER))
  expect(told.filter(event => event.type === 'seen').map(event => event.body)).toEqual([1, 4, 3])
  expect(told.find(event => event.type === 'delivery.faulted')).toMatchObject({ audience: 'managers', body: { fault: 'Error: no 2' } })

  // A person who knows better lets it be tried again.
  expect(await house.db.transaction().execute(trx => retryFault(trx, fault?.id ?? 0))).toBe(true)
  await takeTurn(house, noteDown(seen))
  expect(seen).toEqual([1, 4, 3, 2])
  await intake.close()
})

test('two processes drain without doubles and in order', async () => {
  const house = await testGround()
  const intake = intakeOf(house)
  const seen: number[] = []
  const [one, two] = [startDraining(house, noteDown(seen), 10), startDraining(house, noteDown(seen), 10)]
  await Promise.all(Array.from({ length: 400 }, (_, n) => intake.keep(arrival(n, `k${n % 7}`))))
  await vi.waitFor(async () => { expect((await count(house))?.open).toBe(0) }, 10_000)
  await Promise.all([one.stop(), two.stop()])
  expect(seen.length).toBe(400)
  for (let key = 0; key < 7; key++) {
    const mine = seen.filter(n => n % 7 === key)
    expect(mine).toEqual(mine.toSorted((a, b) => a - b))
  }
  await intake.close()
})

test('what was set aside is taken up again when its reason is gone', async () => {
  const house = await testGround()
  const intake = intakeOf(house)
  await intake.keep(arrival(1, '1 stranger c')); await intake.keep(arrival(2, '1 other c'))
  await takeTurn(house, (trx, _, list) => setAside(trx, list.map(one => one.id), 'unknown account').then(() => undefined))
  const seen: number[] = []
  expect(await takeTurn(house, noteDown(seen))).toBe(0)
  await house.db.transaction().execute(trx => takeUpAgain(trx, 'unknown account', ['1 stranger ']))
  await takeTurn(house, noteDown(seen))
  expect(seen).toEqual([1])
  await intake.close()
})
