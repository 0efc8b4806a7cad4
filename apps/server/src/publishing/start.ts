import type { House } from '../kit/house.ts'
import { checkAsset } from './check.ts'
import { CHECK, expireUpload } from './finish.ts'
import { openLocks } from './locks.ts'
import { EXPIRE_UPLOAD, openReceiver, type Receiver } from './receive-file.ts'
import { sealName } from './open.ts'
import { ASK, enqueueUpload, GIVE_UP, RESUME, UPLOAD } from './steps.ts'
import { attemptById } from './attempts.ts'
import { ask, giveUp } from './track.ts'
import { upload } from './upload.ts'

export { onPublishEvent } from './track.ts'

/** Uploads that run at the same time in one process, each of another account. */
const AT_ONCE = 20
const LONGEST_JOB_SECONDS = 4 * 3600

export type Publishing = { receiver(): Promise<Receiver>; stop(): Promise<void> }
const open = new WeakMap<House, Publishing>()

/** Before jobs and due rows start: says who uploads, asks, gives up and looks at files. `stop` lets go of running uploads; they go on where the row says. */
export function startPublishing(house: House): Publishing {
  const locks = openLocks(house), stopping = new AbortController()
  let receiver: Promise<Receiver> | undefined
  house.secrets.register({ table: 'attempt', column: 'upload_url_sealed', id: 'id', name: id => sealName(Number(id)) })
  house.jobs.define<{ attemptId: number }>(UPLOAD, { policy: 'key_strict_fifo', retryLimit: 1000, retryDelaySeconds: 1, concurrency: AT_ONCE, expireInSeconds: LONGEST_JOB_SECONDS },
    ({ attemptId }, job) => upload(house, locks, attemptId, AbortSignal.any([stopping.signal, job.signal])))
  house.jobs.define<{ assetId: number }>(CHECK, { retryLimit: 20, retryDelaySeconds: 1, concurrency: 2 }, ({ assetId }) => checkAsset(house, assetId))
  house.due.on(ASK, subject => ask(house, numberIn(subject)))
  house.due.on(GIVE_UP, subject => giveUp(house, numberIn(subject)))
  house.due.on(RESUME, async subject => {
    const attempt = await attemptById(house.db, numberIn(subject))
    if (attempt && (attempt.state === 'opening' || attempt.state === 'uploading')) await house.commit(trx => enqueueUpload(house, trx, attempt))
  })
  house.due.on(EXPIRE_UPLOAD, subject => expireUpload(house, locks, subject.slice(subject.indexOf(':') + 1)))

  const made: Publishing = {
    receiver: () => receiver ??= openReceiver(house, locks).catch((why: unknown) => { receiver = undefined; throw why }),
    async stop() {
      stopping.abort(new Error('The server is stopping.'))
      await locks.close()
      ;(await receiver?.catch(() => undefined))?.close()
    },
  }
  open.set(house, made)
  return made
}

/** The one that was started for this house. */
export function publishingOf(house: House): Publishing {
  const known = open.get(house)
  if (!known) throw new Error('Publishing was not started for this house.')
  return known
}

const numberIn = (subject: string) => Number(subject.slice(subject.indexOf(':') + 1))
