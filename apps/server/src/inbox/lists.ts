import { sql, type SqlBool } from 'kysely'
import { seesAccount } from '../accounts/visible.ts'
import type { House } from '../kit/house.ts'
import { problem, readCursor, writeCursor } from '../kit/http.ts'
import type { Viewer } from '../kit/viewer.ts'
import { visibleConversation } from './conversation.ts'
import { ghosts } from './ghosts.ts'
import { conversationRows, messageRows, showConversation, showMessage, type ConversationView, type MessageView } from './views.ts'

type Page<T> = { items: T[]; next: string | null }
type Ask = { cursor?: string | undefined; limit: number }

/** Pages by key, not by offset: each reads its rows from an index, however deep (recipe 8). */
export async function listConversations(house: House, viewer: Viewer, ask: Ask & { account?: number | undefined; folder: 'open' | 'requests' | 'closed'; sort: 'recent' | 'closes' }): Promise<Page<ConversationView>> {
  const after = keyOf(ask.cursor)
  let query = conversationRows(house.db).where('conversation.last_message_at', 'is not', null).where(seesAccount(viewer, 'conversation.account_id'))
  if (ask.account !== undefined) query = query.where('conversation.account_id', '=', ask.account)
  query = ask.folder === 'closed' ? query.where('conversation.state', '=', 'closed') : query.where('conversation.state', '=', 'open')
  if (ask.folder === 'requests') query = query.where('conversation.kind', '=', 'request')
  if (ask.sort === 'closes') {
    query = query.where('conversation.window_closes_at', '>', house.clock.now()).orderBy('conversation.window_closes_at').orderBy('conversation.id')
    if (after) query = query.where(sql<SqlBool>`(conversation.window_closes_at, conversation.id) > (${after.at}, ${after.id})`)
  } else {
    query = query.orderBy('conversation.last_message_at', 'desc').orderBy('conversation.id', 'desc')
    if (after) query = query.where(sql<SqlBool>`(conversation.last_message_at, conversation.id) < (${after.at}, ${after.id})`)
  }
  const rows = await query.limit(ask.limit + 1).execute()
  return page(rows, ask.limit, row => [(ask.sort === 'closes' ? row.window_closes_at : row.last_message_at)?.toISOString() ?? '', row.id], showConversation)
}

/** Newest first by TikTok's time. */
export async function listMessages(house: House, viewer: Viewer, conversationId: number, ask: Ask): Promise<Page<MessageView>> {
  const conversation = await visibleConversation(house.db, viewer, conversationId)
  const after = keyOf(ask.cursor)
  let query = messageRows(house.db).where('message.conversation_id', '=', conversation.id).where('message.attached_to', 'is', null).orderBy('message.sent_at', 'desc').orderBy('message.id', 'desc')
  if (after) query = query.where(sql<SqlBool>`(message.sent_at, message.id) < (${after.at}, ${after.id})`)
  return page(await query.limit(ask.limit + 1).execute(), ask.limit, row => [row.sent_at.toISOString(), row.id], showMessage)
}

export async function listGhosts(house: House, viewer: Viewer, ask: Ask) {
  const after = keyOf(ask.cursor)
  let query = ghosts(house.db).where(seesAccount(viewer, 'ghost.account_id'))
  if (after) query = query.where(sql<SqlBool>`(wrote_at, ghost.id) < (${after.at}, ${after.id})`)
  return page(await query.limit(ask.limit + 1).execute(), ask.limit, row => [row.wroteAt.toISOString(), row.id],
    row => ({ id: row.id, accountId: row.accountId, wroteAt: row.wroteAt.toISOString(), seenAt: row.seenAt?.toISOString() ?? null }))
}

function page<Row, View>(rows: Row[], limit: number, keyOfRow: (row: Row) => [string, number], show: (row: Row) => View): Page<View> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items: items.map(show), next: rows.length > limit && last ? writeCursor(keyOfRow(last)) : null }
}

function keyOf(cursor: string | undefined): { at: Date; id: number } | undefined {
  const key = readCursor(cursor, 2)
  if (!key) return undefined
  const [at, id] = key
  if (typeof at !== 'string' || Number.isNaN(Date.parse(at)) || typeof id !== 'number' || !Number.isSafeInteger(id)) {
    return problem(422, 'invalid_cursor', 'This cursor is not one of ours', 'Start the list again without a cursor. Nothing was done.')
  }
  return { at: new Date(at), id }
}
