import type { Call, Ground } from './face.ts'
import type { Account, App, ArmedFault, Token } from './words.ts'

/** What the v2 faces of TikTok for Developers share: the envelope, the bearer token, scopes, rates. */

/** HTTP status and message of each code, as documented or seen. developers §0, §3 */
const CODES: Record<string, { status: number; message: string }> = {
  invalid_params: { status: 400, message: 'The request params are invalid' },
  invalid_file_upload: { status: 400, message: 'The uploaded file does not meet the API specifications.' },
  scope_permission_missed: { status: 400, message: 'To get more fields, add the scope of those fields to the access token.' },
  invalid_publish_id: { status: 400, message: 'The publish_id does not exist.' },
  token_not_authorized_for_specified_publish_id: { status: 400, message: 'The access_token does not have authorization for the publish_id.' },
  publish_not_cancellable: { status: 400, message: 'The publish can no longer be cancelled.' },
  app_version_check_failed: { status: 400, message: 'The target user must use a newer version of the TikTok app.' },
  access_token_invalid: { status: 401, message: 'The access token is invalid or not found in the request.' },
  scope_not_authorized: { status: 401, message: 'The user did not authorize the scope required for completing this request.' },
  rate_limit_exceeded: { status: 429, message: 'The API rate limit was exceeded. Please try again later.' },
  internal_error: { status: 500, message: 'Something went wrong. Please try again later.' },
  spam_risk_too_many_posts: { status: 403, message: 'Please review our integration guidelines at https://developers.tiktok.com/doc/content-sharing-guidelines/' },
  spam_risk_user_banned_from_posting: { status: 403, message: 'Please review our integration guidelines at https://developers.tiktok.com/doc/content-sharing-guidelines/' },
  spam_risk_too_many_pending_share: { status: 403, message: 'Please review our integration guidelines at https://developers.tiktok.com/doc/content-sharing-guidelines/' },
  reached_active_user_cap: { status: 403, message: 'Please review our integration guidelines at https://developers.tiktok.com/doc/content-sharing-guidelines/' },
  unaudited_client_can_only_post_to_private_accounts: { status: 403, message: 'Please review our integration guidelines at https://developers.tiktok.com/doc/content-sharing-guidelines/' },
  privacy_level_option_mismatch: { status: 403, message: 'Please review our integration guidelines at https://developers.tiktok.com/doc/content-sharing-guidelines/' },
  url_ownership_unverified: { status: 403, message: 'Please review our URL ownership verification rules at https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide/#pull_from_url' },
}

/** A refusal in TikTok's words, with the reason in ours for the log. */
export class No extends Error {
  readonly code: string
  readonly status: number
  readonly why: string
  constructor(code: string, why: string, more: { message?: string; status?: number } = {}) {
    super(more.message ?? CODES[code]?.message ?? code)
    this.code = code
    this.status = more.status ?? CODES[code]?.status ?? 400
    this.why = why
  }
}

export const ok = (ground: Ground, data?: object) => Response.json({ ...(data ? { data } : {}), error: { code: 'ok', message: '', log_id: ground.ids.logId() } }, { headers: JSON_HEADERS })

/** The same from JSON text, where numbers exceed 2^53. */
export const okText = (ground: Ground, data: string) => new Response(`{"data":${data},"error":{"code":"ok","message":"","log_id":"${ground.ids.logId()}"}}`, { headers: JSON_HEADERS })

const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' }

export function refuse(ground: Ground, no: { code: string; status: number; message: string }): Response {
  // As seen: a 401 comes without data, the others with an empty one.
  return Response.json({ ...(no.status === 401 ? {} : { data: {} }), error: { code: no.code, message: no.message, log_id: ground.ids.logId() } }, { status: no.status, headers: JSON_HEADERS })
}

/** Runs a handler; a thrown No becomes its answer. */
export const answering = (ground: Ground, handler: (call: Call) => Response | Promise<Response>) => async (call: Call): Promise<Response> => {
  try {
    return await handler(call)
  } catch (no) {
    if (!(no instanceof No)) throw no
    call.why(no.why)
    return refuse(ground, no)
  }
}

export type Session = { token: Token; app: App; account: Account }

/** The living user token behind the request. Throws No: 401 access_token_invalid. */
export function sessionOf(ground: Ground, call: Call): Session {
  const header = call.request.headers.get('authorization')
  if (!header) throw new No('access_token_invalid', 'There is no Authorization header')
  if (!header.startsWith('Bearer ')) throw new No('access_token_invalid', 'The Authorization header must be "Bearer <access token>"')
  const token = ground.store.shelf('token').get(header.slice(7))
  if (!token) throw new No('access_token_invalid', 'Nobody was given this access token')
  const app = ground.store.shelf('app').get(token.appId)
  if (token.kind !== 'access' || !app || app.platform !== 'developers') throw new No('access_token_invalid', `This is a ${token.kind} token of the ${app?.platform ?? 'unknown'} platform; a user access token of TikTok for Developers is needed`)
  if (call.fault('expire token')) {
    token.expiresAt = ground.clock.now()
    ground.store.shelf('token').put(token)
  }
  const scope = call.fault('withdraw scope')
  if (scope) withdraw(ground, token, String(scope['scope'] ?? ''))
  if (token.dead) throw new No('access_token_invalid', { rotated: 'The access token was replaced', revoked: 'The access token was revoked by the app', removed: 'The person removed the app from their account', withdrawn: 'The access token was withdrawn' }[token.dead])
  if (ground.clock.now() >= token.expiresAt) throw new No('access_token_invalid', `The access token expired at ${new Date(token.expiresAt).toISOString()}`)
  const account = ground.store.shelf('account').get(token.accountId)
  if (!account) throw new No('access_token_invalid', 'The account does not exist any more')
  return { token, app, account }
}

function withdraw(ground: Ground, token: Token, scope: string) {
  const keep = (scopes: string[]) => scopes.filter(s => scope !== '' && s !== scope)
  for (const other of ground.store.shelf('token').filter(t => t.grantId === token.grantId)) ground.store.shelf('token').put(Object.assign(other, { scopes: keep(other.scopes) }))
  const grant = ground.store.shelf('grant').get(token.grantId)
  if (grant) ground.store.shelf('grant').put(Object.assign(grant, { scopes: keep(grant.scopes) }))
}

/** At least one of the scopes. Throws No: 401 scope_not_authorized. */
export function needScope({ token }: Session, ...scopes: string[]) {
  if (!scopes.some(scope => token.scopes.includes(scope))) throw new No('scope_not_authorized', `The token has ${token.scopes.join(', ') || 'no scope'}; this needs ${scopes.join(' or ')}`)
}

/** Sliding one-minute windows in memory, per token and bucket. Throws No: 429. */
export function makeRates(ground: Ground) {
  const now = () => ground.clock.now()
  const calls = new Map<string, number[]>()
  ground.onReplace(() => calls.clear())
  return (token: string, bucket: string, perMinute: number) => {
    const key = `${bucket}:${token}`
    const recent = (calls.get(key) ?? []).filter(at => at > now() - 60_000 && at <= now())
    if (recent.length >= perMinute) throw new No('rate_limit_exceeded', `More than ${perMinute} calls of ${bucket} in a minute with this token; the next is possible in ${Math.ceil((recent[0]! + 60_000 - now()) / 1000)} s`)
    recent.push(now())
    calls.set(key, recent)
    if (calls.size > 5000) for (const [old, times] of calls) if ((times.at(-1) ?? 0) < now() - 60_000) calls.delete(old)
  }
}

/** How this platform says what a fault orders: status codes, or any of its own codes by `refuse`. */
export function refuseByFault(ground: Ground, does: string, fault: ArmedFault): Response | undefined {
  const code = does === 'refuse' ? String(fault['code'] ?? 'internal_error') : does === '429' ? 'rate_limit_exceeded' : does === '401' ? 'access_token_invalid' : does === '500' ? 'internal_error' : undefined
  if (!code) return undefined
  return refuse(ground, { code, status: Number(fault['status'] ?? CODES[code]?.status ?? 400), message: String(fault['message'] ?? CODES[code]?.message ?? code) })
}

/** Wrong path or method: as TikTok's edge says it. */
export const janus = () => new Response('Unsupported path(Janus)', { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8', 'x-janus-info': 'unsupported-path' } })

export const sessionFaults = [
  { does: 'expire token', on: 'any v2 route with a token', says: 'The access token expires at this very call' },
  { does: 'withdraw scope', on: 'any v2 route with a token', says: 'The person takes a scope back (all, or the one named)', takes: 'scope' },
]
