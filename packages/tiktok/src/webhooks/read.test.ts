import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { webhookEvents } from '../endpoints.ts'
import { webhooks } from '../fixtures/index.ts'
import { directionOf } from './message.ts'
import { readWebhook } from './read.ts'
import type { WebhookEvent } from './types.ts'

const read = (body: unknown): WebhookEvent | null => readWebhook(new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body)))
const event = (name: string, content: unknown): WebhookEvent | null => read({ client_key: 'k', event: name, create_time: 1764000000, user_openid: '-000BIZ', content: typeof content === 'string' ? content : JSON.stringify(content) })
const fixture = (name: string) => read(webhooks.find(one => one.name === name)?.body)

test('every documented event has a payload, and every payload is read as its event', () => {
  expect(webhookEvents.filter(({ name, platform }) => !webhooks.some(one => one.event === name && one.platform === platform))).toEqual([])
  const got = webhooks.map(one => ({ title: one.name, wire: one.event, got: read(one.body) }))
  expect(got.map(one => one.got?.name)).toEqual(got.map(one => one.wire))
  expect(got.filter(one => one.got?.event === 'unknown')).toEqual([])
  expect(got.filter(one => (one.got?.content as { type?: string } | undefined)?.type === 'unknown')).toEqual([])
})

test('content is parsed a second time, with 64-bit ids kept', () => {
  expect(fixture('comment.update: ids as numbers beyond 2^53')).toMatchObject({ event: 'comment.update', content: { comment_id: '7500000000000000001', video_id: '7678907398077074696', parent_comment_id: '0', timestamp: 1764000000123 } })
  expect(fixture('portability.download.ready')).toMatchObject({ event: 'portability.download.ready', content: { request_id: '7678907398077074696' } })
  expect(fixture('portability.download.ready')?.user_openid).toBeUndefined()
  expect(event('post.publish.publicly_available', '{"publish_id":"p","post_id":7678907398077074696}')).toMatchObject({ content: { post_id: '7678907398077074696' } })
})

test('a text message is typed to its last field', () => {
  const got = fixture('im_receive_msg: text quoting an earlier message')
  if (got?.event !== 'im_receive_msg' || got.content.type !== 'text') throw new Error('not a text')
  expect(got.content.text.body).toBe('This one')
  expect(got.content.referenced_message_info?.referenced_message_id).toBe('ymS9I2CQJgQS3gXAbCq/pEGXZQ==')
  expect(got).toMatchObject({ client_key: '7600000000000000001', create_time: 1764000000, user_openid: '-000m92FMx51cCiNHVohwvmBsKhdvuASfXim' })
})

test('direction follows the roles, for every message there is', () => {
  const directions = webhooks.map(one => read(one.body)).flatMap(got => (got?.event === 'im_receive_msg' || got?.event === 'im_send_msg' ? [`${got.event} ${directionOf(got.content)}`] : []))
  expect([...new Set(directions)].sort()).toEqual(['im_receive_msg in', 'im_send_msg out'])
  expect(directionOf({ from_user: { id: 'x', role: 'bot' } })).toBeNull()
  expect(directionOf({ from_user: { id: 'x', role: 'bot' }, to_user: { id: 'y', role: 'business_account' } })).toBe('in')
})

test('an unknown message type survives with its name and all it brought', () => {
  const got = event('im_receive_msg', { conversation_id: 'c', message_id: 'm', from_user: { id: 'u', role: 'personal_account' }, type: 'voice', voice: { media_id: 'v', size: 7678907398077074 } })
  expect(got).toMatchObject({ event: 'im_receive_msg', content: { type: 'unknown', type_name: 'voice', message_id: 'm', raw: { voice: { media_id: 'v' } } } })
})

test('a known type without its object is unknown rather than broken', () => {
  for (const content of [{ type: 'text' }, { type: 'text', text: {} }, { type: 'image', image: null }, { type: 'reaction', reaction: {} }, { type: 'template', template: {} }, { type: 'constructor' }]) {
    expect(event('im_send_msg', { conversation_id: 'c', from_user: { id: 'u', role: 'business_account' }, ...content })).toMatchObject({ event: 'im_send_msg', content: { type: 'unknown', type_name: content.type } })
  }
})

test('an unknown event, and a known one whose content is wrong, keep what they brought', () => {
  expect(event('im_user_typing', { a: 1 })).toEqual({ name: 'im_user_typing', event: 'unknown', client_key: 'k', create_time: 1764000000, user_openid: '-000BIZ', content: { a: 1 } })
  expect(event('toString', {})).toMatchObject({ event: 'unknown', name: 'toString' })
  expect(event('im_receive_msg', { type: 'text', text: { body: 'no conversation' } })).toMatchObject({ event: 'unknown', name: 'im_receive_msg', content: { text: { body: 'no conversation' } } })
  expect(event('im_mark_read_msg', { conversation_id: 'c', from_user: { id: 'u', role: 'personal_account' }, read: {} })).toMatchObject({ event: 'unknown', name: 'im_mark_read_msg' })
  expect(event('post.publish.complete', 'not { json')).toMatchObject({ event: 'unknown', name: 'post.publish.complete', content: 'not { json' })
  expect(event('authorization.removed', '[]')).toMatchObject({ event: 'unknown', content: [] })
})

test('both spellings of one event are one event, and the name keeps the spelling', () => {
  for (const name of ['post.publish.no_longer_publicaly_available', 'post.publish.no_longer_publicly_available']) {
    expect(event(name, { publish_id: 'p', post_id: '7' })).toMatchObject({ name, event: 'post.publish.no_longer_publicaly_available', content: { post_id: '7' } })
  }
})

test('blanks inside the content, no content, and content as an object are all read', () => {
  expect(fixture('authorization.removed')).toMatchObject({ event: 'authorization.removed', content: { reason: 1 } })
  expect(read({ event: 'tiktok.ping', client_key: 'k', create_time: 1 })).toMatchObject({ event: 'tiktok.ping', content: {} })
  expect(read({ event: 'authorization.removed', client_key: 'k', create_time: 1, content: { reason: 2 } })).toMatchObject({ event: 'authorization.removed', content: { reason: 2 } })
})

test('a referral by an unknown road is kept', () => {
  const head = { conversation_id: 'c', from_user: { id: 'u', role: 'personal_account' } }
  expect(event('im_referral_msg', { ...head, referral: { source: 'qr', qr: { id: 1 } } })).toMatchObject({ event: 'im_referral_msg', content: { referral: { source: 'unknown', source_name: 'qr', raw: { qr: { id: 1 } } } } })
  expect(fixture('im_referral_msg: short link')).toMatchObject({ content: { referral: { source: 'short_link', short_link: { ref: 'campaign_1' } } } })
})

test('no body at all makes the reader fall over', () => {
  fc.assert(fc.property(fc.constantFrom(...webhookEvents.map(one => one.name), 'new.event'), fc.json(), (name, content) => {
    expect(event(name, content)?.name).toBe(name)
  }))
  fc.assert(fc.property(fc.uint8Array(), raw => { readWebhook(raw) }))
  for (const body of ['', 'null', '[]', '7', '{}', '{"event":null}']) expect(read(body)).toBeNull()
})
