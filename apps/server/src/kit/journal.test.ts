import { expect, test } from 'vitest'
import { testGround } from '../../test/test-ground.ts'
import { endpointOf } from './journal.ts'

const about = { accountId: 7, appId: 3 }
const API = 'https://open.tiktokapis.com/v2'

test('every call leaves one line with outcome, code and log id, and never a token, query, body or upload address', async () => {
  const house = await testGround()
  const answers: (() => Response | Promise<Response>)[] = [
    () => Response.json({ data: {}, error: { code: 'ok', message: '', log_id: 'L1' } }),
    () => Response.json({ error: { code: 'access_token_invalid', message: 'act.secret', log_id: 'L2' } }, { status: 401 }),
    () => Response.json({ code: 40064, message: 'no', request_id: 'R3', data: {} }),
    () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
    () => Promise.reject(new TypeError('fetch failed')),
    () => new Response(null, { status: 201 }),
  ]
  const fetch = house.journal.wrap(() => Promise.resolve(answers.shift()?.() ?? Response.error()), about)
  const secret = { headers: { authorization: 'Bearer act.secret' }, method: 'POST', body: 'dear customer' }
  expect(await (await fetch(`${API}/user/info/?fields=open_id&access_token=act.secret`, secret)).json()).toMatchObject({ error: { code: 'ok' } })
  await fetch(`${API}/user/info/`, secret)
  await fetch('https://business-api.tiktok.com/open_api/v1.3/business/message/send/', secret)
  await fetch(`${API}/user/info/`, secret)
  await expect(fetch(`${API}/post/publish/status/fetch/`, secret)).rejects.toThrow('fetch failed')
  await fetch('https://open-upload.tiktokapis.com/video/?upload_id=1&upload_token=act.secret', { method: 'PUT' })
  await house.journal.settled()
  const calls = (await house.journal.recent({ accountId: 7, limit: 10 })).toReversed()
  expect(calls.map(item => [item.method, item.endpoint, item.outcome, item.http, item.code, item.logId])).toEqual([
    ['POST', '/v2/user/info/', 'ok', 200, 'ok', 'L1'],
    ['POST', '/v2/user/info/', 'refused', 401, 'access_token_invalid', 'L2'],
    ['POST', '/open_api/v1.3/business/message/send/', 'refused', 200, '40064', 'R3'],
    ['POST', '/v2/user/info/', 'nonsense', 200, null, null],
    ['POST', '/v2/post/publish/status/fetch/', 'unreachable', null, 'TypeError', null],
    ['PUT', '(file transfer)', 'ok', 201, null, null],
  ])
  expect(JSON.stringify(calls)).not.toMatch(/act\.secret|dear customer|upload_token/)
  expect(await house.journal.last(7, '/v2/user/info/')).toMatchObject({ outcome: 'ok', logId: 'L1' })
  expect(await house.journal.last(8, '/v2/user/info/')).toBeUndefined()
})

test('calls are forgotten after thirty days of the house’s clock', async () => {
  const house = await testGround()
  const fetch = house.journal.wrap(() => Promise.resolve(Response.json({ code: 0 })), about)
  await fetch(`${API}/user/info/`)
  await house.journal.settled()
  house.clock.advance(29 * 86_400_000)
  const { CALLS_KEPT_MS } = await import('./journal.ts')
  const before = () => new Date(house.clock.now().getTime() - CALLS_KEPT_MS)
  expect(await house.journal.forget(before())).toBe(0)
  house.clock.advance(2 * 86_400_000)
  expect(await house.journal.forget(before())).toBe(1)
})

test.each([
  ['https://open.tiktokapis.com/v2/video/list/?fields=id', '/v2/video/list/'],
  ['http://127.0.0.1:4310/open_api/v1.3/business/message/media/upload/', '/open_api/v1.3/business/message/media/upload/'],
  ['https://open-upload.tiktokapis.com/upload?upload_id=67890', '(file transfer)'],
  ['https://p16-sign.tiktokcdn.com/aweme/x.jpeg?x-signature=abc', '(file transfer)'],
])('%s is written down as %s', (url, endpoint) => { expect(endpointOf(new URL(url))).toBe(endpoint) })
