import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { freshDatabase } from '../../test/fresh-database.ts'
import { testConfig, testGround } from '../../test/test-ground.ts'
import { theHouse } from './actor.ts'
import { openGround } from './ground.ts'
import { livePostmaster } from './postgres/pid-file.ts'

const log = pino({ level: 'silent' })
const happened = (n: number) => ({ type: 'test.happened', accountId: null, audience: 'everyone' as const, subject: `test:${n}`, actor: theHouse, body: {} })

test('the house goes on after its database was killed alone: pool, events, jobs and due rows', { timeout: 60_000 }, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'stagedoor-ground-'))
  const house = await openGround({ ...testConfig(), dataDir }, { log })
  try {
    const heard: string[] = []
    const worked: number[] = []
    const due: string[] = []
    house.live.subscribe(event => { heard.push(event.subject) })
    house.jobs.define<{ n: number }>('work', { retryLimit: 5, retryDelaySeconds: 1, concurrency: 1 }, ({ n }) => { worked.push(n); return Promise.resolve() })
    house.due.on('thing', subject => { due.push(subject); return Promise.resolve() })
    await house.jobs.start()
    await house.due.start()
    const round = (n: number) => house.commit(async (trx, tell) => {
      await house.jobs.enqueue(trx, 'work', { n })
      await house.due.at(trx, 'thing', String(n), house.clock.now())
      tell(happened(n))
    })
    await round(1)
    expect(await house.ready()).toEqual({ ready: true })
    await house.jobs.drain()
    await house.due.drain()

    process.kill((await livePostmaster(join(dataDir, 'postgres')))?.pid ?? 0, 'SIGKILL')
    await expect.poll(async () => (await house.ready()).ready, { timeout: 5000, interval: 5 }).toBe(false)
    await expect.poll(async () => (await house.ready()).ready, { timeout: 30_000 }).toBe(true)
    await expect.poll(() => round(2).then(() => 'done', () => 'away'), { timeout: 20_000 }).toBe('done')
    await expect.poll(() => [worked.includes(2), due.includes('2'), heard.includes('test:2')], { timeout: 20_000 }).toEqual([true, true, true])
    expect(heard).toEqual(['test:1', 'test:2'])
  } finally {
    await house.close()
    await rm(dataDir, { recursive: true, force: true })
  }
})

test('a server whose database was brought to a newer version meanwhile says that it is not ready', async () => {
  const house = await testGround()
  expect(await house.ready()).toEqual({ ready: true })
  await sql`insert into kysely_migration (name, timestamp) values ('0099_later', '')`.execute(house.db)
  expect(await house.ready()).toEqual({ ready: false, why: expect.stringMatching(/newer version/) as unknown })
})

test('a server with another secret refuses to start on the same database, in one sentence', async () => {
  const house = await testGround({ secret: 'the first secret, long enough to be one' })
  const other = (secret: string, secretPrevious: string | null = null) => testGround({ secret, secretPrevious }, { databaseUrl: house.databaseUrl() })
  await expect(other('quite another secret, long enough too')).rejects.toThrow(/set up with another secret.*STAGEDOOR_SECRET.*Nothing was started/)
  // With the old one beside it the new one is let in, and from then on the old one alone is not.
  const changed = await other('quite another secret, long enough too', 'the first secret, long enough to be one')
  expect((await changed.ready()).ready).toBe(true)
  await expect(other('the first secret, long enough to be one')).rejects.toThrow(/another secret/)
})

test('without STAGEDOOR_SECRET one is made once and kept readable by its owner alone', async () => {
  const database = await freshDatabase()
  const dataDir = await mkdtemp(join(tmpdir(), 'stagedoor-ground-'))
  const open = () => openGround({ ...testConfig(), secret: null }, { databaseUrl: database.url, dataDir, log })
  const [one, two] = await Promise.all([open(), open()])
  const kept = await readFile(join(dataDir, 'secret'), 'utf8')
  expect(kept.trim()).toHaveLength(43)
  expect((await stat(join(dataDir, 'secret'))).mode & 0o777).toBe(0o600)
  expect(two.secrets.open(one.secrets.seal('hello', 'row'), 'row')).toBe('hello')
  await Promise.all([one.close(), two.close()])
  await rm(dataDir, { recursive: true, force: true })
  await database.drop()
})

test('ids and counts are numbers, times are dates, arrays of ids are numbers too', async () => {
  const house = await testGround()
  const { rows } = await sql`select 5::int8 as id, array[1, 2]::int8[] as ids, count(*) as count, '{"a":1}'::jsonb as body, '2026-11-21T12:00:00Z'::timestamptz as at from note`.execute(house.db)
  expect(rows).toEqual([{ id: 5, ids: [1, 2], count: 1, body: { a: 1 }, at: new Date('2026-11-21T12:00:00Z') }])
})
