import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createEmulator, type Emulator } from '../index.ts'

const WEB = 'https://desk.example.com/connect/login/'
const LOOP = 'http://127.0.0.1:4300/connect/login/'
const VERIFIER = 'tiktok-mcp-ai_pinned-pkce-vector_0123456789abcdefghijklmnopqrstuvwxyz'
const CHALLENGE = '6d737a2ebee1e9712ca50681cb2cb3ae5315985849a85cf11400a06b2fcbd91f'

let tiktok: Emulator
let key: string
let secret: string
beforeEach(async () => {
  tiktok = await createEmulator({ startAt: new Date('2026-11-21T10:00:00Z'), frozen: true })
  ;({ id: key, secret } = tiktok.world.addApp({ platform: 'developers', flavour: 'both', redirectUris: [WEB, 'http://127.0.0.1:*/connect/login/'], audited: true }))
  await tiktok.listen()
})
afterEach(() => tiktok.close())

const authorizeUrl = (params: Record<string, string> = {}) => `${tiktok.url}/v2/auth/authorize/?${new URLSearchParams({ client_key: key, scope: 'user.info.basic,video.upload,video.publish', redirect_uri: WEB, state: 's 1', response_type: 'code', ...params })}`
const consent = async (params: Record<string, string> = {}, more: { scopes?: string[]; deny?: boolean; account?: string } = {}) =>
  new URL(await tiktok.consent({ authorizeUrl: authorizeUrl(params), account: 'halia.ceramics', ...more }))
const post = async (path: string, form: Record<string, string>) => {
  const answer = await fetch(tiktok.url + path, { method: 'POST', body: new URLSearchParams(form) })
  const text = await answer.text()
  return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, string | number> }
}
const exchange = (code: string, more: Record<string, string> = {}) => post('/v2/oauth/token/', { client_key: key, client_secret: secret, grant_type: 'authorization_code', code, redirect_uri: WEB, ...more })
const tokens = async () => (await exchange((await consent()).searchParams.get('code')!)).body as { access_token: string; refresh_token: string; open_id: string }
const refresh = (refreshToken: string) => post('/v2/oauth/token/', { client_key: key, client_secret: secret, grant_type: 'refresh_token', refresh_token: refreshToken })

describe('consent', () => {
  test('a code carries * and !, percent-encoded, with the granted scopes and the state', async () => {
    const back = await tiktok.consent({ authorizeUrl: authorizeUrl(), account: '@halia.ceramics', scopes: ['video.upload'] })
    expect(back).toMatch(/code=[\w-]+%2A[0v]%21\d{4}/)
    const query = new URL(back).searchParams
    expect(query.get('scopes')).toBe('user.info.basic,video.upload')
    expect(query.get('state')).toBe('s 1')
  })

  test('who refuses sends the app access_denied and no code', async () => {
    const query = (await consent({}, { deny: true })).searchParams
    expect([query.get('error'), query.get('state'), query.get('code')]).toEqual(['access_denied', 's 1', null])
  })

  test('a wrong key, an unregistered redirect, a missing slash or a query are shown on TikTok’s page and never sent back', async () => {
    for (const [wrong, type] of [[{ client_key: 'aw-nobody' }, 'client_key'], [{ redirect_uri: WEB.slice(0, -1) }, 'redirect_uri'], [{ redirect_uri: `${WEB}?a=1` }, 'redirect_uri'], [{ response_type: 'token' }, 'response_type']] as const) {
      await expect(consent(wrong)).rejects.toThrow(`refused: ${type}`)
    }
    const page = await fetch(authorizeUrl({ client_key: 'aw-nobody' }))
    expect([page.status, page.url.includes('/v2/auth/authorize/error/?error=unauthorized_client&error_type=client_key'), (await page.text()).includes('correct the following')]).toEqual([200, true, true])
  })

  test('a scope the app does not have is refused after the login, on the page or by a rule back to the app', async () => {
    await expect(consent({ scope: 'user.info.basic,research.data.basic' })).rejects.toThrow('refused: scope')
    tiktok.rules.set({ 'authorize-errors': 'redirect' })
    const query = (await consent({ scope: 'user.info.basic,research.data.basic' })).searchParams
    expect([query.get('error'), query.get('error_type')]).toEqual(['invalid_scope', 'scope'])
  })

  test('a sandbox lets only its target users in', async () => {
    const sandbox = tiktok.world.addApp({ platform: 'developers', environment: 'sandbox', redirectUris: [WEB], targetUsers: ['nomad.bikes'] })
    expect(sandbox.id).toMatch(/^sb/)
    await expect(consent({ client_key: sandbox.id })).rejects.toThrow('refused: non_sandbox_target')
    expect((await consent({ client_key: sandbox.id }, { account: 'nomad.bikes' })).searchParams.get('code')).toBeTruthy()
  })

  test('a sandbox may grant only the basic scope, by the rule sandbox-scopes', async () => {
    const sandbox = tiktok.world.addApp({ platform: 'developers', environment: 'sandbox', redirectUris: [WEB], targetUsers: ['halia.ceramics'] })
    expect((await consent({ client_key: sandbox.id })).searchParams.get('scopes')).toContain('video.publish')
    tiktok.rules.set({ 'sandbox-scopes': 'basic only' })
    expect((await consent({ client_key: sandbox.id })).searchParams.get('scopes')).toBe('user.info.basic')
    expect(() => tiktok.world.changeApp(sandbox.id, { targetUsers: Array.from({ length: 11 }, (_, i) => `u${i}`) })).toThrow('at most 10')
  })

  test('loopback is for desktop apps, and for web apps only under the rule loopback-redirects', async () => {
    tiktok.world.changeApp(key, { flavour: 'web', redirectUris: [LOOP] })
    await expect(consent({ redirect_uri: LOOP })).rejects.toThrow('refused: redirect_uri')
    tiktok.rules.set({ 'loopback-redirects': true })
    expect((await consent({ redirect_uri: LOOP })).searchParams.get('code')).toBeTruthy()
  })

  test('a desktop app must send a challenge', async () => {
    await expect(consent({ redirect_uri: LOOP })).rejects.toThrow('refused: code_challenge')
    await expect(consent({ redirect_uri: LOOP, code_challenge: CHALLENGE })).rejects.toThrow('refused: code_challenge_method')
  })

  test('the page is skipped for a person who consented, when asked with disable_auto_auth=0, or always under the rule auto-auth', async () => {
    await tokens()
    const cookie = { headers: { cookie: 'tiktok_session=halia.ceramics' }, redirect: 'manual' } as const
    expect((await fetch(authorizeUrl(), cookie)).status).toBe(200)
    expect((await fetch(authorizeUrl({ disable_auto_auth: '0' }), cookie)).headers.get('location')).toContain('code=')
    tiktok.rules.set({ 'auto-auth': 'unless disabled' })
    expect((await fetch(authorizeUrl(), cookie)).status).toBe(302)
    expect((await fetch(authorizeUrl({ disable_auto_auth: '1' }), cookie)).status).toBe(200)
  })

  test('redirect URIs are registered by TikTok’s rules', () => {
    const register = (uri: string, flavour: 'web' | 'desktop' = 'web') => () => tiktok.world.addApp({ platform: 'developers', flavour, redirectUris: [uri] })
    expect(register('http://desk.example.com/')).toThrow('https')
    expect(register('https://desk.example.com/#a')).toThrow('fragment')
    expect(register('https://desk.example.com/?a=1')).toThrow('query')
    expect(register(`https://desk.example.com/${'a'.repeat(500)}`)).toThrow('511')
    expect(register('http://127.0.0.1/callback/', 'desktop')).toThrow('port')
    expect(register('https://desk.example.com/', 'desktop')).toThrow('localhost')
    expect(() => tiktok.world.addApp({ platform: 'developers', redirectUris: Array.from({ length: 11 }, (_, i) => `https://a.example/${i}`) })).toThrow('at most 10')
  })
})

describe('tokens', () => {
  test('a code buys a pair once, and the answer is flat', async () => {
    const code = (await consent()).searchParams.get('code')!
    const { status, body } = await exchange(code)
    expect([status, body['expires_in'], body['refresh_expires_in'], body['token_type'], body['scope']]).toEqual([200, 86400, 31536000, 'Bearer', 'user.info.basic,video.upload,video.publish'])
    expect(body['access_token']).toMatch(/^act\./)
    expect(body['refresh_token']).toMatch(/^rft\./)
    expect((await exchange(code)).body).toMatchObject({ error: 'invalid_grant', error_description: 'Authorization code is expired.' })
  })

  test('a code dies after ten minutes', async () => {
    const code = (await consent()).searchParams.get('code')!
    await tiktok.clock.advance(10 * 60_000)
    expect((await exchange(code)).body['error']).toBe('invalid_grant')
  })

  test('a code that was encoded twice or cut off is expired, and the log says which', async () => {
    const code = (await consent()).searchParams.get('code')!
    expect((await exchange(encodeURIComponent(code).replace('*', '%2A').replace('!', '%21'))).body['error']).toBe('invalid_grant')
    expect(tiktok.wire.list().at(-1)?.why).toContain('percent-encoded')
    expect((await exchange(code.split('*')[0]!)).body['error']).toBe('invalid_grant')
    expect(tiktok.wire.list().at(-1)?.why).toContain('cut off')
  })

  test('the code is looked at before the client', async () => {
    expect((await exchange('no-code', { client_key: 'nobody' })).body).toMatchObject({ error: 'invalid_grant' })
    const code = (await consent()).searchParams.get('code')!
    expect((await exchange(code, { client_key: 'nobody' })).body['error']).toBe('invalid_client')
    expect((await exchange(code, { client_secret: 'wrong' })).body['error']).toBe('invalid_client')
    expect((await exchange(code, { client_secret: '' })).body['error_description']).toBe('Client secret is missed in request.')
  })

  test('another redirect URI at the token endpoint is refused; whether that spends the code is the rule failed-exchange', async () => {
    const code = (await consent()).searchParams.get('code')!
    expect((await exchange(code, { redirect_uri: `${WEB}x` })).body).toMatchObject({ error: 'invalid_request', error_description: 'Redirect_uri is not matched with the uri when requesting code.' })
    expect((await exchange(code)).body['access_token']).toBeTruthy()
    tiktok.rules.set({ 'failed-exchange': 'spends the code' })
    const other = (await consent()).searchParams.get('code')!
    await exchange(other, { redirect_uri: `${WEB}x` })
    expect((await exchange(other)).body['error']).toBe('invalid_grant')
  })

  test('PKCE is lower-case hex; base64url passes the page and fails here', async () => {
    const desktop = { redirect_uri: LOOP, code_challenge_method: 'S256' }
    const good = (await consent({ ...desktop, code_challenge: CHALLENGE })).searchParams.get('code')!
    expect((await exchange(good, { redirect_uri: LOOP, code_verifier: VERIFIER })).body['access_token']).toBeTruthy()
    const bad = (await consent({ ...desktop, code_challenge: createHash('sha256').update(VERIFIER).digest('base64url') })).searchParams.get('code')!
    expect((await exchange(bad, { redirect_uri: LOOP, code_verifier: VERIFIER })).body).toMatchObject({ error: 'invalid_request', error_description: 'Code verifier or code challenge is invalid.' })
    expect(tiktok.wire.list().at(-1)?.why).toContain('base64url')
  })

  test('a stray code_verifier of a web app is ignored', async () => {
    expect((await exchange((await consent()).searchParams.get('code')!, { code_verifier: 'x' })).body['access_token']).toBeTruthy()
  })

  test('JSON is not accepted, unknown grants have their own error', async () => {
    const json = await fetch(`${tiktok.url}/v2/oauth/token/`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })
    expect(await json.json()).toMatchObject({ error: 'invalid_request' })
    expect((await post('/v2/oauth/token/', { grant_type: 'password' })).body['error']).toBe('unsupported_grant_type')
  })

  test('errors come with 200, or with 400 and 401 under the rule oauth-error-status', async () => {
    expect((await exchange('no-code')).status).toBe(200)
    tiktok.rules.set({ 'oauth-error-status': '400' })
    expect((await exchange('no-code')).status).toBe(400)
    expect((await exchange((await consent()).searchParams.get('code')!, { client_secret: 'wrong' })).status).toBe(401)
  })

  test('a refresh rotates: the old refresh token is dead, the expiry stays that of the first', async () => {
    const first = await tokens()
    await tiktok.clock.advance(86_400_000)
    const { body } = await refresh(first.refresh_token)
    expect(body['refresh_token']).not.toBe(first.refresh_token)
    expect(body['refresh_expires_in']).toBe(31536000 - 86400)
    expect((await refresh(first.refresh_token)).body).toMatchObject({ error: 'invalid_grant' })
  })

  test('the rule refresh-rotation can keep the old token working, or the same token', async () => {
    const first = await tokens()
    tiktok.rules.set({ 'refresh-rotation': 'old works' })
    await refresh(first.refresh_token)
    expect((await refresh(first.refresh_token)).body['access_token']).toBeTruthy()
    tiktok.rules.set({ 'refresh-rotation': 'same token' })
    expect((await refresh(first.refresh_token)).body['refresh_token']).toBe(first.refresh_token)
  })

  test('the rule refresh-expiry can start the year anew', async () => {
    const first = await tokens()
    await tiktok.clock.advance(86_400_000)
    tiktok.rules.set({ 'refresh-expiry': 'sliding' })
    expect((await refresh(first.refresh_token)).body['refresh_expires_in']).toBe(31536000)
  })

  test('the rule sandbox-refresh makes a sandbox unable to refresh', async () => {
    const first = await tokens()
    tiktok.world.changeApp(key, { environment: 'sandbox' })
    tiktok.rules.set({ 'sandbox-refresh': 'always fails' })
    expect((await refresh(first.refresh_token)).body['error']).toBe('invalid_grant')
    tiktok.rules.set({ 'sandbox-refresh': 'works' })
    expect((await refresh(first.refresh_token)).body['access_token']).toBeTruthy()
  })

  test('a client token is for the app itself', async () => {
    const { body } = await post('/v2/oauth/token/', { client_key: key, client_secret: secret, grant_type: 'client_credentials' })
    expect([body['expires_in'], String(body['access_token']).startsWith('clt.')]).toEqual([7200, true])
  })

  test('revoke answers 200 with nothing, kills the tokens and raises authorization.removed unless the rule revoke-webhook says none', async () => {
    const first = await tokens()
    const revoked = tiktok.waitFor('authorization.removed')
    expect(await post('/v2/oauth/revoke/', { client_key: key, client_secret: secret, token: first.access_token })).toEqual({ status: 200, body: {} })
    expect((await revoked).about['content']).toBe('{"reason": 5 }')
    expect((await refresh(first.refresh_token)).body['error']).toBe('invalid_grant')
    tiktok.rules.set({ 'revoke-webhook': 'none' })
    const before = tiktok.timeline().filter(h => h.name === 'authorization.removed').length
    const again = await tokens()
    await post('/v2/oauth/revoke/', { client_key: key, client_secret: secret, token: again.access_token })
    expect(tiktok.timeline().filter(h => h.name === 'authorization.removed')).toHaveLength(before)
  })

  test('a person who removes the app ends it with reason 1', async () => {
    const first = await tokens()
    const removed = tiktok.waitFor('authorization.removed')
    tiktok.world.removeApp('halia.ceramics', key)
    expect((await removed).about).toMatchObject({ content: '{"reason": 1 }', openId: first.open_id })
    expect((await refresh(first.refresh_token)).body['error']).toBe('invalid_grant')
  })

  test('a lost answer has done the exchange: the code is spent', async () => {
    const code = (await consent()).searchParams.get('code')!
    tiktok.faults.arm({ on: 'oauth.token', does: 'lose answer', times: 1 })
    await expect(exchange(code)).rejects.toThrow('fetch failed')
    expect((await exchange(code)).body['error']).toBe('invalid_grant')
  })
})

test('a QR code is scanned, confirmed once, and gives a code that works', async () => {
  const { body } = await post('/v2/oauth/get_qrcode/', { client_key: key, scope: 'user.info.basic', state: 'q' })
  const check = async () => (await post('/v2/oauth/check_qrcode/', { client_key: key, client_secret: secret, token: String(body['token']) })).body
  expect((await check())['status']).toBe('new')
  await fetch(String(body['scan_qrcode_url']))
  expect((await check())['status']).toBe('scanned')
  await post('/v2/auth/qr/', { token: String(body['token']), account: 'nomad.bikes' }).catch(() => undefined)
  const confirmed = await check()
  expect(confirmed['status']).toBe('confirmed')
  const back = new URL(String(confirmed['redirect_uri'])).searchParams
  expect((await exchange(back.get('code')!)).body['open_id']).toBeTruthy()
  expect((await check())['status']).toBe('utilised')
})

test('without its slash, or with another method, a path is unknown to the edge', async () => {
  for (const [path, method] of [['/v2/oauth/token', 'POST'], ['/v2/oauth/token/', 'GET'], ['/v2/never/heard/', 'POST']]) {
    const answer = await fetch(tiktok.url + path, { method: method! })
    expect([answer.status, await answer.text()]).toEqual([404, 'Unsupported path(Janus)'])
  }
  expect(tiktok.wire.list()[0]?.why).toContain('slash at the end')
})
