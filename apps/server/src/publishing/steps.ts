import { theHouse, type Actor } from '../kit/actor.ts'
import type { Trx } from '../kit/db.ts'
import type { House, Tell } from '../kit/house.ts'
import type { JsonValue } from '../kit/json.ts'
import { sql } from 'kysely'
import { isAsked, nextAskMs, UPLOAD_DEADLINE_MS } from './asking.ts'
import { changeAttempt, insertAttempt, type Attempt, type AttemptChange, type AttemptState } from './attempts.ts'
import { writeLines, type Line } from './ledger.ts'
import { targetById, type TargetRow } from './targets.ts'
import { targetViews } from './views.ts'

/** The work of an attempt before the point of no return. One account's uploads run one after the other. */
export const UPLOAD = 'publishing.upload'
/** Rows on the one clock: go on with an upload, ask TikTok, give an upload up. Subject: `attempt:<id>`. */
export const RESUME = 'publishing.resume', ASK = 'publishing.ask', GIVE_UP = 'publishing.give-up'

export type Step = {
  /** The step is not taken when the attempt has left these states, or when another process has it in hand. */
  states: readonly AttemptState[]
  turn?: number
  change: AttemptChange
  lines: Line[]
  /** Go on with the upload then, instead of now. */
  resumeAt?: Date
  /** Ask TikTok then, instead of by the rule of growing gaps. */
  askAt?: Date
  actor?: Actor
}

/** Row, ledger, what is due and event of one step, in the caller's transaction. Undefined: somebody was quicker, nothing was stored. */
export async function takeStep(house: House, trx: Trx, tell: Tell, attempt: Pick<Attempt, 'id' | 'state'>, step: Step): Promise<Attempt | undefined> {
  const now = house.clock.now()
  const state = step.change.state ?? attempt.state
  const ended = ['live', 'failed', 'not sure'].includes(state)
  const change: AttemptChange = { ...step.change, ...(ended ? { ended_at: now, upload_url_sealed: null } : {}) }
  const changed = await changeAttempt(trx, attempt.id, step, change, now)
  if (!changed) return undefined
  await writeLines(trx, changed, now, step.lines)
  await plan(house, trx, changed, step, now)
  await tellTarget(trx, tell, changed.targetId, step.actor ?? theHouse)
  return changed
}

/** The same as a transaction of its own. */
export const step = (house: House, attempt: Attempt, taken: Step): Promise<Attempt | undefined> =>
  house.commit((trx, tell) => takeStep(house, trx, tell, attempt, taken))

async function plan(house: House, trx: Trx, attempt: Attempt, taken: Step, now: Date) {
  const subject = `attempt:${attempt.id}`
  if (taken.resumeAt) await house.due.at(trx, RESUME, subject, taken.resumeAt)
  if (attempt.state === 'opening' || attempt.state === 'uploading') return
  await house.due.cancel(trx, GIVE_UP, subject)
  await house.due.cancel(trx, RESUME, subject)
  const gap = isAsked(attempt.state) ? nextAskMs(attempt.state, 0) : null
  if (taken.askAt) await house.due.at(trx, ASK, subject, taken.askAt)
  else if (gap !== null) await house.due.at(trx, ASK, subject, new Date(now.getTime() + gap))
  else await house.due.cancel(trx, ASK, subject)
}

/** A new try of a target, with its job and its deadline, in the caller's transaction. */
export async function beginAttempt(house: House, trx: Trx, target: Pick<TargetRow, 'id' | 'account_id'>, lines: Line[]): Promise<Attempt> {
  const now = house.clock.now()
  const attempt = await insertAttempt(trx, { id: target.id, accountId: target.account_id }, now)
  await writeLines(trx, attempt, now, lines)
  await enqueueUpload(house, trx, attempt)
  await house.due.at(trx, GIVE_UP, `attempt:${attempt.id}`, new Date(now.getTime() + UPLOAD_DEADLINE_MS))
  return attempt
}

export const enqueueUpload = (house: House, trx: Trx, attempt: Pick<Attempt, 'id' | 'accountId'>) =>
  house.jobs.enqueue(trx, UPLOAD, { attemptId: attempt.id }, { key: `account:${attempt.accountId}` })

/** Everybody who sees the account hears how the target stands now. */
export async function tellTarget(trx: Trx, tell: Tell, targetId: number, actor: Actor, type = 'target.updated'): Promise<void> {
  const target = await targetById(trx, targetId)
  if (!target) return
  const [view] = await targetViews(trx, [target])
  if (view) tell({ type, accountId: target.account_id, subject: `target:${target.id}`, actor, body: view as unknown as JsonValue })
}

/** What is counted per account (inits, questions) is counted by one at a time, across all processes; held until the commit. */
export const lockAccountCounts = (trx: Trx, accountId: number) => sql`select pg_advisory_xact_lock(hashtextextended(${`publishing counts ${accountId}`}, 0))`.execute(trx)
