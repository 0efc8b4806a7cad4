import { wallNow } from '../clock.ts'
import type { Call, Ground, Handler } from '../face.ts'
import { asObject } from './draft.ts'
import { envelope, ok } from './envelope.ts'
import { HttpNo, invalid, No, noPermission } from './refuse.ts'
import type { Asked, Route, Session } from './route.ts'
import { EU_COUNTRIES } from './stage.ts'

/** The order of checks is G21: token present, token valid, calls per second, parameters, scope, business_id, then the world. */
export function gate(ground: Ground, limits: Limits, route: Route): Handler {
  return async call => {
    try {
      const session = sessionOf(ground, call)
      limits.count(session, route)
      const asked = await askedOf(call, route)
      const deed = route.start(asked)
      if (route.scope && !session.scopes.includes(route.scope)) throw noPermission(`No permission to operate: the scope ${route.scope} is not authorized.`, `The token has no scope ${route.scope}. The owner must authorize again with it.`)
      if (call.fault('scope withdrawn')) throw noPermission('No permission to operate.', 'The fault "scope withdrawn" was armed.')
      if (deed.businessId !== session.openId) throw noPermission('The business_id does not belong to the access token.', 'business_id must be the open_id that came with this token.', 'G35 business_id')
      if (route.bucket === 'messaging') mayMessage(ground, session)
      return ok(ground, await deed.act({ ...ground, call }, session))
    } catch (why) {
      return refusal(ground, call, why)
    }
  }
}

/** Every refusal is told twice: as TikTok says it on the wire, and in plain words in the log. */
export function refusal(ground: Ground, call: Call, why: unknown): Response {
  if (why instanceof No) {
    call.why(`${why.why} (${why.rule})`)
    return envelope(ground, why.code, why.message)
  }
  if (why instanceof HttpNo) {
    call.why(why.why)
    return new Response(why.message, { status: why.status, headers: { 'content-type': 'text/plain' } })
  }
  throw why
}

/** The living token behind the header; 40104 without one, 40105 for a wrong one, 40102 for an old one. */
function sessionOf(ground: Ground, call: Call): Session {
  const text = call.request.headers.get('access-token')
  if (!text) throw new No(40104, 'Access token is null, you should set it in http header with key Access-Token.', 'The header Access-Token is missing. Authorization: Bearer is for the other platform.', 'G21 token present')
  const token = ground.store.shelf('token').get(text)
  const wrong = (why: string) => new No(40105, 'Access token is incorrect or has been revoked.', why, 'G21 token valid')
  if (!token || token.kind !== 'access') throw wrong('Nobody was given this token.')
  const app = ground.store.shelf('app').get(token.appId)
  if (app?.platform !== 'business') throw wrong('The token belongs to an app of TikTok for Developers; this platform has tokens of its own.')
  if (token.dead) throw wrong(`The token ended: ${token.dead}.`)
  if (call.fault('token expired') || ground.clock.now() >= token.expiresAt) throw new No(40102, 'Access token has expired.', 'Access tokens live 24 hours; refresh it.', 'G21 token valid')
  return { appId: app.id, accountId: token.accountId, openId: token.openId, scopes: token.scopes, token: token.id }
}

async function askedOf(call: Call, route: Route): Promise<Asked> {
  const asked: Asked = { query: call.url.searchParams, body: {}, origin: call.url.origin }
  if (route.method === 'GET') return asked
  const type = call.request.headers.get('content-type') ?? ''
  if (route.form) {
    try {
      return { ...asked, form: await call.request.formData() }
    } catch {
      throw new HttpNo(400, 'Bad Request', 'The body is no multipart form: each part needs its boundary, and the file a name and a type.')
    }
  }
  if (!type.includes('application/json')) throw invalid('Content-Type', 'The body must be sent as application/json.')
  const body = asObject(await call.json())
  if (!body) throw invalid('body', 'The body is no JSON object.')
  return { ...asked, body }
}

/** Only Business accounts, and not every country (1.3, G20). */
function mayMessage(ground: Ground, session: Session): void {
  const account = ground.store.shelf('account').get(session.accountId)
  const code = Number(ground.rules.get('permission-refusal'))
  const no = (why: string) => new No(code, 'The account is not on the allowlist of this feature.', why, 'G20 permissions')
  if (!account || account.banned) throw no('The account is suspended.')
  if (!account.isBusiness) throw no('Only Business Accounts have messaging; this one is personal.')
  if (EU_COUNTRIES.has(account.region)) throw no(`Accounts registered in ${account.region} cannot use messaging: EEA, Switzerland and the UK are shut out.`)
  if (account.region === 'US' && ground.rules.is('us-accounts', 'refused')) throw no('The app did not pass the review for accounts of the United States.')
}

export type Limits = { count(session: Session, route: Route): void; calls(appId: string): void }

/**
 * 10 calls a second per app over the messaging endpoints; 40 a minute per account and endpoint over the accounts ones, then five minutes of rest (6.3).
 * A window ends when its time passed on the emulator's clock or on the wall: calls really are this fast, whatever the clock says.
 */
export function makeLimits(ground: Ground): Limits {
  const windows = new Map<string, { emulator: number; wall: number; n: number; over?: boolean }>()
  const hit = (key: string, most: number, lastsMs: number, restMs = lastsMs) => {
    const now = ground.clock.now(), wall = wallNow(), window = windows.get(key)
    const ends = window?.over ? restMs : lastsMs
    const old = !window || now - window.emulator >= ends || wall - window.wall >= ends || now < window.emulator
    const kept = old ? { emulator: now, wall, n: 0 } : window
    windows.set(key, kept)
    kept.n += 1
    if (kept.n <= most) return
    windows.set(key, { ...kept, over: true })
    throw new No(40100, 'App reaches the QPS limit.', `More than ${most} calls in ${lastsMs / 1000} s (${key.replaceAll(' ', ', ')}). There is no Retry-After: wait ${restMs / 1000} s.`, '6.3 rate limits')
  }
  const perSecond = (appId: string) => {
    const most = ground.rules.get('business-qps')
    if (most !== 'off') hit(`app ${appId}`, Number(most), 1000)
  }
  return {
    calls: perSecond,
    count: (session, route) => {
      perSecond(session.appId)
      if (route.bucket === 'accounts' && !ground.rules.is('business-qps', 'off')) hit(`account ${session.openId} ${route.name}`, 40, 60_000, 300_000)
    },
  }
}
