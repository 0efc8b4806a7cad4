import { sql } from 'kysely'
import type { Db } from '../kit/db.ts'
import type { Viewer } from '../kit/viewer.ts'
import { assetView, assetsById, type AssetView } from './assets.ts'
import { readAttempt, type Attempt, type AttemptState } from './attempts.ts'
import { linesOf, type LedgerEntry } from './ledger.ts'
import type { PostRow } from './posts.ts'
import type { Reason } from './reasons.ts'
import { targetsOfPosts, type TargetRow } from './targets.ts'
import type { Mode, Options } from './wishes.ts'

export type TargetState = 'queued' | 'uploading' | 'processing' | 'in moderation' | 'in drafts inbox' | 'live' | 'failed' | 'not sure'
export type AttemptView = { id: number; n: number; publishId: string | null; state: AttemptState; startedAt: string; events: { at: string; sentence: string; key: string }[] }
/** One account's share of a post, as the API and the events show it. Never an upload URL. */
export type TargetView = {
  id: number; postId: number; accountId: number; mode: Mode; caption: string; options: Options
  state: TargetState; progress: { sent: number; total: number } | null; reason: Reason | null; links: string[]
  attempts: AttemptView[]
}
export type PostView = { id: number; asset: AssetView; createdAt: string; author: { kind: string; id: string | null; name: string }; targets: TargetView[] }

/** Posts with those of their targets that `viewer` may see. */
export async function postViews(db: Db, posts: PostRow[], viewer: Viewer | null): Promise<PostView[]> {
  const targets = await targetViews(db, await targetsOfPosts(db, posts.map(post => post.id), viewer))
  const assets = await assetsById(db, posts.map(post => post.asset_id))
  return posts.flatMap(post => {
    const asset = assets.get(post.asset_id)
    if (!asset) return []
    return [{
      id: post.id, asset: assetView(asset), createdAt: post.created_at.toISOString(), author: { kind: post.author_kind, id: post.author_id, name: post.author_name },
      targets: targets.filter(target => target.postId === post.id),
    }]
  })
}

export async function targetViews(db: Db, targets: TargetRow[]): Promise<TargetView[]> {
  if (targets.length === 0) return []
  const ids = targets.map(target => target.id)
  const rows = await db.selectFrom('attempt').selectAll().where(sql<boolean>`target_id = any(${ids}::bigint[])`).orderBy('target_id').orderBy('n').execute()
  const attempts = rows.map(readAttempt)
  const lines = await linesOf(db, attempts.map(attempt => attempt.id))
  const handles = await handlesOf(db, targets.map(target => target.account_id))
  return targets.map(target => targetView(target, attempts.filter(attempt => attempt.targetId === target.id), lines, handles.get(target.account_id) ?? null))
}

function targetView(target: TargetRow, attempts: Attempt[], lines: LedgerEntry[], handle: string | null): TargetView {
  const last = attempts.at(-1)
  return {
    id: target.id, postId: target.post_id, accountId: target.account_id, mode: target.mode, caption: target.caption, options: target.options,
    state: !last || last.state === 'opening' ? 'queued' : last.state,
    progress: last?.state === 'uploading' ? { sent: last.sent, total: last.plan.video_size } : null,
    reason: last && 'reason' in last ? last.reason : null,
    links: last?.state === 'live' ? linksTo(last.postIds, handle) : [],
    attempts: attempts.map(attempt => ({
      id: attempt.id, n: attempt.n, publishId: attempt.publishId, state: attempt.state, startedAt: attempt.startedAt.toISOString(),
      events: lines.filter(line => line.attemptId === attempt.id).map(line => ({ at: line.at.toISOString(), sentence: line.sentence, key: line.key })),
    })),
  }
}

/** Addresses as TikTok prints them; without a handle TikTok finds the video by its number alone. */
const linksTo = (postIds: string[], handle: string | null) => postIds.map(id => `https://www.tiktok.com/@${handle === null ? '' : encodeURIComponent(handle)}/video/${id}`)

async function handlesOf(db: Db, accountIds: number[]): Promise<Map<number, string | null>> {
  const rows = await db.selectFrom('account').select(['id', 'handle']).where(sql<boolean>`id = any(${accountIds}::bigint[])`).execute()
  return new Map(rows.map(row => [row.id, row.handle]))
}
