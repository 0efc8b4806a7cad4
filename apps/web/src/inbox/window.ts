import type { Conversation } from '../api/types.ts'
import { span, spanAloud } from '../kit/times.ts'

const HOUR = 3_600_000
export const WINDOW_MS = 48 * HOUR
export const QUOTA = 10

export type RingShape = 'calm' | 'soon' | 'last' | 'shut' | 'ghost'
export type RingFace = { shape: RingShape; few: boolean; percent: number; number: string; words: string; aloud: string }

/** What the ring of a conversation shows: sweep = time left of 48 h, number = messages left, words below. Shapes differ without colour. */
export function ringOf(window: Conversation['window'], nowMs: number): RingFace {
  if (window.closesAt === null) return { shape: 'ghost', few: false, percent: 0, number: '', words: 'not seen', aloud: 'Only TikTok knows how much time is left' }
  const leftMs = Date.parse(window.closesAt) - nowMs
  if (leftMs <= 0) return { shape: 'shut', few: false, percent: 0, number: '', words: 'closed', aloud: 'The window is closed' }
  const shape = leftMs < HOUR ? 'last' : leftMs < 6 * HOUR ? 'soon' : 'calm'
  const left = window.left
  const messages = left === null ? '' : ` and ${left} message${left === 1 ? '' : 's'}`
  return { shape, few: left !== null && left <= 2, percent: Math.min(100, (leftMs / WINDOW_MS) * 100), number: left === null ? '' : String(left), words: span(leftMs), aloud: `${spanAloud(leftMs)}${messages} left` }
}

/** Why nothing can be sent now, in the words shown at the composer; null when it can. */
export function whyNot(c: Conversation, nowMs: number): string | null {
  const name = c.contact.displayName || c.contact.handle
  const face = ringOf(c.window, nowMs)
  if (face.shape === 'shut') return `The 48 hours are over. It opens again when ${name} writes.`
  if (c.window.left === 0) return `All ${QUOTA} messages of this window are used. It fills up again when ${name} writes.`
  return null
}
