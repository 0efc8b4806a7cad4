import type { Call, Ground } from '../face.ts'
import type { Account, App } from '../words.ts'
import { consentPage, refusedPage } from './page.ts'
import { howItDiffers, isLoopback, isRegistered } from './redirects.ts'

/** The authorize page of both platforms: GET shows it, POST is the person's decision. developers §1.1, §1.4; business §2 */

const ASKED = ['client_key', 'scope', 'redirect_uri', 'state', 'response_type', 'disable_auto_auth', 'code_challenge', 'code_challenge_method', 'rid'] as const

/** A refusal that TikTok shows on its page. */
class Page extends Error {
  readonly errorType: string
  /** Once app and redirect are known to be good, a rule may send the refusal back to the app instead. */
  readonly error: string
  constructor(error: string, errorType: string, why: string) {
    super(why)
    this.error = error
    this.errorType = errorType
  }
}

type Asked = { app: App; redirectUri: string; scopes: string[]; state: string | null; challenge: string | undefined; params: Record<string, string> }

export const authorizeGet = (ground: Ground) => (call: Call): Response => {
  const query = call.url.searchParams
  try {
    const asked = readAsked(ground, query)
    const chosen = sessionHandle(call)
    const skipped = autoAuth(ground, asked, query.get('disable_auto_auth'), chosen)
    if (skipped) return goBack(asked, skipped)
    return consentPage({
      appName: asked.app.name, hidden: asked.params, action: '/v2/auth/authorize/', chosen,
      accounts: ground.store.shelf('account').all().map(account => ({ handle: account.handle, displayName: account.displayName, note: noteOf(account) })),
      scopes: asked.scopes.map(name => ({ name, says: sentence(ground, asked.app, name), required: name === 'user.info.basic' })),
    })
  } catch (why) {
    return refused(call, why)
  }
}

export const authorizePost = (ground: Ground) => async (call: Call): Promise<Response> => {
  const form = await call.form()
  try {
    const asked = readAsked(ground, form)
    if (form.get('decision') !== 'allow') return goBack(asked, { error: 'access_denied', error_type: 'user_denied', error_description: 'The user denied the request.', log_id: ground.ids.logId() })
    const account = ground.store.shelf('account').find(a => a.handle === form.get('account'))
    if (!account) throw new Page('access_denied', 'account', 'No such account is in this world')
    call.about(account.handle, asked.app.id)
    const wrong = wrongAfterLogin(asked, account)
    if (wrong) {
      if (ground.rules.is('authorize-errors', 'redirect')) return goBack(asked, { error: wrong.error, error_type: wrong.errorType, error_description: wrong.message, log_id: ground.ids.logId() })
      throw wrong
    }
    const basicOnly = asked.app.environment === 'sandbox' && ground.rules.is('sandbox-scopes', 'basic only')
    const granted = asked.scopes.filter(scope => scope === 'user.info.basic' || (!basicOnly && form.getAll('scope').includes(scope)))
    const answer = goBack(asked, grantorOf(ground, asked.app).grant({ appId: asked.app.id, accountId: account.id, scopes: granted, redirectUri: asked.redirectUri, ...(asked.challenge === undefined ? {} : { challenge: asked.challenge }) }))
    answer.headers.append('set-cookie', `tiktok_session=${encodeURIComponent(account.handle)}; Path=/v2/auth; HttpOnly; SameSite=Lax`)
    return answer
  } catch (why) {
    return refused(call, why)
  }
}

/** Checks what TikTok checks before anybody logs in. Throws Page. */
function readAsked(ground: Ground, from: URLSearchParams): Asked {
  const key = from.get('client_key')
  if (!key) throw new Page('invalid_request', 'client_key', from.has('client_id') ? 'The parameter is called client_key, never client_id' : 'client_key is missing')
  const app = ground.store.shelf('app').get(key)
  if (!app) throw new Page('unauthorized_client', 'client_key', `No app has the client key ${key}`)
  const redirectUri = from.get('redirect_uri') ?? ''
  if (!isRegistered(redirectUri, app.redirectUris)) throw new Page('invalid_request', 'redirect_uri', `${redirectUri || 'redirect_uri'} is not registered for this app. ${howItDiffers(redirectUri, app.redirectUris)}`)
  const desktop = app.platform === 'developers' && app.flavour !== 'web'
  const loopback = isLoopback(redirectUri)
  if (loopback && !desktop && !ground.rules.is('loopback-redirects', 'on')) {
    throw new Page('invalid_request', 'redirect_uri', 'This app is a web app: its redirect URI must be https on a public host. Register it as a desktop app, or switch the rule "loopback-redirects" on')
  }
  if (from.get('response_type') !== 'code') throw new Page('unsupported_response_type', 'response_type', 'response_type must be "code"')
  const challenge = (loopback && desktop) || ground.rules.is('web-pkce', 'checked') ? (from.get('code_challenge') ?? undefined) : undefined
  if (loopback && desktop) {
    if (!challenge) throw new Page('invalid_request', 'code_challenge', 'A desktop app sends code_challenge: the lower-case hex SHA-256 of its verifier')
    if (from.get('code_challenge_method') !== 'S256') throw new Page('invalid_request', 'code_challenge_method', 'code_challenge_method must be "S256"')
  }
  const scopes = [...new Set((from.get('scope') ?? '').split(',').map(s => s.trim()).filter(Boolean))]
  const params: Record<string, string> = {}
  for (const name of ASKED) {
    const value = from.get(name)
    if (value !== null) params[name] = value
  }
  return { app, redirectUri, scopes, state: from.get('state'), challenge, params }
}

/** Scopes and target users are looked at only after the login. */
function wrongAfterLogin({ app, scopes }: Asked, account: Account): Page | undefined {
  if (app.environment === 'sandbox' && !app.targetUsers.includes(account.handle)) return new Page('access_denied', 'non_sandbox_target', `@${account.handle} is not a target user of this sandbox`)
  if (scopes.length === 0) return new Page('invalid_scope', 'scope', 'No scope was asked for')
  const unknown = scopes.filter(scope => !app.scopes.includes(scope))
  if (unknown.length > 0) return new Page('invalid_scope', 'scope', `The app does not have ${unknown.join(', ')}`)
  return undefined
}

function autoAuth(ground: Ground, asked: Asked, disable: string | null, handle: string | undefined): Record<string, string> | undefined {
  const wanted = disable === '0' || (disable === null && ground.rules.is('auto-auth', 'unless disabled'))
  const account = handle === undefined ? undefined : ground.store.shelf('account').find(a => a.handle === handle)
  if (!wanted || !account || wrongAfterLogin(asked, account)) return undefined
  const grant = ground.store.shelf('grant').get(`${asked.app.id}:${account.id}`)
  if (grant?.state !== 'working' || !asked.scopes.every(scope => grant.scopes.includes(scope))) return undefined
  return grantorOf(ground, asked.app).grant({ appId: asked.app.id, accountId: account.id, scopes: asked.scopes, redirectUri: asked.redirectUri, ...(asked.challenge === undefined ? {} : { challenge: asked.challenge }) })
}

const grantorOf = (ground: Ground, app: App) => {
  const grantor = ground.grantors.get(app.platform)
  if (!grantor) throw new Page('server_error', 'client_key', `The ${app.platform} platform is not part of this emulator`)
  return grantor
}

const sentence = (ground: Ground, app: App, scope: string) => ground.grantors.get(app.platform)?.describe(scope) ?? scope
const noteOf = (account: Account) => [account.private ? 'private' : '', account.isBusiness ? 'business' : 'personal'].filter(Boolean).join(', ')
const sessionHandle = (call: Call) => {
  const found = /(?:^|;\s*)tiktok_session=([^;]+)/.exec(call.request.headers.get('cookie') ?? '')?.[1]
  return found === undefined ? undefined : decodeURIComponent(found)
}

/** Back to the app. `*` and `!` of a code travel percent-encoded, as TikTok sends them. */
function goBack({ redirectUri, state }: Asked, params: Record<string, string>): Response {
  const query = Object.entries({ ...params, ...(state === null ? {} : { state }) }).map(([k, v]) => `${k}=${encodeURIComponent(v).replaceAll('*', '%2A').replaceAll('!', '%21')}`).join('&')
  return new Response(null, { status: 302, headers: { location: `${redirectUri}?${query}`, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' } })
}

function refused(call: Call, why: unknown): Response {
  if (!(why instanceof Page)) throw why
  call.why(why.message)
  const query = new URLSearchParams({ error: why.error, error_type: why.errorType, why: why.message })
  return new Response(null, { status: 302, headers: { location: `/v2/auth/authorize/error/?${query}` } })
}

/** The page TikTok shows instead of going back; its URL names the error. */
export const authorizeError = (call: Call): Response => refusedPage(call.url.searchParams.get('error_type') ?? 'unknown', call.url.searchParams.get('why') ?? '')
