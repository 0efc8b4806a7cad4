import { afterAll, beforeAll, expect, test } from 'vitest'
import { BUSINESS, messageContent, newId, openDesk } from '../../test/desk.ts'
import type { ConversationView } from './views.ts'

let desk: Awaited<ReturnType<typeof openDesk>>
const undos: (() => Promise<unknown>)[] = []
beforeAll(async () => { desk = await openDesk({}, undo => { undos.push(undo) }) })
afterAll(async () => { for (const undo of undos.toReversed()) await undo() })

const START = Date.UTC(2026, 10, 21, 12)
const MINUTE = 60_000
/** A conversation of its own for each story. */
function talk() {
  const conversation = newId(), customer = newId() + newId()
  const customerUser = { id: customer, role: 'personal_account' }
  const people = (direction: 'in' | 'out') => direction === 'in' ? { unique_identifier: customer, from_user: customerUser } : { unique_identifier: customer, to_user: customerUser }
  const say = async (direction: 'in' | 'out', over: Record<string, unknown> = {}) => {
    const content = messageContent(direction, { conversation_id: conversation, ...people(direction), ...over })
    await desk.deliver(direction === 'in' ? 'im_receive_msg' : 'im_send_msg', content)
    return content
  }
  return {
    conversation, customer, say,
    reads: (until: number) => desk.deliver('im_mark_read_msg', { from: 'customer', to: 'business.a', ...people('in'), conversation_id: conversation, timestamp: until + 5, read: { last_read_timestamp: until } }),
    react: (target: string, over: Record<string, unknown>, message = newId()) => say('in', { type: 'reaction', message_id: message, text: undefined, timestamp: START + MINUTE, reaction: [{ operation: 'ADD', type: 'EMOJI', emoji: '👍', unique_identifier: customer, timestamp: START + MINUTE, original_msg_id: target, ...over }] }),
    async shown(): Promise<ConversationView | undefined> {
      await desk.drainer.drained()
      const alias = await desk.house.db.selectFrom('conversation_alias').select('conversation_id').where('key', '=', conversation).executeTakeFirst()
      return alias && (await desk.call<ConversationView>('GET', `/conversations/${alias.conversation_id}`)).body
    },
    async lines() { const shown = await this.shown(); return shown ? (await desk.messages(shown.id)).toReversed() : [] },
  }
}

test('a message becomes a row in a conversation, with its window, and is told with all that a page needs', async () => {
  const one = talk()
  await one.say('in', { text: { body: 'Is the vase still there?\nThe blue one 🏺' }, timestamp: START + 123, is_follower: true })
  const shown = await one.shown()
  expect(shown).toMatchObject({
    accountId: desk.account.id, kind: 'request', state: 'open', unread: 1, blocked: false, contact: { handle: 'customer', displayName: 'customer', isFollower: true },
    last: { text: 'Is the vase still there?\nThe blue one 🏺', direction: 'in', kind: 'text', state: 'received' },
    lastMessageAt: new Date(START + 123).toISOString(), window: { closesAt: new Date(START + 123 + 48 * 60 * MINUTE).toISOString(), left: 10, rule: 'A' },
  })
  const [line] = await one.lines()
  const events = (await desk.events()).filter(event => event.accountId === desk.account.id)
  expect(events.find(event => event.type === 'message.received' && event.subject === `message:${line?.id}`)?.body).toEqual(line)
  expect(events.find(event => event.type === 'conversation.updated' && event.subject === `conversation:${shown?.id}`)?.body).toEqual(shown)
})

test('the same message in other bytes is one row', async () => {
  const one = talk()
  const first = await one.say('in')
  await one.say('in', { ...first, scene_type: 1 })
  await one.say('in', { ...first, message_tag: { source: 'UNKNOWN_SOURCE' } })
  expect(await one.lines()).toHaveLength(1)
  expect((await one.shown())?.unread).toBe(1)
})

test('ids with + and / stay what they are', async () => {
  const one = talk()
  const ids = ['aa+/aaaaaaaaaaaaaaaaaaaaaa==', 'aa aaaaaaaaaaaaaaaaaaaaaaa=='].map(id => id.slice(0, 28))
  for (const message_id of ids) await one.say('in', { message_id })
  expect(await one.lines()).toHaveLength(2)
  const keys = await desk.house.db.selectFrom('message_alias').select('key').where('key', 'in', ids).execute()
  expect(keys.map(row => row.key).sort()).toEqual([...ids].sort())
})

test('messages that arrive out of order stand in the order of TikTok’s time, and the late one moves no window back', async () => {
  const one = talk()
  for (const [text, minute] of [['third', 3], ['first', 1], ['fourth', 4], ['second', 2]] as const) await one.say('in', { text: { body: text }, timestamp: START + minute * MINUTE })
  expect((await one.lines()).map(line => line.text)).toEqual(['first', 'second', 'third', 'fourth'])
  expect(await one.shown()).toMatchObject({ last: { text: 'fourth' }, window: { closesAt: new Date(START + 4 * MINUTE + 48 * 60 * MINUTE).toISOString() } })
})

test('what was sent counts against the ten only when it is younger than the customer’s last word', async () => {
  const one = talk()
  await one.say('in', { timestamp: START })
  for (let n = 1; n <= 3; n++) await one.say('out', { timestamp: START + n * MINUTE, message_tag: { source: 'APP' } })
  await one.say('out', { timestamp: START + 3.5 * MINUTE, auto_message_type: 'WELCOME_MESSAGE', message_tag: { source: 'OTHERS' } })
  expect((await one.shown())?.window.left).toBe(7) // the automatic one is free
  await one.say('in', { timestamp: START + 5 * MINUTE })
  expect((await one.shown())?.window.left).toBe(10)
  await one.say('out', { timestamp: START + 4 * MINUTE, message_tag: { source: 'APP' } }) // late: it was before the customer's word
  expect((await one.shown())?.window.left).toBe(10)
})

test('every type is kept whole, named, and has a readable line; none is an empty bubble', async () => {
  const one = talk()
  const types: [Record<string, unknown>, string, string][] = [
    [{ type: 'image', image: { media_id: 'M1' } }, 'image', 'A picture'],
    [{ type: 'video', video: { media_id: 'M2' } }, 'video', 'A video'],
    [{ type: 'sticker', sticker: { url: 'https://sticker.example/s.webp' } }, 'sticker', 'A sticker'],
    [{ type: 'emoji', emoji: { url: 'https://emoji.example/e.png' } }, 'emoji', 'A large emoji'],
    [{ type: 'share_post', share_post: { embed_url: 'https://www.tiktok.com/player/v1/7', video_id: '7' } }, 'share_post', 'A TikTok post'],
    [{ type: 'voice_note', voice_note: { url: 'x' } }, 'unknown', 'Something Stagedoor does not know how to show yet: voice_note'],
    [{ type: 'image', image: undefined }, 'unknown', 'Something Stagedoor does not know how to show yet: image'],
  ]
  for (const [n, [over]] of types.entries()) await one.say('in', { text: undefined, ...over, timestamp: START + n })
  expect((await one.lines()).map(line => [line.kind, line.line])).toEqual(types.map(([, kind, text]) => [kind, text]))
  const rows = await desk.house.db.selectFrom('message').select('content').where('type_name', '=', 'sticker').execute()
  expect(rows[0]?.content).toMatchObject({ sticker: { url: 'https://sticker.example/s.webp' } })
})

test('a card of ours shows its title, and a tap on it is a message', async () => {
  const one = talk()
  await one.say('out', { type: 'template', text: undefined, template: { type: 'qa_button_card', elements: [{ title: 'How can we help?', buttons: [{ type: 'REPLY', text: 'Order status', id: 'opt_1' }] }] } })
  await one.say('in', { text: { body: 'Order status' }, timestamp: START + MINUTE, reply_source_payload: { reply_source_msg_id: newId(), reply_source_unique_id: 'opt_1' } })
  expect((await one.lines()).map(line => [line.kind, line.text])).toEqual([['template', 'How can we help?'], ['text', 'Order status']])
})

test('read receipts only move forward, and reach messages that arrive after them', async () => {
  const one = talk()
  await one.say('in', { timestamp: START })
  await one.say('out', { timestamp: START + 1 * MINUTE, text: { body: 'a' } })
  await one.say('out', { timestamp: START + 2 * MINUTE, text: { body: 'b' } })
  await one.reads(START + 2 * MINUTE)
  await one.reads(START + 1 * MINUTE) // late
  const states = async () => (await one.lines()).map(line => [line.text, line.state])
  expect(await states()).toEqual([['Hello', 'received'], ['a', 'seen'], ['b', 'seen']])
  await one.say('out', { timestamp: START + 1.5 * MINUTE, text: { body: 'late' } })
  await one.say('out', { timestamp: START + 3 * MINUTE, text: { body: 'c' } })
  expect(await states()).toEqual([['Hello', 'received'], ['a', 'seen'], ['late', 'seen'], ['b', 'seen'], ['c', 'sent']])
})

test('reactions sit on their message, whichever of the two came first, and can be taken back', async () => {
  const one = talk()
  const early = newId()
  await one.react(early, {})
  expect((await one.lines()).map(line => line.text)).toEqual(['Reacted with 👍']) // nothing is dropped meanwhile
  await one.say('out', { message_id: early, timestamp: START })
  expect((await one.lines()).map(line => [line.text, line.reactions.map(reaction => reaction.emoji)])).toEqual([['Hello', ['👍']]])
  const removal = newId()
  await one.react(early, { emoji: '❤️' }, removal)
  await one.react(early, { emoji: '❤️', operation: 'REMOVE', timestamp: START + 2 * MINUTE }, removal) // the same message id, as TikTok sends it
  expect((await one.lines())[0]?.reactions.map(reaction => reaction.emoji)).toEqual(['👍'])
  expect(await one.shown()).toMatchObject({ unread: 0, window: { closesAt: null } }) // a reaction is no word of the customer
})

test('a quoted message is named by our id', async () => {
  const one = talk()
  const first = await one.say('in')
  await one.say('out', { timestamp: START + MINUTE, referenced_message_info: { referenced_message_id: first['message_id'] } })
  const [a, b] = await one.lines()
  expect(b?.repliesTo).toBe(a?.id)
})

test('an ad is remembered on the conversation that follows it', async () => {
  const one = talk()
  const referral = { source: 'ad', ad: { advertiser_id: '7000000000000000001', ad_id: '1800000000000001', timestamp: START, ad_name: 'Spring' } }
  await desk.deliver('im_referral_msg', { from: 'customer', to: 'business.a', unique_identifier: one.customer, from_user: { id: one.customer, role: 'personal_account' }, to_user: { id: BUSINESS, role: 'business_account' }, conversation_id: one.conversation, timestamp: START, referral })
  expect((await desk.conversations()).some(row => row.lastMessageAt === null)).toBe(false) // not a conversation anybody sees yet
  await one.say('in', { timestamp: START + MINUTE })
  expect(await one.shown()).toMatchObject({ referral, unread: 1 })
})

test('somebody in the EEA leaves an entry that says when, and nothing else', async () => {
  await desk.deliver('im_receive_msg_eu', { to: 'business.a', to_user: { id: BUSINESS, role: 'business_account' }, timestamp: START + 77 })
  await desk.drainer.drained()
  const { body } = await desk.call<{ items: unknown[] }>('GET', '/ghosts')
  expect(body.items).toEqual([expect.objectContaining({ accountId: desk.account.id, wroteAt: new Date(START + 77).toISOString() })])
})

test('U+0000, lone surrogates and script in texts and names are kept readable and block nothing', async () => {
  const one = talk()
  await one.say('in', { from: 'cust\0omer', text: { body: 'zero \0 half \ud83d end <script>alert(1)</script>' } })
  expect((await one.lines())[0]?.text).toBe('zero \ufffd half \ufffd end <script>alert(1)</script>')
})

test('a username that changes is the same person', async () => {
  const one = talk()
  await one.say('in', { from: 'old.name' })
  const before = await one.shown()
  await one.say('in', { from: 'new.name', timestamp: START + MINUTE })
  const after = await one.shown()
  expect(after?.contact).toMatchObject({ id: before?.contact.id, handle: 'new.name' })
})

test('a message for an account that is not connected is answered 200, kept, and taken up when it is', async () => {
  const one = talk()
  const content = messageContent('in', { conversation_id: one.conversation, unique_identifier: one.customer })
  await desk.deliver('im_receive_msg', content, { user_openid: 'somebody-else' })
  expect(await one.shown()).toBeUndefined()
  const kept = await desk.house.db.selectFrom('delivery').select(['aside', 'raw']).where('aside', 'is not', null).executeTakeFirstOrThrow()
  expect(kept.aside).toBe('unknown account')
  await desk.house.db.updateTable('grant_').set({ open_id: 'somebody-else' }).execute()
  const { takeUpAgain } = await import('../kit/deliveries.ts')
  await desk.house.db.transaction().execute(trx => takeUpAgain(trx, 'unknown account', [`${desk.account.appId} somebody-else `]))
  expect((await one.shown())?.unread).toBe(1)
  await desk.house.db.updateTable('grant_').set({ open_id: BUSINESS }).execute()
})

test('missing times, sources and names do not stop a message', async () => {
  const one = talk()
  await one.say('in', { timestamp: undefined, message_tag: undefined, scene_type: undefined, is_follower: undefined, from: undefined })
  expect((await one.lines())[0]).toMatchObject({ text: 'Hello', origin: 'unknown', sentAt: new Date(START).toISOString() })
})

test('200 messages of 20 conversations in one turn are counted and told each once', async () => {
  const talks = Array.from({ length: 20 }, talk)
  await Promise.all(talks.flatMap((one, t) => Array.from({ length: 10 }, (_, n) => one.say('in', { text: { body: `${t}/${n}` }, timestamp: START + n * 1000 }))))
  for (const [t, one] of talks.entries()) {
    expect((await one.shown())?.unread).toBe(10)
    expect((await one.lines()).map(line => line.text)).toEqual(Array.from({ length: 10 }, (_, n) => `${t}/${n}`))
  }
})
