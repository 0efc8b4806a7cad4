import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openStand, type Stand } from '../test/stand.ts'
import { signHook } from './hooks.ts'

let stand: Stand, token: string, spaceId: string, channel: number
const RITA = 'rita.almeida', HALIA = 'halia.ceramics'
type Item = Record<string, unknown>
type Answer = { status: number; headers: Headers; body: Item; items: Item[]; next: string | null | undefined }

beforeEach(async () => {
  stand = await openStand()
  const made = stand.tiktok.world.addSpace({ accounts: [HALIA, 'nomad.bikes'] })
  token = made.space.token
  spaceId = made.space.id
  channel = Number(made.channels[0]?.id)
})
afterEach(() => stand.close())

async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = { authorization: `Bearer ${token}` }): Promise<Answer> {
  const answer = await fetch(`${stand.tiktok.url}/v2${path}`, { method, headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  const text = await answer.text(), said = text.startsWith('{') ? JSON.parse(text) as Item : { text }
  return { status: answer.status, headers: answer.headers, body: said, items: Array.isArray(said['items']) ? said['items'] as Item[] : [], next: (said['pagination'] as { next?: string | null } | undefined)?.next }
}
/** The values of a send's status, oldest first. */
const walkOf = (item: Item | undefined): string[] => (item?.['status'] as { value: string }[] | undefined)?.map(s => s.value) ?? []
const attachmentOf = (body: unknown): { url?: string; mime?: string } => (body as { attachment?: { url?: string; mime?: string } } | undefined)?.attachment ?? {}
const says = (text = 'hi', customer = RITA) => stand.tiktok.world.customerSays(customer, HALIA, { type: 'text', text })
const everybody = (search = '', filter: object = { $and: [] }) => ask('POST', '/contact/list?limit=100', { search, timezone: 'UTC', filter })
const rita = async () => { const id = (await everybody(RITA)).items[0]?.['id']; return `id:${String(id)}` }
const list = async (query = 'limit=50') => ask('GET', `/contact/${await rita()}/message/list?${query}`)
const send = async (text: string, more: object = { channelId: channel }) => ask('POST', `/contact/${await rita()}/message`, { ...more, message: { type: 'text', text } })

describe('one world, two faces', () => {
  test('a customer’s message appears through both with the same TikTok message id', async () => {
    const { conversationId, messageId } = says('Is this still available?')
    const direct = (await stand.api.content(conversationId)).messages[0], [through] = (await list()).items
    expect([direct?.message_id, through?.['channelMessageId']]).toEqual([messageId, messageId])
    expect(through).toMatchObject({ traffic: 'incoming', channelId: channel, messageId: (direct?.timestamp ?? 0) * 1000, message: { type: 'text', text: 'Is this still available?' }, sender: { source: 'contact', userId: null }, status: [], replyTo: null })
  })

  test('a send is accepted at once, then walks pending, sent, delivered, read; TikTok has it and tells its echo', async () => {
    const { conversationId } = says()
    const accepted = await send('Yes, it is.')
    expect([accepted.status, Object.keys(accepted.body).toSorted()]).toEqual([200, ['contactId', 'messageId']])
    const status = async () => { const found = (await list()).items.find(m => m['traffic'] === 'outgoing'); return [walkOf(found), found?.['channelMessageId']] as const }
    expect(await status()).toEqual([['pending'], undefined])
    await stand.tiktok.clock.advance(1000)
    const [walk, id] = await status()
    expect([walk, id]).toEqual([['sent'], (await stand.api.content(conversationId)).messages[0]?.message_id])
    await stand.tiktok.clock.advance(4000)
    expect((await status())[0]).toEqual(['sent', 'delivered', 'read'])
    expect((await stand.hear('im_send_msg'))[0]?.content).toMatchObject({ text: { body: 'Yes, it is.' }, message_id: id })
  })

  test('what the business sends elsewhere appears as an echo, unless a rule says not', async () => {
    const { conversationId } = says()
    await stand.api.send({ recipient: conversationId, message_type: 'TEXT', text: { body: 'by the other app' } })
    stand.tiktok.rules.set({ 'rio-echo': 'off' })
    stand.tiktok.world.businessSays(HALIA, RITA, 'typed')
    expect((await list()).items.filter(m => m['traffic'] === 'outgoing')).toMatchObject([{ sender: { source: 'echo' } }])
  })

  test('pictures are attachments, shared posts are posts, stickers are unsupported, and EU people are absent', async () => {
    for (const type of ['image', 'video', 'share_post', 'sticker'] as const) stand.tiktok.world.customerSays(RITA, HALIA, { type })
    const bodies = (await list()).items.map(m => m['message'] as Item).toReversed()
    expect(bodies.map(b => b['type'])).toEqual(['attachment', 'attachment', 'post', 'unsupported'])
    const { url = '', mime } = attachmentOf(bodies[0])
    expect([(await fetch(url)).headers.get('content-type'), mime]).toEqual(['image/jpeg', 'image/jpeg'])
    says('hallo', 'greta.berlin')
    expect((await everybody('greta')).items).toEqual([])
  })

  test('an image is fetched from its address and sent; one that cannot be fetched fails', async () => {
    const { conversationId } = stand.tiktok.world.customerSays(RITA, HALIA, { type: 'image' })
    const { url = '' } = attachmentOf((await list()).items[0]?.['message'])
    const attach = async (from: string) => ask('POST', `/contact/${await rita()}/message`, { channelId: channel, message: { type: 'attachment', attachment: { type: 'image', url: from } } })
    await attach(url)
    await attach('http://127.0.0.1:9/none.jpg')
    await stand.tiktok.clock.advance(2000)
    expect((await stand.api.content(conversationId)).messages[0]?.message_type).toBe('IMAGE')
    expect((await list()).items.map(m => walkOf(m).join(' '))).toContain('failed')
  })
})

describe('doors', () => {
  test('no token is the firewall’s HTML 403, a wrong one 401, a strange path 404', async () => {
    const none = await ask('GET', '/space/user?limit=1', undefined, {}), wrong = await ask('GET', '/space/user?limit=1', undefined, { authorization: 'Bearer a.b.c.wrong' })
    expect([none.status, none.headers.get('content-type'), String(none.body['text']).includes('Request blocked')]).toEqual([403, 'text/html', true])
    expect([wrong.status, wrong.body]).toEqual([401, { code: 401, message: 'UN_AUTHORIZED' }])
    expect([(await ask('GET', '/space/nothing')).status, (await ask('GET', '/contact/id:1')).body]).toEqual([404, { code: 404, message: 'Contact not found' }])
  })

  test('the token is a JWT that names its workspace', () => {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Item
    expect(claims).toMatchObject({ spaceId: Number(spaceId), orgId: 9001, type: 'api' })
    expect(Object.keys(claims)).not.toContain('exp')
  })

  test('every answer counts down; the sixth of a second is 429 with Retry-After, over the whole organisation', async () => {
    stand.tiktok.rules.set({ 'rio-limit': '5' })
    const second = stand.tiktok.world.addSpace({ accounts: [HALIA] })
    const other = await ask('GET', '/space/channel', undefined, { authorization: `Bearer ${second.space.token}` })
    expect([other.headers.get('x-ratelimit-limit'), other.headers.get('x-ratelimit-remaining')]).toEqual(['5', '4'])
    const answers = await Promise.all(Array.from({ length: 6 }, () => ask('GET', '/space/channel')))
    const refused = answers.filter(a => a.status === 429)
    expect([refused.length >= 1, refused[0]?.headers.get('retry-after'), (await ask('GET', '/space/user')).status]).toEqual([true, '1', 200])
    stand.tiktok.rules.set({ 'rio-limit': '20' })
    await stand.tiktok.clock.advance(1000)
    expect((await ask('GET', '/space/channel')).headers.get('x-ratelimit-limit')).toBe('20')
  })

  test('channels, users, notes, a contact and its channels have the documented shapes', async () => {
    says()
    expect((await ask('GET', '/space/channel')).items).toMatchObject([{ id: channel, name: 'Halia Ceramics TikTok', source: 'tiktok_business' }, { source: 'tiktok_business' }, { source: 'whatsapp_business' }])
    expect((await ask('GET', '/space/user')).items[0]).toMatchObject({ role: 'agent', team: { name: 'Sales' }, restrictions: [] })
    expect((await ask('GET', '/space/user/901')).body).toMatchObject({ id: 901 })
    expect((await ask('GET', '/space/closing_notes')).items).toMatchObject([{ category: 'Resolved' }, { category: 'Spam' }])
    expect((await ask('GET', `/contact/${encodeURIComponent(await rita())}`)).body).toMatchObject({ firstName: RITA, lastName: '', email: null, phone: null, status: 'open', isBlocked: false, tags: [], assignee: null, lifecycle: 'New Lead' })
    expect((await ask('GET', `/contact/${await rita()}/channels`)).items).toMatchObject([{ id: channel, source: 'tiktok_business' }])
    expect((await ask('GET', '/contact/12')).status).toBe(400)
  })

  test('contacts are listed by id; "search" must be there; filters narrow', async () => {
    says()
    says('hi', 'kofi_mensah')
    expect((await ask('POST', '/contact/list', { timezone: 'UTC', filter: { $and: [] } })).body).toEqual({ code: 400, message: 'Validation error.' })
    expect((await everybody()).items.map(c => c['firstName'])).toEqual([RITA, 'kofi_mensah'])
    await ask('POST', `/contact/${await rita()}/tag`, ['vip'])
    const names = async (condition: object) => (await everybody('', { $and: [condition] })).items.map(c => c['firstName'])
    expect(await names({ category: 'contactTag', operator: 'hasAnyOf', value: ['vip'] })).toEqual([RITA])
    expect(await names({ category: 'contactField', field: 'firstName', operator: 'isEqualTo', value: 'kofi_mensah' })).toEqual(['kofi_mensah'])
    expect(await names({ category: 'contactField', field: 'assigneeUserId', operator: 'exists', value: null })).toEqual([])
    expect((await everybody('', { $and: [], $or: [] })).status).toBe(400)
    expect((await ask('DELETE', `/contact/${await rita()}/tag`, ['vip'])).status).toBe(200)
  })

  test('status, assignee and comment do what they say', async () => {
    says()
    const id = await rita(), contact = async () => (await ask('GET', `/contact/${id}`)).body
    expect((await ask('POST', `/contact/${id}/conversation/status`, { status: 'close', category: 'Resolved' })).body).toEqual({ contactId: Number(id.slice(3)) })
    expect([(await contact())['status'], (await ask('POST', `/contact/${id}/conversation/status`, { status: 'close', category: 'Nope' })).status]).toEqual(['closed', 400])
    await ask('POST', `/contact/${id}/conversation/assignee`, { assignee: 901 })
    expect((await contact())['assignee']).toMatchObject({ id: 901 })
    await ask('POST', `/contact/${id}/conversation/assignee`, { assignee: null })
    expect([(await contact())['assignee'], (await ask('POST', `/contact/${id}/comment`, { text: 'note' })).body['text'], (await ask('POST', `/contact/${id}/comment`, { text: 'x'.repeat(1001) })).status]).toEqual([null, 'note', 400])
    says('me again')
    expect((await contact())['status']).toBe('open')
  })

  test('sends are validated, and variables in their text are expanded', async () => {
    says()
    expect([(await send('')).status, (await send('x'.repeat(6001))).status, (await send('x', { channelId: 1 })).status]).toEqual([400, 400, 404])
    await send('Hello {{$contact.firstName}}')
    stand.tiktok.rules.set({ 'rio-expansion': 'off' })
    await send('Hello {{$contact.firstName}}', {})
    expect((await list()).items.filter(m => m['traffic'] === 'outgoing').map(m => (m['message'] as Item)['text'])).toEqual(expect.arrayContaining([`Hello ${RITA}`, 'Hello {{$contact.firstName}}']))
  })
})

describe('pages', () => {
  test('newest first, at most 50, an absolute next that walks to older ones', async () => {
    for (let i = 0; i < 60; i++) says(`m${i}`)
    const first = await list('limit=100'), second = await ask('GET', `${new URL(first.next ?? '').pathname.slice(3)}${new URL(first.next ?? '').search}`)
    expect([first.items.length, second.items.length, second.next]).toEqual([50, 10, null])
    expect(new Set([...first.items, ...second.items].map(m => m['messageId'])).size).toBe(60) // same millisecond: ids move up by one
    expect((await list('')).items).toHaveLength(10)
    stand.tiktok.rules.set({ 'rio-page': '100' })
    expect((await list('limit=100')).items).toHaveLength(60)
  })

  test('rules for the end of a list, for the cursor and for ids', async () => {
    for (let i = 0; i < 3; i++) says(`m${i}`)
    stand.tiktok.rules.set({ 'rio-end': 'empty' })
    expect((await list()).next).toBe('')
    stand.tiktok.rules.set({ 'rio-end': 'absent' })
    expect((await list()).next).toBeUndefined()
    stand.tiktok.rules.set({ 'rio-cursor': 'inclusive' })
    const first = await list('limit=2'), cursor = new URL(first.next ?? '').searchParams.get('cursorId')
    expect((await list(`limit=2&cursorId=${cursor}`)).items[0]?.['messageId']).toBe(Number(cursor))
    stand.tiktok.rules.set({ 'rio-ids': 'text' })
    expect(typeof (await list()).items[0]?.['messageId']).toBe('string')
  })
})

describe('windows', () => {
  test('outside the window a send is accepted and then fails, or by rule is refused', async () => {
    says()
    await stand.tiktok.clock.advance(49 * 3_600_000)
    expect((await send('late')).status).toBe(200)
    await stand.tiktok.clock.advance(2000)
    expect((await list()).items[0]?.['status']).toMatchObject([{ value: 'failed', message: expect.stringContaining('TikTok') as string }])
    stand.tiktok.rules.set({ 'rio-window': '400' })
    expect((await send('late')).status).toBe(400)
  })

  test('rule rio-read when read: read comes when the customer reads', async () => {
    stand.tiktok.rules.set({ 'rio-read': 'when read' })
    says()
    await send('Hello')
    await stand.tiktok.clock.advance(6000)
    const values = async () => walkOf((await list()).items.find(m => m['traffic'] === 'outgoing'))
    expect(await values()).toEqual(['sent', 'delivered'])
    stand.tiktok.world.customerReads(RITA, HALIA)
    expect(await values()).toEqual(['sent', 'delivered', 'read'])
  })
})

describe('faults of Respond.io', () => {
  const arm = (on: string, does: string, more: object = {}) => stand.tiktok.faults.arm({ on, does, times: 1, ...more })
  const outgoing = async () => (await list()).items.filter(m => m['traffic'] === 'outgoing').length

  test('449 with and without queueing, 500 after the message was stored, an answer lost', async () => {
    says()
    arm('respondio.send', '449 queued')
    expect([(await send('a')).status, await outgoing()]).toEqual([449, 1])
    arm('respondio.send', '449 dropped')
    expect([(await send('b')).status, await outgoing()]).toEqual([449, 1])
    arm('respondio.send', '500 after')
    expect([(await send('c')).status, await outgoing()]).toEqual([500, 2])
    arm('respondio.send', 'lose answer')
    await expect(send('d')).rejects.toThrow('fetch failed')
    arm('respondio.send', 'cut')
    await expect(send('e')).rejects.toThrow('fetch failed')
    expect(await outgoing()).toBe(3)
  })

  test('429, 401 in the middle, HTML 502', async () => {
    arm('respondio.channels', '429')
    const limited = await ask('GET', '/space/channel')
    arm('respondio.channels', '401')
    const refused = await ask('GET', '/space/channel')
    arm('respondio.channels', 'html', { status: 502 })
    const page = await ask('GET', '/space/channel')
    expect([limited.status, limited.headers.get('retry-after'), refused.body['message'], page.status, page.headers.get('content-type')?.startsWith('text/html')]).toEqual([429, '1', 'UN_AUTHORIZED', 502, true])
  })

  test('a message that comes late has an id below the ones already seen', async () => {
    says('first')
    arm('respondio.ingest', 'late incoming')
    says('late')
    const texts = (await list()).items.map(m => (m['message'] as Item)['text'])
    expect(texts).toEqual(['first', 'late'])
  })

  test('a message without TikTok’s id, or with another one', async () => {
    arm('respondio.ingest', 'no tiktok id')
    says('one')
    arm('respondio.ingest', 'other tiktok id')
    const { messageId } = says('two')
    const [two, one] = (await list()).items
    expect([one?.['channelMessageId'], two?.['channelMessageId'] === messageId, two?.['channelMessageId']]).toEqual([undefined, false, expect.stringMatching(/==$/)])
  })

  test('a cursor that repeats itself', async () => {
    for (let i = 0; i < 3; i++) says(`m${i}`)
    const cursor = new URL((await list('limit=1')).next ?? '').searchParams.get('cursorId')
    arm('respondio.messages', 'repeated cursor')
    expect(new URL((await list(`limit=1&cursorId=${cursor}`)).next ?? '').searchParams.get('cursorId')).toBe(cursor)
  })

  test('merged contacts: the old id is 404, its messages are with the one that stayed', async () => {
    says()
    says('hi', 'kofi_mensah')
    const [keep, gone] = (await everybody()).items.map(c => String(c['id']))
    await ask('POST', '/contact/merge', { contactIds: [Number(keep), Number(gone)] })
    expect([(await ask('GET', `/contact/id:${gone}`)).status, (await list()).items.length]).toEqual([404, 2])
    says('still me', 'kofi_mensah')
    expect((await list()).items).toHaveLength(3)
  })
})

describe('webhooks of Respond.io', () => {
  type Got = { signature: string; raw: string; body: Item }
  const receive = async (status: () => number): Promise<{ got: Got[]; url: string; close: () => void }> => {
    const got: Got[] = [], server = createServer((request, response) => {
      let raw = ''
      request.on('data', part => { raw += String(part) })
      request.on('end', () => { got.push({ signature: String(request.headers['x-webhook-signature']), raw, body: JSON.parse(raw) as Item }); response.writeHead(status()).end() })
    })
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/rio`, close: () => { server.closeAllConnections(); server.close() } }
  }
  const settle = async (ms = 100) => { await stand.tiktok.clock.advance(ms); await stand.tiktok.settled() }

  test('received and sent messages are told, signed over compact JSON, in the nested form and by knobs in others', async () => {
    const { got, url, close } = await receive(() => 200)
    const hook = stand.tiktok.world.addRespondioHook(spaceId, { event: 'message.received', url }), sent = stand.tiktok.world.addRespondioHook(spaceId, { event: 'message.sent', url })
    const { messageId } = says('Is this still available?')
    await settle()
    expect(got[0]?.body).toMatchObject({ event_type: 'message.received', message: { channelMessageId: messageId, traffic: 'incoming' }, channel: { source: 'tiktok_business' }, sender: { source: 'contact' } })
    expect([got[0]?.signature, JSON.stringify(got[0]?.body)]).toEqual([signHook(hook.key, got[0]?.raw ?? ''), got[0]?.raw])
    await send('Yes')
    await settle(1000)
    expect(got[1]?.body).toMatchObject({ event_type: 'message.sent', sender: { source: 'api' } })
    expect(got[1]?.signature).toBe(signHook(sent.key, got[1]?.raw ?? ''))
    for (const does of ['flat hook', 'bare hook', 'duplicate hook', 'no hook']) { stand.tiktok.faults.arm({ on: 'respondio.hook', does, times: 1 }); says(does); await settle() }
    const [flat, bare, twice, again, ...none] = got.slice(2).map(g => g.body)
    expect([flat?.['traffic'], bare?.['sender'], Object.hasOwn(bare?.['message'] ?? {}, 'timestamp'), none.length]).toEqual(['incoming', undefined, false, 0])
    expect(twice).toEqual(again)
    close()
  })

  test('the published vector of the signature', () => {
    expect(signHook('test-signing-key', '{"event_type":"message.received","event_id":"evt-0001","ok":true}')).toBe('epvnm4RQSbGyVYiM0g3jPJXm4eoF3wSdmZSowwDp1l8=')
  })

  test('a failing endpoint is not tried again, and switched off after 30 errors in 30 minutes; by rule it is tried three times more', async () => {
    const { got, url, close } = await receive(() => 500)
    stand.tiktok.world.addRespondioHook(spaceId, { event: 'message.received', url })
    says()
    await settle(60_000)
    expect(got).toHaveLength(1)
    stand.tiktok.rules.set({ 'rio-hook-retries': 'on' })
    says()
    await settle(60_000)
    expect(got).toHaveLength(5)
    stand.tiktok.rules.set({ 'rio-hook-retries': 'off' })
    for (let i = 0; i < 30; i++) says()
    await settle()
    expect(stand.tiktok.world.rioHooks[0]?.disabled).toBe(true)
    const before = got.length
    says()
    await settle()
    expect(got).toHaveLength(before)
    close()
  })
})

describe('every route', () => {
  const calls: Record<string, () => Promise<unknown>> = {
    'respondio.contacts': () => everybody(),
    'respondio.contact': async () => ask('GET', `/contact/${await rita()}`),
    'respondio.contactUpdate': async () => ask('PUT', `/contact/${await rita()}`, { lastName: 'Almeida' }),
    'respondio.contactChannels': async () => ask('GET', `/contact/${await rita()}/channels`),
    'respondio.tag': async () => ask('POST', `/contact/${await rita()}/tag`, ['a']),
    'respondio.untag': async () => ask('DELETE', `/contact/${await rita()}/tag`, ['a']),
    'respondio.comment': async () => ask('POST', `/contact/${await rita()}/comment`, { text: 'a' }),
    'respondio.status': async () => ask('POST', `/contact/${await rita()}/conversation/status`, { status: 'open' }),
    'respondio.assignee': async () => ask('POST', `/contact/${await rita()}/conversation/assignee`, { assignee: null }),
    'respondio.messages': () => list(),
    'respondio.message': async () => ask('GET', `/contact/${await rita()}/message/${String((await list()).items[0]?.['messageId'])}`),
    'respondio.send': () => send('hello'),
    'respondio.channels': () => ask('GET', '/space/channel'),
    'respondio.users': () => ask('GET', '/space/user'),
    'respondio.user': () => ask('GET', '/space/user/901'),
    'respondio.closingNotes': () => ask('GET', '/space/closing_notes'),
    'respondio.file': async () => {
      stand.tiktok.world.customerSays(RITA, HALIA, { type: 'image' })
      return fetch(attachmentOf((await list()).items[0]?.['message']).url ?? '')
    },
    'respondio.merge': async () => {
      says('hi', 'kofi_mensah')
      const [a, b] = (await everybody()).items.map(c => c['id'])
      return ask('POST', '/contact/merge', { contactIds: [a, b] })
    },
    'respondio.contactDelete': async () => ask('DELETE', `/contact/${await rita()}`),
  }

  test.each(Object.keys(calls))('%s answers', async name => {
    says()
    await stand.tiktok.clock.advance(1)
    await calls[name]?.()
    const entry = stand.tiktok.wire.list().filter(e => e.kind === 'request').at(-1)
    expect([entry?.name, entry?.status, entry?.why]).toEqual([name, 200, undefined])
  })

  test('no route of Respond.io’s face is without such a call', () => {
    const face = stand.tiktok.faces.find(f => f.name === 'respondio')
    expect(face?.routes.map(r => r.name).toSorted((a, b) => a.localeCompare(b))).toEqual(Object.keys(calls).toSorted((a, b) => a.localeCompare(b)))
  })
})
