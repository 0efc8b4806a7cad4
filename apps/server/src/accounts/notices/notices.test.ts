import { afterAll, beforeAll, expect, test } from 'vitest'
import { createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { sql } from 'kysely'
import { openHouse, type TestHouse } from '../../../test/open-house.ts'
import { theHouse } from '../../kit/actor.ts'
import { nextTry } from './pace.ts'
import { signature } from './sign.ts'

type Received = { body: string; signature: string; event: string }
type Made = { notice: { id: number; state: string }; secret: string }
type Log = { items: { id: number; state: string; attempts: number; lastStatus: number | null; lastProblem: string | null; replayOf: number | null; type: string }[] }

let it: TestHouse
let receiver: Server
let address: string
let answerWith = 200
const received: Received[] = []
beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = ''
    request.on('data', (piece: Buffer) => { body += piece.toString() })
    request.on('end', () => { received.push({ body, signature: String(request.headers['stagedoor-signature']), event: String(request.headers['stagedoor-event']) }); response.writeHead(answerWith).end() })
  })
  await new Promise<void>(listening => { receiver.listen(0, '127.0.0.1', listening) })
  const { port } = receiver.address() as { port: number }
  address = `http://127.0.0.1:${port}/hook`
  it = await openHouse()
  it.house.config.allowPrivate.push(`127.0.0.1:${port}`)
})
afterAll(async () => { await it.close(); receiver.close() })

const tell = (type: string, accountId: number | null, words: string) => it.house.commit(async (_trx, say) => { say({ type, accountId, subject: 'test:1', actor: theHouse, body: { words } }) })
const log = (id: number) => it.get<Log>(`/api/v1/notices/${id}/deliveries`)
const until = async (looks: () => Promise<boolean>) => { await expect.poll(looks, { timeout: 20_000 }).toBe(true) }

test('a chosen event reaches its receiver, signed over time and body, and what was not chosen does not', async () => {
  const account = await it.connect('halia.ceramics', ['business'])
  const other = await it.connect('nomad.bikes', ['business'])
  const { notice, secret } = await it.post<Made>('/api/v1/notices', { name: 'CRM', url: address, events: ['story.*'], accounts: [account] })
  await tell('story.told', account, 'heard')
  await tell('story.told', other, 'another account')
  await tell('rumour.told', account, 'not chosen')
  await tell('story.told', null, 'about the house')
  await until(async () => (await log(notice.id)).items.some(line => line.state === 'delivered'))
  await it.house.jobs.drain()
  expect(received.map(one => (JSON.parse(one.body) as { data: { words: string } }).data.words)).toEqual(['heard'])
  const [one] = received
  const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(one?.signature ?? '') ?? []
  expect(createHmac('sha256', secret).update(`${t}.${one?.body}`).digest('hex')).toBe(v1)
  expect(JSON.parse(one?.body ?? '{}')).toMatchObject({ type: 'story.told', accountId: account, id: expect.stringMatching(/^evt_\d+$/) })
})

test('a receiver that fails is tried again with longer waits, and a delivery can be sent once more', async () => {
  answerWith = 503
  const { notice } = await it.post<Made>('/api/v1/notices', { name: 'Failing', url: address, events: ['flaky.*'] })
  await tell('flaky.told', null, 'once more')
  await until(async () => (await log(notice.id)).items.some(line => line.attempts >= 1))
  const [line] = (await log(notice.id)).items
  expect(line).toMatchObject({ state: 'waiting', lastStatus: 503 })
  answerWith = 200
  await it.post(`/api/v1/notices/${notice.id}/deliveries/${line?.id}/replay`)
  await until(async () => (await log(notice.id)).items.some(each => each.replayOf === line?.id && each.state === 'delivered'))
})

test('an address that is private, or gone for good, stops its notice with a warning', async () => {
  const heard: string[] = []
  it.house.live.subscribe(event => { heard.push(event.type) })
  const { notice } = await it.post<Made>('/api/v1/notices', { name: 'Inside', url: 'http://169.254.169.254/latest/meta-data/', events: ['inside.*'] })
  await tell('inside.told', null, 'steal')
  await until(async () => (await log(notice.id)).items[0]?.state === 'given up')
  expect((await log(notice.id)).items[0]?.lastProblem).toBe('The address is a private one.')
  const { items } = await it.get<{ items: { id: number; state: string; why: string }[] }>('/api/v1/notices')
  expect(items.find(each => each.id === notice.id)).toMatchObject({ state: 'stopped', why: 'private_address' })
  await it.house.live.caughtUp()
  expect(heard).toContain('notice.stopped')
})

test('a receiver that fails for three days is warned about after an hour and stopped at the end; switched on again, its log is replayed', async () => {
  const heard: { type: string; body: unknown }[] = []
  it.house.live.subscribe(event => { heard.push({ type: event.type, body: event.body }) })
  answerWith = 500
  const { notice } = await it.post<Made>('/api/v1/notices', { name: 'Three days', url: address, events: ['long.*'] })
  await tell('long.told', null, 'kept for three days')
  const line = async () => (await log(notice.id)).items.at(-1)
  await until(async () => ((await line())?.attempts ?? 0) >= 1)
  const state = async () => (await it.get<{ items: { id: number; state: string; why: string | null; failingSince: string | null }[] }>('/api/v1/notices')).items.find(each => each.id === notice.id)
  let waited = 0
  for (let tries = 1; (await state())?.state === 'on'; tries++) {
    expect(tries).toBeLessThan(60)
    waited += await passUntilNextTry(notice.id)
    await until(async () => { const now = await line(); return (now?.attempts ?? 0) > tries || now?.state === 'given up' })
  }
  expect(waited / 3600).toBeGreaterThan(64)
  expect(waited / 3600).toBeLessThanOrEqual(72)
  expect(await state()).toMatchObject({ state: 'stopped', why: 'kept_failing', failingSince: expect.any(String) as string })
  await it.house.live.caughtUp()
  expect(heard.filter(event => event.type === 'notice.failing')).toHaveLength(1)
  expect(heard.filter(event => event.type === 'notice.stopped')).toEqual([{ type: 'notice.stopped', body: expect.objectContaining({ name: 'Three days', problem: 'It answered 500.' }) as unknown }])

  await tell('long.told', null, 'while it was off')
  answerWith = 200
  expect((await it.request('PATCH', `/api/v1/notices/${notice.id}`, { state: 'on' })).status).toBe(200)
  const given = await line()
  await it.post(`/api/v1/notices/${notice.id}/deliveries/${given?.id}/replay`)
  await tell('long.told', null, 'on again')
  const words = () => received.filter(one => one.event === 'long.told').map(one => (JSON.parse(one.body) as { data: { words: string } }).data.words)
  await until(async () => (await log(notice.id)).items.filter(each => each.state === 'delivered').length === 2)
  expect(words().slice(-2).toSorted()).toEqual(['kept for three days', 'on again'])
  expect(words()).not.toContain('while it was off')
  expect(await state()).toMatchObject({ state: 'on', why: null, failingSince: null })
}, 60_000)

/** Retries live on wall time, which no test can turn: everything the notice remembers is moved into the past by as long as it would wait. */
async function passUntilNextTry(noticeId: number): Promise<number> {
  const { db } = it.house
  const { rows } = await sql<{ seconds: number }>`select extract(epoch from next_at - last_at)::float8 as seconds from notice_delivery where notice_id = ${noticeId} and state = 'waiting'`.execute(db)
  const seconds = rows[0]?.seconds ?? 0
  const by = sql`make_interval(secs => ${seconds})`
  await sql`update notice_delivery set first_at = first_at - ${by}, next_at = next_at - ${by}, last_at = last_at - ${by} where notice_id = ${noticeId}`.execute(db)
  await sql`update notice set failing_since = failing_since - ${by}, warned_at = warned_at - ${by} where id = ${noticeId}`.execute(db)
  // Its job is due by that, too; asked for anew, because only a new one is announced and the old one would be looked for every two seconds.
  const due = await sql<{ id: number }>`delete from pgboss.job where name = 'notice.deliver' and state = 'created' and data->>'deliveryId' in (select id::text from notice_delivery where notice_id = ${noticeId}) returning (data->>'deliveryId')::int as id`.execute(db)
  for (const { id } of due.rows) await it.house.jobs.enqueue(db, 'notice.deliver', { deliveryId: id })
  return seconds
}

test('tries grow apart and end after three days', () => {
  const first = new Date('2026-01-01T00:00:00Z')
  const after = (hours: number) => new Date(first.getTime() + hours * 3_600_000)
  expect([1, 2, 3, 10].map(n => nextTry(n, first, first))).toEqual([5, 10, 20, 2560])
  expect(nextTry(30, first, after(60))).toBe(4 * 3600)
  expect(nextTry(30, first, after(69))).toBe(null)
  expect(signature('whsec_x', '{}', first)).toMatch(/^t=1767225600,v1=[0-9a-f]{64}$/)
})
