import type { Conversation } from './types.ts'

const HOUR_MS = 3_600_000
export const WINDOW_MS = 48 * HOUR_MS

/** The sheet knows two readings of the limit (7.1, G1); which one is enforced nobody outside knows. */
export type WindowRule = 'A' | 'B'

/**
 * How many messages the business may still send, and until when. `left` is Infinity inside version B's open window.
 * A (send endpoint page): 10 in the 48 h after each customer message.
 * B (messaging-limits guide): 10 in the 48 h after the first; after each answer unlimited for 48 h; later 3 until the customer answers.
 */
export function allowance(window: Conversation['window'], now: number, rule: WindowRule): { left: number; closesAt: number | null } {
  if (window.customerAt === null) return { left: 0, closesAt: null }
  const closesAt = window.customerAt + WINDOW_MS
  const open = now < closesAt
  if (rule === 'A') return { left: open ? Math.max(0, 10 - window.sentSince) : 0, closesAt }
  if (!window.answered) return { left: open ? Math.max(0, 10 - window.sentSince) : 0, closesAt }
  return { left: open ? Number.POSITIVE_INFINITY : Math.max(0, 3 - window.trailing), closesAt }
}

/** The customer wrote: a fresh window. It counts as an answer (B) when the business had written before. */
export function customerWrote(window: Conversation['window'], at: number): Conversation['window'] {
  return { ...window, customerAt: at, sentSince: 0, trailing: 0, answered: window.answered || window.lastBusinessAt !== null }
}

/** The business wrote by API, app or web (G3: automatic messages, sender actions and failed sends do not come here). */
export function businessWrote(window: Conversation['window'], at: number): Conversation['window'] {
  const late = window.customerAt !== null && at >= window.customerAt + WINDOW_MS
  return { ...window, sentSince: window.sentSince + 1, trailing: window.trailing + (late ? 1 : 0), lastBusinessAt: at }
}

export const freshWindow = (): Conversation['window'] => ({ customerAt: null, sentSince: 0, answered: false, trailing: 0, lastBusinessAt: null })
