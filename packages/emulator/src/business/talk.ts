import { closedByRules } from './refuse.ts'
import { webhookEu, webhookMessage, webhookReaction, webhookRead, webhookReferral, type Parties } from './shapes.ts'
import { personOf, underEuRules } from './stage.ts'
import type { Ground } from '../face.ts'
import type { App } from '../words.ts'
import type { Body, Conversation, EventType, Message, Reaction } from './types.ts'
import { allowance, businessWrote, customerWrote, freshWindow, type WindowRule } from './window.ts'

const KEPT_AT_HAND = 80

/** An id of a message or a conversation: base64 of 19 bytes, 28 characters, with `+` and `/` now and then (4). */
export const newMessageId = (ground: Ground): string => ground.ids.bytes('message', 19).toString('base64')

/** The one conversation of a customer and an account, made when they first meet. */
export function conversationOf(ground: Ground, customerId: string, accountId: string): Conversation {
  const pairs = ground.store.shelf('pair'), conversations = ground.store.shelf('conversation'), key = `${customerId}/${accountId}`
  const known = pairs.get(key), found = known && conversations.get(known.conversationId)
  if (found) return found
  const now = ground.clock.now(), id = ground.ids.bytes('conversation', 19).toString('base64')
  pairs.put({ id: key, conversationId: id })
  return conversations.put({
    id, accountId, customerId, type: 'STRANGER', createdAt: now, updatedAt: now, ads: [], links: [], window: freshWindow(),
    readByCustomerAt: 0, readByBusinessAt: 0, typingUntil: 0, blocked: false, follower: false, recent: [], messages: 0,
  })
}

/** Appends a message and moves the counters. Who may hear of it is told by `receive` and `echo`. */
export function addMessage(ground: Ground, conversation: Conversation, message: Omit<Message, 'id' | 'conversationId' | 'reactions' | 'at' | 'order'>): Message {
  const at = ground.clock.now()
  const kept = ground.store.shelf('message').put({ ...message, id: newMessageId(ground), conversationId: conversation.id, at, order: conversation.messages, reactions: [] })
  conversation.messages += 1
  conversation.recent = [...conversation.recent.slice(1 - KEPT_AT_HAND), kept.id]
  conversation.updatedAt = Math.max(conversation.updatedAt, at)
  if (kept.from === 'customer') conversation.window = customerWrote(conversation.window, at)
  else if (!kept.auto) {
    conversation.type = 'SINGLE' // G11: the first message of the business by any route accepts the request
    if (kept.source === 'API' || ground.rules.is('app-messages-count', 'on')) conversation.window = businessWrote(conversation.window, at)
  }
  ground.store.shelf('conversation').put(conversation)
  ground.timeline.tell('message', { messageId: kept.id, conversationId: conversation.id, accountId: conversation.accountId, customerId: conversation.customerId, from: kept.from, type: kept.body.type })
  return kept
}

/** The newest messages, oldest first. */
export const newest = (ground: Ground, conversation: Conversation, most: number): Message[] =>
  conversation.recent.slice(-most).flatMap(id => ground.store.shelf('message').get(id) ?? [])

export function partiesOf(ground: Ground, conversation: Conversation, openId: string): Parties {
  const customer = ground.store.shelf('customer').get(conversation.customerId), account = ground.store.shelf('account').get(conversation.accountId)
  return { businessId: openId, businessName: account?.handle ?? '', customerId: conversation.customerId, customerName: customer?.handle ?? '' }
}

/**
 * Raises an event for every Business app that holds a living grant of the account with `scope` and registered a callback for this kind of event.
 * Without "everyone may write to me" nothing of a stranger is told until the owner accepts by hand (1.3).
 */
export function tell(ground: Ground, accountId: string, event: string, content: (openId: string) => Record<string, unknown> | string, { afterMs = 0, scope = 'message.list.read', to = 'DIRECT_MESSAGE' as EventType } = {}): string[] {
  const sent: string[] = []
  for (const grant of ground.store.shelf('grant').filter(g => g.accountId === accountId && g.state === 'working' && g.scopes.includes(scope))) {
    const app = ground.store.shelf('app').get(grant.appId)
    if (app?.platform !== 'business') continue
    const url = callbackOf(ground, app, to)
    const handle = ground.store.shelf('account').get(accountId)?.handle
    const delivery = url ? ground.webhooks.send({ app, event, openId: grant.openId, content: content(grant.openId), url, about: [handle, grant.openId], delayMs: Math.max(0, afterMs) }) : undefined
    if (delivery) sent.push(delivery.id)
  }
  return sent
}

/** Where an app wants a kind of event: what webhook/update said, else what the app was registered with. Deleted ones have an empty address. */
export function callbackOf(ground: Ground, app: App, type: EventType): string | null {
  const said = ground.store.shelf('callback').get(`${app.id}/${type}`)
  return said ? said.url || null : app.webhookUrl
}

export const changed = (ground: Ground, conversation: Conversation): void =>
  ground.timeline.tell('conversation changed', { conversationId: conversation.id, accountId: conversation.accountId, customerId: conversation.customerId })

/** The customer writes. What a person of the EEA, Switzerland or the UK writes raises only the stripped event (G29). `deliveries`: the webhooks it set off. */
export function receive(ground: Ground, conversation: Conversation, body: Body, extra: { quotes?: string; tap?: Message['tap'] } = {}): { message: Message; deliveries: string[] } {
  const message = addMessage(ground, conversation, { from: 'customer', body, source: 'APP', ...(extra.quotes ? { quotes: extra.quotes } : {}), ...(extra.tap ? { tap: extra.tap } : {}) })
  const unheard = conversation.type === 'STRANGER' && ground.store.shelf('account').get(conversation.accountId)?.messagesFromEveryone === false
  const silent = body.type === 'other' && ground.rules.is('voice-events', 'silent')
  if (unheard) return { message, deliveries: [] }
  if (underEuRules(ground, conversation.customerId)) return { message, deliveries: tell(ground, conversation.accountId, 'im_receive_msg_eu', openId => webhookEu(partiesOf(ground, conversation, openId), message.at)) }
  const odd = ground.faults.take('business.event', [ground.store.shelf('account').get(conversation.accountId)?.handle], does => does === 'unknown type') !== undefined
  const content = (openId: string) => ({ ...webhookMessage(message, partiesOf(ground, conversation, openId), conversation.follower), ...(odd ? { type: 'hologram', hologram: { depth: 3 } } : {}) })
  const deliveries = silent ? [] : tell(ground, conversation.accountId, 'im_receive_msg', content)
  if (ground.faults.take('business.event', [], does => does === 'unknown event')) deliveries.push(...tell(ground, conversation.accountId, 'im_weather_changed', () => ({ temperature: 21 })))
  return { message, deliveries }
}

/** The echo: every message of the business raises im_send_msg, whatever wrote it (G13). */
export function echo(ground: Ground, conversation: Conversation, message: Message, afterMs = 0): void {
  if (underEuRules(ground, conversation.customerId)) return
  tell(ground, conversation.accountId, 'im_send_msg', openId => webhookMessage(message, partiesOf(ground, conversation, openId), conversation.follower), { afterMs })
}

/** The business writes from its phone or from the web: no window stops it, the echo tells it. */
export function businessWrites(ground: Ground, conversation: Conversation, body: Body, source: 'APP' | 'WEB', quotes?: string): Message {
  const message = addMessage(ground, conversation, { from: 'business', body, source, ...(quotes === undefined ? {} : { quotes }) })
  echo(ground, conversation, message)
  return message
}

/** Throws 40064 when the rules of direct messages stop this send (7.1, G36). */
export function mayAnswer(ground: Ground, conversation: Conversation): void {
  const name = `@${ground.store.shelf('customer').get(conversation.customerId)?.handle ?? 'someone'}`
  if (conversation.blocked) throw closedByRules(`${name} blocked this account.`, 'G36 blocked or gone')
  if (!personOf(ground, conversation.customerId).available) throw closedByRules(`${name} cannot be written to: the account is gone or under age.`, 'G36 blocked or gone')
  const rule: WindowRule = ground.rules.get('window-limit') === 'B' ? 'B' : 'A'
  const { left, closesAt } = allowance(conversation.window, ground.clock.now(), rule)
  if (left >= 1) return
  if (closesAt === null) throw closedByRules('The customer never wrote; a business may only answer.', `G1 window-limit ${rule}`)
  if (ground.clock.now() >= closesAt) throw closedByRules(`The customer last wrote more than 48 hours ago; the window closed at ${new Date(closesAt).toISOString()}.`, `G1 window-limit ${rule}`)
  throw closedByRules(`${conversation.window.sentSince} messages were sent since the customer last wrote; ten are allowed.`, `G1 window-limit ${rule}`)
}

/** Adds or takes away a reaction of the customer. It is a message of its own in the webhook, and only a mark in content/list (G27). */
export function react(ground: Ground, conversation: Conversation, target: Message, wish: { emoji?: string; url?: string; remove?: boolean }): void {
  const at = ground.clock.now()
  const reaction: Reaction = { by: 'customer', type: wish.url ? 'AI_EMOJI' : 'EMOJI', at, ...(wish.emoji ? { emoji: wish.emoji } : {}), ...(wish.url ? { url: wish.url } : {}) }
  const same = (r: Reaction) => r.by === 'customer' && r.type === reaction.type && r.emoji === reaction.emoji && r.url === reaction.url
  target.reactions = target.reactions.filter(r => !same(r))
  if (!wish.remove) target.reactions.push(reaction)
  ground.store.shelf('message').put(target)
  const own = newMessageId(ground)
  changed(ground, conversation)
  if (underEuRules(ground, conversation.customerId)) return
  tell(ground, conversation.accountId, 'im_receive_msg', openId =>
    webhookReaction(reaction, wish.remove ? 'REMOVE' : 'ADD', { own, target: target.id, conversation: conversation.id }, partiesOf(ground, conversation, openId), conversation.follower))
}

/** The customer looks: everything up to the newest message of the business is seen. */
export function read(ground: Ground, conversation: Conversation): { lastReadAt: number } {
  const last = newest(ground, conversation, KEPT_AT_HAND).findLast(m => m.from === 'business')
  const lastReadAt = last?.at ?? ground.clock.now()
  conversation.readByCustomerAt = Math.max(conversation.readByCustomerAt, lastReadAt)
  ground.store.shelf('conversation').put(conversation)
  changed(ground, conversation)
  if (!underEuRules(ground, conversation.customerId))
    tell(ground, conversation.accountId, 'im_mark_read_msg', openId => webhookRead(conversation, partiesOf(ground, conversation, openId), ground.clock.now(), lastReadAt))
  return { lastReadAt }
}

/** The customer comes through an ad or a tiktok.me link; the event runs a little ahead of the first message (G30). */
export function arrive(ground: Ground, conversation: Conversation, source: 'ad' | 'short_link'): void {
  conversation.openedFrom = source
  ground.store.shelf('conversation').put(conversation)
  changed(ground, conversation)
  if (!underEuRules(ground, conversation.customerId))
    tell(ground, conversation.accountId, 'im_referral_msg', openId => webhookReferral(conversation, partiesOf(ground, conversation, openId), ground.clock.now(), source))
}
