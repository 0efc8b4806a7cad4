import { splitScopes } from '../callback.ts'
import { call, join, nonsense, secretsOf, type Answer, type Wire } from '../http.ts'
import { isObject, numberOf, textOf } from '../json.ts'
import type { App, Endpoint, JsonObject, Tokens } from '../types.ts'
import { readFlat } from './envelope.ts'
import { login, loginEndpoints } from './login.contract.ts'
import { challengeOf } from './pkce.ts'
import type { Developers } from './types.ts'

type Base = { wire: Wire; apiUrl: string; authorizeUrl: string }

/** Login Kit's calls. developers §1 */
export function oauth({ wire, apiUrl, authorizeUrl }: Base): Developers['oauth'] {
  const post = <T>(endpoint: Endpoint, form: Record<string, string>, read: (answer: Answer) => T) => call(wire, endpoint, {
    url: join(apiUrl, endpoint.path),
    init: { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', 'cache-control': 'no-cache' }, body: new URLSearchParams(form).toString() },
    secrets: secretsOf(form['client_secret'], form['code'], form['code_verifier'], form['refresh_token'], form['token']),
  }, read)
  const proof = (app: App) => ({ client_key: app.clientKey, client_secret: app.clientSecret })
  return {
    authorizeUrl: ask => {
      const url = new URL(authorizeUrl)
      url.searchParams.set('client_key', ask.clientKey)
      url.searchParams.set('scope', ask.scopes.join(','))
      url.searchParams.set('response_type', login.responseType)
      url.searchParams.set('redirect_uri', ask.redirectUri)
      url.searchParams.set('state', ask.state)
      if (ask.alwaysAsk) url.searchParams.set('disable_auto_auth', '1')
      if (ask.codeVerifier !== undefined) {
        url.searchParams.set('code_challenge', challengeOf(ask.codeVerifier))
        url.searchParams.set('code_challenge_method', login.pkce.method)
      }
      return url.href
    },
    exchange: (app, grant) => post(loginEndpoints.token, {
      ...proof(app), grant_type: login.grants.code, code: grant.code, redirect_uri: grant.redirectUri, ...(grant.codeVerifier === undefined ? {} : { code_verifier: grant.codeVerifier }),
    }, readTokens),
    refresh: (app, refreshToken) => post(loginEndpoints.token, { ...proof(app), grant_type: login.grants.refresh, refresh_token: refreshToken }, readTokens),
    revoke: (app, accessToken) => post(loginEndpoints.revoke, { ...proof(app), token: accessToken }, answer => {
      if (answer.status === 200 && answer.text.trim() === '') return // the documented success
      const strange = Object.keys(readFlat(answer)).filter(key => !['error', 'data', 'log_id'].includes(key))
      if (strange.length > 0) throw nonsense(answer, 'neither empty nor an error')
    }),
    clientToken: app => post(loginEndpoints.token, { ...proof(app), grant_type: login.grants.client }, answer => {
      const { access_token, expires_in, token_type } = readFlat(answer)
      if (typeof access_token !== 'string') throw nonsense(answer, 'no access_token')
      return { accessToken: access_token, expiresInSec: numberOf(expires_in) ?? 0, tokenType: textOf(token_type, 'Bearer') }
    }),
    qrCode: ask => post(loginEndpoints.qrCode, { client_key: ask.clientKey, scope: ask.scopes.join(','), state: ask.state }, answer => {
      const { scan_qrcode_url, token } = inside(readFlat(answer))
      if (typeof scan_qrcode_url !== 'string' || typeof token !== 'string') throw nonsense(answer, 'no scan_qrcode_url or token')
      return { scanQrcodeUrl: scan_qrcode_url, token }
    }),
    checkQrCode: (app, token) => post(loginEndpoints.checkQrCode, { ...proof(app), token }, answer => {
      const { status, client_ticket, redirect_uri } = inside(readFlat(answer))
      if (typeof status !== 'string') throw nonsense(answer, 'no status')
      return { status, ...(typeof client_ticket === 'string' ? { clientTicket: client_ticket } : {}), ...(typeof redirect_uri === 'string' ? { redirectUri: redirect_uri } : {}) }
    }),
  }
}

/** Whether the QR calls wrap their fields in `data` is not documented; both are read. */
const inside = (body: JsonObject): JsonObject => (isObject(body['data']) ? body['data'] : body)

const readTokens = (answer: Answer): Tokens => tokensFrom(answer, readFlat(answer))

/** Either platform's token fields in one shape: `scope` or `scopes`, `refresh_expires_in` or `refresh_token_expires_in`. */
export function tokensFrom(answer: Answer, from: JsonObject): Tokens {
  const { access_token, refresh_token, open_id } = from
  if (typeof access_token !== 'string' || typeof refresh_token !== 'string' || typeof open_id !== 'string') throw nonsense(answer, 'no access_token, refresh_token or open_id')
  const scope = from['scope'] ?? from['scopes']
  return {
    accessToken: access_token, refreshToken: refresh_token, openId: open_id,
    scopes: Array.isArray(scope) ? scope.map(one => textOf(one)) : splitScopes(typeof scope === 'string' ? scope : ''),
    expiresInSec: numberOf(from['expires_in']) ?? 0, refreshExpiresInSec: numberOf(from['refresh_expires_in'] ?? from['refresh_token_expires_in']) ?? 0,
    tokenType: textOf(from['token_type'], 'Bearer'),
  }
}
