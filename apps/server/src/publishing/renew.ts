import { theHouse } from '../kit/actor.ts'
import type { Trx } from '../kit/db.ts'
import type { House, Tell } from '../kit/house.ts'
import { TOO_LATE_MS } from './asking.ts'
import type { Attempt, Uploading } from './attempts.ts'
import { countLines } from './ledger.ts'
import { certain } from './reasons.ts'
import { beginAttempt, takeStep, tellTarget } from './steps.ts'
import { targetById } from './targets.ts'

/** A target opens no more uploads than this by itself, one after the other; then a person is asked. */
const MOST_UPLOADS = 4

/**
 * The upload is over before its last chunk was ever begun, so TikTok cannot post it: this try ends as failed, and a new one begins in the
 * same commit. Only called when that is certain. Resolves with the attempt that counts now, undefined when somebody was quicker.
 */
export async function renew(house: House, trx: Trx, tell: Tell, attempt: Uploading, sentence: string, turn?: number): Promise<Attempt | undefined> {
  const target = await targetById(trx, attempt.targetId)
  const ended = await takeStep(house, trx, tell, attempt, {
    states: ['uploading'], ...(turn === undefined ? {} : { turn }), change: { state: 'failed', reason: certain.expired() },
    lines: [{ key: 'failed', sentence: `${sentence} The last part was never sent, so nothing was posted.` }],
  })
  if (!ended || !target) return undefined
  if (attempt.n >= MOST_UPLOADS && await countLines(trx, attempt.id, 'new upload') > 0) return ended
  const next = await beginAttempt(house, trx, target, [{ key: 'new upload', sentence: 'Opening a new upload; the video starts again from its beginning.' }])
  await tellTarget(trx, tell, target.id, theHouse)
  return next
}

/** The same as a transaction of its own, by the process that has the attempt in hand. */
export const newUpload = (house: House, attempt: Uploading, sentence: string): Promise<Attempt | undefined> =>
  house.commit((trx, tell) => renew(house, trx, tell, attempt, sentence, attempt.turn))

/** Whether TikTok's "failed" only says that the upload's hour passed before the video was whole: then a new upload is right. */
export const onlyRanOut = (attempt: Attempt, now: Date): attempt is Uploading =>
  attempt.state === 'uploading' && attempt.lastChunkAt === null && attempt.expiresAt.getTime() - now.getTime() < TOO_LATE_MS
