import { wallNow } from '../kit/clock.ts'
import { takeUpAgain } from '../kit/deliveries.ts'
import type { House } from '../kit/house.ts'
import { deliverQueue } from './deliver.ts'
import { nameNext } from './names.ts'
import { SEND_JOB, wakeQueue } from './queue.ts'
import { receive, UNKNOWN_ACCOUNT } from './receive.ts'
import { stalled } from './sends.ts'

export type Inbox = { stop(): Promise<void> }

/** Heartbeats take a dead worker's job away after 10 s; what did not move for longer than this gets a new job. */
const STALLED_MS = 30_000
const SWEEP_MS = 5000
const NAME_PAUSE_MS = 2000

/** Before `house.jobs.start()`: names the inbox's work. */
export function defineInbox(house: House): void {
  // The handler settles every outcome itself; a job fails only when the database does. It must never run out of tries, for its key would stay blocked.
  house.jobs.define<{ conversationId: number }>(SEND_JOB, { retryLimit: 10_000, retryDelaySeconds: 1, policy: 'key_strict_fifo', concurrency: 6, expireInSeconds: 600 },
    ({ conversationId }) => deliverQueue(house, conversationId))
}

/** Defines the inbox's jobs and starts what runs beside them; returns how to stop. Call it before `house.jobs.start()`. */
export function startInbox(house: House): Inbox {
  defineInbox(house)
  let stopped = false
  let naming: Promise<void> = Promise.resolve()
  let wakeNaming: (() => void) | undefined
  const pause = (ms: number) => new Promise<void>(later => {
    const timer = setTimeout(later, ms)
    wakeNaming = () => { clearTimeout(timer); later() }
  })
  const name = async () => {
    while (!stopped) {
      const done = await nameNext(house).catch((why: unknown) => { house.log.debug({ err: why }, 'contacts could not be named; trying again shortly'); return 'nobody' as const })
      if (done !== 'named' && !stopped) await pause(done === 'nobody' ? NAME_PAUSE_MS : Math.min(done.waitMs, NAME_PAUSE_MS))
    }
  }
  const unsubscribe = house.live.subscribe(event => {
    if (event.type === 'account.connected') void welcome(house)
  })
  const sweep = setInterval(() => { void sweepQueues(house) }, SWEEP_MS)
  naming = name()
  void welcome(house)
  return {
    async stop() {
      stopped = true
      clearInterval(sweep)
      unsubscribe()
      wakeNaming?.()
      await naming
    },
  }
}

/** A safety net under the jobs: a queue that should move and does not is woken. */
async function sweepQueues(house: House): Promise<void> {
  try {
    const now = wallNow()
    for (const id of await stalled(house.db, now, new Date(now.getTime() - STALLED_MS))) await house.db.transaction().execute(trx => wakeQueue(house, trx, id))
  } catch (why) {
    house.log.debug({ err: why }, 'queues could not be looked at; trying again shortly')
  }
}

/** Messages that came before their account was known here are taken up now. */
async function welcome(house: House): Promise<void> {
  try {
    const grants = await house.db.selectFrom('grant_').innerJoin('app', 'app.id', 'grant_.app_id').select(['app_id', 'open_id']).where('app.platform', '=', 'business').execute()
    await house.db.transaction().execute(trx => takeUpAgain(trx, UNKNOWN_ACCOUNT, grants.map(grant => `${grant.app_id} ${grant.open_id} `)))
  } catch (why) {
    house.log.warn({ err: why }, 'deliveries that were set aside could not be taken up; the next start tries again')
  }
}

/** What the inbox listens to; the joiner of the rooms puts it into the one table. */
export const inboxListeners = { 'im_*': receive } as const
