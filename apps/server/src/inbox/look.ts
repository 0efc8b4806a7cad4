import { businessOf } from '../accounts/door.ts'
import { wallNow } from '../kit/clock.ts'
import type { House } from '../kit/house.ts'
import { lockConversations, outsideName } from './conversations.ts'
import { grantFor } from '../accounts/grants.ts'
import { keepSaid } from './keep.ts'
import { settleUnsure } from './settle.ts'
import { wakeQueue } from './queue.ts'
import { sendOf, updateSend, type OpenSend } from './sends.ts'
import { understandList } from './understand-list.ts'

/** Pauses before each look, about half a minute in all: the echo usually comes by itself within the first. */
const PAUSES_MS = [1000, 2000, 4000, 8000, 15_000]
/** Looks that got no answer do not count as looked, but there is an end to them too. */
const MOST_TRIES = 40

/**
 * Looks whether a message whose answer was lost arrived: in what the echo already told, then in what TikTok shows of the conversation.
 * 'settled': it was found. 'open': not (yet); another look is planned, or a person decides.
 */
export async function lookFor(house: House, head: OpenSend): Promise<'settled' | 'open'> {
  if (head.look_at === null) { await lookLater(house, head, 0); return 'open' } // cut off by a kill: give the echo its moment first
  const looked = await readConversation(house, head.accountId, head.conversation_id)
  const now = await sendOf(house.db, head.message_id)
  if (!now || now.settled || now.state !== 'sending') return 'settled'
  const looks = head.looks + (looked ? 1 : 0)
  const tries = head.attempts + looks
  if (looks >= PAUSES_MS.length || tries >= MOST_TRIES) await settleUnsure(house, head)
  else await lookLater(house, head, looks)
  return 'open'
}

/** Plans the next look; the row remembers it, the job only wakes it. */
export const lookLater = (house: House, head: OpenSend, looks: number): Promise<void> => house.commit(async trx => {
  await lockConversations(trx, [head.conversation_id])
  const now = await sendOf(trx, head.message_id)
  if (!now || now.settled || now.state !== 'sending') { await wakeQueue(house, trx, head.conversation_id); return }
  const pauseMs = PAUSES_MS[looks] ?? 15_000
  await updateSend(trx, head.message_id, { looks, look_at: new Date(wallNow().getTime() + pauseMs) })
  await wakeQueue(house, trx, head.conversation_id, Math.ceil(pauseMs / 1000))
})

/** Reads the newest 20 messages of a conversation from TikTok and keeps what we did not know. False when TikTok could not be asked. */
export async function readConversation(house: House, accountId: number, conversationId: number): Promise<boolean> {
  const name = await outsideName(house.db, conversationId, accountId)
  const grant = await grantFor(house.db, accountId, 'business')
  if (!name || !grant) return false
  try {
    const tiktok = await businessOf(house, accountId, { priority: 'send' })
    const list = await tiktok.content(name.key)
    const { said } = understandList(list, tiktok.businessId, house.clock.now())
    await house.commit((trx, tell) => keepSaid(house, trx, tell, said.map(one => ({ accountId, appId: grant.app_id, said: { ...one, conversationKey: name.key } }))))
    return true
  } catch (why) {
    house.log.info({ err: why, conversation: conversationId }, 'TikTok could not be asked for a conversation')
    return false
  }
}
