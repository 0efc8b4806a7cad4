import { theHouse } from '../kit/actor.ts'
import type { House } from '../kit/house.ts'
import type { JsonValue } from '../kit/json.ts'
import type { Uploading } from './attempts.ts'
import { targetById } from './targets.ts'
import { targetViews } from './views.ts'

/** Screens hear of progress at most twice a second and attempt; the row itself holds confirmed bytes only. */
const EVERY_MS = 500

export type Progress = { at(bytes: number): void; stop(): Promise<void> }

/** Tells how far an upload is while it runs. It never holds the upload up, and a tell that fails is no loss: the next one has the newer number. */
export function startProgress(house: House, attempt: Uploading): Progress {
  let bytes = attempt.sent, told = -1, telling: Promise<void> | undefined
  const tell = () => {
    if (telling || bytes === told) return
    const sent = bytes
    telling = house.commit(async (trx, tellOne) => {
      const target = await targetById(trx, attempt.targetId)
      const [view] = target ? await targetViews(trx, [target]) : []
      if (target && view) tellOne({ type: 'target.progress', accountId: target.account_id, subject: `target:${target.id}`, actor: theHouse, body: { ...view, progress: { sent, total: attempt.plan.video_size } } as unknown as JsonValue })
    }).then(() => { told = sent }, (why: unknown) => { house.log.debug({ err: why }, 'progress could not be told') }).finally(() => { telling = undefined })
  }
  const timer = setInterval(tell, EVERY_MS)
  return {
    at(now) { if (now > bytes || now === 0) bytes = now },
    async stop() { clearInterval(timer); await telling },
  }
}
