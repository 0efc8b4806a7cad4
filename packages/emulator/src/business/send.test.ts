import { requests } from '@stagedoor/tiktok/fixtures'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openStand, refusal, type Stand } from '../test/stand.ts'

let stand: Stand
beforeEach(async () => { stand = await openStand() })
afterEach(() => stand.close())

const RITA = 'rita.almeida', HALIA = 'halia.ceramics', HOUR_MS = 3_600_000
const writes = (text = 'hi') => stand.tiktok.world.customerSays(RITA, HALIA, { type: 'text', text }).conversationId
const send = (to: string, text = 'Hello') => refusal(stand.api.send({ recipient: to, message_type: 'TEXT', text: { body: text } }))
const sendMany = async (to: string, n: number) => { const codes: (number | string)[] = []; for (let i = 0; i < n; i++) codes.push(await send(to)); return codes }
const raw = (body: object) => stand.call('POST', '/business/message/send/', { body: { business_id: stand.businessId, recipient_type: 'CONVERSATION', ...body } })

describe('the reply window', () => {
  test('ten answers in 48 hours, and a new customer message opens ten more', async () => {
    const to = writes()
    expect(await sendMany(to, 11)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 40064])
    writes('still there?')
    expect(await sendMany(to, 11)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 40064])
  })

  test('after 48 hours the window is closed', async () => {
    const to = writes()
    await stand.later(48 * HOUR_MS - 1000)
    expect(await send(to)).toBe(0)
    await stand.tiktok.clock.advance(1000)
    const said = await raw({ recipient: to, message_type: 'TEXT', text: { body: 'late' } })
    expect([said.code, said.message]).toEqual([40064, 'You are sending messages too fast. Take a rest.'])
    expect(stand.tiktok.wire.list().at(-1)?.why).toContain('48 hours')
  })

  test('rule window-limit B: ten, then unlimited after an answer, then three', async () => {
    stand.tiktok.rules.set({ 'window-limit': 'B' })
    const to = writes()
    expect((await sendMany(to, 11)).at(-1)).toBe(40064)
    writes('an answer')
    expect(await sendMany(to, 15)).toEqual(Array.from({ length: 15 }, () => 0))
    await stand.later(49 * HOUR_MS)
    expect(await sendMany(to, 4)).toEqual([0, 0, 0, 40064])
  })

  test('messages typed in the app count, typing and reading and failures do not', async () => {
    const to = writes()
    for (let i = 0; i < 8; i++) stand.tiktok.world.businessSays(HALIA, RITA, `typed ${i}`)
    for (let i = 0; i < 5; i++) await stand.api.send({ recipient: to, message_type: 'SENDER_ACTION', sender_action: 'TYPING' })
    await raw({ recipient: to, message_type: 'TEXT', text: { body: 'x'.repeat(6001) } })
    expect(await sendMany(to, 3)).toEqual([0, 0, 40064])
  })

  test('rule app-messages-count off: messages typed in the app are free', async () => {
    stand.tiktok.rules.set({ 'app-messages-count': 'off' })
    const to = writes()
    for (let i = 0; i < 8; i++) stand.tiktok.world.businessSays(HALIA, RITA, `typed ${i}`)
    expect((await sendMany(to, 11)).filter(c => c === 0)).toHaveLength(10)
  })

  test('who blocked the account or is gone cannot be written to', async () => {
    const to = writes()
    stand.tiktok.world.blocks(RITA, HALIA)
    expect(await send(to)).toBe(40064)
    stand.tiktok.world.blocks(RITA, HALIA, false)
    expect(await send(to)).toBe(0)
    stand.tiktok.world.becomesUnavailable(RITA)
    expect(await send(to)).toBe(40064)
  })
})

describe('what can be sent', () => {
  test('every documented body is accepted, and its answer holds the nested id', async () => {
    const { conversationId: to, messageId } = stand.tiktok.world.customerSays(RITA, HALIA, { type: 'text', text: 'hi' })
    const media = (await stand.api.uploadImage({ bytes: Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 1]), filename: 'a.jpg', type: 'image/jpeg' })).media_id
    const item = stand.tiktok.world.addPost(HALIA, { state: 'public' }).id
    for (const { name, body } of requests.filter(r => r.call === 'business.send' && r.name !== 'comment-to-message')) {
      const real = JSON.parse(JSON.stringify(body).replaceAll(/"recipient":"[^"]*"/g, `"recipient":"${to}"`).replaceAll(/"business_id":"[^"]*"/g, `"business_id":"${stand.businessId}"`).replaceAll(/"media_id":"[^"]*"/g, `"media_id":"${media}"`).replaceAll(/"item_id":"[^"]*"/g, `"item_id":"${item}"`).replaceAll(/"referenced_message_id":"[^"]*"/g, `"referenced_message_id":"${messageId}"`)) as object
      const said = await stand.call('POST', '/business/message/send/', { body: real })
      expect([name, said.code]).toEqual([name, 0])
      expect((said.data['message'] as { message_id: string }).message_id).toMatch(name.startsWith('typing') ? /^$/ : /^[A-Za-z0-9+/]{26}==$/)
    }
  })

  test.each([
    ['an empty text', { message_type: 'TEXT', text: { body: '' } }], ['no text', { message_type: 'TEXT' }], ['6001 characters', { message_type: 'TEXT', text: { body: 'é'.repeat(6001) } }],
    ['an unknown type', { message_type: 'VIDEO' }], ['a title of 41', { message_type: 'TEMPLATE', template: { type: 'QA_LINK_CARD', title: 'x'.repeat(41), buttons: [{ type: 'REPLY', title: 'a' }] } }],
    ['four buttons', { message_type: 'TEMPLATE', template: { type: 'QA_LINK_CARD', title: 'x', buttons: ['a', 'b', 'c', 'd'].map(title => ({ type: 'REPLY', title })) } }],
    ['no button', { message_type: 'TEMPLATE', template: { type: 'QA_LINK_CARD', title: 'x', buttons: [] } }],
    ['a button of 21 on a button card', { message_type: 'TEMPLATE', template: { type: 'QA_BUTTON_CARD', title: 'x', buttons: [{ type: 'REPLY', title: 'x'.repeat(21) }] } }],
    ['a button that is a link', { message_type: 'TEMPLATE', template: { type: 'QA_BUTTON_CARD', title: 'x', buttons: [{ type: 'URL', title: 'x' }] } }],
    ['a button id of 41', { message_type: 'TEMPLATE', template: { type: 'QA_BUTTON_CARD', title: 'x', buttons: [{ type: 'REPLY', title: 'x', id: 'x'.repeat(41) }] } }],
    ['both recipient and direct_reply', { message_type: 'TEXT', text: { body: 'x' }, direct_reply: { reply_type: 'COMMENT_REPLY', comment_reply: { comment_id: '7500000000000000001' } } }],
    ['a quote on a picture', { message_type: 'IMAGE', image: { media_id: 'x' }, referenced_message_info: { referenced_message_id: 'x' } }],
    ['a picture with a caption', { message_type: 'IMAGE', image: { media_id: 'x' }, text: { body: 'look' } }],
    ['a wrong action', { message_type: 'SENDER_ACTION', sender_action: 'DANCING' }], ['a wrong recipient_type', { recipient_type: 'USER', message_type: 'TEXT', text: { body: 'x' } }],
  ])('%s is 40002 and the log says why', async (_, body) => {
    const said = await raw({ recipient: writes(), ...body })
    expect([said.status, said.code]).toEqual([200, 40002])
    expect(stand.tiktok.wire.list({ name: 'business.send' }).at(-1)?.why?.length).toBeGreaterThan(10)
  })

  test('6000 emoji are 6000 characters', async () => {
    expect((await raw({ recipient: writes(), message_type: 'TEXT', text: { body: '🎉'.repeat(6000) } })).code).toBe(0)
  })

  test('only a text, a picture or a shared post of this conversation can be quoted', async () => {
    const { conversationId: to, messageId } = stand.tiktok.world.customerSays(RITA, HALIA, { type: 'sticker' })
    const quote = (id: string) => refusal(stand.api.send({ recipient: to, message_type: 'TEXT', text: { body: 'x' }, referenced_message_info: { referenced_message_id: id } }))
    const elsewhere = stand.tiktok.world.customerSays('kofi_mensah', HALIA, { type: 'text', text: 'other' }).messageId
    expect([await quote(messageId), await quote(elsewhere), await quote('short')]).toEqual([40002, 40007, 40002])
  })

  test('only own posts can be shared, by their id as text', async () => {
    const to = writes(), share = (item_id: string) => refusal(stand.api.send({ recipient: to, message_type: 'SHARE_POST', share_post: { item_id } }))
    const foreign = stand.tiktok.world.addPost('nomad.bikes', { state: 'public' }).id, own = stand.tiktok.world.addPost(HALIA, { state: 'public' }).id
    expect([await share(foreign), await share('abc'), await share(own)]).toEqual([40007, 40002, 0])
    expect((await stand.api.videoList({ fields: ['item_id', 'caption'] })).videos).toMatchObject([{ item_id: own }])
  })

  test('a request becomes a conversation by the first answer, by any route, and not by typing', async () => {
    const to = writes(), types = async () => [(await stand.api.conversations({ type: 'STRANGER' })).conversations.length, (await stand.api.conversations({ type: 'SINGLE' })).conversations.length]
    await stand.api.send({ recipient: to, message_type: 'SENDER_ACTION', sender_action: 'MARK_READ' })
    expect(await types()).toEqual([1, 0])
    await send(to)
    expect(await types()).toEqual([0, 1])
    stand.tiktok.world.customerSays('kofi_mensah', HALIA, { type: 'text', text: 'hi' })
    stand.tiktok.world.businessSays(HALIA, 'kofi_mensah', 'typed in the app')
    expect(await types()).toEqual([0, 2])
  })

  test('a comment is answered by direct reply only as the conditions say', async () => {
    const vendor = await stand.connect('lumen.serum'), world = stand.tiktok.world
    const comment = (highIntent = true) => world.customerComments('marisol_', 'lumen.serum', { text: 'price?', highIntent }).commentId
    const reply = (id: string, api = vendor.api) => refusal(api.send({ direct_reply: { reply_type: 'COMMENT_REPLY', comment_reply: { comment_id: id } }, message_type: 'TEXT', text: { body: 'Hi!' } }))
    expect(await reply(comment())).toBe(40001)
    await vendor.api.directReply.update('ENABLE')
    const id = comment()
    expect([await reply('7500000000000000009'), await reply(comment(false)), await reply(id), await reply(id)]).toEqual([40007, 40001, 0, 40001])
    expect(await reply(comment())).toBe(40001) // a message went to this person within the past day
    await stand.tiktok.clock.advance(25 * HOUR_MS)
    const fresh = await vendor.api.oauth.refresh(stand.app, vendor.refreshToken), late = comment()
    await stand.tiktok.clock.advance(HOUR_MS)
    const said = await stand.call('POST', '/business/message/send/', { token: fresh.accessToken, body: { business_id: vendor.businessId, direct_reply: { reply_type: 'COMMENT_REPLY', comment_reply: { comment_id: late } }, message_type: 'TEXT', text: { body: 'Hi!' } } })
    expect(said.code).toBe(0)
  })
})

describe('the order of checks (G21)', () => {
  test('token, parameters, scope, business_id, object, rules: each hides the ones behind it', async () => {
    const to = writes()
    const reader = await stand.connect('nomad.bikes', ['user.info.basic', 'message.list.read'])
    const body = (more: object) => ({ business_id: stand.businessId, recipient_type: 'CONVERSATION', recipient: to, message_type: 'TEXT', text: { body: 'x' }, ...more })
    const code = async (given: Parameters<Stand['call']>[2]) => (await stand.call('POST', '/business/message/send/', given)).code
    expect(await code({ token: null, body: {} })).toBe(40104)
    expect(await code({ token: 'act.wrong', body: {} })).toBe(40105)
    expect(await code({ token: reader.token, body: {} })).toBe(40002)
    expect(await code({ token: reader.token, body: body({}) })).toBe(40001)
    expect(await code({ body: body({ business_id: reader.businessId }) })).toBe(40001)
    expect(await code({ body: body({ recipient: 'a b' }) })).toBe(40002)
    expect(await code({ body: body({ recipient: 'AAAAAAAAAAAAAAAAAAAAAAAAAA==' }) })).toBe(40007)
    expect(await code({ body: body({}) })).toBe(0)
  })

  test('a path without its slash, an unknown one, another method and another version each get their own no', async () => {
    const at = async (method: 'GET' | 'POST', path: string) => { const said = await stand.call(method, path, method === 'POST' ? { body: {} } : {}); return [said.status, said.code ?? said.text] }
    expect(await at('POST', '/business/message/send')).toEqual([404, '404 page not found'])
    expect(await at('POST', '/business/message/unsend/')).toEqual([200, 40006])
    expect(await at('GET', '/business/message/send/')).toEqual([405, '405 method not allowed'])
    expect(await at('POST', '/open_api/v1.2/business/message/send/')).toEqual([200, 40051])
  })

  test('a body that is no JSON, or not called so, is 40002', async () => {
    expect((await stand.call('POST', '/business/message/send/', { body: '{"business_id":' })).code).toBe(40002)
    expect((await stand.call('POST', '/business/message/send/', { body: '{}', headers: { 'content-type': 'text/plain' } })).code).toBe(40002)
  })

  test('accounts that may not use messaging get 40118, by rule 40001', async () => {
    const ask = async () => (await stand.call('GET', `/business/message/conversation/list/?business_id=${stand.businessId}&conversation_type=SINGLE`)).code
    for (const change of [{ isBusiness: false }, { isBusiness: true, region: 'DE' }, { region: 'GB' }]) {
      stand.tiktok.world.changeAccount(HALIA, change)
      expect(await ask()).toBe(40118)
    }
    stand.tiktok.rules.set({ 'permission-refusal': '40001' })
    expect(await ask()).toBe(40001)
    stand.tiktok.world.changeAccount(HALIA, { region: 'US' })
    expect(await ask()).toBe(0)
    stand.tiktok.rules.set({ 'us-accounts': 'refused' })
    expect(await ask()).toBe(40001)
  })
})

describe('limits', () => {
  test('the eleventh call of a second is 40100 without Retry-After, the next second is free', async () => {
    stand.tiktok.rules.set({ 'business-qps': '10' })
    await stand.tiktok.clock.advance(2000)
    const path = `/business/message/conversation/list/?business_id=${stand.businessId}&conversation_type=SINGLE`
    const codes = await Promise.all(Array.from({ length: 12 }, async () => (await stand.call('GET', path)).code))
    expect(codes.filter(c => c === 40100).length).toBeGreaterThanOrEqual(1)
    await stand.tiktok.clock.advance(1000)
    expect((await stand.call('GET', path)).code).toBe(0)
  })

  test('forty profile calls a minute, then five minutes of rest', async () => {
    stand.tiktok.rules.set({ 'business-qps': '50' })
    const ask = async () => (await stand.call('GET', `/business/get/?business_id=${stand.businessId}`)).code
    for (let i = 0; i < 40; i++) expect(await ask()).toBe(0)
    expect(await ask()).toBe(40100)
    await stand.tiktok.clock.advance(120_000)
    expect(await ask()).toBe(40100)
    await stand.tiktok.clock.advance(181_000)
    expect(await ask()).toBe(0)
  })
})
