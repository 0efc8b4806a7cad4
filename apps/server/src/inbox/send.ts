import { theHouse, type Actor } from '../kit/actor.ts'
import type { Trx } from '../kit/db.ts'
import type { House, Tell } from '../kit/house.ts'
import { problem } from '../kit/http.ts'
import { cleanText } from '../kit/json.ts'
import type { Viewer } from '../kit/viewer.ts'
import { visibleConversation } from './conversation.ts'
import { grow, lockConversations, markRead } from './conversations.ts'
import { insertOutgoing } from './messages.ts'
import { wakeQueue } from './queue.ts'
import { insertSend, sendByKey } from './sends.ts'
import { tellConversations, tellMessages } from './tell.ts'
import { showMessages, type MessageView } from './views.ts'
import { mayWrite } from './window.ts'

/** UTF-16 units: never fewer than the characters TikTok counts (business §7.2, G34). */
export const LONGEST_TEXT = 6000

export const actorOf = (viewer: Viewer): Actor => ({ kind: viewer.kind, id: viewer.id, name: viewer.name })

/**
 * Queues a reply: row, job and event in one commit. `clientKey` makes it once: the same key from the same person answers with the first message.
 * Throws problems 404, 409 `window_closed`, `quota_used`, `idempotency_key_reused`, 422 `text_empty`, `text_too_long`.
 */
export async function queueMessage(house: House, viewer: Viewer, conversationId: number, draft: { text: string; clientKey: string }): Promise<MessageView> {
  const text = cleanText(draft.text)
  checkText(text)
  const askedBy = `${viewer.kind}:${viewer.id}`
  const clientKey = cleanText(draft.clientKey)
  return await house.commit(async (trx, tell) => {
    const seen = await visibleConversation(trx, viewer, conversationId)
    await lockConversations(trx, [seen.id]) // the order of the queue is the order of these locks
    const before = await sendByKey(trx, askedBy, clientKey)
    if (before) return await sameAgain(trx, before, { conversationId, text })
    const conversation = await visibleConversation(trx, viewer, conversationId)
    const now = house.clock.now()
    const may = mayWrite({ customerWroteAt: conversation.customer_wrote_at, sentSince: conversation.sent_since, refusedAt: conversation.refused_at }, now)
    if (!may.ok) refuse(may.why)
    const id = await insertOutgoing(trx, { conversationId, text, at: now, author: { id: viewer.id, name: viewer.name } })
    await insertSend(trx, { messageId: id, conversationId, clientKey, askedBy, payload: { message_type: 'TEXT', text: { body: text } }, at: now })
    await markRead(trx, conversationId)
    await grow(trx, [{ id: conversationId, incoming: 0, lastAt: now, lastId: id, customerAt: null, answered: false, clears: false, follower: null }])
    await wakeQueue(house, trx, conversationId)
    return await tellAndShow(trx, tell, id, conversationId, 'message.queued', actorOf(viewer))
  })
}

export async function tellAndShow(trx: Trx, tell: Tell, messageId: number, conversationId: number, type: 'message.queued' | 'message.updated', actor: Actor = theHouse): Promise<MessageView> {
  await tellMessages(trx, tell, type, [messageId], actor)
  await tellConversations(trx, tell, [conversationId], actor)
  return await show(trx, messageId)
}

export async function show(trx: Trx, messageId: number): Promise<MessageView> {
  const [found] = await showMessages(trx, [messageId])
  if (!found) return problem(404, 'not_found', 'There is no such message', 'It may have been removed. Nothing was done.')
  const { accountId: _, ...view } = found
  return view
}

function checkText(text: string) {
  if (text.trim() === '') problem(422, 'text_empty', 'There is nothing to send', 'Write something first. Nothing was sent.')
  if (text.length > LONGEST_TEXT) problem(422, 'text_too_long', 'This text is too long', `TikTok takes ${LONGEST_TEXT} characters and this has ${text.length}. Shorten it or send it as two messages. Nothing was sent.`)
}

async function sameAgain(trx: Trx, before: { message_id: number; conversation_id: number; text: string }, now: { conversationId: number; text: string }): Promise<MessageView> {
  if (before.conversation_id !== now.conversationId || before.text !== now.text) {
    problem(409, 'idempotency_key_reused', 'This Idempotency-Key was used for another message', 'Nothing was sent. Send a new key for a new message.')
  }
  return await show(trx, before.message_id)
}

const refuse = (why: 'window_closed' | 'quota_used'): never => why === 'window_closed'
  ? problem(409, 'window_closed', 'The window is closed', 'TikTok takes replies for 48 hours after the customer last wrote. Nothing was sent; the customer has to write first.')
  : problem(409, 'quota_used', 'No messages are left', 'TikTok takes ten messages until the customer writes again. Nothing was sent.')
