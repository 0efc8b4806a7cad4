import { DELIVERY, takeTurn, type Take } from './deliveries.ts'
import { openPool } from './db.ts'
import { commitOn } from './events.ts'
import type { House } from './house.ts'
import { openNamedDb } from './named.ts'

/** The process's drainer of kept deliveries. Any number of processes may run one; one at a time has the turn. */
export type Drainer = {
  /** Takes turns until there is nothing left that is due. */
  drained(): Promise<void>
  stop(): Promise<void>
}

const SAFETY_POLL_MS = 1000
/** Plans are made for tables of the size they have; a connection, and its plans with it, is made anew so often. */
const FRESH_PLANS_SECONDS = 60

/**
 * Woken by NOTIFY, with a poll as the safety net; a failing turn (a database that went away) is tried again after a moment.
 * On a connection of its own: a turn never waits behind a page that is being read, and its statements are planned once.
 */
export function startDraining(house: Pick<House, 'clock' | 'databaseUrl' | 'log' | 'wire'>, take: Take, most?: number): Drainer {
  const db = openNamedDb(openPool(() => house.databaseUrl(), 1, why => { house.log.debug({ err: why }, 'the drainer lost its connection; the next turn opens another') }, { maxLifetimeSeconds: FRESH_PLANS_SECONDS }))
  const commit = commitOn(db, house.clock)
  let stopped = false
  let again = false
  let running: Promise<void> | undefined

  const run = async () => {
    do {
      again = false
      while (!stopped && await takeTurn({ commit }, take, most) > 0);
    } while (again && !stopped)
  }
  const wake = (): Promise<void> => {
    if (stopped) return Promise.resolve()
    if (running) { again = true; return running }
    running = run()
      .catch((why: unknown) => { house.log.warn({ err: why }, 'deliveries could not be taken up; the next poll tries again') })
      .finally(() => { running = undefined })
    return running
  }
  const unlisten = house.wire.listen(DELIVERY, () => { void wake() })
  const poll = setInterval(() => { void wake() }, SAFETY_POLL_MS)

  return {
    drained: wake,
    async stop() {
      stopped = true
      clearInterval(poll)
      unlisten()
      await running
      await db.destroy()
    },
  }
}
