import { Nonsense, planChunks, Refused, Unreachable, type Publication, type VideoPostInfo } from '@stagedoor/tiktok'
import { developersOf } from '../accounts/door.ts'
import type { House } from '../kit/house.ts'
import { Problem } from '../kit/problem.ts'
import { awayMs, INITS_A_MINUTE, isAway, MOST_TRIES, pauseMs, UPLOAD_URL_MS } from './asking.ts'
import { changeAttempt, type Attempt } from './attempts.ts'
import { countLines, initsSince, writeLines } from './ledger.ts'
import { certain, reasonOfRefusal } from './reasons.ts'
import { lockAccountCounts, step } from './steps.ts'
import type { TargetRow } from './targets.ts'
import { sleep } from './sleep.ts'

type Opening = Extract<Attempt, { state: 'opening' }>
const MINUTE = 60_000

/**
 * Opens an upload at TikTok. `init_started_at` is stored before the call; a lost answer is harmless, because without the upload URL no byte
 * can flow and nothing can be posted: it is opened again, counted against TikTok's six a minute.
 * Resolves with the attempt as it is now, or undefined when it waits, ended, or was taken by somebody else.
 */
export async function openUpload(house: House, attempt: Opening, target: TargetRow, bytes: number, signal: AbortSignal): Promise<Attempt | undefined> {
  if (!await claimInit(house, attempt)) return undefined
  let answer: Publication
  try {
    const tiktok = await developersOf(house, attempt.accountId)
    const source_info = { source: 'FILE_UPLOAD' as const, ...planChunks(bytes) }
    answer = target.mode === 'draft' ? await tiktok.initInboxVideo({ source_info }) : await tiktok.initVideo({ post_info: postInfo(target), source_info })
    if (!answer.upload_url) throw new Nonsense('/v2/post/publish/', 200, 'no upload address')
  } catch (error) {
    return await openedBadly(house, attempt, error, signal)
  }
  // Without a publish_id in our hands no byte flows: it is stored first, and the upload URL with it.
  const now = house.clock.now(), plan = planChunks(bytes)
  return await step(house, attempt, {
    states: ['opening'], turn: attempt.turn,
    change: {
      state: 'uploading', publish_id: answer.publish_id, upload_url_sealed: house.secrets.seal(answer.upload_url, sealName(attempt.id)),
      expires_at: new Date(now.getTime() + UPLOAD_URL_MS), size: bytes, chunk_size: plan.chunk_size, chunk_count: plan.total_chunk_count, sent: 0,
    },
    lines: [{ key: 'ready', sentence: `TikTok is ready for the video, in ${plan.total_chunk_count === 1 ? 'one piece' : `${plan.total_chunk_count} pieces`}.` }],
  })
}

/** An upload URL is bound to its row: copied into another it cannot be opened. */
export const sealName = (attemptId: number) => `attempt:${attemptId}:upload_url`

/** What TikTok is told about a direct post. Every switch is said, so that TikTok's defaults never decide. */
export function postInfo({ caption, options }: Pick<TargetRow, 'caption' | 'options'>): VideoPostInfo {
  return {
    privacy_level: options.privacy ?? 'SELF_ONLY', ...(caption === '' ? {} : { title: caption }),
    disable_comment: !options.allowComment, disable_duet: !options.allowDuet, disable_stitch: !options.allowStitch,
    brand_organic_toggle: options.yourBrand, brand_content_toggle: options.brandedContent, is_aigc: options.aigc,
    ...(options.coverMs === null ? {} : { video_cover_timestamp_ms: Math.round(options.coverMs) }),
  }
}

async function claimInit(house: House, attempt: Opening): Promise<boolean> {
  const now = house.clock.now()
  const wait = await house.commit(async trx => {
    await lockAccountCounts(trx, attempt.accountId)
    const { count, first } = await initsSince(trx, attempt.accountId, new Date(now.getTime() - MINUTE))
    if (count >= INITS_A_MINUTE && first) return new Date(first.getTime() + MINUTE)
    const mine = await changeAttempt(trx, attempt.id, { states: ['opening'], turn: attempt.turn }, { init_started_at: now }, now)
    if (!mine) return 'not ours'
    await writeLines(trx, attempt, now, [{ key: 'init', sentence: attempt.initStartedAt === null ? 'Asked TikTok to open an upload.' : 'Asked TikTok to open an upload, once more.' }])
    return null
  })
  if (wait instanceof Date) await waitUntil(house, attempt, wait, 'TikTok opens six uploads a minute for an account. Waiting for the next minute.')
  return wait === null
}

async function openedBadly(house: House, attempt: Opening, error: unknown, signal: AbortSignal): Promise<Attempt | undefined> {
  const ours = { states: ['opening'], turn: attempt.turn } as const
  if (error instanceof Problem && (error.code === 'not_connected' || error.code === 'reconnect_account')) {
    return await step(house, attempt, { ...ours, change: { state: 'failed', reason: certain.disconnected() }, lines: [{ key: 'failed', sentence: 'This account is not connected (any more). Nothing was sent.' }] })
  }
  if (error instanceof Refused && error.next === 'slow down') {
    return await waitUntil(house, attempt, new Date(house.clock.now().getTime() + MINUTE), 'TikTok asks to slow down. Waiting a minute.')
  }
  if (isAway(error)) return await waitUntil(house, attempt, new Date(house.clock.now().getTime() + awayMs(house.clock.now().getTime() - attempt.startedAt.getTime())), `TikTok cannot be reached (${error.reason}). Nothing was sent; waiting for it to come back.`)
  const again = error instanceof Unreachable || error instanceof Nonsense || (error instanceof Refused && ['try again', 'look first'].includes(error.next)) // without its upload URL an init can do no harm
  if (error instanceof Refused && !again) {
    const reason = reasonOfRefusal(error, String(error.code))
    return await step(house, attempt, { ...ours, change: { state: 'failed', reason }, lines: [{ key: 'failed', sentence: `TikTok refused to open an upload: ${reason.title}. Nothing was posted.` }] })
  }
  if (!again) throw error
  const tries = 1 + await countLines(house.db, attempt.id, 'init unanswered') + await countLines(house.db, attempt.id, 'init refused')
  if (tries >= MOST_TRIES) {
    const reason = error instanceof Refused ? reasonOfRefusal(error, String(error.code)) : certain.unreachable(tries)
    return await step(house, attempt, { ...ours, change: { state: 'failed', reason }, lines: [{ key: 'failed', sentence: `${reason.title}: given up after ${tries} tries. No part of the video was sent, so nothing was posted.` }] })
  }
  const sentence = error instanceof Refused ? 'TikTok is unwell and refused. Nothing was sent; asking again.' : 'TikTok’s answer was lost. No part of the video was sent, so nothing can have been posted; asking again.'
  const noted = await step(house, attempt, { ...ours, change: {}, lines: [{ key: error instanceof Refused ? 'init refused' : 'init unanswered', sentence }] })
  await sleep(pauseMs(tries), signal)
  return noted
}

async function waitUntil(house: House, attempt: Opening, until: Date, sentence: string): Promise<undefined> {
  await step(house, attempt, { states: ['opening'], turn: attempt.turn, change: {}, lines: [{ key: 'waiting', sentence }], resumeAt: until })
}
