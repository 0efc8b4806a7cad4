import type { House } from '../../kit/house.ts'
import { DELIVER, deliver } from './deliver.ts'
import { spread } from './spread.ts'

const LONGEST_TRY_SECONDS = 60

/** Before jobs start: who delivers, and who turns events into deliveries. Whatever was told while no server ran is caught up with. */
export function startNotices(house: House): void {
  house.jobs.define<{ deliveryId: number }>(DELIVER, { retryLimit: 5, retryDelaySeconds: 5, concurrency: 4, expireInSeconds: LONGEST_TRY_SECONDS }, data => deliver(house, data.deliveryId))
  let spreading = false
  let again = false
  const wake = async () => {
    if (spreading) { again = true; return }
    spreading = true
    try {
      do { again = false; while (await spread(house)) { /* page after page */ } } while (again)
    } catch (why) {
      house.log.debug({ err: why }, 'notices could not be spread; the next event tries again')
    } finally { spreading = false }
  }
  house.live.subscribe(() => { void wake() })
}
