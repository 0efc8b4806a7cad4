import type { Kind, Origin } from './said.ts'

/** How far TikTok's clock may lie behind ours. */
const SKEW_MS = 2000

export type Outstanding = { messageId: number; text: string; kind: Kind; startedAt: Date }
export type Candidate = { direction: 'in' | 'out'; kind: Kind; text: string; origin: Origin; sentAt: Date }

/**
 * Which of our sends with an unknown outcome this message of TikTok's is: same words, written by an API, not before we began. The oldest one first.
 * content/list may leave the source out; a phone or the web says so, and is never ours.
 */
export const isSendOf = (candidate: Candidate, outstanding: readonly Outstanding[]): Outstanding | undefined =>
  candidate.direction !== 'out' || !['api', 'unknown'].includes(candidate.origin) ? undefined
    : outstanding.find(send => send.kind === candidate.kind && sameWords(send.text, candidate.text) && candidate.sentAt.getTime() >= send.startedAt.getTime() - SKEW_MS)

/** TikTok trims and may change the line ends; anything else is another message. */
const sameWords = (a: string, b: string) => words(a) === words(b)
const words = (text: string) => text.replaceAll('\r\n', '\n').trim().normalize('NFC')
