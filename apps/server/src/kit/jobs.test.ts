import { expect, test } from 'vitest'
import { testGround } from '../../test/test-ground.ts'

const plain = { retryLimit: 2, retryDelaySeconds: 1, concurrency: 2 }

test('a row and its job commit together, or neither does', async () => {
  const house = await testGround()
  const ran: number[] = []
  house.jobs.define<{ n: number }>('count', plain, ({ n }) => { ran.push(n); return Promise.resolve() })
  await house.jobs.start()
  await house.commit(trx => house.jobs.enqueue(trx, 'count', { n: 1 }))
  await expect(house.commit(async trx => { await house.jobs.enqueue(trx, 'count', { n: 2 }); throw new Error('changed my mind') })).rejects.toThrow('changed my mind')
  await house.jobs.drain()
  expect(ran).toEqual([1])
})

test('jobs of one key run one after the other, in order, while other keys go on', async () => {
  const house = await testGround()
  const order = new Map<string, number[]>()
  let together = 0
  let most = 0
  house.jobs.define<{ key: string; n: number }>('send', { ...plain, policy: 'key_strict_fifo', concurrency: 4 }, async ({ key, n }) => {
    most = Math.max(most, ++together)
    await house.db.selectFrom('note').selectAll().execute()
    order.set(key, [...order.get(key) ?? [], n])
    together--
  })
  await house.jobs.start()
  for (let n = 0; n < 8; n++) for (const key of ['a', 'b', 'c']) await house.jobs.enqueue(house.db, 'send', { key, n }, { key })
  await house.jobs.drain()
  for (const key of ['a', 'b', 'c']) expect(order.get(key)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  expect(most).toBeLessThanOrEqual(4)
})

test('a key whose job failed for good waits for a person, who retries or skips', async () => {
  const house = await testGround()
  const ran: string[] = []
  let broken = true
  house.jobs.define<{ what: string }>('send', { retryLimit: 0, retryDelaySeconds: 1, policy: 'key_strict_fifo', concurrency: 1 }, ({ what }, job) => {
    if (what === 'first' && broken) throw new Error(`refused on try ${job.attempt}${job.lastAttempt ? ', the last' : ''}`)
    ran.push(what)
    return Promise.resolve()
  })
  await house.jobs.start()
  for (const what of ['first', 'second']) await house.jobs.enqueue(house.db, 'send', { what }, { key: 'conversation:1' })
  await house.jobs.drain()
  expect(ran).toEqual([])
  const [stuck] = await house.jobs.failed('send')
  expect(stuck).toMatchObject({ key: 'conversation:1', state: 'failed', data: { what: 'first' }, problem: { message: 'refused on try 1, the last' } })
  broken = false
  await house.jobs.retry('send', stuck?.id ?? '')
  await house.jobs.drain()
  expect(ran).toEqual(['first', 'second'])
})

test('a job waits as long as it was told', async () => {
  const house = await testGround()
  const ran: number[] = []
  house.jobs.define<{ n: number }>('later', plain, ({ n }) => { ran.push(n); return Promise.resolve() })
  await house.jobs.start()
  await house.jobs.enqueue(house.db, 'later', { n: 1 }, { afterSeconds: 3600 })
  await house.jobs.enqueue(house.db, 'later', { n: 2 })
  await house.jobs.drain()
  expect(ran).toEqual([2])
})
