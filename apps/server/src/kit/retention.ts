import type { Clock } from './clock.ts'
import type { Db } from './db.ts'
import { forgetEvents } from './events.ts'
import { CALLS_KEPT_MS, type Journal } from './journal.ts'
import type { Log } from './log.ts'
import type { Media } from './media.ts'

/** Events are kept a week of domain time; a page that slept longer reloads. Calls thirty days. Links that are over, a day. */
export const EVENTS_KEPT_MS = 7 * 86_400_000
const LINKS_KEPT_MS = 86_400_000
const EVERY_MS = 10 * 60_000
const SOON_MS = 30_000

export type Kept = { db: Db; clock: Clock; log: Log; journal: Journal; media: Media }

/** What is too old goes, every ten minutes on the wall. Any process may do it, several at once do no harm. Returns how to stop. */
export function startRetention(kept: Kept): () => Promise<void> {
  let sweeping: Promise<void> = Promise.resolve()
  const sweep = () => { sweeping = sweepOnce(kept).catch((why: unknown) => { kept.log.debug({ err: why }, 'old rows could not be swept; trying again later') }) }
  const first = setTimeout(sweep, SOON_MS)
  const timer = setInterval(sweep, EVERY_MS)
  return async () => { clearTimeout(first); clearInterval(timer); await sweeping }
}

export async function sweepOnce({ db, clock, journal, media }: Kept): Promise<void> {
  const before = (ms: number) => new Date(clock.now().getTime() - ms)
  await forgetEvents(db, before(EVENTS_KEPT_MS))
  await journal.forget(before(CALLS_KEPT_MS))
  await db.deleteFrom('media_link').where('expires_at', '<', before(LINKS_KEPT_MS)).execute()
  await media.sweep()
}
