import { expect, test } from 'vitest'
import { business } from './business/client.ts'
import { developers } from './developers/client.ts'
import type { Developers } from './developers/types.ts'
import { Nonsense, Refused, Unreachable } from './errors.ts'
import { answer } from './fixtures/index.ts'
import { redact } from './http.ts'
import { answering, failure, listen } from './test/server.ts'
import type { Call, Fetch } from './types.ts'

const init = (tiktok: Developers) => tiktok.initInboxVideo({ source_info: { source: 'PULL_FROM_URL', video_url: 'https://media.example.com/v.mp4' } })
const to = (apiUrl: string, more = {}) => developers({ apiUrl, token: 'act.s3cret', patienceMs: 2000, ...more })

test('a web page, truncated JSON, an empty body and strange JSON are nonsense', async () => {
  const bodies: [string, number][] = [['<html>busy</html>', 200], ['<html>bad gateway</html>', 502], ['{"data":{"publish_id":"v_in', 200], ['', 200], ['[1]', 200], ['"ok"', 200], ['{"hello":1}', 200], ['{"error":{"code":7}}', 503]]
  for (const [body, status] of bodies) {
    const server = await answering(body, status)
    const error = await failure(init(to(server.url)))
    expect(error).toBeInstanceOf(Nonsense)
    expect(error).toMatchObject({ path: '/v2/post/publish/inbox/video/init/', status })
  }
})

test('a 4xx that is no API answer never reached the API: a refusal', async () => {
  const janus = await answering(answer('any', 'no trailing slash').body, 404, { 'content-type': 'text/plain' })
  expect(await failure(init(to(janus.url)))).toMatchObject({ name: 'Refused', code: 'http 404', next: 'fix the request' })
  const slow = await answering('slow down', 429)
  expect(await failure(init(to(slow.url)))).toMatchObject({ name: 'Refused', code: 'http 429', next: 'slow down' })
})

test('an answer without end is cut off at its limit', async () => {
  const server = await listen((_seen, response) => {
    const more = () => { while (response.write(Buffer.alloc(256 * 1024, 32))); }
    response.on('drain', more).on('error', () => {})
    more()
  })
  const error = await failure(init(to(server.url, { patienceMs: 20_000 })))
  expect(error).toBeInstanceOf(Nonsense)
  expect(error.message).toContain('more than 8388608 bytes')
})

test('no answer, half an answer and a reset are unreachable, and end in time', async () => {
  const never = await listen(() => {})
  expect(await failure(init(to(never.url, { patienceMs: 50 })))).toMatchObject({ name: 'Unreachable', reason: 'timeout' })
  const half = await listen((_seen, response) => { response.writeHead(200, { 'content-length': '100' }).write('{"data"') })
  expect(await failure(init(to(half.url, { patienceMs: 50 })))).toMatchObject({ name: 'Unreachable', reason: 'timeout' })
  const cut = await listen((_seen, response) => { response.writeHead(200, { 'content-length': '100' }).write('{"data"', () => response.socket?.destroy()) })
  expect(await failure(init(to(cut.url)))).toBeInstanceOf(Unreachable)
  const reset = await listen((_seen, response) => { response.socket?.resetAndDestroy() })
  expect(await failure(init(to(reset.url)))).toMatchObject({ name: 'Unreachable', reason: 'ECONNRESET' })
  expect(await failure(init(to('http://127.0.0.1:1')))).toBeInstanceOf(Unreachable)
  const deaf = developers({ token: 't', patienceMs: 50, fetch: () => new Promise(() => {}) })
  expect(await failure(init(deaf))).toMatchObject({ name: 'Unreachable', reason: 'timeout' })
})

test('a redirect is never followed with a token', async () => {
  const thief = await answering('{}')
  const server = await listen((_seen, response) => { response.writeHead(302, { location: `${thief.url}/` }).end() })
  expect(await failure(init(to(server.url)))).toMatchObject({ name: 'Nonsense', status: 302 })
  expect(await failure(business({ apiUrl: server.url, token: 'act.s3cret', businessId: 'b' }).content('c'))).toMatchObject({ name: 'Nonsense', status: 302 })
  expect(thief.requests).toHaveLength(0)
})

test('a fault of TikTok\u2019s own after a deed means look first, after a question try again', async () => {
  const server = await answering('{"error":{"code":"internal_error","message":"x","log_id":"1"}}', 500)
  expect(await failure(init(to(server.url)))).toMatchObject({ name: 'Refused', next: 'look first' })
  expect(await failure(to(server.url).status('p'))).toMatchObject({ name: 'Refused', next: 'try again' })
})

test('every call is told with its outcome and log id, and without its query', async () => {
  const calls: Call[] = []
  const onCall = (call: Call) => { calls.push(call) }
  const good = await answering(answer('display.userInfo', 'basic fields').body, 200, { 'x-tt-logid': 'LOG1' })
  await to(good.url, { onCall }).userInfo()
  const bad = await answering(answer('posting.initVideo', 'an unaudited app').body, 403)
  await failure(init(to(bad.url, { onCall })))
  await failure(init(to('http://127.0.0.1:1', { onCall })))
  const html = await answering('<p>', 503)
  await failure(init(to(html.url, { onCall })))
  expect(calls).toMatchObject([
    { platform: 'developers', endpoint: 'display.userInfo', method: 'GET', path: '/v2/user/info/', outcome: 'ok', status: 200, code: null, logId: 'LOG1' },
    { endpoint: 'posting.initInboxVideo', method: 'POST', outcome: 'refused', status: 403, code: 'unaudited_client_can_only_post_to_private_accounts', logId: '202210112248442CB9319E1FB30C1073F3' },
    { outcome: 'unreachable', status: null, logId: null },
    { outcome: 'nonsense', status: 503 },
  ])
  for (const { ms } of calls) expect(ms).toBeGreaterThan(0)
})

test('a listener that throws does not turn a success into a failure', async () => {
  const server = await answering(answer('posting.cancel', 'done').body)
  await to(server.url, { onCall: () => { throw new Error('the journal is full') } }).cancel('p')
  expect(server.requests).toHaveLength(1)
})

test('no error ever holds a token, a code or a secret, even when TikTok echoes them', async () => {
  const secrets = { token: 'act.s3cret/tok+en==', secret: 'app-s3cret!', code: 'c0de*s3cret!1', refresh: 'my s3cret/refresh', verifier: 's3cret'.repeat(10) }
  const app = { clientKey: 'aw1', clientSecret: secrets.secret }
  const echoes: ((echo: string) => [string, number])[] = [
    echo => [JSON.stringify({ error: 'invalid_grant', error_description: echo, log_id: echo }), 200],
    echo => [JSON.stringify({ error: { code: echo, message: echo, log_id: echo } }), 401],
    echo => [JSON.stringify({ code: 40105, message: echo, request_id: echo }), 200],
    echo => [`<html>${echo}`, 200],
    echo => [echo, 302],
    echo => [`{"error":${echo}`, 500],
  ]
  const found: unknown[] = []
  for (const echo of echoes) {
    const server = await listen((seen, response) => {
      // all that came, as it came and decoded: bodies, query, headers
      const [body, status] = echo([seen.body.toString(), decodeURIComponent(seen.body.toString().replaceAll('+', ' ')), seen.rawUrl, decodeURIComponent(seen.rawUrl), seen.headers.authorization, seen.headers['access-token']].join(' '))
      response.writeHead(status, { location: '/elsewhere' }).end(body)
    })
    const dev = developers({ apiUrl: server.url, token: secrets.token, onCall: call => found.push(call) })
    const biz = business({ apiUrl: server.url, token: secrets.token, businessId: 'b', onCall: call => found.push(call) })
    const errors = await Promise.all([
      dev.oauth.exchange(app, { code: secrets.code, redirectUri: 'https://a.example/', codeVerifier: secrets.verifier }), dev.oauth.refresh(app, secrets.refresh), dev.oauth.revoke(app, secrets.token), dev.oauth.clientToken(app), dev.userInfo(), dev.status('p'),
      biz.oauth.exchange(app, { code: secrets.code, redirectUri: 'https://a.example/' }), biz.oauth.refresh(app, secrets.refresh), biz.oauth.revoke(app, secrets.token), biz.tokenInfo(app, secrets.token), biz.content('c'),
      biz.webhook.list(app, 'DIRECT_MESSAGE'), biz.webhook.delete(app, 'COMMENT'), biz.send({ recipient: 'c', message_type: 'TEXT', text: { body: 'hi' } }),
    ].map(failure))
    found.push(...errors.flatMap(error => [error.message, error.stack, Object.fromEntries(Object.entries(error)), String(error.cause)]))
  }
  const leaking: Fetch = url => Promise.reject(new Error(`cannot fetch ${url}`, { cause: { url, code: `s3cret ${url}` } }))
  const broken = await failure(developers({ token: secrets.token, fetch: leaking }).userInfo())
  found.push(broken.message, broken.stack, Object.fromEntries(Object.entries(broken)), String(broken.cause))
  expect(broken).toMatchObject({ name: 'Unreachable', reason: 'no connection' })
  const text = JSON.stringify(found)
  expect(text.match(/\[secret\]/g)?.length).toBeGreaterThan(20)
  expect(text.match(/.{0,60}s3cret.{0,20}/)?.[0]).toBeUndefined()
})

test('redaction finds the encoded form too and keeps messages short', () => {
  expect(redact('a act+1/2 b act%2B1%2F2 c', ['act+1/2'])).toBe('a [secret] b [secret] c')
  expect(redact('x'.repeat(10_000), [])).toHaveLength(500)
  expect(new Refused({ platform: 'business', path: '/p/', status: 200, code: 40064, next: 'give up' }).message).toBe('TikTok refused /p/: 40064')
})
