import { avatar } from '../business/pictures.ts'
import type { Ground } from '../face.ts'
import type { Channel, Contact, RioHook, RioMessage, RioUser } from './types.ts'

/** Ids are numbers on the wire unless a rule says text (§4.2). */
export const idOf = (ground: Ground, id: string | number): string | number => ground.rules.is('rio-ids', 'text') ? String(id) : Number(id)
const seconds = (ms: number) => Math.floor(ms / 1000)

export function contactShape(ground: Ground, contact: Contact): Record<string, unknown> {
  const assignee = contact.assigneeId === null ? undefined : ground.store.shelf('rioUser').get(String(contact.assigneeId))
  return {
    id: idOf(ground, contact.id), firstName: contact.firstName, lastName: contact.lastName, phone: contact.phone, email: contact.email, language: null,
    profilePic: avatar(ground, contact.customerId ?? contact.id), countryCode: null, status: contact.status, isBlocked: contact.blocked, tags: contact.tags,
    custom_fields: contact.customFields, assignee: assignee ? { id: idOf(ground, assignee.id), firstName: assignee.firstName, lastName: assignee.lastName, email: assignee.email } : null,
    lifecycle: contact.lifecycle, created_at: seconds(contact.createdAt),
  }
}

export const channelShape = (ground: Ground, channel: Channel): Record<string, unknown> =>
  ({ id: idOf(ground, channel.id), name: channel.name, source: channel.source, meta: channel.meta, created_at: seconds(channel.createdAt) })

export const messageShape = (ground: Ground, message: RioMessage): Record<string, unknown> => ({
  messageId: idOf(ground, message.messageId), ...(message.channelMessageId === null ? {} : { channelMessageId: message.channelMessageId }), contactId: idOf(ground, message.contactId), channelId: idOf(ground, message.channelId),
  traffic: message.traffic, message: message.body, sender: { source: message.source, userId: message.userId, teamId: null, workflowId: null, broadcastHistoryId: null },
  replyTo: message.replyTo === null ? null : { messageId: idOf(ground, message.replyTo) }, status: message.traffic === 'incoming' ? [] : message.status,
})

export const userShape = (ground: Ground, user: RioUser): Record<string, unknown> =>
  ({ id: idOf(ground, user.id), firstName: user.firstName, lastName: user.lastName, email: user.email, role: user.role, team: user.team ? { id: 12, name: user.team } : null, restrictions: [] })

/** The nested form of a webhook (§10); `flat` is the older one, `bare` leaves out what two observers did not find. */
export function hookShape(ground: Ground, hook: RioHook, eventId: string, message: RioMessage, contact: Contact, channel: Channel, form: 'nested' | 'flat' | 'bare'): Record<string, unknown> {
  const { tags: _tags, custom_fields: _fields, isBlocked: _blocked, ...person } = contactShape(ground, contact)
  if (form === 'flat') return { event_type: hook.event, event_id: eventId, contact: person, traffic: message.traffic, channelMessageId: message.channelMessageId, message: message.body, channel: channelShape(ground, channel) }
  const { sender, status: _status, replyTo: _reply, ...inner } = messageShape(ground, message)
  return {
    event_type: hook.event, event_id: eventId, contact: person, message: { ...inner, ...(form === 'bare' ? {} : { timestamp: message.messageId }) },
    channel: { ...channelShape(ground, channel), ...(message.traffic === 'outgoing' ? { lastMessageTime: seconds(ground.clock.now()), lastIncomingMessageTime: seconds(ground.clock.now()) } : {}) },
    ...(form === 'bare' ? {} : { sender: { source: message.source, userId: message.userId, teamId: null } }), ...(sender === undefined ? {} : {}),
  }
}
