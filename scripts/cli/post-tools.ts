import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { checkedAsset, findAccount, nameOf } from './find.ts'
import { audiences, privacyOf, publishPost, refuseUnfit, refuseWithoutPrivacy, retryTarget, spokenPrivacy, troubleOfPost, type Wish } from './posting.ts'
import type { Account, Post, Target } from './shapes.ts'
import { plain, size } from './show.ts'
import type { Tools } from './tools.ts'
import { uploadFile } from './upload.ts'

/** Well within the minute that clients give a call; what takes longer is asked for with post_status. */
const OUTCOME_MS = 20_000
const publishing = { needs: 'publish', is: 'leaving' } as const
const id = z.number().int().positive()
const flag = (says: string) => z.boolean().default(false).describe(says)

export function postTools({ house, staying, leaving }: Tools): void {
  staying('upload_media', 'Upload a file', 'Brings a video of this machine into Stagedoor and checks it against TikTok’s rules. Nothing goes to TikTok. A file that is there already is not sent again; an interrupted upload goes on.', { needs: 'publish', is: 'keeping' }, {
    path: z.string().min(1).describe('Absolute path of the file'),
  }, async ({ path }) => {
    const { assetId, was } = await uploadFile(house, path)
    const asset = await checkedAsset(house, assetId)
    return { says: `File ${asset.id}: ${asset.name}, ${size(asset.bytes)}, ${asset.state} (${was}).`, data: { asset } }
  })

  leaving('publish_post', 'Publish a post', 'Publishes an uploaded file to accounts, as a draft for the creator to finish in the TikTok app or directly. For a direct post the person must have chosen who may watch; nothing is chosen for them.', publishing, {
    asset: id.describe('Number of the file, from upload_media'), accounts: z.array(z.union([id, z.string().min(1)])).min(1).max(20).describe('Numbers or @handles'), mode: z.enum(['draft', 'direct']),
    caption: z.string().max(2200).default(''), privacy: z.enum([...Object.keys(audiences), ...Object.values(audiences)]).optional().describe('Who may watch; needed for direct'),
    allowComment: flag('People may comment'), allowDuet: flag('People may duet'), allowStitch: flag('People may stitch'),
    yourBrand: flag('It promotes the account’s own business'), brandedContent: flag('It is a paid partnership'), madeWithAi: flag('It was made with AI'), coverSeconds: z.number().min(0).optional(),
  }, async ask => {
    const known = await house.list<Account>('/api/v1/accounts')
    const accounts: Account[] = []
    for (const name of ask.accounts) accounts.push(await findAccount(house, String(name), known))
    const { mode, caption, allowComment, allowDuet, allowStitch, yourBrand, brandedContent, madeWithAi: aigc } = ask
    const choice: Omit<Wish, 'accountId'> = { mode, caption, privacy: ask.privacy === undefined ? null : privacyOf(ask.privacy), allowComment, allowDuet, allowStitch, yourBrand, brandedContent, aigc, coverMs: ask.coverSeconds === undefined ? null : Math.round(ask.coverSeconds * 1000) }
    await refuseWithoutPrivacy(house, accounts, choice)
    const asset = await checkedAsset(house, ask.asset)
    refuseUnfit(asset)
    return {
      sentence: `Publish “${plain(asset.name)}” (file ${asset.id}, ${size(asset.bytes)}${asset.probe ? `, ${Math.round(asset.probe.durationMs / 1000)} s` : ''}) to ${accounts.map(nameOf).join(', ')} ${wordsOf(choice)}.${caption ? `\nCaption: “${caption}”` : ''}`,
      async deed() {
        return outcome(await publishPost(house, asset.id, accounts.map(account => ({ accountId: account.id, ...choice })), { key: randomUUID(), waitMs: OUTCOME_MS }), known)
      },
    }
  })

  staying('post_status', 'Status of posts', 'One post with everything that happened to it, or the newest posts.', { needs: 'read', is: 'reading' }, { post: id.optional(), limit: z.number().int().min(1).max(50).default(10) }, async ({ post, limit }) => {
    const accounts = await house.list<Account>('/api/v1/accounts')
    if (post === undefined) return { says: 'The newest posts.', data: { items: (await house.list<Post>('/api/v1/posts', limit)).map(one => brief(one, accounts)) } }
    const one = await house.get<Post>(`/api/v1/posts/${post}`)
    return { says: spoken(one, accounts), data: { ...brief(one, accounts), targets: one.targets.map(target => ({ ...briefTarget(target, accounts), caption: target.caption, attempts: target.attempts.map(({ n, publishId, state, events }) => ({ n, publishId, state, events })) })) } }
  })

  leaving('retry_target', 'Try a post once more', 'A new try of one account’s share of a post, when the last one certainly posted nothing. What may have been posted is refused.', publishing, { target: id.describe('Number of the target, from post_status') }, async ({ target }) => {
    const accounts = await house.list<Account>('/api/v1/accounts')
    const post = (await house.list<Post>('/api/v1/posts', 500)).find(one => one.targets.some(item => item.id === target))
    const share = post?.targets.find(item => item.id === target)
    return {
      sentence: share && post ? `Try again to publish “${plain(post.asset.name)}” to ${accountOf(share, accounts)} ${wordsOf({ ...share.options, mode: share.mode })}. The last try: ${share.state}${share.reason ? ` (${plain(share.reason.title)})` : ''}.` : `Try target ${target} again.`,
      async deed() { return outcome(await retryTarget(house, target, { key: randomUUID(), waitMs: OUTCOME_MS }), accounts) },
    }
  })
}

const accountOf = (target: Target, accounts: Account[]) => { const known = accounts.find(account => account.id === target.accountId); return known ? nameOf(known) : `account ${target.accountId}` }

function wordsOf(choice: Omit<Wish, 'accountId' | 'caption'>): string {
  if (choice.mode === 'draft') return 'as a draft, which the creator finishes in the TikTok app'
  const may = [choice.allowComment && 'comment', choice.allowDuet && 'duet', choice.allowStitch && 'stitch'].filter(Boolean)
  const said = [choice.yourBrand && 'promotes your own business', choice.brandedContent && 'paid partnership', choice.aigc && 'made with AI'].filter(Boolean)
  return `directly, visible to: ${spokenPrivacy(choice.privacy ?? '')}; people may ${may.length > 0 ? may.join(', ') : 'neither comment nor duet nor stitch'}${said.length > 0 ? `; declared: ${said.join(', ')}` : ''}`
}

const briefTarget = (target: Target, accounts: Account[]) => ({ id: target.id, account: accountOf(target, accounts), mode: target.mode, state: target.state, progress: target.progress, reason: target.reason, links: target.links })
const brief = (post: Post, accounts: Account[]) => ({ id: post.id, file: post.asset.name, createdAt: post.createdAt, author: post.author.name, targets: post.targets.map(target => briefTarget(target, accounts)) })
const spoken = (post: Post, accounts: Account[]) => `Post ${post.id}: ${post.targets.map(target => `${accountOf(target, accounts)}: ${target.state}${target.links.length > 0 ? ` ${target.links.join(' ')}` : ''}`).join('; ')}.`

function outcome(post: Post, accounts: Account[]) {
  const trouble = troubleOfPost(post)
  const data = { done: true, ...brief(post, accounts) }
  return trouble ? { says: `${spoken(post, accounts)} ${trouble.title}. ${trouble.detail} (${trouble.code})`, data, isBad: true } : { says: `${spoken(post, accounts)} Ask post_status how it goes on.`, data }
}
