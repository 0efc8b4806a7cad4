import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { openHouse, type TestHouse } from '../../test/open-house.ts'
import { deliverQueue } from './deliver.ts'
import type { ConversationView, MessageView } from './views.ts'

let home: TestHouse
let accountId: number
beforeAll(async () => {
  home = await openHouse()
  accountId = await home.connect('halia.ceramics', ['business'])
})
afterAll(async () => { await home.close() })
afterEach(() => { home.tiktok.faults.clear() })

let people = 0
/** A customer of their own for each story, who has written. */
async function written(text = 'Hello') {
  const handle = `guest.${++people}`
  home.tiktok.world.addCustomer({ handle, displayName: `Guest ${people}` })
  home.tiktok.world.customerSays(handle, 'halia.ceramics', { type: 'text', text })
  const conversation = await vi.waitFor(async () => {
    await home.settled()
    const { items } = await home.get<{ items: ConversationView[] }>('/api/v1/conversations?limit=100')
    const found = items.find(item => item.contact.handle === handle)
    expect(found).toBeDefined()
    return found as ConversationView
  }, { timeout: 15_000, interval: 50 })
  const id = conversation.id
  const lines = async () => (await home.get<{ items: MessageView[] }>(`/api/v1/conversations/${id}/messages?limit=100`)).items.toReversed()
  return {
    handle, id, lines,
    shown: () => home.get<ConversationView>(`/api/v1/conversations/${id}`),
    reply: (words: string, key: string = randomUUID()) => home.post<MessageView>(`/api/v1/conversations/${id}/messages`, { text: words }, { key }),
    line: async (message: number) => (await lines()).find(one => one.id === message) as MessageView,
    /** What TikTok has of the business in this conversation. */
    sentOnTikTok: () => home.tiktok.world.talk(handle, 'halia.ceramics').messages.filter(one => one.from === 'business').map(one => one.body.type === 'text' ? one.body.text : one.body.type),
    state: (message: number, state: MessageView['state']) => vi.waitFor(async () => { expect((await lines()).find(one => one.id === message)?.state).toBe(state) }, { timeout: 15_000, interval: 50 }),
  }
}
/** The pauses between looks pass at once. */
const hurry = async (id: number) => {
  const looking = () => home.house.db.selectFrom('send').select('message_id').where('conversation_id', '=', id).where('look_at', 'is not', null).executeTakeFirst()
  for (let look = 0; look < 200 && (look < 8 || await looking()); look++) {
    await home.house.db.updateTable('send').set({ look_at: new Date(0) }).where('conversation_id', '=', id).where('look_at', 'is not', null).execute()
    await deliverQueue(home.house, id)
  }
}

test('a reply is queued, sent once and confirmed; its echo adds nothing', async () => {
  const guest = await written()
  const queued = await guest.reply('Yes, it is.')
  expect(queued).toMatchObject({ state: 'queued', direction: 'out', text: 'Yes, it is.', origin: 'api', author: { name: 'owner' } })
  await guest.state(queued.id, 'sent')
  await home.settled()
  expect((await guest.lines()).map(line => line.text)).toEqual(['Hello', 'Yes, it is.'])
  expect(guest.sentOnTikTok()).toEqual(['Yes, it is.'])
  expect(await guest.shown()).toMatchObject({ accountId, kind: 'ongoing', unread: 0, window: { left: 9 }, last: { text: 'Yes, it is.' } })
})

test('the same Idempotency-Key sends once and answers with the same message; another text under it is refused', async () => {
  const guest = await written()
  const key = randomUUID()
  const answers = await Promise.all([guest.reply('Once', key), guest.reply('Once', key), guest.reply('Once', key)])
  expect(new Set(answers.map(answer => answer.id)).size).toBe(1)
  const other = await home.request('POST', `/api/v1/conversations/${guest.id}/messages`, { text: 'Twice' }, { headers: { 'idempotency-key': key } })
  expect([other.status, ((await other.json()) as { code: string }).code]).toEqual([409, 'idempotency_key_reused'])
  await guest.state(answers[0]?.id ?? 0, 'sent')
  await home.settled()
  expect(guest.sentOnTikTok()).toEqual(['Once'])
})

test('an echo that overtakes its answer is recognised', async () => {
  const guest = await written()
  home.tiktok.faults.arm({ on: 'business.send', does: 'echo before answer', times: 1 })
  const queued = await guest.reply('First the echo')
  await guest.state(queued.id, 'sent')
  await home.settled()
  expect((await guest.lines()).map(line => line.text)).toEqual(['Hello', 'First the echo'])
})

test('an echo that comes six seconds late adds nothing', async () => {
  const guest = await written()
  home.tiktok.faults.arm({ on: 'business.send', does: 'echo late', times: 1 })
  const queued = await guest.reply('The echo is slow')
  await guest.state(queued.id, 'sent')
  await home.tiktok.clock.advance(7000)
  await home.settled()
  expect((await guest.lines()).map(line => line.text)).toEqual(['Hello', 'The echo is slow'])
  expect(guest.sentOnTikTok()).toEqual(['The echo is slow'])
})

test('a reply whose answer is lost is not sent twice: its echo settles it', async () => {
  const guest = await written()
  home.tiktok.faults.arm({ on: 'business.send', does: 'lose answer', times: 1 })
  const queued = await guest.reply('Did you get this?')
  await guest.state(queued.id, 'sent')
  await home.settled()
  expect(guest.sentOnTikTok()).toEqual(['Did you get this?'])
  expect((await guest.lines()).map(line => line.text)).toEqual(['Hello', 'Did you get this?'])
})

test('a reply whose answer and echo are lost is found by looking, and the queue behind it goes on', async () => {
  const guest = await written()
  home.tiktok.faults.arm({ on: 'business.send', does: 'truncated json', times: 1 })
  home.tiktok.faults.arm({ on: 'business.send', does: 'no echo', times: 1 })
  const first = await guest.reply('Found by looking')
  const second = await guest.reply('Behind it')
  await guest.state(first.id, 'sent')
  await guest.state(second.id, 'sent')
  await home.settled()
  expect(guest.sentOnTikTok()).toEqual(['Found by looking', 'Behind it'])
})

test('the same words sent twice are two messages, even when an answer is lost', async () => {
  const guest = await written()
  const first = await guest.reply('ok')
  await guest.state(first.id, 'sent')
  home.tiktok.faults.arm({ on: 'business.send', does: 'lose answer', times: 1 })
  const second = await guest.reply('ok')
  await guest.state(second.id, 'sent')
  await home.settled()
  expect(guest.sentOnTikTok()).toEqual(['ok', 'ok'])
  expect((await guest.lines()).filter(line => line.direction === 'out')).toHaveLength(2)
})

test('what cannot be found ends as not sure, holds the queue, and a person decides', async () => {
  const guest = await written()
  home.tiktok.faults.arm({ on: 'business.send', does: 'html', times: 1 }) // nothing was done, but nobody can know that
  const first = await guest.reply('Lost?')
  const second = await guest.reply('Held behind it')
  await vi.waitFor(async () => { expect((await guest.line(first.id)).state).toBe('sending') }, { timeout: 15_000 })
  await hurry(guest.id)
  expect(await guest.line(first.id)).toMatchObject({ state: 'not sure', problem: { code: 'not_sure' } })
  expect(await guest.line(second.id)).toMatchObject({ state: 'queued' })
  expect(await guest.shown()).toMatchObject({ blocked: true })
  expect(guest.sentOnTikTok()).toEqual([])

  expect(await home.post<MessageView>(`/api/v1/messages/${first.id}/look`)).toMatchObject({ state: 'not sure' })
  await home.post(`/api/v1/messages/${first.id}/retry`)
  await guest.state(first.id, 'sent')
  await guest.state(second.id, 'sent')
  expect(await guest.shown()).toMatchObject({ blocked: false })
  expect(guest.sentOnTikTok()).toEqual(['Lost?', 'Held behind it'])
})

test('discarding an unsure message lets the queue go on', async () => {
  const guest = await written()
  home.tiktok.faults.arm({ on: 'business.send', does: 'html', times: 1 })
  const first = await guest.reply('Let it be')
  const second = await guest.reply('Next')
  await vi.waitFor(async () => { expect((await guest.line(first.id)).state).toBe('sending') }, { timeout: 15_000 })
  await hurry(guest.id)
  expect(await home.post<MessageView>(`/api/v1/messages/${first.id}/discard`)).toMatchObject({ state: 'refused', problem: { code: 'discarded' } })
  await guest.state(second.id, 'sent')
  expect(guest.sentOnTikTok()).toEqual(['Next'])
})

test('an unsure message whose echo comes late after all is sent, and the queue goes on by itself', async () => {
  const guest = await written()
  home.tiktok.faults.arm({ on: 'business.send', does: 'lose answer', times: 1 })
  home.tiktok.faults.arm({ on: 'business.send', does: 'echo late', times: 1 })
  home.tiktok.faults.arm({ on: 'business.content', does: 'html', times: 20 })
  const first = await guest.reply('Late but there')
  const second = await guest.reply('After it')
  await vi.waitFor(async () => { expect((await guest.line(first.id)).state).toBe('sending') }, { timeout: 15_000 })
  await home.tiktok.clock.advance(7000)
  await guest.state(first.id, 'sent')
  await guest.state(second.id, 'sent')
  await home.settled()
  expect(guest.sentOnTikTok()).toEqual(['Late but there', 'After it'])
})

test('TikTok’s 40064 closes the window at once, whatever we counted; the queue behind a refused one goes on', async () => {
  const guest = await written()
  home.tiktok.faults.arm({ on: 'business.send', does: '40064', times: 1 })
  const first = await guest.reply('Too late')
  const second = await guest.reply('Still tried')
  await guest.state(first.id, 'refused')
  expect(await guest.line(first.id)).toMatchObject({ problem: { code: '40064' } })
  await guest.state(second.id, 'sent')
  const shown = await guest.shown()
  expect(shown.window.left).toBe(0)
  expect(new Date(shown.window.closesAt ?? 0).getTime()).toBeLessThanOrEqual(home.tiktok.clock.now())
  const third = await home.request('POST', `/api/v1/conversations/${guest.id}/messages`, { text: 'Closed' })
  expect([third.status, ((await third.json()) as { code: string }).code]).toEqual([409, 'window_closed'])
  home.tiktok.world.customerSays(guest.handle, 'halia.ceramics', { type: 'text', text: 'I am back' })
  await home.settled()
  expect((await guest.shown()).window.left).toBe(10)
})

test('the eleventh message is refused before TikTok has to', async () => {
  const guest = await written()
  for (let n = 1; n <= 10; n++) await guest.reply(`${n}`)
  const code = async () => ((await (await home.request('POST', `/api/v1/conversations/${guest.id}/messages`, { text: 'more' })).json()) as { code: string }).code
  expect(await code()).toBe('quota_used')
  await vi.waitFor(() => { expect(guest.sentOnTikTok()).toHaveLength(10) }, 20_000)
  expect(guest.sentOnTikTok()).toEqual(Array.from({ length: 10 }, (_, n) => `${n + 1}`))
})

test('too many requests means not sent: it waits and goes by itself', async () => {
  const guest = await written()
  home.tiktok.faults.arm({ on: 'business.send', does: '40100', times: 1 })
  const queued = await guest.reply('Patience')
  await guest.state(queued.id, 'sent')
  expect(guest.sentOnTikTok()).toEqual(['Patience'])
})

test('a process killed between the call and the save looks first and never sends again', async () => {
  const guest = await written()
  // What such a kill leaves behind: the row says it had begun, TikTok has the message, nobody heard the answer.
  const queued = await guest.reply('Once, please')
  await guest.state(queued.id, 'sent')
  await home.house.db.deleteFrom('message_alias').where('message_id', '=', queued.id).execute()
  await home.house.db.updateTable('message').set({ state: 'sending', content: null }).where('id', '=', queued.id).execute()
  await home.house.db.updateTable('send').set({ settled: false, look_at: null }).where('message_id', '=', queued.id).execute()
  await deliverQueue(home.house, guest.id)
  await hurry(guest.id)
  await guest.state(queued.id, 'sent')
  expect(guest.sentOnTikTok()).toEqual(['Once, please'])
  expect((await guest.lines()).map(line => line.text)).toEqual(['Hello', 'Once, please'])
})

test('two processes send a queue in order and each message once', async () => {
  const guest = await written()
  const second = await home.another()
  const texts = Array.from({ length: 8 }, (_, n) => `number ${n}`)
  for (const text of texts) await guest.reply(text)
  await vi.waitFor(() => { expect(guest.sentOnTikTok()).toHaveLength(8) }, { timeout: 20_000 })
  await home.settled()
  expect(guest.sentOnTikTok()).toEqual(texts)
  await second.close()
  expect((await guest.lines()).map(line => line.text)).toEqual(['Hello', ...texts])
})

test('empty and too long texts are refused with the number', async () => {
  const guest = await written()
  const said = async (text: string) => { const answer = await home.request('POST', `/api/v1/conversations/${guest.id}/messages`, { text }); return [answer.status, ((await answer.json()) as { code: string }).code] }
  expect(await said(' \n ')).toEqual([422, 'text_empty'])
  expect(await said('x'.repeat(6001))).toEqual([422, 'text_too_long'])
})

test('an agent sees and answers only the conversations of their accounts', async () => {
  const guest = await written()
  const stranger = await home.signIn('agent', { accounts: [], name: 'Nobody' })
  const mine = await home.signIn('agent', { accounts: [accountId], name: 'Mine' })
  const status = async (path: string, method = 'GET', body?: unknown) => (await home.request(method, `/api/v1${path}`, body, { as: stranger })).status
  expect((await home.get<{ items: unknown[] }>('/api/v1/conversations', stranger)).items).toEqual([])
  expect(await status(`/conversations/${guest.id}`)).toBe(404)
  expect(await status(`/conversations/${guest.id}/messages`)).toBe(404)
  expect(await status(`/conversations/${guest.id}/messages`, 'POST', { text: 'no' })).toBe(404)
  expect(await status(`/conversations/${guest.id}/read`, 'POST', {})).toBe(404)
  const queued = await home.post<MessageView>(`/api/v1/conversations/${guest.id}/messages`, { text: 'from an agent' }, { as: mine })
  expect(queued.author?.name).toBe('Mine')
  for (const act of ['retry', 'look', 'discard']) expect(await status(`/messages/${queued.id}/${act}`, 'POST', {})).toBe(404)
})

test('names and pictures of contacts come from TikTok’s list of the conversation', async () => {
  const guest = await written()
  await vi.waitFor(async () => { expect((await guest.shown()).contact.displayName).toMatch(/^Guest \d+$/) }, { timeout: 20_000, interval: 100 })
  const { avatarUrl } = (await guest.shown()).contact
  const picture = await home.request('GET', avatarUrl ?? '/no-picture')
  expect([picture.status, picture.headers.get('content-type'), picture.headers.get('x-content-type-options')]).toEqual([200, 'image/webp', 'nosniff'])
})

test('a reply after 48 hours is refused before TikTok has to', async () => {
  const guest = await written()
  await home.tiktok.clock.advance(48 * 3_600_000)
  const answer = await home.request('POST', `/api/v1/conversations/${guest.id}/messages`, { text: 'Too late' })
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([409, 'window_closed'])
  expect(guest.sentOnTikTok()).toEqual([])
})
