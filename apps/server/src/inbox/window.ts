const HOUR_MS = 3_600_000
export const WINDOW_MS = 48 * HOUR_MS
export const QUOTA = 10

/**
 * The rule profile of messaging limits (business §7.1). A: 10 messages in the 48 h after each message of the customer.
 * TikTok's 40064 is the authority and closes the window at once, whatever we counted.
 */
export type WindowRule = 'A'

/** What the clock of a conversation is read from. `sentSince`: ours that count, sent after the customer last wrote (automatic ones do not). */
export type WindowFacts = { customerWroteAt: Date | null; sentSince: number; refusedAt: Date | null }
/** `closesAt` null: we never saw the customer write, so only TikTok knows. `left` null: the same. */
export type Window = { closesAt: Date | null; left: number | null; rule: WindowRule }

/** When the window closes by what is stored; the same arithmetic as the stored column, so that lists can sort by it. */
export function closesAt({ customerWroteAt, refusedAt }: WindowFacts): Date | null {
  if (refusedAt !== null && (customerWroteAt === null || refusedAt >= customerWroteAt)) return refusedAt
  return customerWroteAt === null ? null : new Date(customerWroteAt.getTime() + WINDOW_MS)
}

export function windowOf(facts: WindowFacts): Window {
  const closes = closesAt(facts)
  const closedByTikTok = closes !== null && closes.getTime() === facts.refusedAt?.getTime()
  return { closesAt: closes, left: closedByTikTok ? 0 : facts.customerWroteAt === null ? null : Math.max(0, QUOTA - facts.sentSince), rule: 'A' }
}

/** May a message be queued now? What we cannot know is TikTok's to decide. */
export function mayWrite(facts: WindowFacts, now: Date): { ok: true } | { ok: false; why: 'window_closed' | 'quota_used' } {
  const { closesAt: closes, left } = windowOf(facts)
  if (closes !== null && closes <= now) return { ok: false, why: 'window_closed' }
  if (left === 0) return { ok: false, why: 'quota_used' }
  return { ok: true }
}
