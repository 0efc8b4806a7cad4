import { createHash } from 'node:crypto'
import type { Call, Ground } from '../face.ts'
import type { App } from '../words.ts'
import { CLIENT_MS, endGrant, giveGrant, issuePair, tokenAnswer } from './tokens.ts'

/** The flat error of the OAuth endpoints. developers §1.5 */
export class OAuthNo extends Error {
  readonly error: string
  readonly why: string
  constructor(error: string, description: string, why = description) {
    super(description)
    this.error = error
    this.why = why
  }
}

export const oauthRefusal = (ground: Ground, error: string, description: string, status?: number) => Response.json(
  { error, error_description: description, log_id: ground.ids.logId() },
  { status: status ?? (ground.rules.is('oauth-error-status', '400') ? (error === 'invalid_client' ? 401 : 400) : 200), headers: { 'cache-control': 'no-store' } },
)

export const flat = (ground: Ground, handler: (call: Call) => Promise<Response>) => async (call: Call): Promise<Response> => {
  try {
    return await handler(call)
  } catch (no) {
    if (!(no instanceof OAuthNo)) throw no
    call.why(no.why)
    return oauthRefusal(ground, no.error, no.message)
  }
}

const MALFORMED = 'The request parameters are malformed.'

export async function readForm(call: Call): Promise<URLSearchParams> {
  const type = call.request.headers.get('content-type') ?? ''
  if (!type.startsWith('application/x-www-form-urlencoded')) throw new OAuthNo('invalid_request', MALFORMED, `The body must be application/x-www-form-urlencoded, not "${type}"`)
  return call.form()
}

/** The app behind key and secret. Looked at after the code: a fictitious key with a dead code yields invalid_grant. */
export function appOf(ground: Ground, form: URLSearchParams): App {
  const key = form.get('client_key')
  const secret = form.get('client_secret')
  if (!key) throw new OAuthNo('invalid_request', MALFORMED, form.has('client_id') ? 'The field is called client_key, never client_id' : 'client_key is missing')
  if (!secret) throw new OAuthNo('invalid_request', 'Client secret is missed in request.')
  const app = ground.store.shelf('app').get(key)
  if (!app || app.platform !== 'developers') throw new OAuthNo('invalid_client', 'Client key or secret is incorrect.', `No developer app has the client key ${key}`)
  if (secret !== app.secret && secret !== app.previousSecret) throw new OAuthNo('invalid_client', 'Client key or secret is incorrect.', 'The client secret is wrong')
  return app
}

export const token = (ground: Ground) => flat(ground, async call => {
  const form = await readForm(call)
  call.about(form.get('client_key') ?? undefined)
  switch (form.get('grant_type')) {
    case 'authorization_code': return exchange(ground, form)
    case 'refresh_token': return refresh(ground, form, call)
    case 'client_credentials': return clientToken(ground, form)
    case null: throw new OAuthNo('invalid_request', MALFORMED, 'grant_type is missing')
    default: throw new OAuthNo('unsupported_grant_type', 'The grant type is not supported.', `grant_type "${form.get('grant_type')}" is none of authorization_code, refresh_token, client_credentials`)
  }
})

function exchange(ground: Ground, form: URLSearchParams): Response {
  const { store, clock } = ground
  const given = form.get('code')
  if (!given) throw new OAuthNo('invalid_request', MALFORMED, 'code is missing')
  const expired = (why: string) => new OAuthNo('invalid_grant', 'Authorization code is expired.', why)
  const code = store.shelf('code').get(given)
  if (!code) throw expired(/%[0-9a-f]{2}/i.test(given) ? 'The code is still percent-encoded: decode the callback once, encode the form once' : store.shelf('code').find(c => c.id.startsWith(given)) ? 'The code was cut off: it goes on after * or !' : 'Nobody was given this code')
  if (code.usedAt !== undefined) throw expired('The code was used already; codes are good for one exchange')
  if (clock.now() >= code.expiresAt) throw expired(`The code expired at ${new Date(code.expiresAt).toISOString()}`)
  const app = appOf(ground, form)
  if (code.appId !== app.id) throw expired('The code belongs to another app')
  const spend = () => void store.shelf('code').put(Object.assign(code, { usedAt: clock.now() }))
  const wrong = wrongExchange(code, form)
  if (wrong) {
    if (ground.rules.is('failed-exchange', 'spends the code')) spend()
    throw wrong
  }
  spend()
  const { access, refresh } = issuePair(ground, giveGrant(ground, app.id, code.accountId, code.scopes))
  return Response.json(tokenAnswer(ground, access, refresh), { headers: { 'cache-control': 'no-store' } })
}

function wrongExchange(code: { redirectUri: string; challenge?: string }, form: URLSearchParams): OAuthNo | undefined {
  if (form.get('redirect_uri') !== code.redirectUri) return new OAuthNo('invalid_request', 'Redirect_uri is not matched with the uri when requesting code.', `redirect_uri must be ${code.redirectUri}, as in the authorize request`)
  if (code.challenge === undefined) return undefined
  const mismatch = (why: string) => new OAuthNo('invalid_request', 'Code verifier or code challenge is invalid.', why)
  const verifier = form.get('code_verifier') ?? ''
  if (!/^[A-Za-z0-9\-._~]{43,128}$/.test(verifier)) return mismatch('code_verifier must be 43 to 128 characters of A-Z a-z 0-9 - . _ ~')
  const hash = createHash('sha256').update(verifier).digest()
  if (hash.toString('hex') === code.challenge) return undefined
  return mismatch(hash.toString('base64url') === code.challenge ? 'The challenge was base64url; TikTok wants lower-case hex' : 'The verifier does not belong to the challenge')
}

function refresh(ground: Ground, form: URLSearchParams, call: Call): Response {
  const { store, clock, rules } = ground
  const given = form.get('refresh_token')
  if (!given) throw new OAuthNo('invalid_request', MALFORMED, 'refresh_token is missing')
  const bad = (why: string) => new OAuthNo('invalid_grant', 'Refresh token is invalid or expired.', why)
  const old = store.shelf('token').get(given)
  if (!old || old.kind !== 'refresh') throw bad('Nobody was given this refresh token')
  call.about(old.openId, store.shelf('account').get(old.accountId)?.handle)
  if (old.dead) throw bad({ rotated: 'This refresh token was replaced by a newer one', revoked: 'The app revoked it', removed: 'The person removed the app', withdrawn: 'It was withdrawn' }[old.dead])
  if (clock.now() >= old.expiresAt) throw bad(`The refresh token expired at ${new Date(old.expiresAt).toISOString()}`)
  const app = appOf(ground, form)
  if (old.appId !== app.id) throw bad('The refresh token belongs to another app')
  const grant = store.shelf('grant').get(old.grantId)
  if (grant?.state !== 'working') throw bad('The person removed the app')
  if (app.environment === 'sandbox' && rules.is('sandbox-refresh', 'always fails')) throw bad('The rule "sandbox-refresh" makes every sandbox refresh fail')
  const pair = issuePair(ground, grant, rules.is('refresh-expiry', 'sliding') ? undefined : old.expiresAt)
  if (rules.is('refresh-rotation', 'same token')) {
    store.shelf('token').drop(pair.refresh.id)
    return Response.json(tokenAnswer(ground, pair.access, old), { headers: { 'cache-control': 'no-store' } })
  }
  if (rules.is('refresh-rotation', 'rotate')) store.shelf('token').put(Object.assign(old, { dead: 'rotated' as const }))
  return Response.json(tokenAnswer(ground, pair.access, pair.refresh), { headers: { 'cache-control': 'no-store' } })
}

function clientToken(ground: Ground, form: URLSearchParams): Response {
  const app = appOf(ground, form)
  const now = ground.clock.now()
  const made = ground.store.shelf('token').put({ id: `clt.${ground.ids.word('client', 60)}`, kind: 'client', appId: app.id, grantId: '', accountId: '', openId: '', scopes: [], issuedAt: now, expiresAt: now + CLIENT_MS })
  return Response.json({ access_token: made.id, expires_in: CLIENT_MS / 1000, token_type: 'Bearer' }, { headers: { 'cache-control': 'no-store' } })
}

export const revoke = (ground: Ground) => flat(ground, async call => {
  const form = await readForm(call)
  const given = form.get('token')
  if (!given) throw new OAuthNo('invalid_request', MALFORMED, 'token is missing')
  const app = appOf(ground, form)
  const found = ground.store.shelf('token').get(given)
  if (!found || found.kind !== 'access' || found.appId !== app.id) throw new OAuthNo('invalid_grant', 'Access token is invalid.', 'This app has no such access token')
  const grant = ground.store.shelf('grant').get(found.grantId)
  if (grant?.state === 'working') {
    endGrant(ground, grant, 'revoked')
    if (ground.rules.is('revoke-webhook', 'reason 5')) ground.webhooks.send({ app, event: 'authorization.removed', openId: grant.openId, content: removal(5) })
  }
  return new Response(null, { status: 200 })
})

/** With the spaces of the documented sample: whoever compares strings instead of parsing finds out here. */
export const removal = (reason: number) => `{"reason": ${reason} }`
