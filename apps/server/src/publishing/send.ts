import type { FileHandle } from 'node:fs/promises'
import { Nonsense, nextRange, Unreachable, type ByteRange, type PutAnswer } from '@stagedoor/tiktok'
import { developersOf } from '../accounts/door.ts'
import type { House } from '../kit/house.ts'
import { Problem } from '../kit/problem.ts'
import { awayMs, isAway, MOST_TRIES, pauseMs, TOO_LATE_MS } from './asking.ts'
import { changeAttempt, storeSent, type Attempt, type Uploading } from './attempts.ts'
import { heardFromStatus, outcomeOf } from './hear.ts'
import type { Line } from './ledger.ts'
import { look } from './look.ts'
import { sealName } from './open.ts'
import { isLast, placeOf } from './place.ts'
import { startProgress } from './progress.ts'
import { certain } from './reasons.ts'
import { newUpload, onlyRanOut } from './renew.ts'
import { sleep } from './sleep.ts'
import { step } from './steps.ts'
import type { TargetRow } from './targets.ts'

const ranOut = 'The upload’s hour is over before the video was whole.'
const CHUNK_PATIENCE_MS = 300_000

type Work = { house: House; target: TargetRow; file: FileHandle; contentType: 'video/mp4' | 'video/quicktime' | 'video/webm'; signal: AbortSignal }

/**
 * Chunk after chunk from where the row says we are. Each confirmed chunk is stored; before the last one flows, that fact is stored, because
 * from then on TikTok may publish: what follows is only asking, and at most the same bytes to the same upload, which can be posted once.
 * Resolves with the attempt when it came to another state, undefined when it is no longer ours or the process is stopping.
 */
export async function sendChunks(work: Work, attempt: Uploading): Promise<Attempt | undefined> {
  const { house, signal } = work
  const progress = startProgress(house, attempt)
  /** Whether TikTok may hold the whole video, for all we know. */
  let maybeWhole = attempt.lastChunkAt !== null
  let sent = attempt.sent, tries = 0, storing: Promise<boolean> = Promise.resolve(true)
  try {
    if (attempt.sent > 0 || maybeWhole) { // a process before us may have sent more than it could store
      const seen = await lookFor(work, attempt)
      if (seen.is === 'settled') return seen.attempt
      if (seen.is === 'place') sent = seen.bytes
      await note(house, attempt, [{ key: 'resumed', sentence: `Went on at ${megabytes(sent)} of ${megabytes(attempt.plan.video_size)}.` }])
    }
    for (;;) {
      const range = nextRange(attempt.plan, sent)
      if (!range) { await storing; return await whole(house, attempt, 'TikTok has every byte.') }
      const last = isLast(range.start, attempt.plan)
      if (attempt.expiresAt.getTime() - house.clock.now().getTime() < TOO_LATE_MS) return await tooLate(work, attempt, maybeWhole)
      if (last && !await storeLast(house, attempt, storing)) return undefined
      progress.at(range.start)
      const said = await put(work, attempt, range, bytes => { progress.at(bytes) })
      if (signal.aborted) return undefined
      if (said.is === 'confirmed') {
        tries = 0
        if (last) { await storing; return await whole(house, attempt, 'The whole video is with TikTok.') }
        sent = range.end + 1
        if (!await storing) return undefined
        storing = quietly(storeSent(house.db, attempt, sent)) // while the next chunk flows; if this is lost, TikTok's own count leads us back
        continue
      }
      if (said.is === 'away') { await storing; return await waitForTikTok(house, attempt, said.sentence) }
      if (said.is === 'no access') return maybeWhole ? await onlyAsk(house, attempt, 'This account is no longer connected; its last part had been sent. From here on we only ask.') : await broken(house, attempt, certain.disconnected(), 'This account is no longer connected.')
      if (last && (said.is === 'cut' || said.is === 'unwell')) maybeWhole = true
      if (said.is === 'gone') return maybeWhole ? await onlyAsk(house, attempt, 'TikTok has closed the upload after its last part was sent. From here on we only ask.') : await newUpload(house, attempt, said.sentence)
      if (said.is === 'refused') return maybeWhole ? await onlyAsk(house, attempt, `TikTok answered ${said.status} to the last part. From here on we only ask.`) : await broken(house, attempt, certain.malformed(said.status), said.sentence)
      if (++tries >= MOST_TRIES) return maybeWhole ? await onlyAsk(house, attempt, 'The last part was sent and never confirmed. From here on we only ask.') : await broken(house, attempt, certain.chunk(tries), `${said.sentence} Given up after ${tries} tries.`)
      if (!await note(house, attempt, [{ key: 'chunk retried', sentence: `${said.sentence} Try ${tries + 1} of ${MOST_TRIES} follows.` }])) return undefined
      await sleep(pauseMs(tries), signal)
      const told = said.is === 'out of step' ? placeOf({ contentRange: said.contentRange }, attempt.plan) : null
      const seen = told !== null ? { is: 'place' as const, bytes: told } : said.is === 'unwell' && !last ? { is: 'nothing' as const } : await lookFor(work, attempt)
      if (seen.is === 'settled') return seen.attempt
      if (seen.is === 'place' && seen.bytes !== sent) {
        sent = seen.bytes
        if (!await note(house, attempt, [{ key: 'looked', sentence: `TikTok holds ${megabytes(sent)}; going on from there.` }]) || !await storing) return undefined
        storing = quietly(storeSent(house.db, attempt, sent))
      }
    }
  } finally {
    await storing.catch(() => false)
    await progress.stop()
  }
}

type Said =
  | { is: 'confirmed' }
  | { is: 'unwell' | 'cut'; sentence: string }
  | { is: 'out of step'; sentence: string; contentRange: string | null }
  | { is: 'gone'; sentence: string }
  | { is: 'refused'; status: number; sentence: string }
  | { is: 'no access' }
  | { is: 'away'; sentence: string }

async function put({ house, file, contentType, signal }: Work, attempt: Uploading, range: ByteRange, at: (bytes: number) => void): Promise<Said> {
  const part = `Part ${Math.floor(range.start / attempt.plan.chunk_size) + 1} of ${attempt.plan.total_chunk_count}`
  // Reads run half a megabyte ahead of the wire: near enough for people.
  const reader = { read: (into: Uint8Array, offset: number, length: number, position: number) => { at(position); return file.read(into, offset, length, position) } }
  try {
    const tiktok = await developersOf(house, attempt.accountId)
    const said = await tiktok.putChunk({ uploadUrl: house.secrets.open(attempt.uploadUrlSealed, sealName(attempt.id)), range, contentType, file: reader, patienceMs: CHUNK_PATIENCE_MS, signal })
    return understood(said, part)
  } catch (error) {
    if (isAway(error)) return { is: 'away', sentence: `TikTok cannot be reached (${error.reason}).` }
    if (error instanceof Unreachable) return { is: 'cut', sentence: `${part} was cut off (${error.reason}).` }
    if (error instanceof Problem && (error.code === 'not_connected' || error.code === 'reconnect_account')) return { is: 'no access' }
    if (error instanceof Nonsense) return { is: 'cut', sentence: `${part} got an answer that makes no sense (HTTP ${error.status}).` }
    throw error
  }
}

function understood(said: PutAnswer, part: string): Said {
  if (said.outcome !== 'refused') return { is: 'confirmed' }
  switch (said.reason) {
    case 'server error': return { is: 'unwell', sentence: `TikTok was unwell at ${part.toLowerCase()} (HTTP ${said.status}).` }
    case 'out of step': return { is: 'out of step', sentence: `TikTok expects another part than ${part.toLowerCase()} (HTTP 416).`, contentRange: said.contentRange }
    case 'expired': return { is: 'gone', sentence: 'The upload’s address has expired (HTTP 403).' }
    case 'no such upload': return { is: 'gone', sentence: 'TikTok no longer knows this upload (HTTP 404).' }
    case 'malformed': case 'unknown': return said.status === 429 ? { is: 'unwell', sentence: `TikTok asks to slow down at ${part.toLowerCase()}.` } : { is: 'refused', status: said.status, sentence: `TikTok refused ${part.toLowerCase()} (HTTP ${said.status}).` }
  }
}

type Seen = { is: 'place'; bytes: number } | { is: 'settled'; attempt: Attempt | undefined } | { is: 'nothing' }

/** Asks TikTok how far it is. When it tells that all is over, that is stored. */
async function lookFor({ house, target, signal }: Work, attempt: Uploading): Promise<Seen> {
  let seen = await look(house, attempt)
  if (seen.is === 'not now') { // two questions about one account come a moment apart; the pause is short or not worth it
    const wait = seen.until.getTime() - house.clock.now().getTime()
    if (wait > 3000 || house.clock.pace() === 0) return { is: 'nothing' }
    await sleep(wait / house.clock.pace(), signal)
    seen = await look(house, attempt)
  }
  if (seen.is !== 'told') return { is: 'nothing' }
  const heard = heardFromStatus(seen.status)
  const outcome = outcomeOf(attempt, target, heard)
  if (heard.what === 'failed' && onlyRanOut(attempt, house.clock.now())) return { is: 'settled', attempt: await newUpload(house, attempt, ranOut) }
  if (outcome) return { is: 'settled', attempt: await step(house, attempt, outcome) }
  const bytes = heard.what === 'still at it' ? placeOf({ uploadedBytes: heard.uploadedBytes }, attempt.plan) : null
  return bytes === null ? { is: 'nothing' } : { is: 'place', bytes }
}

/** The point of no return, stored before the last chunk flows. False: the attempt is no longer ours. */
async function storeLast(house: House, attempt: Uploading, storing: Promise<boolean>): Promise<boolean> {
  if (!await storing) return false
  const now = house.clock.now()
  return await house.commit(trx => changeAttempt(trx, attempt.id, { states: ['uploading'], turn: attempt.turn }, { last_chunk_at: now }, now)) !== undefined
}

/** TikTok confirmed every byte. */
const whole = (house: House, attempt: Uploading, sentence: string) => step(house, attempt, {
  states: ['uploading'], turn: attempt.turn, change: { state: 'processing', sent: attempt.plan.video_size }, lines: [{ key: 'sent whole', sentence: `${sentence} It is being processed, which may take some minutes.` }],
})

/** Nobody can tell whether TikTok has every byte; asking will. */
const onlyAsk = (house: House, attempt: Uploading, sentence: string) => step(house, attempt, {
  states: ['uploading'], turn: attempt.turn, change: { state: 'processing' }, lines: [{ key: 'processing', sentence }],
})

const broken = (house: House, attempt: Uploading, reason: ReturnType<typeof certain.chunk>, sentence: string) => step(house, attempt, {
  states: ['uploading'], turn: attempt.turn, change: { state: 'failed', reason }, lines: [{ key: 'failed', sentence: `${sentence} TikTok never had the whole video, so nothing was posted.` }],
})

const tooLate = ({ house }: Work, attempt: Uploading, maybeWhole: boolean) => maybeWhole
  ? onlyAsk(house, attempt, 'The upload’s hour is over. Its last part had been sent, so from here on we only ask.')
  : newUpload(house, attempt, ranOut)

/** Not a byte of this part left the house. The upload stays as it is, and goes on later. */
async function waitForTikTok(house: House, attempt: Uploading, sentence: string): Promise<undefined> {
  const now = house.clock.now(), resumeAt = new Date(now.getTime() + awayMs(now.getTime() - attempt.startedAt.getTime()))
  await step(house, attempt, { states: ['uploading'], turn: attempt.turn, change: {}, resumeAt, lines: [{ key: 'waiting', sentence: `${sentence} The upload goes on when it is back.` }] })
}

const note = async (house: House, attempt: Uploading, lines: Line[]) => await step(house, attempt, { states: ['uploading'], turn: attempt.turn, change: {}, lines }) !== undefined

/** Awaited a chunk later; until then its failure is not an accident of the process. */
function quietly<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1e5) / 10} MB`
