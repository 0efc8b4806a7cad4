import type { Ground } from '../face.ts'
import { lengthOf } from '../business/draft.ts'
import { keepMedia } from '../business/media.ts'
import { No } from '../business/refuse.ts'
import { pictureType } from '../business/shapes.ts'
import { addMessage, conversationOf, echo, mayAnswer } from '../business/talk.ts'
import type { Body } from '../business/types.ts'
import { mayCall } from '../deliver.ts'
import { sendHooks } from './hooks.ts'
import { appOfSpace, keepMessage } from './ingest.ts'
import { RioNo } from './refuse.ts'
import type { Channel, Contact, RioMessage, StatusValue } from './types.ts'

const MOST_BYTES = 3 * 1024 * 1024

/** Accepts a send: 200 with an id means accepted, not delivered (§7). The walk pending → sent → delivered → read follows. */
export function acceptSend(ground: Ground, contact: Contact, channel: Channel, given: Record<string, unknown>, sender: { source: string; userId: number | null }): RioMessage {
  const body = readBody(ground, contact, channel, given)
  if (channel.source === 'tiktok_business' && ground.rules.is('rio-window', '400')) {
    const why = closed(ground, contact, channel)
    if (why) throw new RioNo(400, why, 'The reply window of TikTok is closed (rule rio-window).')
  }
  const message = keepMessage(ground, { spaceId: contact.spaceId, contactId: contact.id, channelId: channel.id, traffic: 'outgoing', channelMessageId: null, body, source: sender.source, userId: sender.userId, replyTo: null, status: [{ value: 'pending', timestamp: ground.clock.now() }] }, ground.clock.now() * 1000 + Math.floor(ground.ids.chance('rioMicros') * 1000))
  ground.store.shelf('rioContact').put({ ...contact, lastChannelId: channel.id })
  ground.agenda.after(900, 'respondio.send', { id: message.id })
  return message
}

function readBody(ground: Ground, contact: Contact, channel: Channel, given: Record<string, unknown>): Record<string, unknown> {
  const tiktok = channel.source === 'tiktok_business'
  if (given['type'] === 'text') {
    if (typeof given['text'] !== 'string' || given['text'] === '') throw new RioNo(400, 'Validation error.', 'message.text must be text that is not empty.')
    const text = ground.rules.is('rio-expansion', 'on') ? expand(given['text'], contact) : given['text']
    if (tiktok && lengthOf(text) > 6000) throw new RioNo(400, 'Validation error.', `The text has ${lengthOf(text)} characters; TikTok takes 6000.`)
    return { type: 'text', text }
  }
  if (given['type'] === 'attachment') {
    const attachment = given['attachment']
    const { type, url } = typeof attachment === 'object' && attachment !== null ? attachment as { type?: unknown; url?: unknown } : {}
    if (typeof url !== 'string' || !URL.canParse(url)) throw new RioNo(400, 'Validation error.', 'message.attachment.url must be a public address.')
    if (tiktok && type !== 'image') throw new RioNo(400, 'Validation error.', 'On a TikTok channel only an image can be sent.')
    return { type: 'attachment', attachment: { type, url } }
  }
  throw new RioNo(400, 'Validation error.', `message.type "${String(given['type'])}" is not sent on this channel.`)
}

/** `{{$contact.name}}` and friends are expanded (§1.10). */
const expand = (text: string, contact: Contact): string => text.replaceAll(/\{\{\s*\$contact\.(\w+)\s*\}\}/g, (_, field: string) => {
  const known: Record<string, string | null> = { name: `${contact.firstName} ${contact.lastName}`.trim(), firstName: contact.firstName, firstname: contact.firstName, lastName: contact.lastName, lastname: contact.lastName, email: contact.email, phone: contact.phone, id: contact.id }
  return known[field] ?? ''
})

function closed(ground: Ground, contact: Contact, channel: Channel): string | undefined {
  if (contact.customerId === null || channel.accountId === null) return 'Contact is not reachable on this channel'
  try {
    mayAnswer(ground, conversationOf(ground, contact.customerId, channel.accountId))
    return undefined
  } catch (why) {
    if (why instanceof No) return `TikTok: ${why.message}`
    throw why
  }
}

/** The walk of a send goes on by the emulator's clock. */
export function runSends(ground: Ground): void {
  const shelf = ground.store.shelf('rioMessage')
  const mark = (id: string, value: StatusValue, change: Partial<RioMessage> = {}, message?: string) => {
    const found = shelf.get(id)
    if (found) shelf.put({ ...found, ...change, status: [...found.status.filter(s => s.value !== 'pending'), { value, timestamp: ground.clock.now(), ...(message ? { message } : {}) }] })
  }
  ground.agenda.on('respondio.send', async ({ id: given }) => {
    const id = String(given), found = shelf.get(id)
    if (!found || found.status.some(s => s.value !== 'pending')) return
    const channel = ground.store.shelf('rioChannel').get(found.channelId), contact = ground.store.shelf('rioContact').get(found.contactId)
    if (!channel || !contact) return
    if (channel.source !== 'tiktok_business') mark(id, 'sent', { channelMessageId: `wamid.${found.messageId}` })
    else {
      const why = closed(ground, contact, channel)
      const body = why ? undefined : await bodyFor(ground, channel, found)
      if (why || !body) return mark(id, 'failed', {}, why ?? 'The attachment could not be downloaded')
      if (contact.customerId === null || channel.accountId === null) return
      const conversation = conversationOf(ground, contact.customerId, channel.accountId)
      const message = addMessage(ground, conversation, { from: 'business', body, source: 'API', appId: appOfSpace(found.spaceId) })
      echo(ground, conversation, message)
      mark(id, 'sent', { channelMessageId: message.id })
    }
    const sent = shelf.get(id)
    if (sent) sendHooks(ground, sent)
    ground.agenda.after(3900, 'respondio.delivered', { id })
  })
  ground.agenda.on('respondio.delivered', ({ id }) => {
    if (shelf.get(String(id))?.status.some(s => s.value === 'delivered')) return
    mark(String(id), 'delivered')
    if (ground.rules.is('rio-read', 'with delivered')) mark(String(id), 'read')
  })
}

/** Respond.io downloads an attachment itself and gives it to TikTok. */
async function bodyFor(ground: Ground, channel: Channel, message: RioMessage): Promise<Body | undefined> {
  if (message.body['type'] === 'text') return { type: 'text', text: String(message.body['text']) }
  const { url } = message.body['attachment'] as { url: string }
  if (mayCall(url, [])) return undefined
  const answer = await ground.fetch(url, { signal: AbortSignal.timeout(5000) }).catch(() => undefined)
  const bytes = answer?.ok ? new Uint8Array(await answer.arrayBuffer()) : undefined, mime = bytes && pictureType(bytes)
  if (!bytes || !mime || bytes.length > MOST_BYTES || channel.accountId === null) return undefined
  return { type: 'image', mediaId: keepMedia(ground, { kind: 'IMAGE', mime, accountId: channel.accountId, appId: null }, bytes).id }
}
