import { Nonsense, Refused, Unreachable, explain } from '@stagedoor/tiktok'
import { accountById } from '../accounts/accounts.ts'
import { developersOf } from '../accounts/door.ts'
import type { House } from '../kit/house.ts'
import { problem } from '../kit/problem.ts'
import type { Creator } from './wishes.ts'

/** Refusals that say "not this creator, not now" (developers §3.2): an answer for the page, not an accident. */
const cannotPost = new Set(['spam_risk_too_many_posts', 'spam_risk_user_banned_from_posting', 'reached_active_user_cap', 'scope_not_authorized'])

/**
 * What the creator's account allows right now; TikTok wants it asked each time the form is shown. Throws problem 409 when the account has to
 * be (re)connected, 429 when TikTok asks to slow down (20 a minute and account), 502 when TikTok gives no usable answer.
 */
export async function creatorOf(house: House, accountId: number): Promise<Creator> {
  try {
    const said = await (await developersOf(house, accountId)).creatorInfo()
    // TikTok's own picture link dies after two hours and our pages load no foreign pictures: ours is shown.
    const picture = (await accountById(house.db, accountId))?.avatar_media_id ?? null, avatarUrl = picture === null ? null : `/api/v1/accounts/${accountId}/avatar?v=${picture}`
    return {
      nickname: said.creator_nickname ?? null, username: said.creator_username ?? null, avatarUrl, privacyOptions: [...said.privacy_level_options],
      commentDisabled: said.comment_disabled, duetDisabled: said.duet_disabled, stitchDisabled: said.stitch_disabled,
      maxDurationSec: said.max_video_post_duration_sec, canPost: { ok: true, why: null },
    }
  } catch (error) {
    if (error instanceof Refused) return refused(error)
    if (error instanceof Unreachable || error instanceof Nonsense) return problem(502, 'tiktok_unreachable', 'TikTok did not answer', 'What this account allows could not be asked, so nothing was done. Try again in a moment.')
    throw error
  }
}

function refused(error: Refused): Creator {
  const page = explain(error)
  if (cannotPost.has(String(error.code))) return { nickname: null, username: null, avatarUrl: null, privacyOptions: [], commentDisabled: true, duetDisabled: true, stitchDisabled: true, maxDurationSec: null, canPost: { ok: false, why: `${page.title}. ${page.todo}` } }
  if (error.next === 'slow down') return problem(429, 'tiktok_slow_down', 'TikTok asks to slow down', 'This account was asked about too often. Nothing was done; try again in a minute.', { retryAfterSeconds: 60 })
  if (error.next === 'reconnect' || error.next === 'refresh the token') return problem(409, 'reconnect_account', 'Reconnect this account', 'TikTok no longer accepts our permission for this account, so nothing was done. Reconnect it on the Accounts page.')
  return problem(502, 'tiktok_refused', page.title, `${page.what} Nothing was done. ${page.todo}`, { tiktokCode: String(error.code) })
}
