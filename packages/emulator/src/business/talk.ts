import { closedByRules } from './refuse.ts'
import { webhookEu, webhookMessage, webhookReaction, webhookRead, webhookReferral, type Parties } from './shapes.ts'
import type { Stage } from './stage.ts'
import type { Body, Conversation, Message, Reaction, Source } from './types.ts'
import { allowance, businessWrote, customerWrote, freshWindow, type WindowRule } from './window.ts'

/** An id of a message or a conversation: base64 of 19 bytes, 28 characters, with `+` and `/` now and then (4). */
export const newMessageId = (stage: Stage): string => Buffer.from(stage.bytes(19)).toString('base64')

/** The one conversation of a customer and an account, made when they first meet. */
export function conversationOf(stage: Stage, customer: string, account: string): Conversation {
  const found = Object.values(stage.state.conversations).find(c => c.customer === customer && c.account === account)
  if (found) return found
  const now = stage.now(), id = newMessageId(stage)
  const made: Conversation = {
    id, account, customer, type: 'STRANGER', createdAt: now, updatedAt: now, ads: [], links: [], window: freshWindow(),
    readByCustomerAt: 0, readByBusinessAt: 0, typingUntil: 0, blocked: false, follower: false, eu: stage.customer(customer).eu,
  }
  stage.state.conversations[id] = made
  stage.state.threads[id] = []
  return made
}

/** Appends a message, moves the counters and tells every app that may hear of it. */
export function addMessage(stage: Stage, conversation: Conversation, message: Omit<Message, 'id' | 'conversationId' | 'reactions' | 'at'> & { at?: number; id?: string }): Message {
  const at = message.at ?? stage.now()
  const kept: Message = { ...message, id: message.id ?? newMessageId(stage), conversationId: conversation.id, at, reactions: [] }
  stage.state.messages[kept.id] = kept
  ;(stage.state.threads[conversation.id] ??= []).push(kept.id)
  conversation.updatedAt = Math.max(conversation.updatedAt, at)
  if (kept.from === 'customer') conversation.window = customerWrote(conversation.window, at)
  else if (!kept.auto) {
    conversation.type = 'SINGLE' // G11: the first message of the business by any route accepts the request
    if (kept.source === 'API' || stage.rule('app-messages-count') === 'yes') conversation.window = businessWrote(conversation.window, at)
  }
  stage.changed('message', kept.id)
  return kept
}

export function partiesOf(stage: Stage, conversation: Conversation, openId: string): Parties {
  const customer = stage.customer(conversation.customer)
  return { businessId: openId, businessName: conversation.account, customerId: customer.uniqueId, customerName: customer.handle }
}

/** Raises an event for every app that holds message.list.read of the account and registered a callback for DIRECT_MESSAGE. */
export function tell(stage: Stage, account: string, event: string, content: (openId: string) => Record<string, unknown>, afterMs = 0): void {
  for (const { appId, openId } of stage.listeners(account, 'message.list.read')) {
    const callback = stage.state.callbacks[`${appId}/DIRECT_MESSAGE`]
    if (callback) stage.deliver(appId, callback.url, event, openId, content(openId), afterMs)
  }
}

/** The customer writes. What a person of the EEA, Switzerland or the UK writes raises only the stripped event (G29). */
export function receive(stage: Stage, conversation: Conversation, body: Body, extra: { quotes?: string; tap?: Message['tap'] } = {}): Message {
  const message = addMessage(stage, conversation, { from: 'customer', body, source: 'APP', ...extra })
  if (conversation.eu) tell(stage, conversation.account, 'im_receive_msg_eu', openId => webhookEu(partiesOf(stage, conversation, openId), message.at))
  else if (body.type !== 'other' || stage.rule('voice-events') === 'unknown type')
    tell(stage, conversation.account, 'im_receive_msg', openId => webhookMessage(message, partiesOf(stage, conversation, openId), conversation.follower))
  return message
}

/** The echo: every message of the business raises im_send_msg, whatever wrote it (G13). */
export function echo(stage: Stage, conversation: Conversation, message: Message, afterMs = 0): void {
  if (conversation.eu) return
  tell(stage, conversation.account, 'im_send_msg', openId => webhookMessage(message, partiesOf(stage, conversation, openId), conversation.follower), afterMs)
}

/** The business writes from its phone or from the web: no window stops it, the echo tells it. */
export function businessWrites(stage: Stage, conversation: Conversation, body: Body, source: Extract<Source, 'APP' | 'WEB'>, quotes?: string): Message {
  const message = addMessage(stage, conversation, { from: 'business', body, source, ...(quotes === undefined ? {} : { quotes }) })
  echo(stage, conversation, message)
  return message
}

/** Throws 40064 when the rules of direct messages stop this send (7.1, G36). */
export function mayAnswer(stage: Stage, conversation: Conversation): void {
  const customer = stage.customer(conversation.customer)
  if (conversation.blocked) throw closedByRules(`@${conversation.customer} blocked this account.`, 'G36 blocked or gone')
  if (!customer.available) throw closedByRules(`@${conversation.customer} cannot be written to: the account is gone or under age.`, 'G36 blocked or gone')
  const rule: WindowRule = stage.rule('window-limit') === 'B' ? 'B' : 'A'
  const { left, closesAt } = allowance(conversation.window, stage.now(), rule)
  if (left >= 1) return
  if (closesAt === null) throw closedByRules('The customer never wrote; a business may only answer.', `G1 window-limit ${rule}`)
  if (stage.now() >= closesAt) throw closedByRules(`The customer last wrote more than 48 hours ago; the window closed at ${new Date(closesAt).toISOString()}.`, `G1 window-limit ${rule}`)
  throw closedByRules('Ten messages were sent since the customer last wrote.', `G1 window-limit ${rule}`)
}

/** Adds or takes away a reaction of the customer. It is a message of its own in the webhook, and only a mark in content/list (G27). */
export function react(stage: Stage, conversation: Conversation, target: Message, wish: { emoji?: string; url?: string; remove?: boolean }): void {
  const at = stage.now()
  const reaction: Reaction = { by: 'customer', type: wish.url ? 'AI_EMOJI' : 'EMOJI', at, ...(wish.emoji ? { emoji: wish.emoji } : {}), ...(wish.url ? { url: wish.url } : {}) }
  const same = (r: Reaction) => r.by === 'customer' && r.type === reaction.type && r.emoji === reaction.emoji && r.url === reaction.url
  target.reactions = target.reactions.filter(r => !same(r))
  if (!wish.remove) target.reactions.push(reaction)
  const own = newMessageId(stage)
  stage.changed('message', target.id)
  if (conversation.eu) return
  tell(stage, conversation.account, 'im_receive_msg', openId =>
    webhookReaction(reaction, wish.remove ? 'REMOVE' : 'ADD', { own, target: target.id, conversation: conversation.id }, partiesOf(stage, conversation, openId), conversation.follower))
}

/** The customer looks: everything up to the newest message of the business is seen. */
export function read(stage: Stage, conversation: Conversation): { lastReadAt: number } {
  const last = (stage.state.threads[conversation.id] ?? []).map(id => stage.state.messages[id]).findLast(m => m !== undefined && m.from === 'business')
  const lastReadAt = last?.at ?? stage.now()
  conversation.readByCustomerAt = Math.max(conversation.readByCustomerAt, lastReadAt)
  stage.changed('conversation', conversation.id)
  if (!conversation.eu) tell(stage, conversation.account, 'im_mark_read_msg', openId => webhookRead(conversation, partiesOf(stage, conversation, openId), stage.now(), lastReadAt))
  return { lastReadAt }
}

/** The customer comes through an ad or a tiktok.me link; the event runs a little ahead of the first message (G30). */
export function arrive(stage: Stage, conversation: Conversation, source: 'ad' | 'short_link'): void {
  stage.changed('conversation', conversation.id)
  if (!conversation.eu) tell(stage, conversation.account, 'im_referral_msg', openId => webhookReferral(conversation, partiesOf(stage, conversation, openId), stage.now(), source))
}
