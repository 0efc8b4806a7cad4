import { explain, Refused, Unreachable } from '@stagedoor/tiktok'
import { Problem } from '../kit/http.ts'
import type { MessageProblem } from './messages.ts'

/** What is known about a message after a call ended badly. Only `unknown` may have reached the customer. */
export type Outcome =
  | { is: 'refused'; problem: MessageProblem; closesWindow: boolean }
  | { is: 'not done'; pauseMs: number }
  | { is: 'unknown'; why: string }

/** The connection was never made, so nothing can have been done. Anything later than that is unknown. */
const neverLeft = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'blocked_address', 'dns'])
const LONGEST_PAUSE_MS = 60_000
/** TikTok's "outside the reply window, or its quota is used up" (business §6.2); its text changes, its code does not. */
const WINDOW_CLOSED = 40064

/** Pure. `before`: the error came before the message left this house, so it was not sent. `attempts`: how often it was tried. */
export function outcomeOf(why: unknown, at: { before: boolean; attempts: number }): Outcome {
  const pauseMs = Math.min(1000 * 2 ** at.attempts, LONGEST_PAUSE_MS)
  if (why instanceof Problem) return { is: 'refused', problem: { code: why.code, title: why.title, detail: why.detail, next: 'Then try again; that is safe.' }, closesWindow: false }
  if (why instanceof Refused) {
    if (why.next === 'slow down') return { is: 'not done', pauseMs }
    // TikTok's own trouble: it may have sent before it stumbled, so look before trying again (business §6.2).
    if (why.next === 'try again' || why.next === 'look first') return at.before ? { is: 'not done', pauseMs } : { is: 'unknown', why: `TikTok answered ${why.code}` }
    return { is: 'refused', problem: problemOf(why), closesWindow: Number(why.code) === WINDOW_CLOSED }
  }
  if (at.before || (why instanceof Unreachable && neverLeft.has(why.reason))) return { is: 'not done', pauseMs }
  return { is: 'unknown', why: why instanceof Error ? why.message : 'no answer' }
}

function problemOf(why: Refused): MessageProblem {
  const page = explain(why)
  return { code: String(why.code), title: page.title, detail: page.what, next: page.todo }
}
