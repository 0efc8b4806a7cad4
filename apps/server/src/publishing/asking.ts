import { Unreachable } from '@stagedoor/tiktok'
import type { AttemptState } from './attempts.ts'

const SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR

/** Between two questions about one account: 24 a minute, where TikTok allows 30 (developers §5). */
export const ACCOUNT_GAP_MS = 2500
/** TikTok gives six inits a minute and account. */
export const INITS_A_MINUTE = 6

type Asked = 'processing' | 'in moderation' | 'in drafts inbox'
/** Up to this age of a state, ask this often. Moderation takes under a minute mostly, and hours at times; a draft waits for a person. */
const gaps: Record<Asked, [olderThanMs: number, gapMs: number][]> = {
  processing: [[0, 3 * SECOND], [30 * SECOND, 10 * SECOND], [5 * MINUTE, 30 * SECOND], [30 * MINUTE, 5 * MINUTE], [6 * HOUR, 30 * MINUTE]],
  'in moderation': [[0, 5 * SECOND], [2 * MINUTE, 30 * SECOND], [10 * MINUTE, 2 * MINUTE], [HOUR, 15 * MINUTE], [DAY, HOUR]],
  'in drafts inbox': [[0, 30 * SECOND], [5 * MINUTE, 5 * MINUTE], [HOUR, 30 * MINUTE], [DAY, 3 * HOUR]],
}
/** Every wait has an end (law 6). */
const ends: Record<Asked, number> = { processing: DAY, 'in moderation': 3 * DAY, 'in drafts inbox': 7 * DAY }

export const isAsked = (state: AttemptState): state is Asked => state in gaps

/** When to ask next about an attempt that has been in this state for `ageMs`; null: no longer. */
export function nextAskMs(state: Asked, ageMs: number): number | null {
  if (ageMs >= ends[state]) return null
  const gap = gaps[state].findLast(([older]) => ageMs >= older)?.[1] ?? gaps[state][0]?.[1] ?? MINUTE
  return Math.min(gap, ends[state] - ageMs)
}

/** Exponential with full jitter: a random share of 500 ms, 1 s, 2 s … for the first, second, third repeat. Milliseconds. */
export const pauseMs = (repeat: number, random: () => number = Math.random) => Math.round(random() * 500 * 2 ** (repeat - 1))

/** No connection came about at all, so certainly nothing was done: not a try that counts, only a wait until TikTok or the network is back. */
export const isAway = (error: unknown): error is Unreachable => error instanceof Unreachable && /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/.test(error.reason)
/** How long to wait then, by the age of the attempt. */
export const awayMs = (ageMs: number) => ageMs < MINUTE ? 2 * SECOND : ageMs < 10 * MINUTE ? 15 * SECOND : 2 * MINUTE

/** Tries per chunk, and per opening of an upload. */
export const MOST_TRIES = 5
/** An attempt that has not delivered everything in this time is given up. */
export const UPLOAD_DEADLINE_MS = DAY
/** TikTok says how long an upload URL lives only by the hour it names. */
export const UPLOAD_URL_MS = HOUR
/** With less of the hour left than this no chunk is begun. */
export const TOO_LATE_MS = 10_000
