import type { ConversationContent, Message } from '@stagedoor/tiktok'
import type { JsonValue } from '../kit/json.ts'
import { cleaned, originOf, timeOf, type Kind, type Said } from './said.ts'

const restKinds: Record<string, Kind> = { TEXT: 'text', IMAGE: 'image', VIDEO: 'video', SHARE_POST: 'share_post', STICKER: 'sticker', EMOJI: 'emoji', TEMPLATE: 'template' }

export type Customer = { contactKey: string; displayName: string | null; avatarUrl: string | null; follower: boolean | null }

/** content/list (business §4.2) in the same words as a webhook, oldest first; reactions on messages stay in `content`. */
export function understandList(list: ConversationContent, businessId: string, now: Date): { said: Said[]; customer: Customer | null } {
  const person = list.participants.find(one => one.id !== businessId && one.role === 'PERSONAL_ACCOUNT')
  const customer = person ? { contactKey: person.id, displayName: person.display_name ?? null, avatarUrl: person.profile_image ?? null, follower: person.is_follower ?? null } : null
  const said = list.messages.map(message => saidOf(message, businessId, customer, now))
  return { said: said.toSorted((a, b) => a.sentAt.getTime() - b.sentAt.getTime()), customer }
}

function saidOf(message: Message, businessId: string, customer: Customer | null, now: Date): Said {
  // By id first: TikTok's own example labels the customer's message with the business's role.
  const out = message.from_user ? message.from_user.id === businessId : message.to_user?.id !== businessId
  const direction = out ? 'out' : 'in'
  const kind = restKinds[message.message_type] ?? 'unknown'
  const automatic = message.auto_message_type ?? null
  const text = kind === 'text' ? message.text?.body : message.template?.title
  return cleaned({
    key: message.message_id, conversationKey: message.conversation_id, direction, kind,
    contactKey: customer?.contactKey ?? (out ? message.to_user?.id : message.from_user?.id) ?? `conversation:${message.conversation_id}`,
    handle: (out ? message.recipient : message.sender) ?? null, follower: customer?.follower ?? null,
    typeName: message.message_type.toLowerCase(), text: text ?? '',
    sentAt: timeOf(message.timestamp, now), origin: originOf(message.message_tag?.source, automatic), automatic,
    repliesTo: message.referenced_message_info?.referenced_message_id ?? null, reactsTo: null, content: message as unknown as JsonValue,
  })
}
