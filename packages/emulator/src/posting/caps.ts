import { No, type Session } from '../developers.ts'
import type { Ground } from '../face.ts'
import type { Account } from '../words.ts'
import type { Publication } from './types.ts'
import type { Wish } from './wish.ts'

const DAY = 86_400_000
const PENDING_DRAFTS = 5

/** Options of the account, whatever the app's audit says. developers §3.2 */
export const privacyOptions = (account: Account) => (account.private ? ['FOLLOWER_OF_CREATOR', 'MUTUAL_FOLLOW_FRIENDS', 'SELF_ONLY'] : ['PUBLIC_TO_EVERYONE', 'MUTUAL_FOLLOW_FRIENDS', 'SELF_ONLY'])

/** May this creator post by this app now? The code and the reason if not. developers §5 */
export function creatorRefusal(ground: Ground, { app, account }: Session): { code: string; why: string } | undefined {
  if (account.banned) return { code: 'spam_risk_user_banned_from_posting', why: `@${account.handle} is banned from posting` }
  const recent = ground.store.shelf('publication').filter(p => p.createdAt > ground.clock.now() - DAY)
  const mine = recent.filter(p => p.accountId === account.id && p.mode === 'direct' && p.status !== 'FAILED')
  if (mine.length >= account.postsPerDay) return { code: 'spam_risk_too_many_posts', why: `@${account.handle} has ${mine.length} posts through the API in 24 h; the cap is ${account.postsPerDay}, shared by all apps` }
  const counts = (p: Publication) => p.appId === app.id && (p.mode === 'direct' || ground.rules.is('drafts-and-active-users', 'count'))
  const creators = new Set(recent.filter(counts).map(p => p.accountId))
  if (!creators.has(account.id) && creators.size >= app.activeUserCap) return { code: 'reached_active_user_cap', why: `${creators.size} creators posted by this app in 24 h; its cap is ${app.activeUserCap}${app.audited ? '' : ', as it is not audited'}` }
  return undefined
}

/** Creator state, audit, privacy: 403s in this order. Throws No. developers §11 "Init check order" */
export function checkDirect(ground: Ground, session: Session, wish: Wish) {
  const { app, account } = session
  const refusal = creatorRefusal(ground, session)
  if (refusal) throw new No(refusal.code, refusal.why)
  if (wish.privacy === '' && ground.rules.is('missing-privacy', '400')) throw new No('invalid_params', 'privacy_level is missing', { message: 'The request post info is empty or incorrect' })
  const public_ = app.audited && app.environment === 'production'
  if (!public_ && (!account.private || wish.privacy !== 'SELF_ONLY')) {
    const what = app.environment === 'sandbox' ? 'A sandbox' : 'An app that is not audited'
    throw new No('unaudited_client_can_only_post_to_private_accounts', `${what} may only post SELF_ONLY to a private account; @${account.handle} is ${account.private ? 'private' : 'public'} and privacy_level is ${wish.privacy || 'missing'}`)
  }
  const options = privacyOptions(account)
  if (!options.includes(wish.privacy)) throw new No('privacy_level_option_mismatch', `privacy_level ${wish.privacy || '(missing)'} is not among what creator_info offers @${account.handle}: ${options.join(', ')}`)
  if (wish.brandContent && wish.privacy === 'SELF_ONLY' && ground.rules.is('branded-self-only', 'refused')) throw new No('privacy_level_option_mismatch', 'Branded content cannot be SELF_ONLY')
}

/** Drafts waiting in the inbox. Throws No. developers §5 */
export function checkDraft(ground: Ground, { account }: Session) {
  if (account.banned) throw new No('spam_risk_user_banned_from_posting', `@${account.handle} is banned from posting`)
  const frees = ground.rules.get('draft-slots')
  const pending = ground.store.shelf('publication').filter(p => p.accountId === account.id && p.mode === 'draft' && p.createdAt > ground.clock.now() - DAY && p.status !== 'FAILED' && !(p.status === 'PUBLISH_COMPLETE' && frees === 'publishing or age'))
  if (pending.length >= PENDING_DRAFTS) throw new No('spam_risk_too_many_pending_share', `@${account.handle} has ${pending.length} drafts waiting within 24 h; five are allowed. The oldest ages out at ${new Date(Math.min(...pending.map(p => p.createdAt)) + DAY).toISOString()}`)
}

/** "31.8" against "40.1.0": piece by piece. */
export const isOlder = (version: string, than: string) => {
  const [a, b] = [version.split('.').map(Number), than.split('.').map(Number)]
  for (let i = 0; i < Math.max(a.length, b.length); i++) if ((a[i] ?? 0) !== (b[i] ?? 0)) return (a[i] ?? 0) < (b[i] ?? 0)
  return false
}
