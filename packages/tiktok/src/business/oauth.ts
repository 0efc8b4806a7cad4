import { tokensFrom } from '../developers/oauth.ts'
import { secretsOf, type Answer } from '../http.ts'
import type { Tokens } from '../types.ts'
import type { Ask } from './ask.ts'
import { readBusiness } from './envelope.ts'
import { businessLoginEndpoints as endpoints } from './oauth.contract.ts'
import type { Business } from './types.ts'

/** OAuth of account holders. JSON bodies, `auth_code` instead of `code`, and no header. business §2 */
export function oauthCalls(ask: Ask, authorizeUrl: string): Business['oauth'] {
  return {
    authorizeUrl: ({ clientKey, scopes, redirectUri, state, alwaysAsk }) => {
      const url = new URL(authorizeUrl)
      url.searchParams.set('client_key', clientKey)
      if (scopes) url.searchParams.set('scope', scopes.join(',')) // left out, the app's own permissions decide
      url.searchParams.set('response_type', 'code')
      url.searchParams.set('redirect_uri', redirectUri)
      url.searchParams.set('state', state)
      if (alwaysAsk) url.searchParams.set('disable_auto_auth', '1')
      return url.href
    },
    exchange: (app, { code, redirectUri }) => ask(endpoints.token, {
      body: { client_id: app.clientKey, client_secret: app.clientSecret, grant_type: 'authorization_code', auth_code: code, redirect_uri: redirectUri },
      open: true, secrets: secretsOf(app.clientSecret, code),
    }, readTokens),
    refresh: (app, refreshToken) => ask(endpoints.refresh, {
      body: { client_id: app.clientKey, client_secret: app.clientSecret, grant_type: 'refresh_token', refresh_token: refreshToken },
      open: true, secrets: secretsOf(app.clientSecret, refreshToken),
    }, readTokens),
    revoke: (app, accessToken) => ask(endpoints.revoke, {
      body: { client_id: app.clientKey, client_secret: app.clientSecret, access_token: accessToken }, open: true, secrets: secretsOf(app.clientSecret, accessToken),
    }, answer => { readBusiness(answer) }),
  }
}

const readTokens = (answer: Answer): Tokens => tokensFrom(answer, readBusiness(answer))
