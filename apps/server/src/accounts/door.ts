import { Refused, type Business, type Developers } from '@stagedoor/tiktok'
import type { House } from '../kit/house.ts'
import { problem } from '../kit/http.ts'
import { businessClient, developersClient } from './clients.ts'
import { grantById, grantFor, openAccess, type GrantRow } from './grants.ts'
import { markReconnect, refreshGrant } from './refresh.ts'

/** A token with less life than this is renewed before it is used. */
const FRESH_MS = 5 * 60_000

/**
 * The one door to TikTok for an account's profile, publishing and statistics. The client always carries a fresh token, writes the call
 * journal, and when TikTok refuses the token renews it once and asks again.
 * Throws problem 409 `not_connected` or `reconnect_account`; the calls throw Refused, Unreachable or Nonsense.
 */
export async function developersOf(house: House, accountId: number): Promise<Developers> {
  const grant = await usableGrant(house, accountId, 'developers')
  const client = developersClient(house, { accountId, appId: grant.app_id }, { token: () => freshToken(house, grant.id) })
  return renewing(client, house, grant.id)
}

/** The same for messages. `businessId` is the account's open_id for the grant in use. */
export async function businessOf(house: House, accountId: number, _call?: { priority: string }): Promise<Business & { businessId: string }> {
  const grant = await usableGrant(house, accountId, 'business')
  const client = businessClient(house, { accountId, appId: grant.app_id }, { token: () => freshToken(house, grant.id), businessId: grant.open_id })
  return { ...renewing(client, house, grant.id), businessId: grant.open_id }
}

/** The grant that calls of this platform use, or a problem that says what to do. */
async function usableGrant(house: House, accountId: number, platform: 'developers' | 'business'): Promise<GrantRow> {
  const grant = await grantFor(house.db, accountId, platform)
  const what = platform === 'developers' ? 'publishing' : 'messages'
  if (!grant) return problem(409, 'not_connected', 'Not connected', `This account is not connected for ${what}, so nothing was done. Connect it on the Accounts page.`)
  if (grant.state !== 'working') return reconnectFirst()
  return grant
}

const reconnectFirst = (): never =>
  problem(409, 'reconnect_account', 'Reconnect this account', 'TikTok no longer accepts our permission for this account, so nothing was done. Reconnect it on the Accounts page.')

async function freshToken(house: House, grantId: number): Promise<string> {
  let grant = await grantById(house.db, grantId)
  if (grant?.state === 'working' && grant.expires_at.getTime() - house.clock.now().getTime() < FRESH_MS) {
    grant = await refreshGrant(house, grantId, { because: 'soon', withinMs: FRESH_MS })
  }
  const token = grant?.state === 'working' ? openAccess(house, grant) : undefined
  return token ?? reconnectFirst()
}

/** Every call of the client, with one renewal when TikTok refuses the token. A refusal means nothing was done, so asking again is safe. */
function renewing<Client extends object>(client: Client, house: House, grantId: number): Client {
  const entries = Object.entries(client).map(([name, part]: [string, unknown]) => {
    if (typeof part === 'function') return [name, (...args: unknown[]) => once(house, grantId, () => (part as (...given: unknown[]) => unknown).apply(client, args))]
    return [name, typeof part === 'object' && part !== null ? renewing(part, house, grantId) : part]
  })
  return Object.fromEntries(entries) as Client
}

function once(house: House, grantId: number, call: () => unknown): unknown {
  const said = call()
  return said instanceof Promise ? said.catch((error: unknown) => renewAndRepeat(house, grantId, error, call)) : said
}

async function renewAndRepeat(house: House, grantId: number, error: unknown, call: () => unknown): Promise<unknown> {
  if (!(error instanceof Refused) || error.next !== 'refresh the token') throw error
  const used = await grantById(house.db, grantId)
  if (used?.state !== 'working') throw error
  const renewed = await refreshGrant(house, grantId, { because: 'refused', generation: used.generation })
  if (renewed?.state !== 'working' || renewed.generation === used.generation) throw error
  try {
    return await call()
  } catch (again) {
    if (again instanceof Refused && again.next === 'refresh the token') await markReconnect(house, grantId, renewed.generation, String(again.code))
    throw again
  }
}
