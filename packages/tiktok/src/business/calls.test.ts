import { expect, test } from 'vitest'
import { answer, requests } from '../fixtures/index.ts'
import { answering, failure, listen } from '../test/server.ts'
import type { JsonObject } from '../types.ts'
import { business } from './client.ts'
import type { Outgoing } from './types.ts'

const app = { clientKey: '7600000000000000001', clientSecret: 'app-secret' }
const serving = async (call: string, name: string) => {
  const { body, status } = answer(call, name)
  const server = await answering(body, status)
  return { server, tiktok: business({ apiUrl: `${server.url}/open_api/v1.3`, token: 'act.1', businessId: '-000BIZ' }) }
}
const sent = (body: Buffer | undefined) => JSON.parse(body?.toString() ?? '') as JsonObject
const done = '{"code":0,"message":"OK","request_id":"1","data":{}}'

test('the address for consent leaves the scopes to the app unless told', () => {
  const ask = { clientKey: app.clientKey, redirectUri: 'https://app.example/connect/business/', state: 's' }
  expect(business().oauth.authorizeUrl(ask)).toBe('https://www.tiktok.com/v2/auth/authorize/?client_key=7600000000000000001&response_type=code&redirect_uri=https%3A%2F%2Fapp.example%2Fconnect%2Fbusiness%2F&state=s')
  expect(new URL(business().oauth.authorizeUrl({ ...ask, scopes: ['message.list.read', 'message.list.send'], alwaysAsk: true })).searchParams.get('scope')).toBe('message.list.read,message.list.send')
})

test('a code is exchanged as JSON under the name auth_code, without a token header', async () => {
  const { server, tiktok } = await serving('business.token', 'tokens')
  expect(await tiktok.oauth.exchange(app, { code: 'a*b!1', redirectUri: 'https://app.example/connect/business/' })).toMatchObject({ accessToken: 'act.EXAMPLE', openId: '-000EXAMPLEopenIdEXAMPLEopenId012345', refreshExpiresInSec: 31536000, scopes: ['user.info.basic', 'user.info.username', 'user.account.type', 'message.list.read', 'message.list.send', 'message.list.manage'] })
  expect(server.requests[0]).toMatchObject({ method: 'POST', path: '/open_api/v1.3/tt_user/oauth2/token/' })
  expect(server.requests[0]?.headers['access-token']).toBeUndefined()
  expect(sent(server.requests[0]?.body)).toEqual({ client_id: app.clientKey, client_secret: 'app-secret', grant_type: 'authorization_code', auth_code: 'a*b!1', redirect_uri: 'https://app.example/connect/business/' })
})

test('a refresh does not restart the year', async () => {
  const { server, tiktok } = await serving('business.refresh', 'tokens; the year goes on from the first grant')
  expect(await tiktok.oauth.refresh(app, 'rft.1')).toMatchObject({ refreshToken: 'rft.EXAMPLE2', expiresInSec: 86400, refreshExpiresInSec: 28484364 })
  expect(server.requests[0]?.path).toBe('/open_api/v1.3/tt_user/oauth2/refresh_token/')
  expect(sent(server.requests[0]?.body)).toMatchObject({ grant_type: 'refresh_token', refresh_token: 'rft.1' })
})

test('a spent code and a revocation', async () => {
  const spent = await serving('business.token', 'a spent code')
  expect(await failure(spent.tiktok.oauth.exchange(app, { code: 'x', redirectUri: 'https://a/' }))).toMatchObject({ name: 'Refused', platform: 'business', code: 40110, status: 200, next: 'start consent again', logId: '20261121101500A1B2C3D4E5F60718293A' })
  const server = await answering(done)
  await business({ apiUrl: server.url }).oauth.revoke(app, 'act.1')
  expect(server.requests[0]?.path).toBe('/tt_user/oauth2/revoke/')
  expect(sent(server.requests[0]?.body)).toEqual({ client_id: app.clientKey, client_secret: 'app-secret', access_token: 'act.1' })
})

test('a token is asked whose it is', async () => {
  const { server, tiktok } = await serving('business.tokenInfo', 'whose token')
  expect(await tiktok.tokenInfo(app)).toEqual({ appId: '7600000000000000001', creatorId: '-000BIZ', scopes: ['user.info.basic', 'message.list.read'] })
  expect(sent(server.requests[0]?.body)).toEqual({ app_id: app.clientKey, access_token: 'act.1' })
  expect(server.requests[0]?.headers['access-token']).toBeUndefined()
})

test('the profile is asked for with fields as a JSON text', async () => {
  const { server, tiktok } = await serving('business.profile', 'name and picture')
  expect(await tiktok.profile({ fields: ['username', 'display_name', 'profile_image'] })).toMatchObject({ username: 'business.a', display_name: 'Business A' })
  expect(server.requests[0]).toMatchObject({ method: 'GET', path: '/open_api/v1.3/business/get/', headers: { 'access-token': 'act.1' } })
  expect(server.requests[0]?.headers.authorization).toBeUndefined()
  expect(Object.fromEntries(server.requests[0]?.query ?? [])).toEqual({ business_id: '-000BIZ', fields: '["username","display_name","profile_image"]' })
})

test('conversations come with their referrals, whatever they hold', async () => {
  const { server, tiktok } = await serving('business.conversations', 'three conversations')
  const page = await tiktok.conversations({ type: 'STRANGER', limit: 100, cursor: 3 })
  expect(page).toMatchObject({ has_more: false, cursor: 3, conversations: [{ conversation_id: 'a1AbcBdeCfghDijkEF2b3+lmGn==', update_time: 1764000000123 }, { referral: { ad: [{ ad_id: '1800000000000001', timestamp: 1763998000 }] } }, { referral: { short_link: [{ ref: 'campaign_1' }] } }] })
  expect(Object.fromEntries(server.requests[0]?.query ?? [])).toEqual({ business_id: '-000BIZ', conversation_type: 'STRANGER', limit: '100', cursor: '3' })
})

test('an id with + and / is percent-encoded', async () => {
  const { server, tiktok } = await serving('business.content', 'two messages, newest first')
  const content = await tiktok.content('a1+b/c==')
  expect(server.requests[0]?.rawUrl).toContain('conversation_id=a1%2Bb%2Fc%3D%3D')
  expect(content.participants.map(one => one.role)).toEqual(['BUSINESS_ACCOUNT', 'PERSONAL_ACCOUNT'])
  expect(content.messages.map(one => [one.message_id, one.message_type])).toEqual([['m2…==', 'TEXT'], ['m1…==', 'IMAGE']])
})

test('each of the five kinds of message, and an answer to a comment, is sent as documented', async () => {
  const { server, tiktok } = await serving('business.send', 'sent')
  const documented = requests.filter(one => one.call === 'business.send')
  expect(new Set(documented.map(one => one.body['message_type']))).toEqual(new Set(['TEXT', 'IMAGE', 'SHARE_POST', 'TEMPLATE', 'SENDER_ACTION']))
  for (const { body } of documented) {
    const { business_id: _b, recipient_type: _r, ...message } = body
    expect(await tiktok.send(message as unknown as Outgoing)).toEqual({ message_id: 'u5Buqc6lAghuOelnHUZV88DK2A==' })
  }
  expect(server.requests.map(one => sent(one.body))).toEqual(documented.map(one => one.body))
})

test('a sender action has no id, and an answer without one is nonsense', async () => {
  const acted = await serving('business.send', 'a sender action')
  expect(await acted.tiktok.send({ recipient: 'c', message_type: 'SENDER_ACTION', sender_action: 'MARK_READ' })).toEqual({ message_id: '' })
  for (const data of ['{}', '{"message_id":"flat"}', 'null']) {
    const server = await answering(`{"code":0,"message":"OK","request_id":"1","data":${data}}`)
    expect(await failure(business({ apiUrl: server.url, token: 't', businessId: 'b' }).send({ recipient: 'c', message_type: 'TEXT', text: { body: 'x' } }))).toMatchObject({ name: 'Nonsense', reason: 'no message.message_id' })
  }
})

test('a closed window, too many calls and a revoked token are told apart by code', async () => {
  const next = await Promise.all(['the window is closed', 'too many calls', 'a revoked token'].map(async name => {
    const { tiktok } = await serving('business.send', name)
    const { code, next } = await failure(tiktok.send({ recipient: 'c', message_type: 'TEXT', text: { body: 'x' } })) as Error & { code: number; next: string }
    return [code, next]
  }))
  expect(next).toEqual([[40064, 'wait for the customer'], [40100, 'slow down'], [40105, 'refresh the token']])
})

test('a message that breaks a rule never leaves', async () => {
  const { server, tiktok } = await serving('business.send', 'sent')
  const error = await failure(tiktok.send({ recipient: 'c', message_type: 'TEXT', text: { body: 'x'.repeat(6001) } }))
  expect(error).toMatchObject({ name: 'Refused', status: 0, code: 'not_sent', next: 'fix the request', said: 'text.body is too long (6001 of 6000)' })
  expect(server.requests).toHaveLength(0)
})

test('capabilities are asked for with the kind of conversation', async () => {
  const { server, tiktok } = await serving('business.capabilities', 'images work')
  expect(await tiktok.capabilities('c+1', 'STRANGER')).toEqual({ IMAGE_SEND: true })
  expect(Object.fromEntries(server.requests[0]?.query ?? [])).toEqual({ business_id: '-000BIZ', capability_types: '["IMAGE_SEND"]', conversation_id: 'c+1', conversation_type: 'STRANGER' })
})

test('automatic messages are created, changed, switched, listed, sorted and deleted', async () => {
  const made = await serving('business.autoMessages.create', 'created')
  expect(await made.tiktok.autoMessages.create({ auto_message_type: 'WELCOME_MESSAGE', welcome_message: { content: 'Hi' } })).toEqual({ auto_message_id: '1001' })
  expect(await made.tiktok.autoMessages.update('1001', { auto_message_type: 'CHAT_PROMPT', chat_prompt: { title: 't', content: 'c' } })).toEqual({ auto_message_id: '1001' })
  expect(made.server.requests.map(one => [one.path, sent(one.body)])).toEqual([
    ['/open_api/v1.3/business/message/auto_message/create/', { business_id: '-000BIZ', auto_message_type: 'WELCOME_MESSAGE', welcome_message: { content: 'Hi' } }],
    ['/open_api/v1.3/business/message/auto_message/update/', { business_id: '-000BIZ', auto_message_id: '1001', auto_message_type: 'CHAT_PROMPT', chat_prompt: { title: 't', content: 'c' } }],
  ])
  const server = await answering(done), tiktok = business({ apiUrl: server.url, token: 't', businessId: '-000BIZ' })
  await tiktok.autoMessages.setStatus('CHAT_PROMPT', 'ENABLE')
  await tiktok.autoMessages.delete('CHAT_PROMPT', '1001')
  await tiktok.autoMessages.sort(['2', '1'])
  await tiktok.directReply.update('DISABLE')
  expect(server.requests.map(one => [one.path, sent(one.body)])).toEqual([
    ['/business/message/auto_message/status/update/', { business_id: '-000BIZ', auto_message_type: 'CHAT_PROMPT', operation_status: 'ENABLE' }],
    ['/business/message/auto_message/delete/', { business_id: '-000BIZ', auto_message_type: 'CHAT_PROMPT', auto_message_id: '1001' }],
    ['/business/message/auto_message/sort/', { business_id: '-000BIZ', auto_message_type: 'CHAT_PROMPT', auto_message_ids: ['2', '1'] }],
    ['/business/message/direct_reply/update/', { business_id: '-000BIZ', direct_reply_type: 'COMMENT_TO_MESSAGE', operation_status: 'DISABLE' }],
  ])
})

test('a chat prompt under the wrong key, as in TikTok\u2019s example, is read as a chat prompt', async () => {
  const { server, tiktok } = await serving('business.autoMessages.get', 'a chat prompt under the wrong key, as in TikTok\u2019s example')
  expect(await tiktok.autoMessages.get('CHAT_PROMPT')).toEqual({ operation_status: 'ENABLE', auto_messages: [{ auto_message_id: '1001', auto_message_type: 'CHAT_PROMPT', audit_status: 'APPROVED', chat_prompt: { title: 'Order status', content: 'Where is my order?' } }] })
  expect(Object.fromEntries(server.requests[0]?.query ?? [])).toEqual({ business_id: '-000BIZ', auto_message_type: 'CHAT_PROMPT' })
  const direct = await serving('business.directReply.get', 'on')
  expect(await direct.tiktok.directReply.get()).toEqual({ operation_status: 'ENABLE' })
})

test('webhooks are set, listed and deleted for the app, without a token', async () => {
  const server = await listen((seen, response) => { response.end(JSON.stringify({ code: 0, message: 'OK', request_id: '1', data: seen.method === 'GET' ? { app_id: app.clientKey, event_type: 'DIRECT_MESSAGE' } : { callback_url: 'https://h/' } })) })
  const tiktok = business({ apiUrl: server.url })
  expect(await tiktok.webhook.update(app, { event_type: 'COMMENT', callback_url: 'https://h/', item_list: ['1'] })).toEqual({ callback_url: 'https://h/' })
  expect(await tiktok.webhook.list(app, 'DIRECT_MESSAGE')).toEqual({ app_id: app.clientKey, event_type: 'DIRECT_MESSAGE' })
  await tiktok.webhook.delete(app, 'VIDEO')
  expect(server.requests.map(one => [one.method, one.path, one.headers['access-token']])).toEqual([['POST', '/business/webhook/update/', undefined], ['GET', '/business/webhook/list/', undefined], ['POST', '/business/webhook/delete/', undefined]])
  expect(sent(server.requests[0]?.body)).toEqual({ app_id: app.clientKey, secret: 'app-secret', event_type: 'COMMENT', callback_url: 'https://h/', item_list: ['1'] })
  expect(Object.fromEntries(server.requests[1]?.query ?? [])).toEqual({ app_id: app.clientKey, secret: 'app-secret', event_type: 'DIRECT_MESSAGE' })
})

test('the account\u2019s own posts come with their ids as text', async () => {
  const server = await answering('{"code":0,"message":"OK","request_id":"1","data":{"videos":[{"item_id":7678907398077074696,"caption":"hi"}],"cursor":1764000000000,"has_more":true}}')
  expect(await business({ apiUrl: server.url, token: 't', businessId: 'b' }).videoList({ maxCount: 20 })).toEqual({ videos: [{ item_id: '7678907398077074696', caption: 'hi' }], cursor: 1764000000000, has_more: true })
  expect(server.requests[0]?.path).toBe('/business/video/list/')
})

test('partial success counts as success, and no account is said before the call leaves', async () => {
  const server = await answering('{"code":20001,"message":"partial","request_id":"1","data":{"username":"x"}}')
  expect(await business({ apiUrl: server.url, token: 't', businessId: 'b' }).profile()).toEqual({ username: 'x' })
  expect(await failure(business({ apiUrl: server.url, token: 't' }).profile())).toBeInstanceOf(TypeError)
  expect(await failure(business({ apiUrl: server.url, businessId: 'b' }).profile())).toBeInstanceOf(TypeError)
  expect(server.requests).toHaveLength(1)
})
