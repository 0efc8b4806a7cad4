import type { Db } from './db.ts'
import { eventBounds, eventsBetween, type HouseEvent } from './events.ts'
import type { Log } from './log.ts'
import type { Wire } from './wire.ts'

/** The process's one reader of events. Every subscriber hears every event once, in order, whoever wrote it and however the connection fared. */
export type Live = {
  /** The newest event this process has told its subscribers. */
  last(): number
  /** Committed events above `fromId` and up to `toId`, all of them, oldest first. */
  between(fromId: number, toId: number): Promise<HouseEvent[]>
  /** False when the cursor is older than what is kept, or from another database: the page must reload. */
  canResume(cursor: number): Promise<boolean>
  subscribe(hear: (event: HouseEvent) => void): () => void
  /** Resolves when all that was committed before the call has been told. */
  caughtUp(): Promise<void>
  close(): void
}

const PAGE = 500
const SAFETY_POLL_MS = 1000

export async function openLive(db: Db, wire: Wire, log: Log): Promise<Live> {
  const subscribers = new Set<(event: HouseEvent) => void>()
  let last = (await eventBounds(db)).last
  let reading: Promise<void> | undefined
  let again = false
  let closed = false

  const read = async () => {
    do {
      again = false
      for (;;) {
        const page = await eventsBetween(db, last, Number.MAX_SAFE_INTEGER, PAGE)
        for (const event of page) { last = event.id; for (const hear of subscribers) tellOne(hear, event) }
        if (page.length < PAGE) break
      }
    } while (again && !closed)
  }
  const tellOne = (hear: (event: HouseEvent) => void, event: HouseEvent) => {
    try { hear(event) } catch (why) { log.error({ err: why, event: event.id }, 'a listener of events failed') }
  }
  // Never two reads at once; what comes meanwhile asks for another round.
  const wake = (): Promise<void> => {
    if (closed) return Promise.resolve()
    if (reading) { again = true; return reading }
    reading = read().catch((why: unknown) => { log.debug({ err: why }, 'events could not be read; trying again shortly') }).finally(() => { reading = undefined })
    return reading
  }
  const stop = wire.listen('event', () => { void wake() })
  const poll = setInterval(() => { void wake() }, SAFETY_POLL_MS) // the safety net, should a NOTIFY be lost with its connection

  return {
    last: () => last,
    async between(fromId, toId) {
      const all: HouseEvent[] = []
      for (let from = fromId; from < toId;) {
        const page = await eventsBetween(db, from, toId, PAGE)
        all.push(...page)
        if (page.length < PAGE) break
        from = page.at(-1)?.id ?? toId
      }
      return all
    },
    async canResume(cursor) {
      const bounds = await eventBounds(db)
      return Number.isSafeInteger(cursor) && cursor >= bounds.forgotten && cursor <= bounds.last
    },
    subscribe(hear) { subscribers.add(hear); return () => { subscribers.delete(hear) } },
    async caughtUp() {
      const { last: target } = await eventBounds(db)
      while (last < target && !closed) await wake()
    },
    close() { closed = true; stop(); clearInterval(poll) },
  }
}
