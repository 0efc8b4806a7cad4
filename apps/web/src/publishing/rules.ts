import type { Account, Asset, Creator, TargetWish } from '../api/types.ts'

/** UTF-16 code units, as JavaScript and TikTok count them. */
export const MOST_CAPTION = 2_200
export const MOST_BYTES = 4_000_000_000
export const DISCLOSE_WHY = 'You need to indicate if your content promotes yourself, a third party, or both.'
export const BRANDED_WHY = 'Branded content visibility cannot be set to private.'

/** What is chosen for one account. `disclose` is only the switch; TikTok hears the two boxes below it. */
export type Choice = TargetWish & { disclose: boolean }

export const newChoice = (accountId: number, mode: TargetWish['mode']): Choice => ({
  accountId, mode, caption: '', privacy: null, allowComment: false, allowDuet: false, allowStitch: false, disclose: false, yourBrand: false, brandedContent: false, aigc: false, coverMs: null,
})

/** What is sent: nothing that the switch hides, nothing that TikTok drops from a draft. */
export function wishOf({ disclose, ...choice }: Choice): TargetWish {
  const shown = disclose ? choice : { ...choice, yourBrand: false, brandedContent: false }
  return shown.mode === 'draft' ? { ...newWish(shown.accountId), caption: shown.caption, mode: 'draft' } : shown
}
const newWish = (accountId: number): TargetWish => { const { disclose: _, ...wish } = newChoice(accountId, 'draft'); return wish }

const privacies: Record<string, string> = { PUBLIC_TO_EVERYONE: 'Everyone', MUTUAL_FOLLOW_FRIENDS: 'Friends', FOLLOWER_OF_CREATOR: 'Followers', SELF_ONLY: 'Only me' }
export const privacyName = (word: string) => privacies[word] ?? word

/** The roads an account has: a draft needs video.upload, a direct post video.publish. Null: possible; else why not. */
export function roadClosed(account: Account, mode: TargetWish['mode']): string | null {
  const grant = account.grants.find(g => g.platform === 'developers')
  if (!grant) return `@${account.handle} is not connected for publishing yet.`
  if (grant.state !== 'working') return `Connect @${account.handle} again to post.`
  const scope = mode === 'direct' ? 'video.publish' : 'video.upload'
  return grant.scopes.includes(scope) ? null : `@${account.handle} did not give the permission ${scope}.`
}

/** What still stops this account's share, in the order of the page. Empty: it can go out. */
export function missing(choice: Choice, creator: Creator | null | 'unread', asset: Asset | null): string[] {
  const why: string[] = []
  if (choice.caption.length > MOST_CAPTION) why.push(`Shorten the caption by ${choice.caption.length - MOST_CAPTION}`)
  if (choice.mode === 'draft') return why
  if (creator === 'unread') return [...why, 'Wait for TikTok to say what this creator may do']
  if (creator === null) return [...why, 'TikTok did not say what this creator may do; try again or send a draft']
  if (!creator.canPost.ok) why.push(creator.canPost.why ?? 'TikTok takes no post from this creator now; try again later')
  if (choice.privacy === null) why.push('Choose who can see this')
  else if (!creator.privacyOptions.includes(choice.privacy)) why.push('Choose again who can see this')
  if (choice.disclose && !choice.yourBrand && !choice.brandedContent) why.push(DISCLOSE_WHY)
  if (choice.disclose && choice.brandedContent && choice.privacy === 'SELF_ONLY') why.push(BRANDED_WHY)
  const seconds = (asset?.probe?.durationMs ?? 0) / 1_000
  if (creator.maxDurationSec !== null && seconds > creator.maxDurationSec) why.push(`Cut the video: ${Math.ceil(seconds - creator.maxDurationSec)} s longer than this creator may post`)
  return why
}

/** The label TikTok will put on it. */
export const labelOf = (c: Choice): string | null => (!c.disclose ? null : c.brandedContent ? 'Paid partnership' : c.yourBrand ? 'Promotional content' : null)
