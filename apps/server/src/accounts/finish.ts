import { sql } from 'kysely'
import { Nonsense, readCallback, Refused, Unreachable, type Tokens } from '@stagedoor/tiktok'
import type { Actor } from '../kit/actor.ts'
import type { Trx } from '../kit/db.ts'
import { takeUpAgain } from '../kit/deliveries.ts'
import type { House } from '../kit/house.ts'
import { whoIsThere, type Who } from '../identity/who.ts'
import { knownAccounts, tellAccount } from './account-view.ts'
import { insertAccount, updateProfile } from './accounts.ts'
import { appById, type App } from './apps.ts'
import { businessClient, developersClient, keysOf } from './clients.ts'
import { findConsent, openVerifier, takeConsent, type ConsentRow } from './consents.ts'
import { saveGrant } from './grants.ts'
import { HOOKS, registerHooks } from './hooks.ts'
import { accountFor } from './join.ts'
import { PROFILE, profileWith, type Seen } from './profile.ts'
import { asPair, planRefresh } from './refresh.ts'
import { setTransport } from './transports.ts'

/** How a consent ended. The page at /connect/result explains each reason and what to do. */
export type Ending =
  | { ended: 'connected'; accountId: number; isNew: boolean; expected: number | null; missing: boolean }
  | { ended: 'elsewhere'; url: string }
  | { ended: 'failed'; reason: FailReason; code: string | null }
export type FailReason =
  | 'denied' | 'refused_by_tiktok' | 'state_missing' | 'state_unknown' | 'state_used' | 'state_expired' | 'another_session' | 'not_signed_in'
  | 'code_refused' | 'answer_lost' | 'tiktok_unreachable' | 'profile_unavailable' | 'app_missing'

const failed = (reason: FailReason, code: string | null = null): Ending => ({ ended: 'failed', reason, code })

/**
 * What a browser brings back from TikTok's consent page: the state is checked and used up, the code exchanged once, the account named
 * and joined, its tokens kept. Nothing is kept unless it ends in `connected`.
 */
export async function finishConnect(house: House, url: URL, headers: Headers): Promise<Ending> {
  const callback = readCallback(url)
  if (callback.state === null) return failed('state_missing', callback.ok ? null : callback.error)
  const consent = await findConsent(house.db, callback.state)
  if (!consent) return failed('state_unknown')
  // TikTok sends everybody to one address; the session may live under the other name of this machine.
  if (new URL(consent.redirect_uri).origin === url.origin && consent.return_origin !== url.origin) return { ended: 'elsewhere', url: consent.return_origin + url.pathname + url.search }
  const who = await whoIsThere(house, headers)
  if (!who) return failed('not_signed_in')
  if (who.sessionId !== consent.session_id) return failed('another_session')
  const mine = await takeConsent(house.db, callback.state)
  if (!mine) return failed(consent.used_at === null ? 'state_expired' : 'state_used')
  if (!callback.ok) return failed(callback.error === 'access_denied' && (callback.errorType === null || callback.errorType === 'user_denied') ? 'denied' : 'refused_by_tiktok', callback.errorType ?? callback.error)
  return await exchange(house, mine, who, { code: callback.code, state: callback.state })
}

async function exchange(house: House, consent: ConsentRow, who: Who, { code, state }: { code: string; state: string }): Promise<Ending> {
  const app = await appById(house, consent.app_id)
  if (!app) return failed('app_missing')
  const askedAt = house.clock.now()
  let tokens: Tokens
  try {
    tokens = await trade(house, app, code, consent.redirect_uri, openVerifier(house, consent, state))
  } catch (error) {
    if (error instanceof Refused) return failed('code_refused', String(error.code))
    if (error instanceof Unreachable || error instanceof Nonsense) return failed('answer_lost', error.reason)
    throw error
  }
  const seen = await whoIsIt(house, app, tokens)
  if (!seen) return failed('profile_unavailable')
  const actor: Actor = { kind: who.viewer.kind, id: who.viewer.id, name: who.viewer.name }
  const kept = await keep(house, app, tokens, seen, askedAt, actor)
  if (app.platform === 'business') await registerHooks(house, app.id).catch((why: unknown) => { house.log.warn({ err: why }, 'the webhook address could not be checked; tried again shortly') })
  return { ended: 'connected', ...kept, expected: consent.account_id, missing: consent.scopes.some(scope => !tokens.scopes.includes(scope)) }
}

function trade(house: House, app: App, code: string, redirectUri: string, codeVerifier: string | undefined): Promise<Tokens> {
  const call = { accountId: null, appId: app.id }
  if (app.platform === 'business') return businessClient(house, call).oauth.exchange(keysOf(app), { code, redirectUri })
  return developersClient(house, call).oauth.exchange(keysOf(app), { code, redirectUri, ...(codeVerifier === undefined ? {} : { codeVerifier }) })
}

/** Asked three times: without a name, the account could not be joined to the one it is. */
async function whoIsIt(house: House, app: App, tokens: Tokens): Promise<Seen | undefined> {
  for (let n = 0; n < 3; n++) {
    try {
      return await profileWith(house, { accountId: null, appId: app.id }, app.platform, tokens.accessToken, tokens.openId, tokens.scopes)
    } catch (why) {
      house.log.info({ err: why }, 'the profile of a newly connected account could not be read')
      if (why instanceof Refused && why.next === 'ask for permission') return { handle: null, displayName: 'TikTok account', isBusiness: null, avatarUrl: null }
    }
  }
  return undefined
}

/** Consents of the same account may end at the same moment in two tabs; they are joined one after the other. */
const JOINING = 4_300_101

function keep(house: House, app: App, tokens: Tokens, seen: Seen, askedAt: Date, actor: Actor): Promise<{ accountId: number; isNew: boolean }> {
  return house.commit(async (trx, tell) => {
    await sql`select pg_advisory_xact_lock(${JOINING})`.execute(trx)
    const now = house.clock.now()
    const known = accountFor({ appId: app.id, openId: tokens.openId, handle: seen.handle }, await knownAccounts(trx))
    const account = known ? await updateProfile(trx, known.id, seen, now) : await insertAccount(trx, seen, now)
    const grant = await saveGrant(house, trx, { appId: app.id, accountId: account.id, openId: tokens.openId, pair: asPair(tokens, askedAt) })
    await planRefresh(house, trx, grant)
    // At once: the picture, and a first proof of what this permission is good for.
    await house.due.at(trx, PROFILE, String(account.id), now)
    if (app.platform === 'business') await openTransport(house, trx, account.id, tokens.scopes, account.is_business)
    if (app.platform === 'business') await house.due.at(trx, HOOKS, String(app.id), new Date(now.getTime() + 300_000))
    await tellAccount(house, trx, tell, { type: 'account.connected', accountId: account.id, actor, extra: { platform: app.platform, grantId: grant.id } })
    // Messages that came before we knew whose they were.
    await takeUpAgain(trx, 'unknown account', [`${app.id} ${tokens.openId} `])
    return { accountId: account.id, isNew: known === undefined }
  })
}

function openTransport(house: House, trx: Trx, accountId: number, scopes: string[], isBusiness: boolean | null) {
  const why = isBusiness === false ? 'not_a_business_account' : !scopes.includes('message.list.read') ? 'message_scopes_missing' : null
  return setTransport(trx, { accountId, kind: 'direct', state: why === null ? 'working' : 'stopped', why, now: house.clock.now() })
}
