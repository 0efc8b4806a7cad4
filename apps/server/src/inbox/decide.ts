import { theHouse } from '../kit/actor.ts'
import type { House } from '../kit/house.ts'
import { problem } from '../kit/http.ts'
import type { Viewer } from '../kit/viewer.ts'
import { visibleSend } from './conversation.ts'
import { lockConversations, reckon, unblock } from './conversations.ts'
import { readConversation } from './look.ts'
import { setMessageState } from './messages.ts'
import { wakeQueue } from './queue.ts'
import { actorOf, show, tellAndShow } from './send.ts'
import { updateSend, type OpenSend } from './sends.ts'
import type { MessageView } from './views.ts'

/** A person says: send it (again). For an unsure one that is their risk to take, and they were told. Throws 409 `not_waiting_for_you` otherwise. */
export const retryMessage = (house: House, viewer: Viewer, messageId: number): Promise<MessageView> => house.commit(async (trx, tell) => {
  const seen = await visibleSend(trx, viewer, messageId)
  await lockConversations(trx, [seen.conversation_id])
  const send = await visibleSend(trx, viewer, messageId)
  if (send.state !== 'refused' && send.state !== 'not sure') return notWaiting(send)
  await setMessageState(trx, messageId, { state: 'queued', at: house.clock.now() })
  // A refused one was certainly not sent; of an unsure one the echo may still come, and then it is not sent again.
  await updateSend(trx, messageId, { settled: false, looks: 0, look_at: null, try_at: null, try_since: null, ...(send.state === 'refused' ? { started_domain_at: null } : {}) })
  await unblock(trx, send.conversation_id, messageId)
  await reckon(trx, send.conversation_id)
  await wakeQueue(house, trx, send.conversation_id)
  return await tellAndShow(trx, tell, messageId, send.conversation_id, 'message.updated', actorOf(viewer))
})

/** A person asks to look once more. Answers with the message as it is after the look. */
export async function lookAgain(house: House, viewer: Viewer, messageId: number): Promise<MessageView> {
  const send = await visibleSend(house.db, viewer, messageId)
  if (send.state !== 'not sure' && send.state !== 'sending') return notWaiting(send)
  if (!await readConversation(house, send.accountId, send.conversation_id)) {
    problem(503, 'tiktok_unreachable', 'TikTok could not be asked', 'We still do not know whether this message arrived. Try again in a moment, or look in the TikTok app.')
  }
  return await house.commit(async (trx, tell) => {
    const after = await visibleSend(trx, viewer, messageId)
    if (after.settled) { await wakeQueue(house, trx, send.conversation_id); return await tellAndShow(trx, tell, messageId, send.conversation_id, 'message.updated', theHouse) }
    return await show(trx, messageId)
  })
}

/** A person lets it be: a waiting one is not sent, an unsure one is left as it is; the queue behind it goes on. */
export const discardMessage = (house: House, viewer: Viewer, messageId: number): Promise<MessageView> => house.commit(async (trx, tell) => {
  const seen = await visibleSend(trx, viewer, messageId)
  await lockConversations(trx, [seen.conversation_id])
  const send = await visibleSend(trx, viewer, messageId)
  if (send.state === 'sent' || send.state === 'sending' || send.state === 'received') return notWaiting(send)
  const unsure = send.state === 'not sure'
  await setMessageState(trx, messageId, { state: 'refused', problem: {
    code: 'discarded', title: 'Discarded', detail: unsure ? `${viewer.name} discarded this message. Whether it was sent before is not known.` : `${viewer.name} discarded this message. It was not sent.`,
    next: unsure ? 'Look in TikTok if it matters.' : 'Nothing is left to do.',
  } })
  await updateSend(trx, messageId, { settled: true, look_at: null, try_at: null })
  await unblock(trx, send.conversation_id, messageId)
  await reckon(trx, send.conversation_id)
  await wakeQueue(house, trx, send.conversation_id)
  return await tellAndShow(trx, tell, messageId, send.conversation_id, 'message.updated', actorOf(viewer))
})

const notWaiting = (send: OpenSend): never =>
  problem(409, 'not_waiting_for_you', 'This message does not wait for a decision', `It is ${send.state}. Nothing was done.`)
