import type { WebhookEvent } from '@stagedoor/tiktok'
import { findGrantByOpenId, grantFor } from '../accounts/grants.ts'
import { theHouse, tiktok } from '../kit/actor.ts'
import type { Trx } from '../kit/db.ts'
import type { House, Tell } from '../kit/house.ts'
import { isAsked, nextAskMs } from './asking.ts'
import { attemptById, attemptsByPublishId, attemptsUnderWay, type Attempt, type AttemptRow } from './attempts.ts'
import { heardFromStatus, heardFromWebhook, outcomeOf } from './hear.ts'
import type { Line } from './ledger.ts'
import { look, type Look } from './look.ts'
import { placeOf } from './place.ts'
import { certain, unsure } from './reasons.ts'
import { onlyRanOut, renew } from './renew.ts'
import { ASK, enqueueUpload, step, takeStep } from './steps.ts'
import { targetById, type TargetRow } from './targets.ts'

/** A kept webhook that may be ours. */
export type PublishDelivery = { id: number; appId: number; event: WebhookEvent; raw: Buffer | Uint8Array }
type Waiting = Extract<Attempt, { state: 'processing' | 'in moderation' | 'in drafts inbox' }>

/** `invalid_publish_id` is said in the first moments after an init (developers §9, 6), and by a TikTok that has forgotten. */
const PATIENCE_WITH_UNKNOWN_MS = 3_600_000
/** The hour of an upload, and some more for clocks that differ. */
const AFTER_EXPIRY_MS = 600_000
const HOPE_OF_ACCESS_MS = 600_000

/**
 * TikTok told something by webhook: applied in the listener's transaction, in the order given. An upload we do not know is not ours
 * (a lost init's, or another program's) and changes nothing; one event told twice changes nothing the second time.
 */
export async function onPublishEvent(house: House, trx: Trx, tell: Tell, list: PublishDelivery[]): Promise<void> {
  for (const { appId, event } of list) {
    if (event.event === 'authorization.removed') { await onAccessRemoved(house, trx, tell, appId, event.user_openid); continue }
    const told = heardFromWebhook(event)
    if (!told) continue
    const grant = event.user_openid === undefined ? undefined : await findGrantByOpenId(trx, appId, event.user_openid)
    for (const attempt of await attemptsByPublishId(trx, [told.publishId])) {
      if (grant && grant.accountId !== attempt.accountId) continue // a publish_id is the account's own
      const target = await targetById(trx, attempt.targetId)
      if (told.heard.what === 'failed' && onlyRanOut(attempt, house.clock.now())) {
        await renew(house, trx, tell, attempt, 'TikTok ended the upload: its hour is over.')
        continue
      }
      const outcome = target && outcomeOf(attempt, target, told.heard)
      if (outcome) await takeStep(house, trx, tell, attempt, { ...outcome, actor: tiktok })
    }
  }
}

/** What has not been sent whole ends; what has is asked about when there is access again, or TikTok's webhook tells. */
async function onAccessRemoved(house: House, trx: Trx, tell: Tell, appId: number, openId: string | undefined) {
  const removed = openId === undefined ? undefined : await findGrantByOpenId(trx, appId, openId)
  if (!removed) return
  const left = await grantFor(trx, removed.accountId, 'developers')
  if (left && left.id !== removed.id && left.state === 'working') return // another app still may
  if (left && left.id !== removed.id && left.app_id !== appId) return // it was not about publishing
  for (const attempt of await attemptsUnderWay(trx, removed.accountId)) {
    if (attempt.state !== 'opening' && (attempt.state !== 'uploading' || attempt.lastChunkAt !== null)) continue
    await takeStep(house, trx, tell, attempt, { states: ['opening', 'uploading'], change: { state: 'failed', reason: certain.disconnected() }, actor: tiktok,
      lines: [{ key: 'failed', sentence: 'The account took back its permission before the whole video was sent. Nothing was posted.' }] })
  }
}

/** A question that is due about one attempt. Ends the wait when its time is over (law 6), and plans the next question otherwise. */
export async function ask(house: House, attemptId: number): Promise<void> {
  const attempt = await attemptById(house.db, attemptId)
  if (!attempt || !isAsked(attempt.state)) return
  const waiting = attempt as Waiting
  const target = await targetById(house.db, attempt.targetId)
  if (!target) return
  const said = await look(house, waiting)
  if (said.is === 'not now') return await house.due.at(house.db, ASK, `attempt:${attempt.id}`, said.until)
  if (said.is === 'told') {
    const outcome = outcomeOf(attempt, target, heardFromStatus(said.status))
    if (outcome) { await step(house, attempt, { ...outcome, actor: tiktok }); return }
    if (await isIncomplete(house, waiting, said.status.uploaded_bytes)) return
  }
  await askLater(house, waiting, said, target)
}

async function askLater(house: House, attempt: Waiting, said: Look, target: TargetRow) {
  const now = house.clock.now(), age = now.getTime() - attempt.changedAt.getTime() // questions leave that alone
  const gap = said.is === 'unknown there' && age > PATIENCE_WITH_UNKNOWN_MS && attempt.state === 'processing' ? null : nextAskMs(attempt.state, age)
  if (gap !== null) return await house.due.at(house.db, ASK, `attempt:${attempt.id}`, new Date(now.getTime() + (said.is === 'no access' ? Math.max(gap, HOPE_OF_ACCESS_MS) : gap)))
  if (attempt.state === 'in drafts inbox') { // its state is true for good: TikTok delivered it, and the rest is the creator's
    await step(house, attempt, { states: ['in drafts inbox'], change: { ended_at: now }, lines: [{ key: 'stopped asking', sentence: 'No longer asking TikTok about this draft. Should the creator post it, TikTok’s own notice still counts.' }] })
    return await house.due.cancel(house.db, ASK, `attempt:${attempt.id}`)
  }
  const reason = attempt.state === 'in moderation' ? unsure.neverPublic() : said.is === 'no access' ? unsure.disconnected() : said.is === 'unknown there' ? unsure.unknownPublishId() : unsure.silence()
  const lines: Line[] = [{ key: 'not sure', sentence: `${reason.title}. ${target.mode === 'draft' && attempt.state === 'processing' ? 'Look into the creator’s inbox in the TikTok app.' : reason.next}` }]
  await step(house, attempt, { states: [attempt.state], change: { state: 'not sure', reason }, lines })
}

/**
 * TikTok says that bytes are missing, and never confirmed the last part. While the upload's hour lasts, the missing part goes to that same upload
 * (it can be posted once, however often a part arrives); after it, nothing can complete it any more. True when that was a step.
 */
async function isIncomplete(house: House, attempt: Waiting, uploadedBytes: number | undefined): Promise<boolean> {
  if (attempt.state !== 'processing' || uploadedBytes === undefined) return false
  const row = await house.db.selectFrom('attempt').selectAll().where('id', '=', attempt.id).executeTakeFirstOrThrow()
  const plan = planOf(row)
  if (!plan || row.sent >= plan.video_size || uploadedBytes >= plan.video_size || row.expires_at === null) return false
  const left = row.expires_at.getTime() - house.clock.now().getTime()
  if (left < -AFTER_EXPIRY_MS) {
    return await step(house, attempt, { states: ['processing'], change: { state: 'failed', reason: certain.neverWhole() }, lines: [{ key: 'failed', sentence: 'The upload’s hour is over and TikTok says that bytes are missing. Nothing was posted.' }] }) !== undefined
  }
  const place = placeOf({ uploadedBytes }, plan)
  if (place === null || left < 60_000 || row.upload_url_sealed === null) return false
  return await house.commit(async (trx, tell) => {
    const back = await takeStep(house, trx, tell, attempt, { states: ['processing'], change: { state: 'uploading', sent: place }, lines: [{ key: 'looked', sentence: 'TikTok says that the last part is missing. Sending it again, to the same upload.' }] })
    if (!back) return false
    await enqueueUpload(house, trx, back)
    await house.due.cancel(trx, ASK, `attempt:${attempt.id}`)
    return true
  })
}

const planOf = (row: AttemptRow) => row.size === null || row.chunk_size === null || row.chunk_count === null ? null
  : { video_size: row.size, chunk_size: row.chunk_size, total_chunk_count: row.chunk_count }

/** A day is over and the upload is not: certain failure when its last chunk never flowed, else only asking is left. */
export async function giveUp(house: House, attemptId: number): Promise<void> {
  const attempt = await attemptById(house.db, attemptId)
  if (!attempt || (attempt.state !== 'opening' && attempt.state !== 'uploading')) return
  const maybeWhole = attempt.state === 'uploading' && attempt.lastChunkAt !== null
  await step(house, attempt, maybeWhole
    ? { states: ['uploading'], change: { state: 'processing' }, lines: [{ key: 'processing', sentence: 'A day is over; its last part had been sent, so from here on we only ask.' }], actor: theHouse }
    : { states: ['opening', 'uploading'], change: { state: 'failed', reason: certain.gaveUp() }, lines: [{ key: 'failed', sentence: 'Given up after a day. TikTok never had the whole video, so nothing was posted.' }], actor: theHouse })
}
