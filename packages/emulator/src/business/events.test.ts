import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { business } from '@stagedoor/tiktok'
import { webhooks } from '@stagedoor/tiktok/fixtures'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createEmulator } from '../index.ts'
import { openStand, type Stand } from '../test/stand.ts'

let stand: Stand
beforeEach(async () => { stand = await openStand() })
afterEach(() => stand.close())

const RITA = 'rita.almeida', HALIA = 'halia.ceramics'
/** The keys of a payload, nested, without its values: what a documented payload and ours must share. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf)
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, shapeOf(inner)]))
  return typeof value
}
const documented = (name: string): unknown => {
  const found = webhooks.find(w => w.platform === 'business' && w.name.startsWith(name))
  if (!found) throw new Error(`No fixture begins with "${name}"`)
  return shapeOf(JSON.parse((JSON.parse(found.body) as { content: string }).content))
}
const says = (what: Parameters<Stand['tiktok']['world']['customerSays']>[2]) => stand.tiktok.world.customerSays(RITA, HALIA, what)
const received = async () => (await stand.hear('im_receive_msg')).at(-1)

describe('events have the documented shape', () => {
  test.each([
    ['text', { type: 'text', text: 'Hello' }], ['image', { type: 'image' }], ['video', { type: 'video' }], ['shared TikTok post', { type: 'share_post' }], ['sticker', { type: 'sticker' }], ['emoji', { type: 'emoji' }],
  ] as const)('a customer’s %s', async (name, what) => {
    says(what)
    expect(shapeOf((await received())?.content)).toEqual(documented(`im_receive_msg: ${name}`))
  })

  test('a quoting text names the message it answers', async () => {
    const first = says({ type: 'text', text: 'one' })
    says({ type: 'text', text: 'This one', quotes: first.messageId })
    const event = await received()
    expect(shapeOf(event?.content)).toEqual(documented('im_receive_msg: text quoting'))
    expect(event?.content['referenced_message_info']).toEqual({ referenced_message_id: first.messageId })
  })

  test('a pressed card button comes as a text with the button’s own id', async () => {
    const { conversationId } = says({ type: 'text', text: 'hi' })
    const { message_id: card } = await stand.api.send({ recipient: conversationId, message_type: 'TEMPLATE', template: { type: 'QA_BUTTON_CARD', title: 'How can we help?', buttons: [{ type: 'REPLY', title: 'Order status', id: 'opt_1' }] } })
    says({ type: 'tap', messageId: card, buttonId: 'opt_1' })
    const event = await received()
    expect(shapeOf(event?.content)).toEqual(documented('im_receive_msg: text produced by tapping'))
    expect(event?.content['reply_source_payload']).toEqual({ reply_source_msg_id: event?.content['message_id'], reply_source_unique_id: 'opt_1' })
  })

  test('a reaction is a message of its own in the webhook and only a mark in content/list', async () => {
    const { conversationId, messageId } = says({ type: 'text', text: 'hi' })
    stand.tiktok.world.customerReacts(RITA, HALIA, { messageId, emoji: '👍' })
    const added = await received()
    expect(shapeOf(added?.content)).toEqual(documented('im_receive_msg: reaction added'))
    const { messages } = await stand.api.content(conversationId)
    expect(messages).toHaveLength(1)
    expect(messages[0]?.reactions).toMatchObject([{ type: 'EMOJI', emoji: '👍' }])
    stand.tiktok.world.customerReacts(RITA, HALIA, { messageId, emoji: '👍', remove: true })
    expect((await received())?.content).toMatchObject({ reaction: [{ operation: 'REMOVE' }] })
    expect((await stand.api.content(conversationId)).messages[0]?.reactions).toBeUndefined()
    stand.tiktok.world.customerReacts(RITA, HALIA, { messageId, aiEmojiUrl: 'https://emoji.example/ai.webp', remove: true })
    expect(shapeOf((await received())?.content)).toEqual(documented('im_receive_msg: reaction removed'))
  })

  test('every message of the business is echoed, whatever wrote it', async () => {
    const { conversationId, messageId } = says({ type: 'text', text: 'hi' })
    const sent = await stand.api.send({ recipient: conversationId, message_type: 'TEXT', text: { body: 'Hello!' } })
    stand.tiktok.world.businessSays(HALIA, RITA, 'typed on the phone', 'APP', messageId)
    stand.tiktok.world.businessSays(HALIA, RITA, 'typed on the web', 'WEB')
    await stand.api.send({ recipient: conversationId, message_type: 'TEMPLATE', template: { type: 'QA_BUTTON_CARD', title: 'How?', buttons: [{ type: 'REPLY', title: 'A', id: 'a' }] } })
    const echoes = await stand.hear('im_send_msg')
    const by = (source: string) => echoes.filter(e => JSON.stringify(e.content['message_tag']) === `{"source":"${source}"}`).map(e => e.content)
    expect(by('API')[0]).toMatchObject({ message_id: sent.message_id })
    expect(shapeOf(by('API').find(c => c['type'] === 'text'))).toEqual(documented('im_send_msg: echo of an API text'))
    expect(shapeOf(by('APP')[0])).toEqual(documented('im_send_msg: text typed in the mobile app'))
    expect(by('WEB')).toHaveLength(1)
    expect(shapeOf(by('API').find(c => c['type'] === 'template'))).toEqual(documented('im_send_msg: Q&A card'))
    expect(echoes[0]?.content['unique_identifier']).toBe(stand.tiktok.world.customers.find(c => c.handle === RITA)?.id)
  })

  test('a customer who reads raises im_mark_read_msg with the time of the last message seen', async () => {
    const { conversationId } = says({ type: 'text', text: 'hi' })
    await stand.api.send({ recipient: conversationId, message_type: 'TEXT', text: { body: 'Hello!' } })
    const [, answer] = stand.tiktok.world.messages
    const { lastReadAt } = stand.tiktok.world.customerReads(RITA, HALIA)
    const [event] = await stand.hear('im_mark_read_msg')
    expect(shapeOf(event?.content)).toEqual(documented('im_mark_read_msg'))
    expect([lastReadAt, event?.content['read']]).toEqual([answer?.at, { last_read_timestamp: answer?.at }])
  })

  test('arriving from an ad or a link is told before the first message, and listed with the conversation', async () => {
    stand.tiktok.world.arrivesByAd(RITA, HALIA, { materialId: 'm1' })
    const { conversationId } = stand.tiktok.world.arrivesByLink(RITA, HALIA, { ref: 'campaign_1' })
    says({ type: 'text', text: 'hi' })
    const events = await stand.hear('im_referral_msg')
    expect(events).toHaveLength(2)
    const by = (source: string) => events.find(e => JSON.stringify(e.content['referral']).includes(`"source":"${source}"`))?.content
    expect(shapeOf(by('ad'))).toEqual(documented('im_referral_msg: ad'))
    expect(shapeOf(by('short_link'))).toEqual(documented('im_referral_msg: short link'))
    const { conversations } = await stand.api.conversations({ type: 'STRANGER' })
    expect(conversations).toMatchObject([{ conversation_id: conversationId, referral: { ad: [{ timestamp: 1_795_255_200 }], short_link: [{ ref: 'campaign_1' }] } }])
  })

  test('a person under EU rules raises only the stripped event and stays out of both lists', async () => {
    stand.tiktok.world.becomesEu(RITA)
    const { conversationId } = says({ type: 'text', text: 'a secret' })
    const [event] = await stand.hear('im_receive_msg_eu')
    expect(shapeOf(event?.content)).toEqual(documented('im_receive_msg_eu'))
    expect([event?.raw.includes('secret'), stand.heard.some(h => h.event === 'im_receive_msg')]).toEqual([false, false])
    expect((await stand.api.conversations({ type: 'STRANGER' })).conversations).toEqual([])
    stand.tiktok.rules.set({ 'eu-conversations': 'listed' })
    expect((await stand.api.conversations({ type: 'STRANGER' })).conversations).toMatchObject([{ conversation_id: conversationId }])
    expect((await stand.api.content(conversationId)).messages).toHaveLength(1)
  })

  test('a customer of Germany is under EU rules without anybody saying so', async () => {
    stand.tiktok.world.customerSays('greta.berlin', HALIA, { type: 'text', text: 'hallo' })
    expect(await stand.hear('im_receive_msg_eu')).toHaveLength(1)
  })

  test('a comment is told with its ids as bare numbers beyond 2^53', async () => {
    const { commentId } = stand.tiktok.world.customerComments(RITA, HALIA, { text: 'nice' })
    stand.tiktok.world.commentChanges(commentId, 'set_to_hidden')
    const events = await stand.hear('comment.update')
    expect(shapeOf(events[0]?.content)).toEqual(documented('comment.update'))
    expect(events[0]?.raw).toContain(`\\"comment_id\\":${commentId},`)
    expect(events.map(e => e.content['comment_action'])).toEqual(['insert', 'set_to_hidden'])
  })

  test('a comment TikTok flags is told once Comment-to-Message is on', async () => {
    stand.tiktok.world.customerComments(RITA, HALIA, { text: 'price?', highIntent: true })
    expect(await stand.hear('im_receive_high_intent_comment')).toEqual([])
    await stand.api.directReply.update('ENABLE')
    stand.tiktok.world.customerComments(RITA, HALIA, { text: 'price?', highIntent: true })
    expect(shapeOf((await stand.hear('im_receive_high_intent_comment'))[0]?.content)).toEqual(documented('im_receive_high_intent_comment'))
  })
})

describe('deliveries', () => {
  test('each is signed over its bytes, with the documented headers, and the client reads it', async () => {
    says({ type: 'text', text: 'Grüße 🎉' })
    const event = await received()
    expect(event?.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'tiktok-webhook', 'webhook-schema-version': '1.0' })
    expect(event?.headers['tiktok-signature']).toMatch(/^t=\d{10},s=[0-9a-f]{64}$/)
    expect(event?.verified).toMatchObject({ event: 'im_receive_msg' })
    expect(JSON.parse(event?.raw ?? '{}')).toMatchObject({ client_key: stand.appId, user_openid: stand.businessId })
  })

  test('an account that does not let everyone write tells nothing of a stranger', async () => {
    stand.tiktok.world.changeAccount(HALIA, { messagesFromEveryone: false })
    const { conversationId } = says({ type: 'text', text: 'hi' })
    expect(await stand.hear('im_receive_msg')).toEqual([])
    await stand.api.send({ recipient: conversationId, message_type: 'TEXT', text: { body: 'accepted' } })
    says({ type: 'text', text: 'again' })
    expect(await stand.hear('im_receive_msg')).toHaveLength(1)
  })

  test('without message.list.read nothing is told', async () => {
    await stand.connect('nomad.bikes', ['user.info.basic', 'message.list.send'])
    stand.tiktok.world.customerSays(RITA, 'nomad.bikes', { type: 'text', text: 'hi' })
    expect(await stand.hear('im_receive_msg')).toEqual([])
  })

  test('a voice note is silent and OTHER, or by rule an event of a type nobody documented', async () => {
    const { conversationId } = says({ type: 'other' })
    expect(await stand.hear('im_receive_msg')).toEqual([])
    expect((await stand.api.content(conversationId)).messages).toMatchObject([{ message_type: 'OTHER' }])
    stand.tiktok.rules.set({ 'voice-events': 'unknown type' })
    says({ type: 'other' })
    expect((await received())?.content).toMatchObject({ type: 'voice' })
  })

  test('a renamed customer keeps every id', async () => {
    says({ type: 'text', text: 'hi' })
    stand.tiktok.world.renames(RITA, 'rita.renamed')
    stand.tiktok.world.customerSays('rita.renamed', HALIA, { type: 'text', text: 'me again' })
    const [one, two] = (await stand.hear('im_receive_msg')).map(e => e.content)
    expect([one?.['from'], two?.['from']]).toEqual([RITA, 'rita.renamed'])
    expect([two?.['unique_identifier'], two?.['conversation_id']]).toEqual([one?.['unique_identifier'], one?.['conversation_id']])
  })

  test('the same seed and the same deeds give the same ids', async () => {
    const other = await openStand()
    const deeds = (s: Stand) => [s.tiktok.world.customerSays(RITA, HALIA, { type: 'text', text: 'a' }), s.tiktok.world.customerSays(RITA, HALIA, { type: 'image' })]
    expect(deeds(stand)).toEqual(deeds(other))
    await other.close()
  })

  test('typing and marking as read raise no webhook', async () => {
    const { conversationId } = says({ type: 'text', text: 'hi' })
    await stand.hear('')
    const before = stand.heard.length
    for (const sender_action of ['TYPING', 'MARK_READ'] as const) await stand.api.send({ recipient: conversationId, message_type: 'SENDER_ACTION', sender_action })
    await stand.hear('')
    expect(stand.heard.length).toBe(before)
  })
})

test('conversations, tokens and what is under way survive a restart of the emulator', async () => {
  const state = mkdtempSync(join(tmpdir(), 'emulator-state-'))
  const first = await openStand({ state })
  const { conversationId, messageId } = first.tiktok.world.customerSays(RITA, HALIA, { type: 'image' })
  const { token, businessId } = first
  await first.api.autoMessages.create({ auto_message_type: 'CHAT_PROMPT', chat_prompt: { title: 'a', content: 'b' } })
  await first.close()
  const again = await createEmulator({ state })
  again.clock.freeze()
  const api = business({ apiUrl: `${await again.listen()}/open_api/v1.3`, token, businessId })
  const { messages } = await api.content(conversationId)
  expect(messages).toMatchObject([{ message_id: messageId, message_type: 'IMAGE' }])
  await again.clock.advance(30_000)
  expect((await api.autoMessages.get('CHAT_PROMPT')).auto_messages).toMatchObject([{ audit_status: 'APPROVED' }])
  await again.close()
  rmSync(state, { recursive: true })
})
