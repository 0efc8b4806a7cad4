import { theHouse, tiktok } from '../kit/actor.ts'
import { wallNow } from '../kit/clock.ts'
import type { Trx } from '../kit/db.ts'
import type { House } from '../kit/house.ts'
import { block, closeWindow, grow, lockConversations, nameOn, reckon, unblock, type Name } from './conversations.ts'
import { claimAlias, deleteMessage, dropAlias, insertSaid, messageById, moveAliases, otherAliases, setMessageState, type MessageProblem } from './messages.ts'
import { wakeQueue } from './queue.ts'
import { tellAndShow } from './send.ts'
import { beginSend, sendOf, updateSend, type OpenSend } from './sends.ts'
import { tellMessages } from './tell.ts'

/** The point of no return: it is on disk that this message is being sent, before it is. From here on the outcome may be unknown. */
export const begin = (house: House, head: OpenSend): Promise<boolean> => house.commit(async (trx, tell) => {
  await lockConversations(trx, [head.conversation_id])
  if (!await beginSend(trx, head.message_id, { wall: wallNow(), domain: house.clock.now() })) return false
  await setMessageState(trx, head.message_id, { state: 'sending' })
  await tellMessages(trx, tell, 'message.updated', [head.message_id], theHouse)
  return true
})

/**
 * TikTok answered with the id of the message. Its echo may have been here already: bound to this send (nothing is left to do), kept as a row of
 * its own because its words differed (the two become one), or somebody else's taken for ours (it gets a row of its own).
 */
export const settleSent = (house: House, head: OpenSend, key: string): Promise<void> => house.commit(async (trx, tell) => {
  const at = house.clock.now()
  const { message_id: id, conversation_id: conversationId } = head
  await lockConversations(trx, [conversationId])
  const name = nameOn(head.accountId, key || `answer:${id}`)
  const mistaken = await splitOthers(trx, id, name, at)
  const owner = await claimAlias(trx, name, id)
  const echo = owner === id ? undefined : await messageById(trx, owner)
  if (echo) { await moveAliases(trx, owner, id); await deleteMessage(trx, owner) }
  const before = await messageById(trx, id)
  const sentAt = echo?.sent_at ?? (before?.state === 'sent' && mistaken.length === 0 ? before.sent_at : at)
  await setMessageState(trx, id, { state: 'sent', at: sentAt, ...(echo ? { content: echo.content } : {}) })
  await updateSend(trx, id, { settled: true, look_at: null, try_at: null })
  await unblock(trx, conversationId, id)
  await grow(trx, [{ id: conversationId, incoming: 0, lastAt: sentAt, lastId: id, customerAt: null, answered: true, clears: false, follower: null }])
  if (echo) tell({ type: 'message.removed', accountId: head.accountId, subject: `message:${owner}`, actor: tiktok, body: { id: owner, conversationId, mergedInto: id } })
  await tellMessages(trx, tell, 'message.received', mistaken, tiktok)
  await tellAndShow(trx, tell, id, conversationId, 'message.updated', theHouse)
})

/** Another program's message with the same words was bound to this send before its true name was known. */
async function splitOthers(trx: Trx, id: number, name: Name, at: Date): Promise<number[]> {
  const others = await otherAliases(trx, id, name)
  const mine = others.length > 0 ? await messageById(trx, id) : undefined
  if (!mine) return []
  const made: number[] = []
  for (const { key } of others) {
    const other = { ...name, key }
    await dropAlias(trx, other)
    const rows = await insertSaid(trx, [{
      ...other, conversationId: mine.conversation_id, conversationKey: '', contactKey: '', handle: null, follower: null, direction: 'out', kind: mine.kind, typeName: mine.type_name, text: mine.text,
      sentAt: mine.sent_at, origin: mine.origin, automatic: null, repliesTo: null, reactsTo: null, content: mine.content,
    }], at)
    made.push(...rows.map(row => row.id))
  }
  return made
}

/** It was not sent, and it is a person's turn. The queue behind it goes on. */
export const settleRefused = (house: House, head: OpenSend, problem: MessageProblem, closesWindow: boolean): Promise<void> => house.commit(async (trx, tell) => {
  await lockConversations(trx, [head.conversation_id])
  const now = await sendOf(trx, head.message_id)
  if (!now || now.settled) return // an echo was faster than the refusal: it was sent
  await setMessageState(trx, head.message_id, { state: 'refused', problem })
  await updateSend(trx, head.message_id, { settled: true, look_at: null, try_at: null })
  if (closesWindow) await closeWindow(trx, head.conversation_id, house.clock.now())
  await reckon(trx, head.conversation_id)
  await tellAndShow(trx, tell, head.message_id, head.conversation_id, 'message.updated', theHouse)
})

/** It was not sent and may go later: it waits at the head of its queue. */
export const putBack = (house: House, head: OpenSend, pauseMs: number): Promise<void> => house.commit(async (trx, tell) => {
  await lockConversations(trx, [head.conversation_id])
  const now = await sendOf(trx, head.message_id)
  if (!now || now.settled) return
  const wall = wallNow()
  await updateSend(trx, head.message_id, { try_at: new Date(wall.getTime() + pauseMs), try_since: now.try_since ?? wall, started_domain_at: null })
  await wakeQueue(house, trx, head.conversation_id, Math.max(1, Math.ceil(pauseMs / 1000)))
  if (now.state === 'queued') return
  await setMessageState(trx, head.message_id, { state: 'queued' })
  await tellAndShow(trx, tell, head.message_id, head.conversation_id, 'message.updated', theHouse)
})

/** We looked often enough and do not know. The queue holds here, and a person decides. */
export const settleUnsure = (house: House, head: OpenSend): Promise<void> => house.commit(async (trx, tell) => {
  await lockConversations(trx, [head.conversation_id])
  const now = await sendOf(trx, head.message_id)
  if (!now || now.settled || now.state !== 'sending') return
  await setMessageState(trx, head.message_id, { state: 'not sure', problem: {
    code: 'not_sure', title: 'We do not know if this arrived', detail: 'TikTok’s answer was lost, and the message is not in the conversation as TikTok shows it. It may still have been sent.',
    next: 'Look in TikTok. If it is there, discard this one; if not, try again.',
  } })
  await updateSend(trx, head.message_id, { look_at: null })
  await block(trx, head.conversation_id, head.message_id)
  await tellAndShow(trx, tell, head.message_id, head.conversation_id, 'message.updated', theHouse)
})

