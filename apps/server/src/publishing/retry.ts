import type { Trx } from '../kit/db.ts'
import type { House, Tell } from '../kit/house.ts'
import { problem } from '../kit/problem.ts'
import type { Viewer } from '../kit/viewer.ts'
import { actorOf } from '../identity/actor-of.ts'
import { latestAttempt } from './attempts.ts'
import { beginAttempt, tellTarget } from './steps.ts'
import { lockTarget, visibleTarget } from './targets.ts'
import { targetViews, type TargetView } from './views.ts'

/**
 * A new attempt of a target, only when the last one certainly posted nothing. Throws problem 404 for a target that is not the viewer's,
 * 409 `under_way`, `already_done` or `not_certain`.
 */
export async function retry(house: House, trx: Trx, tell: Tell, viewer: Viewer, targetId: number): Promise<TargetView> {
  const target = await visibleTarget(trx, viewer, targetId)
  if (!target) return problem(404, 'no_such_target', 'This post is not here', 'It does not exist, or it is not one of yours. Nothing was done.')
  await lockTarget(trx, target.id)
  const last = await latestAttempt(trx, target.id)
  if (last && last.state !== 'failed') {
    if (last.state === 'not sure') return problem(409, 'not_certain', 'It may have been posted', `${last.reason.detail} Trying again could post it twice, so nothing was done. ${last.reason.next}`)
    if (last.state === 'live' || last.state === 'in drafts inbox') return problem(409, 'already_done', 'It is there already', 'TikTok has this video. Nothing was done.')
    return problem(409, 'under_way', 'It is still under way', 'The last try has not ended yet. Nothing was done; wait for its outcome.')
  }
  await beginAttempt(house, trx, target, [{ key: 'asked for again', sentence: `${viewer.name} asked for another try.` }])
  await tellTarget(trx, tell, target.id, actorOf(viewer))
  const [view] = await targetViews(trx, [target])
  if (!view) throw new Error('The target that was just tried again is gone.')
  return view
}
