/** An account as the question "is it the same one?" needs it. `openIds`: which open_id it has at which app. */
export type Known = { id: number; handle: string | null; displayName: string; openIds: { appId: number; openId: string }[] }
export type Newcomer = { appId: number; openId: string; handle: string | null }

/**
 * Which known account a new grant belongs to. TikTok names the same account differently per app, so grants are joined by handle, which
 * is certain unless the same app knows that handle under another open_id: then the handle has passed to somebody else.
 * Nothing: a new account (the person may be asked about lookalikes).
 */
export function accountFor(newcomer: Newcomer, known: Known[]): Known | undefined {
  const same = known.find(account => account.openIds.some(id => id.appId === newcomer.appId && id.openId === newcomer.openId))
  if (same) return same
  if (newcomer.handle === null) return undefined
  return known.find(account => account.handle !== null && sameHandle(account.handle, newcomer.handle) && !account.openIds.some(id => id.appId === newcomer.appId))
}

/**
 * Accounts that may be the same person's, for a human to decide: the same name on show, one side's handle unknown, and no app that
 * knows both (one app never has two open_ids for one account).
 */
export const lookalikes = (account: Known, others: Known[]): Known[] => others.filter(other =>
  other.id !== account.id
  && (account.handle === null || other.handle === null)
  && other.displayName.trim().toLowerCase() === account.displayName.trim().toLowerCase()
  && !other.openIds.some(id => account.openIds.some(mine => mine.appId === id.appId)))

const sameHandle = (a: string, b: string | null) => b !== null && a.toLowerCase() === b.toLowerCase()
