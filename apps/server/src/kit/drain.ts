import { DELIVERY, takeTurn, type Take } from './deliveries.ts'
import type { House } from './house.ts'

/** The process's drainer of kept deliveries. Any number of processes may run one; one at a time has the turn. */
export type Drainer = {
  /** Takes turns until there is nothing left that is due. */
  drained(): Promise<void>
  stop(): Promise<void>
}

const SAFETY_POLL_MS = 1000

/** Woken by NOTIFY, with a poll as the safety net; a failing turn (a database that went away) is tried again after a moment. */
export function startDraining(house: Pick<House, 'commit' | 'log' | 'wire'>, take: Take, most?: number): Drainer {
  let stopped = false
  let again = false
  let running: Promise<void> | undefined

  const run = async () => {
    do {
      again = false
      while (!stopped && await takeTurn(house, take, most) > 0);
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
    },
  }
}
