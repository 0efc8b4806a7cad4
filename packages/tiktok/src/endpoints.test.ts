import { expect, test } from 'vitest'
import { business } from './business/client.ts'
import { developers } from './developers/client.ts'
import { endpoints, webhookEvents } from './endpoints.ts'
import { listen } from './test/server.ts'

/** The two sheets' indexes, copied by hand: method and path. */
const index = {
  developers: [
    'GET https://www.tiktok.com/v2/auth/authorize/', 'POST /v2/oauth/token/', 'POST /v2/oauth/revoke/', 'POST /v2/oauth/get_qrcode/', 'POST /v2/oauth/check_qrcode/', 'GET /v2/user/info/',
    'POST /v2/post/publish/creator_info/query/', 'POST /v2/post/publish/video/init/', 'POST /v2/post/publish/inbox/video/init/', 'POST /v2/post/publish/content/init/', 'POST /v2/post/publish/status/fetch/',
    'POST /v2/post/publish/cancel/', 'PUT https://open-upload.tiktokapis.com/upload', 'POST /v2/video/list/', 'POST /v2/video/query/',
  ],
  business: [
    'POST /tt_user/oauth2/token/', 'POST /tt_user/oauth2/refresh_token/', 'POST /tt_user/oauth2/revoke/', 'POST /tt_user/token_info/get/', 'GET /business/get/', 'GET /business/message/conversation/list/',
    'GET /business/message/content/list/', 'POST /business/message/send/', 'POST /business/message/media/upload/', 'POST /business/message/media/download/', 'GET /business/message/capabilities/get/',
    'POST /business/message/auto_message/create/', 'POST /business/message/auto_message/update/', 'POST /business/message/auto_message/status/update/', 'GET /business/message/auto_message/get/',
    'POST /business/message/auto_message/delete/', 'POST /business/message/auto_message/sort/', 'POST /business/message/direct_reply/update/', 'GET /business/message/direct_reply/get/',
    'POST /business/webhook/update/', 'GET /business/webhook/list/', 'POST /business/webhook/delete/', 'GET /business/video/list/',
  ].map(one => one.replace(' ', ' /open_api/v1.3')),
}

test('the index names every call of both sheets once', () => {
  const of = (platform: string) => endpoints.filter(one => one.platform === platform).map(one => `${one.method} ${one.path}`)
  expect(of('developers').sort()).toEqual(index.developers.toSorted())
  expect(of('business').sort()).toEqual([...index.business, 'GET https://www.tiktok.com/v2/auth/authorize/', 'GET https://*.tiktok.com/'].sort())
  expect(new Set(endpoints.map(one => one.name)).size).toBe(endpoints.length)
  expect(endpoints.filter(one => !/^(developers|business) §/.test(one.source))).toEqual([])
  expect(endpoints.filter(one => one.path.startsWith('/') && !one.path.endsWith('/'))).toEqual([]) // TikTok answers 404 without the slash
  expect(webhookEvents.filter(one => one.platform === 'developers')).toHaveLength(10)
  expect(webhookEvents.filter(one => one.platform === 'business')).toHaveLength(14)
})

test('the client makes every call of the index, by its method and path', async () => {
  const server = await listen((_seen, response) => { response.end('{}') })
  const app = { clientKey: 'k', clientSecret: 's' }
  const d = developers({ apiUrl: server.url, token: 't', uploadHosts: [server.host] }), b = business({ apiUrl: `${server.url}/open_api/v1.3`, token: 't', businessId: 'b', mediaHosts: [server.host] })
  const auto = { auto_message_type: 'WELCOME_MESSAGE', welcome_message: { content: 'c' } } as const, pull = { source: 'PULL_FROM_URL', video_url: 'u' } as const
  const calls = [
    d.oauth.clientToken(app), d.oauth.revoke(app, 't'), d.oauth.qrCode({ clientKey: 'k', scopes: [], state: 's' }), d.oauth.checkQrCode(app, 't'), d.userInfo(), d.videoList(), d.videoQuery(['1']), d.creatorInfo(),
    d.initVideo({ post_info: { privacy_level: 'SELF_ONLY' }, source_info: pull }), d.initInboxVideo({ source_info: pull }), d.initPhoto({ post_mode: 'DIRECT_POST', post_info: {}, source_info: { photo_images: ['u'] } }), d.status('p'), d.cancel('p'),
    d.putChunk({ uploadUrl: `${server.url}/upload`, contentType: 'video/mp4', range: { start: 0, end: 0, total: 1 }, file: { read: () => Promise.resolve({ bytesRead: 1 }) } }),
    b.oauth.exchange(app, { code: 'c', redirectUri: 'r' }), b.oauth.refresh(app, 'r'), b.oauth.revoke(app, 't'), b.tokenInfo(app), b.profile(), b.conversations({ type: 'SINGLE' }), b.content('c'),
    b.send({ recipient: 'c', message_type: 'TEXT', text: { body: 'x' } }), b.uploadImage({ bytes: new Uint8Array(1), filename: 'a.png', type: 'image/png' }), b.downloadUrl({ conversationId: 'c', messageId: 'm', mediaId: 'i', type: 'VIDEO' }), b.capabilities('c', 'SINGLE'),
    b.autoMessages.create(auto), b.autoMessages.update('1', auto), b.autoMessages.setStatus('WELCOME_MESSAGE', 'ENABLE'), b.autoMessages.get('WELCOME_MESSAGE'), b.autoMessages.delete('CHAT_PROMPT', '1'), b.autoMessages.sort(['1']),
    b.directReply.update('ENABLE'), b.directReply.get(), b.webhook.update(app, { event_type: 'VIDEO', callback_url: 'u' }), b.webhook.list(app, 'VIDEO'), b.webhook.delete(app, 'VIDEO'), b.videoList(),
    b.downloadMedia(`${server.url}/media`),
  ]
  await Promise.allSettled(calls)
  const made = new Set(server.requests.map(one => `${one.method} ${one.path}`))
  const expected = endpoints.filter(one => one.path.startsWith('/')).map(one => `${one.method} ${one.path}`)
  expect([...made].sort()).toEqual([...new Set([...expected, 'PUT /upload', 'GET /media'])].sort())
})
