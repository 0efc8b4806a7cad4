import { sql } from 'kysely'
import { Nonsense, Refused, Unreachable, type Tokens } from '@stagedoor/tiktok'
import { theHouse } from '../kit/actor.ts'
import type { Trx } from '../kit/db.ts'
import type { Tell } from '../kit/events.ts'
import type { House } from '../kit/house.ts'
import { tellAccount } from './account-view.ts'
import { appById, type App } from './apps.ts'
import { keysOf, oauthOf } from './clients.ts'
import { endGrant, lockGrant, openRefresh, savePair, type GrantRow, type Pair } from './grants.ts'

export const REFRESH = 'grant.refresh'
/** Tokens live a day; an hour is room for an outage and for people asleep. */
const REFRESH_AHEAD_MS = 3_600_000
const TRY_AGAIN_MS = 120_000
const LOCK_PATIENCE_MS = 60_000

/** `generation`: the pair that proved bad. Whoever comes second finds a newer pair and takes that. */
export type RefreshWhy = { because: 'time' } | { because: 'refused'; generation: number } | { because: 'soon'; withinMs: number }

/**
 * Gets a new pair of tokens for a grant, one process at a time (law 5): the row lock is held while TikTok is asked, and the newest pair
 * is stored in that transaction. A lost answer is tried once more with the old token, then ends in "reconnect"; while TikTok cannot
 * be reached at all, or is unwell, the grant keeps its token and the house tries again. Returns the grant as it is afterwards.
 */
export function refreshGrant(house: House, grantId: number, why: RefreshWhy): Promise<GrantRow | undefined> {
  const flights = inFlight.get(house) ?? new Map<number, Promise<GrantRow | undefined>>()
  inFlight.set(house, flights)
  const joined = flights.get(grantId)
  if (joined) return joined
  const flight = inLane(house, () => refreshUnderLock(house, grantId, why)).finally(() => flights.delete(grantId))
  flights.set(grantId, flight)
  return flight
}

/** Each refresh holds a connection while TikTok thinks: a slow TikTok and two hundred accounts must leave the others to the house. */
const LANES = 2
const lanes = new WeakMap<House, Promise<unknown>[]>()

async function inLane<T>(house: House, work: () => Promise<T>): Promise<T> {
  const mine = lanes.get(house) ?? Array.from({ length: LANES }, () => Promise.resolve())
  lanes.set(house, mine)
  const turn = (mine.shift() ?? Promise.resolve()).then(work)
  mine.push(turn.catch(() => undefined))
  return turn
}

/** The lock in the database is what keeps processes apart; this only spares connections when one process asks many times at once. */
const inFlight = new WeakMap<House, Map<number, Promise<GrantRow | undefined>>>()

function refreshUnderLock(house: House, grantId: number, why: RefreshWhy): Promise<GrantRow | undefined> {
  return house.commit(async (trx, tell) => {
    await sql`select set_config('lock_timeout', ${`${LOCK_PATIENCE_MS}ms`}, true)`.execute(trx)
    const grant = await lockGrant(trx, grantId)
    if (!grant || grant.state !== 'working' || !isNeeded(house, grant, why)) return grant
    const refreshToken = openRefresh(house, grant)
    if (refreshToken === undefined || grant.refresh_expires_at <= house.clock.now()) return await giveUp(house, trx, tell, grant, 'refresh_token_expired')
    const outcome = await askTwice(house, trx, grant, refreshToken)
    if (outcome.is === 'new pair') return await keep(house, trx, grant, outcome.pair)
    if (outcome.is === 'dead') return await giveUp(house, trx, tell, grant, outcome.why)
    return await later(house, trx, tell, grant)
  })
}

function isNeeded(house: House, grant: GrantRow, why: RefreshWhy) {
  const leftMs = grant.expires_at.getTime() - house.clock.now().getTime()
  if (why.because === 'refused') return grant.generation === why.generation
  return leftMs <= (why.because === 'soon' ? why.withinMs : REFRESH_AHEAD_MS)
}

type Outcome = { is: 'new pair'; pair: Pair } | { is: 'dead'; why: string } | { is: 'later' }

async function askTwice(house: House, trx: Trx, grant: GrantRow, refreshToken: string): Promise<Outcome> {
  const app = await appById(house, grant.app_id, trx)
  if (!app) return { is: 'dead', why: 'app_missing' }
  const first = await ask(house, app, grant, refreshToken)
  if (first !== 'lost') return first
  // TikTok may have given the new pair to nobody. If the old token still works, nothing happened; if it does not, only the owner can help.
  const second = await ask(house, app, grant, refreshToken)
  return second === 'lost' || second.is === 'dead' ? { is: 'dead', why: 'refresh_answer_lost' } : second
}

async function ask(house: House, app: App, grant: GrantRow, refreshToken: string): Promise<Outcome | 'lost'> {
  const askedAt = house.clock.now()
  try {
    return { is: 'new pair', pair: asPair(await oauthOf(house, app, grant.account_id).refresh(keysOf(app), refreshToken), askedAt) }
  } catch (error) {
    if (error instanceof Refused && error.next !== 'look first') return unwell.has(error.next) ? { is: 'later' } : { is: 'dead', why: String(error.code) }
    if (error instanceof Unreachable && neverArrived.has(error.reason)) return { is: 'later' }
    // A page of TikTok's edge instead of an answer: the question did not get through.
    if (error instanceof Nonsense && fromTheEdge.has(error.status)) return { is: 'later' }
    return 'lost'
  }
}

/** TikTok said no for now: the token is as good as before. */
const unwell: ReadonlySet<string> = new Set(['slow down', 'try again', 'wait'])
const fromTheEdge: ReadonlySet<number> = new Set([429, 502, 503, 504])
/** The question never left this machine, so no token was spent. */
const neverArrived: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'])

/** TikTok's lifetimes count from its answer; we count from our question, which is the safe side. */
export const asPair = (tokens: Tokens, askedAt: Date): Pair => ({
  accessToken: tokens.accessToken, refreshToken: tokens.refreshToken, scopes: tokens.scopes,
  expiresAt: new Date(askedAt.getTime() + tokens.expiresInSec * 1000), refreshExpiresAt: new Date(askedAt.getTime() + tokens.refreshExpiresInSec * 1000),
})

async function keep(house: House, trx: Trx, grant: GrantRow, pair: Pair) {
  // An answer without scopes says nothing about them: permissions do not change on refresh (developers §1.6).
  const saved = await savePair(house, trx, grant.id, { ...pair, scopes: pair.scopes.length > 0 ? pair.scopes : grant.scopes })
  await planRefresh(house, trx, saved)
  return saved
}

/** Puts the next refresh on the house's clock, an hour before the token ends (half of its life, when that is shorter). */
export function planRefresh(house: House, trx: Trx, grant: GrantRow): Promise<void> {
  const leftMs = grant.expires_at.getTime() - house.clock.now().getTime()
  return house.due.at(trx, REFRESH, String(grant.id), new Date(grant.expires_at.getTime() - Math.min(REFRESH_AHEAD_MS, leftMs / 2)))
}

async function later(house: House, trx: Trx, tell: Tell, grant: GrantRow) {
  const now = house.clock.now()
  // A day without any answer after the token ended is not an outage any more.
  if (now.getTime() - grant.expires_at.getTime() > 24 * REFRESH_AHEAD_MS) return await giveUp(house, trx, tell, grant, 'refresh_unanswered')
  await house.due.at(trx, REFRESH, String(grant.id), new Date(now.getTime() + TRY_AGAIN_MS))
  return grant
}

async function giveUp(house: House, trx: Trx, tell: Tell, grant: GrantRow, why: string) {
  const ended = await endGrant(trx, grant.id, 'reconnect', why)
  await house.due.cancel(trx, REFRESH, String(grant.id))
  await tellAccount(house, trx, tell, { type: 'account.needs_reconnect', accountId: grant.account_id, actor: theHouse, extra: { grantId: grant.id, why } })
  return ended
}

/** A freshly refreshed token was refused too: TikTok no longer wants this grant. */
export const markReconnect = (house: House, grantId: number, generation: number, why: string): Promise<void> =>
  house.commit(async (trx, tell) => {
    const grant = await lockGrant(trx, grantId)
    if (grant?.state === 'working' && grant.generation === generation) await giveUp(house, trx, tell, grant, why)
  })
