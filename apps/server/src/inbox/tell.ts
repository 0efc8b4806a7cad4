import { theHouse, tiktok, type Actor } from '../kit/actor.ts'
import type { Trx } from '../kit/db.ts'
import type { Tell } from '../kit/events.ts'
import type { JsonValue } from '../kit/json.ts'
import { showConversations, showMessages } from './views.ts'

/** Bodies carry what the doors would answer, so that a page needs no second question. Call these last, when the rows are as they will be. */
export async function tellMessages(trx: Trx, tell: Tell, type: 'message.received' | 'message.queued' | 'message.updated', ids: number[], actor: Actor): Promise<void> {
  for (const { accountId, ...message } of await showMessages(trx, ids)) tell({ type, accountId, subject: `message:${message.id}`, actor, body: message as unknown as JsonValue })
}

export async function tellConversations(trx: Trx, tell: Tell, ids: number[], actor: Actor): Promise<void> {
  for (const conversation of await showConversations(trx, ids)) {
    if (conversation.lastMessageAt === null) continue // announced by an ad, not yet a conversation anybody sees
    tell({ type: 'conversation.updated', accountId: conversation.accountId, subject: `conversation:${conversation.id}`, actor, body: conversation as unknown as JsonValue })
  }
}

export { theHouse, tiktok }
