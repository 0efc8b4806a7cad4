import type { House } from '../../kit/house.ts'
import { DELIVER, deliver } from './deliver.ts'
import { spread } from './spread.ts'

const LONGEST_TRY_SECONDS = 60

/** Before jobs start: who delivers, and who turns events into deliveries. Whatever was told while no server ran is caught up with. */
export function startNotices(house: House): void {
  house.jobs.define<{ deliveryId: number }>(DELIVER, { retryLimit: 5, retryDelaySeconds: 5, concurrency: 4, expireInSeconds: LONGEST_TRY_SECONDS }, data => deliver(house, data.deliveryId))
  let spreading = false
  let again = false
  // Most houses have no notice, and most events come in crowds: nobody is asked until a notice was made or changed.
  let idle = false
  const wake = async () => {
    if (spreading) { again = true; return }
    spreading = true
    try {
      do { again = false; idle = await spreadAll(house) === 'no notices' } while (again)
    } catch (why) {
      house.log.debug({ err: why }, 'notices could not be spread; the next event tries again')
    } finally { spreading = false }
  }
  house.live.subscribe(event => {
    if (idle && !event.type.startsWith('notice.')) return
    idle = false
    void wake()
  })
}

async function spreadAll(house: House) {
  for (;;) {
    const reached = await spread(house)
    if (reached !== 'more') return reached
  }
}
