import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStand, type Stand } from '../test/stand.ts'

let stand: Stand, conversationId: string, messageId: string, mediaId: string, prompt: string
const HALIA = 'halia.ceramics', RITA = 'rita.almeida'
beforeAll(async () => {
  stand = await openStand()
  ;({ conversationId, messageId } = stand.tiktok.world.customerSays(RITA, HALIA, { type: 'image' }))
  mediaId = (await stand.api.content(conversationId)).messages[0]?.image?.media_id ?? ''
  prompt = (await stand.api.autoMessages.create({ auto_message_type: 'CHAT_PROMPT', chat_prompt: { title: 'a', content: 'b' } })).auto_message_id
  await stand.tiktok.clock.advance(60_000)
})
afterAll(() => stand.close())

/** One good call of each route of the index; the pictures' own addresses are taken from answers. */
const calls: Record<string, () => Promise<unknown>> = {
  'business.token': () => stand.connect(HALIA),
  'business.refresh': async () => stand.api.oauth.refresh(stand.app, (await stand.connect(HALIA)).refreshToken),
  'business.tokenInfo': () => stand.api.tokenInfo(stand.app),
  'business.profile': () => stand.api.profile(),
  'business.conversations': () => stand.api.conversations({ type: 'STRANGER' }),
  'business.content': () => stand.api.content(conversationId),
  'business.send': () => stand.api.send({ recipient: conversationId, message_type: 'SENDER_ACTION', sender_action: 'TYPING' }),
  'business.mediaUpload': () => stand.api.uploadImage({ bytes: Uint8Array.from([0xff, 0xd8, 0xff, 1]), filename: 'a.jpg', type: 'image/jpeg' }),
  'business.mediaDownload': () => stand.api.downloadUrl({ conversationId, messageId, mediaId, type: 'IMAGE' }),
  'business.mediaFetch': async () => stand.api.downloadMedia((await stand.api.downloadUrl({ conversationId, messageId, mediaId, type: 'IMAGE' })).download_url),
  'business.capabilities': () => stand.api.capabilities(conversationId, 'STRANGER'),
  'business.autoCreate': () => stand.api.autoMessages.create({ auto_message_type: 'CHAT_PROMPT', chat_prompt: { title: 'c', content: 'd' } }),
  'business.autoUpdate': () => stand.api.autoMessages.update(prompt, { auto_message_type: 'CHAT_PROMPT', chat_prompt: { title: 'e', content: 'f' } }),
  'business.autoStatus': () => stand.api.autoMessages.setStatus('CHAT_PROMPT', 'DISABLE'),
  'business.autoGet': () => stand.api.autoMessages.get('CHAT_PROMPT'),
  'business.autoSort': async () => stand.api.autoMessages.sort((await stand.api.autoMessages.get('CHAT_PROMPT')).auto_messages.map(m => m.auto_message_id).toReversed()),
  'business.autoDelete': () => stand.api.autoMessages.delete('CHAT_PROMPT', prompt),
  'business.directReplyUpdate': () => stand.api.directReply.update('ENABLE'),
  'business.directReplyGet': () => stand.api.directReply.get(),
  'business.webhookUpdate': () => stand.api.webhook.update(stand.app, { event_type: 'VIDEO', callback_url: 'https://desk.example.com/' }),
  'business.webhookList': () => stand.api.webhook.list(stand.app, 'VIDEO'),
  'business.webhookDelete': () => stand.api.webhook.delete(stand.app, 'VIDEO'),
  'business.videos': () => stand.api.videoList(),
  'business.sticker': async () => {
    const { conversationId: id } = stand.tiktok.world.customerSays(RITA, HALIA, { type: 'sticker' })
    return fetch((await stand.api.content(id)).messages[0]?.sticker?.url ?? '')
  },
  'business.emoji': async () => {
    const { conversationId: id } = stand.tiktok.world.customerSays(RITA, HALIA, { type: 'emoji', emoji: '🎉' })
    return fetch((await stand.api.content(id)).messages[0]?.emoji?.url ?? '')
  },
  'business.revoke': async () => { const { token } = await stand.connect('nomad.bikes'); return stand.api.oauth.revoke(stand.app, token) },
}

test.each(Object.keys(calls))('%s answers the client', async name => {
  await calls[name]?.()
  const entry = stand.tiktok.wire.list().filter(e => e.kind === 'request').at(-1)
  expect([entry?.name, entry?.status, entry?.why]).toEqual([name, 200, undefined])
})

test('no route of the Business face is without such a call', () => {
  const face = stand.tiktok.faces.find(f => f.name === 'business')
  expect(face?.routes.map(r => r.name).toSorted((a, b) => a.localeCompare(b))).toEqual(Object.keys(calls).toSorted((a, b) => a.localeCompare(b)))
})

test('a sticker dies after 30 days, an emoji never', async () => {
  const { conversationId: id } = stand.tiktok.world.customerSays(RITA, HALIA, { type: 'sticker' })
  stand.tiktok.world.customerSays(RITA, HALIA, { type: 'emoji' })
  const [emoji, sticker] = (await stand.api.content(id)).messages
  await stand.tiktok.clock.advance(31 * 86_400_000)
  expect([(await fetch(sticker?.sticker?.url ?? '')).status, (await fetch(emoji?.emoji?.url ?? '')).status]).toEqual([403, 200])
})
