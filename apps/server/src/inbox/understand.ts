import type { MessageEventContent, WebhookEvent } from '@stagedoor/tiktok'
import { cleanJson, cleanText, type JsonValue } from '../kit/json.ts'
import { cleaned, originOf, reactionLine, timeOf, type Kind, type Said } from './said.ts'

/** What an `im_*` delivery means for the inbox. Pure: no database, no clock. */
export type Understood =
  | { is: 'message'; said: Said }
  | { is: 'read'; conversationKey: string; contactKey: string; handle: string | null; until: Date }
  | { is: 'referral'; conversationKey: string; contactKey: string; handle: string | null; at: Date; referral: JsonValue }
  | { is: 'ghost'; at: Date }
  /** Kept as it is; nothing in the inbox changes (settings of automatic messages, comments, what we do not know). */
  | { is: 'kept' }

/** `deliveryId` names a message that came without an id of its own: the same bytes are the same delivery, so it still is one row. */
export function understand(event: WebhookEvent, deliveryId: number): Understood[] {
  const told = new Date(event.create_time * 1000)
  if (event.event === 'im_receive_msg') return messages(event.content, event, deliveryId, 'in')
  if (event.event === 'im_send_msg') return messages(event.content, event, deliveryId, 'out')
  if (event.event === 'im_receive_msg_eu') return [{ is: 'ghost', at: timeOf(event.content.timestamp, told) }]
  if (event.event === 'im_mark_read_msg') {
    const { content } = event
    return [{ is: 'read', conversationKey: cleanText(content.conversation_id), ...customerOf(content, event.user_openid, 'in'), until: timeOf(content.read.last_read_timestamp, told) }]
  }
  if (event.event === 'im_referral_msg') {
    const { content } = event
    return [{ is: 'referral', conversationKey: cleanText(content.conversation_id), ...customerOf(content, event.user_openid, 'in'), at: timeOf(content.timestamp, told), referral: cleanJson(content.referral as JsonValue) }]
  }
  return event.event === 'unknown' ? unreadable(event, deliveryId) : [{ is: 'kept' }]
}

function messages(content: MessageEventContent, event: WebhookEvent, deliveryId: number, direction: 'in' | 'out'): Understood[] {
  const automatic = content.auto_message_type ?? null
  const base = {
    conversationKey: content.conversation_id, ...customerOf(content, event.user_openid, direction), follower: content.is_follower ?? null, direction,
    sentAt: timeOf(content.timestamp, new Date(event.create_time * 1000)), origin: originOf(content.message_tag?.source, automatic), automatic,
    repliesTo: content.referenced_message_info?.referenced_message_id ?? null, content: content as unknown as JsonValue,
  }
  const key = content.message_id || `delivery:${deliveryId}`
  if (content.type === 'reaction') return content.reaction.map((reaction, place): Understood => {
    const removed = reaction.operation === 'REMOVE'
    const at = timeOf(reaction.timestamp, base.sentAt)
    return { is: 'message', said: cleaned({
      ...base, kind: 'reaction', typeName: 'reaction', sentAt: at, reactsTo: reaction.original_msg_id ?? null,
      text: reactionLine(reaction.emoji, removed), content: reaction,
      key: `${key}:${reaction.operation}:${at.getTime()}:${place}`, // adding and taking back carry the same message id (§8, 3)
    }) }
  })
  const { kind, typeName, text } = bodyOf(content)
  return [{ is: 'message', said: cleaned({ ...base, key, kind, typeName, text: text ?? '', reactsTo: null }) }]
}

function bodyOf(content: MessageEventContent): { kind: Kind; typeName: string; text: string | undefined } {
  if (content.type === 'text') return { kind: 'text', typeName: 'text', text: content.text.body }
  if (content.type === 'template') return { kind: 'template', typeName: content.template.type, text: content.template.elements[0]?.title }
  if (content.type === 'unknown') return { kind: 'unknown', typeName: content.type_name, text: undefined }
  return { kind: content.type, typeName: content.type, text: undefined }
}

/** A message whose shape is not what the sheets say: when it still names its conversation it is shown as unknown, not dropped. */
function unreadable(event: WebhookEvent & { event: 'unknown' }, deliveryId: number): Understood[] {
  const { content } = event
  const direction = event.name === 'im_receive_msg' ? 'in' : event.name === 'im_send_msg' ? 'out' : undefined
  if (direction === undefined || typeof content !== 'object' || content === null || Array.isArray(content)) return [{ is: 'kept' }]
  const text = (name: string) => typeof content[name] === 'string' ? content[name] : undefined
  const conversationKey = text('conversation_id')
  if (!conversationKey) return [{ is: 'kept' }]
  const typeName = text('type') ?? ''
  return [{ is: 'message', said: cleaned({
    key: text('message_id') || `delivery:${deliveryId}`, conversationKey, contactKey: text('unique_identifier') || `conversation:${conversationKey}`,
    handle: text(direction === 'in' ? 'from' : 'to') ?? null, follower: null, direction, kind: 'unknown', typeName, text: '',
    sentAt: timeOf(content['timestamp'], new Date(event.create_time * 1000)), origin: 'unknown', automatic: null, repliesTo: null, reactsTo: null, content,
  }) }]
}

type Parties = { conversation_id: string; from?: string; to?: string; unique_identifier?: string; from_user?: { id: string; role?: string }; to_user?: { id: string; role?: string } }
/** The customer is the one who is not the business, by id before role before field: the documented samples contradict each other (§4.2, §5.6). */
function customerOf(content: Parties, businessId: string | undefined, direction: 'in' | 'out'): { contactKey: string; handle: string | null } {
  const { from_user: from, to_user: to } = content
  const sides = [{ user: from, name: content.from }, { user: to, name: content.to }]
  const found = sides.find(side => side.user?.role === 'personal_account' && side.user.id !== businessId)
    ?? (direction === 'in' ? sides[0] : sides[1])
  return { contactKey: cleanText(content.unique_identifier || found?.user?.id || `conversation:${content.conversation_id}`), handle: found?.name ? cleanText(found.name) : null }
}
