import type { House } from '../kit/house.ts'
import { assetById } from './assets.ts'
import { takeAttempt, type Attempt } from './attempts.ts'
import type { Locks } from './locks.ts'
import { openUpload } from './open.ts'
import { postById } from './posts.ts'
import { certain } from './reasons.ts'
import { sendChunks } from './send.ts'
import { step } from './steps.ts'
import { targetById } from './targets.ts'

/**
 * The life of an attempt up to the point of no return, as short steps with the place remembered: opening → uploading, chunk after chunk →
 * processing. Killed anywhere, whoever runs it next goes on from the row. One process at a time has an attempt in hand: the lock says so, and
 * should the lock's connection be lost unnoticed, the attempt's turn keeps the loser from storing anything.
 */
export async function upload(house: House, locks: Locks, attemptId: number, stopping: AbortSignal): Promise<void> {
  const held = await locks.hold(`attempt ${attemptId}`)
  if (!held) throw new Error('Another process has this upload in hand; the job comes back later.')
  const signal = AbortSignal.any([stopping, held.lost])
  try {
    let attempt = await takeAttempt(house.db, attemptId)
    while (attempt && !signal.aborted && (attempt.state === 'opening' || attempt.state === 'uploading') && attempt.id === attemptId) attempt = await nextStep(house, attempt, signal)
    if (signal.aborted) throw new Error('The upload was interrupted; it goes on from where the row says.')
  } finally {
    await held.release()
  }
}

async function nextStep(house: House, attempt: Attempt, signal: AbortSignal): Promise<Attempt | undefined> {
  if (attempt.state !== 'opening' && attempt.state !== 'uploading') return attempt
  const target = await targetById(house.db, attempt.targetId)
  const post = target && await postById(house.db, target.post_id)
  const asset = post && await assetById(house.db, post.asset_id)
  const file = asset?.media_id === null || asset?.media_id === undefined ? undefined : await house.media.handle(asset.media_id).catch(() => undefined)
  if (!target || !asset || !file) return await fileMissing(house, attempt)
  try {
    const { size } = await file.stat()
    if (size !== asset.bytes) return await fileMissing(house, attempt)
    if (attempt.state === 'opening') return await openUpload(house, attempt, target, size, signal)
    return await sendChunks({ house, target, file, contentType: typeOf(asset.mime), signal }, attempt)
  } finally {
    await file.close()
  }
}

const fileMissing = (house: House, attempt: Attempt) => attempt.state === 'uploading' && attempt.lastChunkAt !== null
  ? step(house, attempt, { states: ['uploading'], turn: attempt.turn, change: { state: 'processing' }, lines: [{ key: 'processing', sentence: 'The file is gone here, but its last part had been sent. From here on we only ask.' }] })
  : step(house, attempt, { states: ['opening', 'uploading'], turn: attempt.turn, change: { state: 'failed', reason: certain.fileMissing() }, lines: [{ key: 'failed', sentence: 'The file is gone, so it could not be sent. Nothing was posted.' }] })

const typeOf = (mime: string) => mime === 'video/quicktime' || mime === 'video/webm' ? mime : 'video/mp4'
