import type { Db, Trx } from '../kit/db.ts'
import { problem } from '../kit/http.ts'
import type { Viewer } from '../kit/viewer.ts'
import { seesAccount } from '../accounts/visible.ts'
import type { ConversationRow } from './conversations.ts'
import { sendOf, type OpenSend } from './sends.ts'

/** A conversation this viewer may see. What is not theirs is answered as if it did not exist (law 12). */
export async function visibleConversation(db: Db | Trx, viewer: Viewer, id: number): Promise<ConversationRow> {
  const found = await db.selectFrom('conversation').selectAll().where('id', '=', id).where(seesAccount(viewer, 'conversation.account_id')).executeTakeFirst()
  return found ?? problem(404, 'not_found', 'There is no such conversation', 'It does not exist, or it belongs to an account you do not work for. Nothing was done.')
}

/** A message of ours this viewer may see. */
export async function visibleSend(db: Db | Trx, viewer: Viewer, messageId: number): Promise<OpenSend> {
  const found = await sendOf(db, messageId)
  const nothing = () => problem(404, 'not_found', 'There is no such message', 'It does not exist, was not sent from here, or belongs to an account you do not work for. Nothing was done.')
  if (!found) return nothing()
  await visibleConversation(db, viewer, found.conversation_id)
  return found
}
