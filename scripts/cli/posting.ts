import type { House } from './api.ts'
import { follow } from './listen.ts'
import type { Account, Asset, Creator, Post, Target } from './shapes.ts'
import { Trouble } from './trouble.ts'

export type Wish = {
  accountId: number; mode: 'draft' | 'direct'; caption: string; privacy: string | null
  allowComment: boolean; allowDuet: boolean; allowStitch: boolean; yourBrand: boolean; brandedContent: boolean; aigc: boolean; coverMs: number | null
}
type Choice = Omit<Wish, 'accountId'>

/** TikTok's words for who may watch, and what people call them. */
export const audiences: Record<string, string> = { everyone: 'PUBLIC_TO_EVERYONE', friends: 'MUTUAL_FOLLOW_FRIENDS', followers: 'FOLLOWER_OF_CREATOR', me: 'SELF_ONLY' }
export const privacyOf = (word: string): string => audiences[word.toLowerCase()] ?? (Object.values(audiences).includes(word.toUpperCase()) ? word.toUpperCase() : fail(word))
const fail = (word: string): never => { throw new Trouble('usage', 'privacy_unknown', 'This is not a visibility', `"${word}" is none of ${Object.keys(audiences).join(', ')}. Nothing was sent.`) }
export const spokenPrivacy = (privacy: string) => Object.entries(audiences).find(([, word]) => word === privacy)?.[0] ?? privacy

export const isOver = (target: Target) => ['in moderation', 'in drafts inbox', 'live', 'failed', 'not sure'].includes(target.state)

/** A file the house will not publish ends here, with each reason. */
export function refuseUnfit(asset: Asset): void {
  const against = asset.findings.filter(finding => finding.verdict !== 'pass')
  if (asset.state === 'ready' && against.length === 0) return
  if (asset.state === 'checking') throw new Trouble('refused', 'still_checking', 'The file is still being checked', `It is in Stagedoor as file ${asset.id}. Nothing was sent to TikTok; try again with that number.`)
  throw new Trouble('refused', 'against_the_rules', 'TikTok would not take this file', `${against.map(finding => finding.sentence).join(' ')} It is in Stagedoor as file ${asset.id}; nothing was sent to TikTok.`, against.map(finding => ({ path: finding.rule, sentence: finding.sentence })))
}

/** Asks what each account offers right now when the choice of who may watch is missing, so that the answer can name the choices. */
export async function refuseWithoutPrivacy(house: House, accounts: Account[], choice: Choice): Promise<void> {
  if (choice.mode === 'draft' || choice.privacy !== null) return
  const [first] = accounts
  const offered = first ? (await house.get<Creator>(`/api/v1/accounts/${first.id}/creator`)).privacyOptions.map(spokenPrivacy) : []
  throw new Trouble('usage', 'privacy_missing', 'Choose who can watch this video', `${offered.length > 0 ? `This account offers: ${offered.join(', ')}. ` : ''}Nothing is chosen for you, and nothing was sent. Say --privacy …, or --draft.`)
}

type Followed = { key: string; waitMs: number; show?: (post: Post) => void }

/** Publishes a file to accounts; comes back when every account has its outcome, or as it stands when the wait is over. */
export function publishPost(house: House, assetId: number, wishes: Wish[], { key, waitMs, show }: Followed): Promise<Post> {
  const begin = () => house.deed<Post>('/api/v1/posts', { assetId, targets: wishes }, key)
  return waitMs <= 0 ? begin() : followPost(house, begin, post => post.targets.every(isOver), { waitMs, ...(show ? { show } : {}) })
}

/** A new try of one account's share, when the last one certainly posted nothing. */
export async function retryTarget(house: House, targetId: number, { key, waitMs, show }: Followed): Promise<Post> {
  const begin = async () => {
    const target = await house.deed<Target>(`/api/v1/targets/${targetId}/retry`, {}, key)
    return await house.get<Post>(`/api/v1/posts/${target.postId}`)
  }
  const mine = (post: Post) => post.targets.filter(target => target.id === targetId).every(isOver)
  return waitMs <= 0 ? await begin() : await followPost(house, begin, mine, { waitMs, ...(show ? { show } : {}) })
}

const followPost = (house: House, begin: () => Promise<Post>, isDone: (post: Post) => boolean, { waitMs, show }: { waitMs: number; show?: (post: Post) => void }) => follow(house, {
  begin, isOver: isDone, patienceMs: waitMs, ...(show ? { show } : {}),
  look: now => house.get<Post>(`/api/v1/posts/${now.id}`),
  hear: (event, now) => {
    if (event.type !== 'target.updated' && event.type !== 'target.progress') return undefined
    const told = event.body as Target
    return now.targets.some(target => target.id === told.id) ? { ...now, targets: now.targets.map(target => target.id === told.id ? told : target) } : undefined
  },
})

/** How a post ended: trouble of the worst of its targets. */
export function troubleOfPost(post: Post): Trouble | undefined {
  const bad = post.targets.find(target => target.state === 'not sure') ?? post.targets.find(target => target.state === 'failed')
  if (!bad) return undefined
  const { reason } = bad
  return new Trouble(bad.state === 'failed' ? 'refused' : 'not sure', reason?.code ?? bad.state.replace(' ', '_'), reason?.title ?? `Target ${bad.id}: ${bad.state}`, `${reason?.detail ?? ''} ${reason?.next ?? ''}${reason?.safeToRetry ? ` "retry ${bad.id}" tries again.` : ''}`.trim())
}
