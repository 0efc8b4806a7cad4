import { Refused, type Business } from '@stagedoor/tiktok'
import { businessOf } from '../accounts/door.ts'
import { grantFor } from '../accounts/grants.ts'
import { wallNow } from '../kit/clock.ts'
import type { Db } from '../kit/db.ts'
import type { House } from '../kit/house.ts'
import { outsideName } from './conversations.ts'
import { lookFor, lookLater } from './look.ts'
import { outcomeOf } from './outcome.ts'
import { begin, putBack, settleRefused, settleSent } from './settle.ts'
import { nextOpen, type OpenSend } from './sends.ts'

/** Longest wait for a place in the app's budget inside one job; then the job comes again. */
const LONGEST_WAIT_MS = 5000
/** A message that could not leave for so long is given back to a person: every wait has an end (law 6). */
const GIVE_UP_MS = 15 * 60_000

/**
 * Moves the queue of one conversation as far as it goes: the head is sent, or looked for, or holds those behind it.
 * Safe to run again after a kill at any point: what had begun is looked for and never sent a second time.
 */
export async function deliverQueue(house: House, conversationId: number): Promise<void> {
  for (;;) {
    const head = await nextOpen(house.db, conversationId)
    if (!head || head.state === 'not sure') return // behind an unsure one the queue holds until a person, or an echo, decides
    if (head.state === 'sending') {
      if (head.look_at !== null && head.look_at > wallNow()) return
      if (await lookFor(house, head) === 'open') return
      continue
    }
    if (head.try_at !== null && head.try_at > wallNow()) return
    if (!await sendHead(house, head)) return
  }
}

/** True: the head is settled and the queue may go on. */
async function sendHead(house: House, head: OpenSend): Promise<boolean> {
  if (head.try_since !== null && wallNow().getTime() - head.try_since.getTime() > GIVE_UP_MS) { await giveUp(house, head); return true }
  let tiktok: Business
  try {
    if (!await mayGo(house, head.accountId)) { await putBack(house, head, LONGEST_WAIT_MS); return false }
    tiktok = await businessOf(house, head.accountId, { priority: 'send' })
  } catch (why) {
    return await apply(house, head, why, true)
  }
  const recipient = await nameOf(house.db, head)
  if (!await begin(house, head)) return true // an echo, a person or another process was first: look at the head again
  try {
    const { message_id } = await tiktok.send({ recipient, ...(head.payload as { message_type: 'TEXT'; text: { body: string } }) })
    await settleSent(house, head, message_id)
    return true
  } catch (why) {
    return await apply(house, head, why, false)
  }
}

/** What an error means for the message (see outcome.ts). `before`: it happened before anything left this house. */
async function apply(house: House, head: OpenSend, why: unknown, before: boolean): Promise<boolean> {
  const outcome = outcomeOf(why, { before, attempts: head.attempts })
  switch (outcome.is) {
    case 'refused':
      await settleRefused(house, head, outcome.problem, outcome.closesWindow)
      return true
    case 'not done':
      if (why instanceof Refused && why.next === 'slow down') await slowDown(house, head.accountId, outcome.pauseMs)
      await putBack(house, head, outcome.pauseMs)
      return false
    case 'unknown':
      house.log.info({ message: head.message_id, why: outcome.why }, 'the answer to a message was lost; looking for it')
      await lookLater(house, head, 0)
      return false
  }
}

/** Waits a little for a place among the app's calls, which all processes share; sends come before everything else. */
async function mayGo(house: House, accountId: number): Promise<boolean> {
  const grant = await grantFor(house.db, accountId, 'business')
  if (!grant) return true // the door says what is wrong, in better words
  const until = wallNow().getTime() + LONGEST_WAIT_MS
  for (;;) {
    const leave = await house.budgets.take({ app: String(grant.app_id), bucket: 'messaging', priority: 'send' })
    if (leave.go) return true
    if (wallNow().getTime() + leave.waitMs > until) return false
    await new Promise(later => { setTimeout(later, leave.waitMs) })
  }
}

async function slowDown(house: House, accountId: number, pauseMs: number) {
  const grant = await grantFor(house.db, accountId, 'business')
  if (grant) await house.budgets.slowDown(String(grant.app_id), new Date(house.clock.now().getTime() + pauseMs))
}

const giveUp = (house: House, head: OpenSend) => settleRefused(house, head, {
  code: 'never_left', title: 'Not sent', detail: 'TikTok could not be reached for a quarter of an hour, so this message never left. Nothing was sent.', next: 'Trying again is safe.',
}, false)

async function nameOf(db: Db, head: OpenSend): Promise<string> {
  const name = await outsideName(db, head.conversation_id, head.accountId)
  if (!name) throw new Error(`conversation ${head.conversation_id} has no name on TikTok`)
  return name.key
}
