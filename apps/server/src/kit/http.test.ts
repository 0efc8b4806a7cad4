import { Hono } from 'hono'
import { createRoute, z } from '@hono/zod-openapi'
import { expect, test } from 'vitest'
import { addressBehind, answerProblem, bodyLimit, notFound, problem, readCursor, room, requestIds, sameOrigin, securityHeaders, writeCursor, cursorQuery } from './http.ts'
import { openLog } from './log.ts'

const config = { publicUrl: 'https://desk.example.com', host: '127.0.0.1', port: 4300 }
const log = openLog('silent')

function app(guards = config) {
  const things = room()
  things.openapi(createRoute({ method: 'post', path: '/things', request: { query: cursorQuery, body: { content: { 'application/json': { schema: z.object({ name: z.string().min(2), size: z.number() }) } } } }, responses: { 200: { description: 'Done' } } }), c => c.json(c.req.valid('json')))
  const made = new Hono().use(requestIds(log)).use(securityHeaders(guards)).use(sameOrigin(guards, path => path.startsWith('/hooks/'))).use(bodyLimit(100))
  made.onError(answerProblem).notFound(notFound)
  return made.route('/', things as unknown as Hono).get('/broken', () => { throw new Error('select secret from people') }).get('/gone', () => problem(410, 'gone', 'It is gone', 'Look elsewhere.', { since: 1 }))
    .get('/away', () => { throw Object.assign(new Error('x'), { code: 'ECONNREFUSED' }) }).post('/hooks/x/', c => c.text('kept'))
}
const ask = (path: string, init: RequestInit & { host?: string } = {}) => app().request(`http://${init.host ?? 'desk.example.com'}${path}`, { ...init, headers: { host: init.host ?? 'desk.example.com', ...init.headers as Record<string, string> } })
const post = (body: unknown, headers: Record<string, string> = {}) => ask('/things', { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', origin: 'https://desk.example.com', ...headers } })

test('every error is a problem with a stable code and the request’s id, and tells nothing of the inside', async () => {
  const gone = await ask('/gone')
  expect(gone.headers.get('content-type')).toBe('application/problem+json')
  expect(await gone.json()).toEqual({ type: '/docs/errors#gone', title: 'It is gone', status: 410, code: 'gone', detail: 'Look elsewhere.', since: 1, requestId: gone.headers.get('x-request-id') })
  const broken = await ask('/broken')
  expect(broken.status).toBe(500)
  expect(await broken.text()).not.toContain('secret')
  expect(await (await ask('/nowhere')).json()).toMatchObject({ status: 404, code: 'not_found' })
  const away = await ask('/away')
  expect([away.status, away.headers.get('retry-after')]).toEqual([503, '2'])
})

test('input that does not fit names every place, and broken JSON is a clear answer', async () => {
  const bad = await post({ name: 'x' })
  expect(bad.status).toBe(422)
  expect(await bad.json()).toMatchObject({ code: 'invalid_input', errors: [{ path: 'name' }, { path: 'size' }] })
  const broken = await ask('/things', { method: 'POST', body: '{"name', headers: { 'content-type': 'application/json', origin: 'https://desk.example.com' } })
  expect([broken.status, (await broken.json() as { code: string }).code]).toEqual([400, 'malformed'])
  expect((await post({ name: 'xy', size: 1 })).status).toBe(200)
})

test('a foreign page cannot change anything, nor a foreign name reach us', async () => {
  expect((await post({ name: 'xy', size: 1 }, { origin: 'https://evil.example' })).status).toBe(403)
  expect((await post({ name: 'xy', size: 1 }, { origin: 'null' })).status).toBe(403)
  expect((await ask('/things', { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403)
  expect((await ask('/gone', { host: 'evil.example' })).status).toBe(421)
  expect((await ask('/gone', { host: 'desk.example.com.evil.example' })).status).toBe(421)
  expect((await ask('/gone', { host: 'localhost:4300' })).status).toBe(410)
  expect((await ask('/hooks/x/', { method: 'POST', headers: { origin: 'https://evil.example' } })).status).toBe(200)
  expect((await post({ name: 'xy', size: 1 }, { origin: 'https://evil.example', authorization: 'Bearer sd_x' })).status).toBe(200) // a token is not sent by a browser on its own
})

test('every page forbids inline script, frames and sniffing', async () => {
  const { headers } = await ask('/gone')
  expect(headers.get('content-security-policy')).toMatch(/script-src 'self';.*frame-ancestors 'none'/)
  expect(headers.get('content-security-policy')).not.toMatch(/script-src[^;]*unsafe/)
  expect([headers.get('x-content-type-options'), headers.get('x-frame-options'), headers.get('strict-transport-security')]).toEqual(['nosniff', 'DENY', 'max-age=31536000'])
})

test('a body over the limit is refused, told or streamed', async () => {
  expect((await post({ name: 'x'.repeat(200), size: 1 })).status).toBe(413)
  const stream = new Response('x'.repeat(200)).body
  expect((await ask('/things', { method: 'POST', body: stream, duplex: 'half', headers: { 'content-type': 'application/json', origin: 'https://desk.example.com' } } as RequestInit)).status).toBe(413)
})

test.each([
  [null, '10.0.0.1', '1.2.3.4', '10.0.0.1'],
  ['loopback', '127.0.0.1', '1.2.3.4', '1.2.3.4'],
  ['loopback', '::ffff:127.0.0.1', '6.6.6.6, 1.2.3.4', '1.2.3.4'],
  ['loopback, 10.0.0.0/8', '127.0.0.1', '1.2.3.4, 10.1.1.1', '1.2.3.4'],
  ['loopback', '9.9.9.9', '1.2.3.4', '9.9.9.9'],
  ['loopback', '127.0.0.1', 'nonsense', '127.0.0.1'],
  ['loopback', '127.0.0.1', undefined, '127.0.0.1'],
])('behind the proxies %s a call from %s with %s is from %s', (trust, socket, forwarded, address) => { expect(addressBehind(trust, socket, forwarded)).toBe(address) })

test('a cursor is ours or it is refused', () => {
  expect(readCursor(writeCursor(['2026-01-01', 5]), 2)).toEqual(['2026-01-01', 5])
  expect(readCursor(undefined, 2)).toBeUndefined()
  for (const bad of ['x', '', writeCursor([1]), Buffer.from('{"a":1}').toString('base64url')]) expect(() => readCursor(bad, 2)).toThrow(/not one of ours/)
})
