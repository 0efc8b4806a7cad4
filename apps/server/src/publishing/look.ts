import { Nonsense, Refused, Unreachable, type PublicationStatus } from '@stagedoor/tiktok'
import { developersOf } from '../accounts/door.ts'
import type { House } from '../kit/house.ts'
import { Problem } from '../kit/problem.ts'
import { ACCOUNT_GAP_MS } from './asking.ts'
import { claimAsk, type Attempt } from './attempts.ts'
import { lockAccountCounts } from './steps.ts'

/** What asking TikTok about an upload gave. */
export type Look =
  | { is: 'told'; status: PublicationStatus }
  | { is: 'not now'; until: Date } // the account's share of questions is used up
  | { is: 'unknown there' } // invalid_publish_id: also said in the first moments after an init
  | { is: 'no access' } // not connected, or TikTok refuses the token
  | { is: 'no answer' }

const unknownThere = new Set(['invalid_publish_id', 'token_not_authorized_for_specified_publish_id'])

/** Asks for the status of an upload, within what TikTok allows per account. */
export async function look(house: House, attempt: Attempt & { publishId: string }): Promise<Look> {
  const now = house.clock.now()
  const until = await house.commit(async trx => {
    await lockAccountCounts(trx, attempt.accountId)
    return await claimAsk(trx, attempt.id, attempt.accountId, now, ACCOUNT_GAP_MS)
  })
  if (until) return { is: 'not now', until }
  try {
    return { is: 'told', status: await (await developersOf(house, attempt.accountId)).status(attempt.publishId) }
  } catch (error) {
    if (error instanceof Problem && (error.code === 'not_connected' || error.code === 'reconnect_account')) return { is: 'no access' }
    if (error instanceof Unreachable || error instanceof Nonsense) return { is: 'no answer' }
    if (!(error instanceof Refused)) throw error
    if (unknownThere.has(String(error.code)) || unknownThere.has(error.said)) return { is: 'unknown there' }
    if (error.next === 'slow down') return { is: 'not now', until: new Date(now.getTime() + 60_000) }
    return ['reconnect', 'refresh the token', 'ask for permission'].includes(error.next) ? { is: 'no access' } : { is: 'no answer' }
  }
}
