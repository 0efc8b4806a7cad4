import { createHash } from 'node:crypto'
import type { Call, Grantor, Ground, Route as FaceRoute } from '../face.ts'
import { endGrant, giveGrant, issuePair } from '../login/tokens.ts'
import type { App, Token } from '../words.ts'
import { asObject, text } from './draft.ts'
import { ok } from './envelope.ts'
import { refusal } from './gate.ts'
import { invalid, No } from './refuse.ts'

const CODE_LIFE_MS = 10 * 60_000

/** What the owner reads on the consent page (1.2). */
const WORDS: Record<string, string> = {
  'message.list.send': 'Send messages', 'message.list.read': 'Read your inbox', 'message.list.manage': 'Read and manage your messages', 'user.account.type': 'Read your account type',
  'user.info.basic': 'Read your profile picture and name', 'user.info.username': 'Read your username', 'user.info.profile': 'Read your bio and profile link', 'user.info.stats': 'Read your follower and like counts',
  'user.insights': 'Read insights of your account', 'video.list': 'Read your posts', 'video.insights': 'Read insights of your posts', 'comment.list': 'Read comments', 'comment.list.manage': 'Manage comments',
}

/** The Business side of the shared consent page: a code of ten minutes, once, with `*` and `!` in it (2.3). */
export const grantor = (ground: Ground): Grantor => ({
  describe: scope => WORDS[scope] ?? scope,
  grant: ({ appId, accountId, scopes, redirectUri }) => {
    const digits = String(Math.floor(ground.ids.chance('code') * 9000) + 1000)
    const code = `${ground.ids.word('code', 56)}*v!${digits}.va`
    ground.store.shelf('code').put({ id: code, appId, accountId, scopes, redirectUri, expiresAt: ground.clock.now() + CODE_LIFE_MS })
    return { [ground.rules.get('callback-parameter')]: code, scopes: scopes.join(',') }
  },
})

type Given = Record<string, unknown>
const bodyOf = async (call: Call): Promise<Given> => {
  if (!(call.request.headers.get('content-type') ?? '').includes('application/json')) throw invalid('Content-Type', 'The body must be sent as application/json.')
  const body = asObject(await call.json())
  if (!body) throw invalid('body', 'The body is no JSON object.')
  return body
}

/** Unknown app 40113, wrong secret 40101 (G8). */
export function appOf(ground: Ground, id: string, secret: string): App {
  const app = ground.store.shelf('app').get(id)
  if (!app || app.platform !== 'business') throw new No(40113, 'The app does not exist or is blocked.', `No Business app has the id ${id}. Keys of TikTok for Developers (aw…, sb…) do not work here.`, 'G8 token endpoint')
  if (app.secret !== secret && app.previousSecret !== secret) throw new No(40101, 'The app id and the secret do not match.', 'The secret is another one.', 'G8 token endpoint')
  return app
}

const post = (ground: Ground, name: string, path: string, says: string, act: (body: Given, call: Call) => unknown): FaceRoute => ({
  name, method: 'POST', path: `/open_api/v1.3${path}`, says,
  handler: async call => {
    try {
      return ok(ground, await act(await bodyOf(call), call))
    } catch (why) {
      return refusal(ground, call, why)
    }
  },
})

export const oauthRoutes = (ground: Ground): FaceRoute[] => [
  post(ground, 'business.token', '/tt_user/oauth2/token/', 'Exchanges a code for tokens (auth_code, client_id)', (body, call) => {
    const [id, secret, grantType, code, redirectUri] = ['client_id', 'client_secret', 'grant_type', 'auth_code', 'redirect_uri'].map(key => text(body, key)) as [string, string, string, string, string]
    call.about(id)
    const app = appOf(ground, id, secret)
    kindOf(grantType, 'authorization_code')
    return exchange(ground, app, code, redirectUri)
  }),
  post(ground, 'business.refresh', '/tt_user/oauth2/refresh_token/', 'Renews the access token; the year of the refresh token goes on', (body, call) => {
    const [id, secret, grantType, refresh] = ['client_id', 'client_secret', 'grant_type', 'refresh_token'].map(key => text(body, key)) as [string, string, string, string]
    call.about(id)
    const app = appOf(ground, id, secret)
    kindOf(grantType, 'refresh_token')
    return renew(ground, app, refresh)
  }),
  post(ground, 'business.revoke', '/tt_user/oauth2/revoke/', 'Ends a grant', (body, call) => {
    const [id, secret, access] = ['client_id', 'client_secret', 'access_token'].map(key => text(body, key)) as [string, string, string]
    call.about(id)
    const app = appOf(ground, id, secret), token = livingToken(ground, access)
    if (token.appId !== app.id) throw new No(40113, 'The app_id is inconsistent with the access token.', 'The token was given to another app.', 'G8 token endpoint')
    revoke(ground, token)
    return {}
  }),
  post(ground, 'business.tokenInfo', '/tt_user/token_info/get/', 'Whose token this is, and its scopes', (body, call) => {
    const id = text(body, 'app_id'), token = livingToken(ground, text(body, 'access_token'))
    call.about(id, token.openId)
    if (token.appId !== id) throw new No(40113, 'The app_id is inconsistent with the access token.', 'The token was given to another app.', 'G8 token endpoint')
    return { app_id: id, creator_id: token.openId, scope: token.scopes.join(',') }
  }),
]

function kindOf(given: string, wanted: string): void {
  if (given !== wanted) throw new No(40108, `Invalid value for grant_type: ${given} is not supported.`, `This path wants grant_type ${wanted}.`, 'G8 token endpoint')
}

function livingToken(ground: Ground, id: string): Token {
  const token = ground.store.shelf('token').get(id)
  if (!token || token.kind !== 'access' || token.dead || ground.store.shelf('app').get(token.appId)?.platform !== 'business') throw new No(40105, 'Access token is incorrect or has been revoked.', 'No living access token of this platform is called so.', 'G21 token valid')
  if (ground.clock.now() >= token.expiresAt) throw new No(40102, 'Access token has expired.', 'Access tokens live 24 hours.', 'G21 token valid')
  return token
}

function exchange(ground: Ground, app: App, code: string, redirectUri: string): Record<string, unknown> {
  const codes = ground.store.shelf('code'), found = codes.get(code)
  const no = (why: string) => new No(40110, 'The auth_code is canceled. Please re-authorize and try again with a new auth_code.', why, 'G8 token endpoint')
  if (!found || found.appId !== app.id) throw no('No such code was given to this app. A code decoded twice or cut at * or ! looks like this.')
  if (found.usedAt !== undefined) throw no('The code was used before; it works once.')
  if (ground.clock.now() >= found.expiresAt) throw no('The code is older than ten minutes.')
  if (found.redirectUri !== redirectUri) throw no(`redirect_uri is not the one of the consent page: ${found.redirectUri}`)
  codes.put({ ...found, usedAt: ground.clock.now() })
  const { access, refresh } = issuePair(ground, giveGrant(ground, app.id, found.accountId, found.scopes))
  return answer(access, refresh, ground.clock.now())
}

/** The year is never restarted; the old access token lives on until its own end (G4). */
function renew(ground: Ground, app: App, id: string): Record<string, unknown> {
  const tokens = ground.store.shelf('token'), old = tokens.get(id)
  if (!old || old.kind !== 'refresh' || old.appId !== app.id || old.dead) throw new No(40107, 'The refresh token is incorrect.', old?.dead ? `This refresh token ended: ${old.dead}.` : 'This app was given no such refresh token.', 'G4 refresh')
  if (ground.clock.now() >= old.expiresAt) throw new No(40103, 'The refresh token has expired.', 'A year has passed since the owner authorized; the owner must do it again.', 'G4 refresh')
  const grant = ground.store.shelf('grant').get(old.grantId)
  if (!grant) throw new No(40107, 'The refresh token is incorrect.', 'The grant behind it is gone.', 'G4 refresh')
  const { access, refresh } = issuePair(ground, { ...grant, scopes: old.scopes }, old.expiresAt)
  if (ground.rules.is('business-refresh', 'keep')) {
    tokens.drop(refresh.id)
    return answer(access, old, ground.clock.now())
  }
  tokens.put({ ...old, dead: 'rotated' })
  return answer(access, refresh, ground.clock.now())
}

const answer = (access: Token, refresh: Token, now: number) => ({
  access_token: access.id, token_type: 'Bearer', scope: access.scopes.join(','), expires_in: Math.floor((access.expiresAt - now) / 1000),
  refresh_token: refresh.id, refresh_token_expires_in: Math.floor((refresh.expiresAt - now) / 1000), open_id: access.openId,
})

/** The grant ends: webhooks stop, the API answers 40105 (2.6, G31). By rule the refresh token outlives it. */
function revoke(ground: Ground, token: Token): void {
  const grant = ground.store.shelf('grant').get(token.grantId), app = ground.store.shelf('app').get(token.appId)
  if (!grant || !app) return
  if (ground.rules.is('business-authorization-removed', 'event')) ground.webhooks.send({ app, event: 'authorization.removed', openId: token.openId, content: { reason: 5 } })
  const refresh = ground.store.shelf('token').filter(t => t.grantId === grant.id && t.kind === 'refresh' && !t.dead)
  endGrant(ground, grant, 'revoked')
  if (ground.rules.is('business-revoke', 'access')) for (const { dead: _dead, ...each } of refresh) ground.store.shelf('token').put(each)
}

/** For the address of a download: who asked, without keeping the token in the clear twice. */
export const fingerprint = (token: string): string => createHash('sha256').update(token).digest('hex').slice(0, 32)
