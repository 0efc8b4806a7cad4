import { expect, test } from 'vitest'
import { Refused } from '../errors.ts'
import { answer } from '../fixtures/index.ts'
import { answering, failure } from '../test/server.ts'
import { developers } from './client.ts'
import { challengeOf, makeVerifier } from './pkce.ts'

const app = { clientKey: 'aw1', clientSecret: 'the-app-secret' }
const vector = 'tiktok-mcp-ai_pinned-pkce-vector_0123456789abcdefghijklmnopqrstuvwxyz'

test('the PKCE challenge is hex, as the test vector has it', () => {
  expect(challengeOf(vector)).toBe('6d737a2ebee1e9712ca50681cb2cb3ae5315985849a85cf11400a06b2fcbd91f')
  expect(makeVerifier()).toMatch(/^[A-Za-z0-9\-._~]{43,128}$/)
  expect(makeVerifier()).not.toBe(makeVerifier())
  expect(() => challengeOf('too short')).toThrow(RangeError)
})

test('the web address for consent has no challenge, the desktop one has', () => {
  const ask = { clientKey: 'aw1', redirectUri: 'https://app.example/connect/login/', scopes: ['user.info.basic', 'video.publish'], state: 's t' }
  const web = developers().oauth.authorizeUrl(ask)
  expect(web).toBe('https://www.tiktok.com/v2/auth/authorize/?client_key=aw1&scope=user.info.basic%2Cvideo.publish&response_type=code&redirect_uri=https%3A%2F%2Fapp.example%2Fconnect%2Flogin%2F&state=s+t')
  const desktop = new URL(developers({ authorizeUrl: 'http://127.0.0.1:1/v2/auth/authorize/' }).oauth.authorizeUrl({ ...ask, codeVerifier: vector, alwaysAsk: true }))
  expect(desktop.host).toBe('127.0.0.1:1')
  expect(Object.fromEntries(desktop.searchParams)).toMatchObject({ code_challenge: challengeOf(vector), code_challenge_method: 'S256', disable_auto_auth: '1' })
})

test('a code is exchanged as a form, encoded once', async () => {
  const server = await answering(answer('oauth.token', 'tokens').body)
  const tokens = await developers({ apiUrl: server.url }).oauth.exchange(app, { code: 'abc*v!5236.s1', redirectUri: 'http://127.0.0.1:4300/connect/login/', codeVerifier: vector })
  const [seen] = server.requests
  expect(seen?.path).toBe('/v2/oauth/token/')
  expect(seen?.headers['content-type']).toBe('application/x-www-form-urlencoded')
  expect(seen?.headers['authorization']).toBeUndefined()
  expect(seen?.body.toString()).toContain('code=abc*v%215236.s1')
  expect(Object.fromEntries(new URLSearchParams(seen?.body.toString()))).toEqual({
    client_key: 'aw1', client_secret: 'the-app-secret', grant_type: 'authorization_code', code: 'abc*v!5236.s1', redirect_uri: 'http://127.0.0.1:4300/connect/login/', code_verifier: vector,
  })
  expect(tokens).toEqual({ accessToken: 'act.example\u2026', refreshToken: 'rft.example\u2026', openId: 'afd97af1-b87b-48b9-ac98-410aghda5344', scopes: ['user.info.basic', 'video.list'], expiresInSec: 86400, refreshExpiresInSec: 31536000, tokenType: 'Bearer' })
})

test('an error with HTTP 200 is an error', async () => {
  const server = await answering(answer('oauth.token', 'a flat error with HTTP 200').body)
  const error = await failure(developers({ apiUrl: server.url }).oauth.refresh(app, 'rft.old'))
  expect(error).toBeInstanceOf(Refused)
  expect(error).toMatchObject({ code: 'invalid_grant', status: 200, next: 'reconnect', logId: '202210112248442CB9319E1FB30C1073F3', said: 'Authorization code is expired.' })
  expect(server.requests[0]?.body.toString()).toBe('client_key=aw1&client_secret=the-app-secret&grant_type=refresh_token&refresh_token=rft.old')
})

test('a refresh brings the newest pair, and reads scopes under either name', async () => {
  const server = await answering('{"access_token":"act.2","refresh_token":"rft.2","open_id":"_0","expires_in":86400,"refresh_expires_in":1000,"scopes":"user.info.basic,video.upload","token_type":"Bearer"}')
  expect(await developers({ apiUrl: server.url }).oauth.refresh(app, 'rft.1')).toMatchObject({ accessToken: 'act.2', refreshToken: 'rft.2', openId: '_0', scopes: ['user.info.basic', 'video.upload'] })
})

test('a revocation succeeds with an empty body and fails with a flat one', async () => {
  const good = await answering('')
  await developers({ apiUrl: good.url }).oauth.revoke(app, 'act.1')
  expect(good.requests[0]).toMatchObject({ path: '/v2/oauth/revoke/' })
  expect(good.requests[0]?.body.toString()).toBe('client_key=aw1&client_secret=the-app-secret&token=act.1')
  const bad = await answering('{"error":"invalid_client","error_description":"Client secret is missed in request.","log_id":"1"}')
  expect(await failure(developers({ apiUrl: bad.url }).oauth.revoke(app, 'act.1'))).toMatchObject({ code: 'invalid_client', next: 'fix the set-up' })
})

test('an app gets its own token', async () => {
  const server = await answering(answer('oauth.token', 'client token').body)
  expect(await developers({ apiUrl: server.url }).oauth.clientToken(app)).toEqual({ accessToken: 'clt.example', expiresInSec: 7200, tokenType: 'Bearer' })
})

test('a QR code is asked for and watched', async () => {
  const made = await answering('{"scan_qrcode_url":"https://www.tiktok.com/qr","token":"qt"}')
  expect(await developers({ apiUrl: made.url }).oauth.qrCode({ clientKey: 'aw1', scopes: ['user.info.basic'], state: 's' })).toEqual({ scanQrcodeUrl: 'https://www.tiktok.com/qr', token: 'qt' })
  const watched = await answering('{"data":{"status":"confirmed","client_ticket":"ct","redirect_uri":"https://app.example/?code=1"}}')
  expect(await developers({ apiUrl: watched.url }).oauth.checkQrCode(app, 'qt')).toEqual({ status: 'confirmed', clientTicket: 'ct', redirectUri: 'https://app.example/?code=1' })
})
