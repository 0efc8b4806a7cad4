import type { House } from '../kit/house.ts'
import type { Attempt, Uploading } from './attempts.ts'
import { countLines } from './ledger.ts'
import { certain } from './reasons.ts'
import { beginAttempt, takeStep, tellTarget } from './steps.ts'
import { theHouse } from '../kit/actor.ts'
import { targetById } from './targets.ts'

/** A target opens no more uploads than this by itself, one after the other; then a person is asked. */
const MOST_UPLOADS = 4

/**
 * The upload is over before its last chunk was ever begun, so TikTok cannot post it: this try ends as failed, and a new one begins in the
 * same commit. Only called when that is certain.
 */
export async function newUpload(house: House, attempt: Uploading, sentence: string): Promise<Attempt | undefined> {
  return await house.commit(async (trx, tell) => {
    const target = await targetById(trx, attempt.targetId)
    const ended = await takeStep(house, trx, tell, attempt, {
      states: ['uploading'], turn: attempt.turn, change: { state: 'failed', reason: certain.expired() },
      lines: [{ key: 'failed', sentence: `${sentence} The last part was never sent, so nothing was posted.` }],
    })
    if (!ended || !target) return undefined
    if (attempt.n >= MOST_UPLOADS && await countLines(trx, attempt.id, 'new upload') > 0) return ended
    const next = await beginAttempt(house, trx, target, [{ key: 'new upload', sentence: 'Opening a new upload; the video starts again from its beginning.' }])
    await tellTarget(trx, tell, target.id, theHouse)
    return next
  })
}
