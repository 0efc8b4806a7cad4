import type { Trx } from '../kit/db.ts'
import type { House, Tell } from '../kit/house.ts'
import { problem } from '../kit/problem.ts'
import type { Viewer } from '../kit/viewer.ts'
import { visibleAccount } from '../accounts/accounts.ts'
import { actorOf } from '../identity/actor-of.ts'
import { visibleAssets, type AssetRow } from './assets.ts'
import { creatorOf } from './creator.ts'
import { insertPost } from './posts.ts'
import { beginAttempt, tellTarget } from './steps.ts'
import { insertTarget } from './targets.ts'
import { postViews, type PostView } from './views.ts'
import { complaints, type Complaint, type Creator, type File, type Wish } from './wishes.ts'

export type Intent = { assetId: number; targets: (Wish & { accountId: number })[] }

/**
 * Looks at everything TikTok would refuse, before anything is stored: the file, and per account what the creator allows right now.
 * Throws problem 404 for a file or account that is not the viewer's, 422 `not_publishable` with every complaint and its place.
 */
export async function checkIntent(house: House, viewer: Viewer, intent: Intent): Promise<AssetRow> {
  const [asset] = await visibleAssets(house.db, viewer, { id: intent.assetId, limit: 1 })
  if (!asset) return problem(404, 'no_such_asset', 'This file is not here', 'It was deleted, or it is not yours to post. Nothing was done; upload it again.')
  const seen = new Set<number>(), errors: (Complaint & { path: string })[] = []
  for (const [at, wish] of intent.targets.entries()) {
    if (!await visibleAccount(house.db, viewer, wish.accountId)) return problem(404, 'no_such_account', 'This account is not here', 'It was disconnected, or it is not one of yours. Nothing was done.')
    if (seen.has(wish.accountId)) errors.push({ field: 'accountId', code: 'account_twice', sentence: 'This account is named twice; a post goes to each account once.', path: `targets.${at}.accountId` })
    seen.add(wish.accountId)
    const creator: Creator | null = wish.mode === 'direct' ? await creatorOf(house, wish.accountId) : null
    for (const complaint of complaints(wish, fileOf(asset), creator)) {
      errors.push({ ...complaint, path: complaint.field === 'assetId' ? 'assetId' : `targets.${at}.${complaint.field}` })
    }
  }
  if (errors.length > 0) return problem(422, 'not_publishable', 'This cannot be published as it is', `${[...new Set(errors.map(error => error.sentence))].join(' ')} Nothing was sent.`, { errors })
  return asset
}

/** Post, targets, first attempts, their jobs and events, in the caller's one commit. */
export async function publish(house: House, trx: Trx, tell: Tell, viewer: Viewer, intent: Intent): Promise<PostView> {
  const post = await insertPost(trx, intent.assetId, { kind: viewer.kind, id: viewer.id, name: viewer.name }, house.clock.now())
  for (const wish of intent.targets) {
    const target = await insertTarget(trx, post.id, wish.accountId, wish)
    const dropped = wish.mode === 'draft' && wish.caption !== '' ? ' TikTok takes no caption with a draft; it stands here for copying.' : ''
    await beginAttempt(house, trx, target, [{ key: 'queued', sentence: `${viewer.name} sent it ${wish.mode === 'draft' ? 'as a draft' : 'to be posted directly'}.${dropped}` }])
    await tellTarget(trx, tell, target.id, actorOf(viewer))
  }
  const [view] = await postViews(trx, [post], viewer)
  if (!view) throw new Error('The post that was just made cannot be seen by its maker.')
  return view
}

const fileOf = (asset: AssetRow): File => ({ name: asset.name, state: asset.state, kind: asset.kind, durationMs: asset.probe?.durationMs ?? null, findings: asset.findings })
