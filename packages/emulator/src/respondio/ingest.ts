import type { Ground } from '../face.ts'
import { underEuRules } from '../business/stage.ts'
import type { Body, Message } from '../business/types.ts'
import { sendHooks } from './hooks.ts'
import type { Channel, Contact, RioMessage } from './types.ts'

export const appOfSpace = (spaceId: string): string => `respondio:${spaceId}`

/** Listens to the world: what a customer writes on TikTok appears here too, under TikTok's own message id (§11). */
export function listenToTikTok(ground: Ground): void {
  ground.timeline.listen(({ name, about }) => {
    if (name === 'message') mirror(ground, String(about['messageId']))
    if (name === 'conversation changed') markRead(ground, String(about['conversationId']))
  })
}

function mirror(ground: Ground, id: string): void {
  const channels = ground.store.shelf('rioChannel')
  if (channels.size === 0) return
  const message = ground.store.shelf('message').get(id), conversation = message && ground.store.shelf('conversation').get(message.conversationId)
  if (!message || !conversation || underEuRules(ground, conversation.customerId)) return
  for (const channel of channels.filter(c => c.accountId === conversation.accountId)) {
    if (message.appId === appOfSpace(channel.spaceId)) continue // its own send has a row already
    if (message.from === 'business' && ground.rules.is('rio-echo', 'off')) continue
    const contact = contactOf(ground, channel, conversation.customerId)
    const incoming = message.from === 'customer'
    const late = ground.faults.take('respondio.ingest', [], does => does === 'late incoming')
    const at = message.at - (late ? Number(late['delayMs'] ?? 60_000) : 0)
    const kept = keepMessage(ground, {
      spaceId: channel.spaceId, contactId: contact.id, channelId: channel.id, traffic: incoming ? 'incoming' : 'outgoing', channelMessageId: tiktokId(ground, message.id), body: bodyShape(ground, message.body),
      source: incoming ? 'contact' : 'echo', userId: null, status: incoming ? [] : [{ value: 'sent', timestamp: message.at }], replyTo: quoted(ground, contact, message),
    }, at * 1000)
    ground.store.shelf('rioContact').put({ ...contact, status: incoming ? 'open' : contact.status, lastChannelId: channel.id })
    sendHooks(ground, kept)
  }
}

/** The join key of the cut-over; knobs make it null or another one (§15.2). */
function tiktokId(ground: Ground, id: string): string | null {
  if (ground.faults.take('respondio.ingest', [], does => does === 'no tiktok id')) return null
  if (ground.faults.take('respondio.ingest', [], does => does === 'other tiktok id')) return ground.ids.bytes('rioOther', 19).toString('base64')
  return id
}

const quoted = (ground: Ground, contact: Contact, message: Message): number | null =>
  message.quotes === undefined ? null : ground.store.shelf('rioMessage').find(m => m.contactId === contact.id && m.channelMessageId === message.quotes)?.messageId ?? null

/** The contact of a customer in a workspace; one that was merged away leads to the one that stayed. */
export function contactOf(ground: Ground, channel: Channel, customerId: string): Contact {
  const shelf = ground.store.shelf('rioContact'), customer = ground.store.shelf('customer').get(customerId)
  const found = shelf.find(c => c.spaceId === channel.spaceId && c.customerId === customerId)
  if (found) return found.mergedInto ? shelf.get(found.mergedInto) ?? found : found
  return shelf.put({
    id: String(410_000_001 + shelf.size), spaceId: channel.spaceId, customerId, firstName: customer?.handle ?? 'someone', lastName: '', email: null, phone: null, status: 'open', blocked: false, tags: [], customFields: [],
    assigneeId: null, lifecycle: 'New Lead', createdAt: ground.clock.now(), lastChannelId: channel.id,
  })
}

/** messageId is the time in microseconds; a collision within a contact moves up by one (§15.1). */
export function keepMessage(ground: Ground, message: Omit<RioMessage, 'id' | 'messageId'>, micros: number): RioMessage {
  const shelf = ground.store.shelf('rioMessage')
  let messageId = micros
  while (shelf.get(`${message.contactId}/${messageId}`)) messageId += 1
  const kept = shelf.put({ ...message, messageId, id: `${message.contactId}/${messageId}` })
  ground.timeline.tell('respondio message', { spaceId: kept.spaceId, contactId: kept.contactId, messageId, traffic: kept.traffic })
  return kept
}

function bodyShape(ground: Ground, body: Body): Record<string, unknown> {
  switch (body.type) {
    case 'text': return { type: 'text', text: body.text }
    case 'image': case 'video': {
      const media = ground.store.shelf('dmMedia').get(body.mediaId), ext = (media?.mime ?? 'image/jpeg').split('/')[1] ?? 'jpeg'
      return { type: 'attachment', attachment: { type: body.type, url: `${ground.url()}/respondio-files/${body.mediaId}.${ext}`, fileName: `${body.mediaId.slice(0, 8)}.${ext}`, ext, mime: media?.mime ?? 'image/jpeg', size: String(media?.bytes ?? 0), isPending: false } }
    }
    case 'share_post': return { type: 'post', post: { id: body.itemId, url: `https://www.tiktok.com/player/v1/${body.itemId}` } }
    case 'template': return { type: 'text', text: body.card.title }
    case 'sticker': case 'emoji': case 'other': return { type: 'unsupported' }
  }
}

function markRead(ground: Ground, conversationId: string): void {
  const shelf = ground.store.shelf('rioMessage')
  if (shelf.size === 0 || !ground.rules.is('rio-read', 'when read')) return
  const conversation = ground.store.shelf('conversation').get(conversationId)
  for (const message of shelf.filter(m => m.traffic === 'outgoing' && m.channelMessageId !== null && !m.status.some(s => s.value === 'read'))) {
    const sent = message.channelMessageId === null ? undefined : ground.store.shelf('message').get(message.channelMessageId)
    if (sent?.conversationId === conversationId && conversation && sent.at <= conversation.readByCustomerAt) shelf.put({ ...message, status: [...message.status, { value: 'read', timestamp: ground.clock.now() }] })
  }
}
