import { sql, type SqlBool } from 'kysely'
import type { Db } from '../kit/db.ts'
import type { JsonValue } from '../kit/json.ts'
import type { ContactRow } from './contacts.ts'
import type { ConversationRow } from './conversations.ts'
import type { MessageProblem, MessageRow } from './messages.ts'
import { lineOf, type Kind, type Origin } from './said.ts'
import { windowOf } from './window.ts'

/** A conversation as every door shows it: lists, single answers and events alike. Times: ISO strings. */
export type ConversationView = {
  id: number
  accountId: number
  contact: { id: number; handle: string; displayName: string; avatarUrl: string | null; isFollower: boolean | null }
  kind: 'request' | 'ongoing'
  state: 'open' | 'closed'
  unread: number
  last: { text: string; line: string; kind: Kind; direction: 'in' | 'out'; at: string; state: MessageView['state'] } | null
  lastMessageAt: string | null
  window: { closesAt: string | null; left: number | null; rule: 'A' }
  blocked: boolean
  referral: JsonValue
  seenUntil: string | null
}
export type ReactionView = { emoji: string | null; imageUrl: string | null; by: 'customer' | 'us'; at: string }
export type MessageView = {
  id: number
  conversationId: number
  direction: 'in' | 'out'
  kind: Kind
  typeName: string
  /** Its own words; '' when it has none. */
  text: string
  /** A readable line whatever the kind. */
  line: string
  sentAt: string
  state: 'received' | 'queued' | 'sending' | 'sent' | 'seen' | 'refused' | 'not sure'
  problem: MessageProblem | null
  origin: Origin
  automatic: string | null
  author: { id: string; name: string } | null
  clientKey: string | null
  repliesTo: number | null
  reactions: ReactionView[]
}

const conversationQuery = (db: Db) => db.selectFrom('conversation').innerJoin('contact', 'contact.id', 'conversation.contact_id').leftJoin('message as last', 'last.id', 'conversation.last_message_id')
  .selectAll('conversation')
  .select(['contact.handle', 'contact.display_name', 'contact.avatar_media_id', 'last.text as last_text', 'last.kind as last_kind', 'last.type_name as last_type_name', 'last.direction as last_direction', 'last.sent_at as last_sent_at', 'last.state as last_state'])

/** The query behind every list of conversations; add the `where`s, then show each row with `showConversation`. */
export const conversationRows = conversationQuery
type ShownConversation = ConversationRow & Pick<ContactRow, 'handle' | 'display_name' | 'avatar_media_id'>
  & { last_text: string | null; last_kind: Kind | null; last_type_name: string | null; last_direction: 'in' | 'out' | null; last_sent_at: Date | null; last_state: MessageRow['state'] | null }

export function showConversation(row: ShownConversation): ConversationView {
  const window = windowOf({ customerWroteAt: row.customer_wrote_at, sentSince: row.sent_since, refusedAt: row.refused_at })
  return {
    id: row.id, accountId: row.account_id,
    contact: { id: row.contact_id, handle: row.handle, displayName: row.display_name ?? row.handle, avatarUrl: row.avatar_media_id === null ? null : `/api/v1/contacts/${row.contact_id}/avatar?v=${row.avatar_media_id}`, isFollower: row.is_follower },
    kind: row.kind, state: row.state, unread: row.unread,
    last: row.last_text === null || !row.last_kind || !row.last_direction || !row.last_sent_at || !row.last_state ? null
      : { text: row.last_text, line: lineOf(row.last_kind, row.last_type_name ?? '', row.last_text), kind: row.last_kind, direction: row.last_direction, at: row.last_sent_at.toISOString(), state: shownState({ state: row.last_state, sent_at: row.last_sent_at }, row.customer_read_at) },
    lastMessageAt: row.last_message_at?.toISOString() ?? null,
    window: { closesAt: window.closesAt?.toISOString() ?? null, left: window.left, rule: window.rule },
    blocked: row.blocked_by !== null, referral: row.referral, seenUntil: row.customer_read_at?.toISOString() ?? null,
  }
}

export const showConversations = async (db: Db, ids: number[]): Promise<ConversationView[]> =>
  ids.length === 0 ? [] : (await conversationQuery(db).where(sql<SqlBool>`conversation.id = any(${ids}::bigint[])`).orderBy('conversation.id').execute()).map(showConversation)

/** The query behind every list of messages. Reactions that found their message are shown on it, not as lines of their own. */
export const messageRows = (db: Db) => db.selectFrom('message').innerJoin('conversation', 'conversation.id', 'message.conversation_id').leftJoin('send', 'send.message_id', 'message.id')
  .selectAll('message').select(['conversation.account_id', 'conversation.customer_read_at', 'send.client_key'])
  .select(sql<number | null>`(select a.message_id from message_alias a join message t on t.id = a.message_id where message.replies_to is not null
    and a.account_id = conversation.account_id and a.namespace = 'tiktok' and a.key = message.replies_to and t.conversation_id = message.conversation_id limit 1)`.as('replies_to_id'))
  .select(sql<StoredReaction[] | null>`(select jsonb_agg(jsonb_build_object('content', r.content, 'direction', r.direction, 'at', r.sent_at) order by r.sent_at, r.id)
    from message r where r.attached_to = message.id)`.as('reactions'))

type StoredReaction = { content: { operation?: string; emoji?: string; ai_emoji_url?: string; type?: string } | null; direction: 'in' | 'out'; at: string }
export type ShownMessage = MessageRow & { account_id: number; customer_read_at: Date | null; client_key: string | null; replies_to_id: number | null; reactions: StoredReaction[] | null }

export const showMessage = (row: ShownMessage): MessageView => ({
  id: row.id, conversationId: row.conversation_id, direction: row.direction, kind: row.kind, typeName: row.type_name, text: row.text, line: lineOf(row.kind, row.type_name, row.text), sentAt: row.sent_at.toISOString(),
  state: shownState(row, row.customer_read_at), problem: row.problem as MessageProblem | null, origin: row.origin, automatic: row.automatic,
  author: row.author_id === null ? null : { id: row.author_id, name: row.author_name ?? '' }, clientKey: row.client_key, repliesTo: row.replies_to_id, reactions: standing(row.reactions ?? []),
})

export const showMessages = async (db: Db, ids: number[]): Promise<(MessageView & { accountId: number })[]> =>
  ids.length === 0 ? [] : (await messageRows(db).where(sql<SqlBool>`message.id = any(${ids}::bigint[])`).orderBy('message.id').execute()).map(row => ({ ...showMessage(row), accountId: row.account_id }))

/** Seen is a fact of the conversation, so a late receipt or a late message needs no second write. */
const shownState = (row: Pick<MessageRow, 'state' | 'sent_at'>, readAt: Date | null) => row.state === 'sent' && readAt !== null && row.sent_at <= readAt ? 'seen' as const : row.state

/** Reactions that stand after all were added and taken back, in the order of their time. */
function standing(list: StoredReaction[]): ReactionView[] {
  const now = new Map<string, ReactionView>()
  for (const { content, direction, at } of list) {
    const emoji = content?.emoji ?? null, imageUrl = content?.ai_emoji_url ?? null
    const key = `${direction} ${emoji ?? imageUrl}`
    if (content?.operation === 'REMOVE') now.delete(key)
    else now.set(key, { emoji, imageUrl: null, by: direction === 'in' ? 'customer' : 'us', at: new Date(at).toISOString() })
  }
  return [...now.values()]
}
