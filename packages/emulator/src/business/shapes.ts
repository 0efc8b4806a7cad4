import type { Body, Card, Comment, Conversation, Message, Reaction } from './types.ts'

/** The two parties of a conversation as one app sees them. `businessId` is the account's open_id for that app. */
export type Parties = { businessId: string; businessName: string; customerId: string; customerName: string }

export const embedUrl = (itemId: string): string =>
  `https://www.tiktok.com/player/v1/${itemId}?music_info=1&description=1&autoplay=1&loop=1&utm_campaign=tt4d_open_api&utm_source=dm`

/** One element of `content/list` (4.2): uppercase enums, usernames as sender and recipient, absent fields omitted (G33). */
export function restMessage(message: Message, parties: Parties): Record<string, unknown> {
  const outgoing = message.from === 'business'
  const business = { id: parties.businessId, role: 'BUSINESS_ACCOUNT' }, customer = { id: parties.customerId, role: 'PERSONAL_ACCOUNT' }
  return {
    sender: outgoing ? parties.businessName : parties.customerName, recipient: outgoing ? parties.customerName : parties.businessName,
    conversation_id: message.conversationId, message_id: message.id, timestamp: message.at,
    message_type: message.body.type.toUpperCase(), ...restBody(message.body),
    message_tag: { source: message.source },
    ...(message.auto ? { auto_message_type: message.auto } : {}),
    ...(message.reactions.length > 0 ? { reactions: message.reactions.map(r => restReaction(r, parties)) } : {}),
    from_user: outgoing ? business : customer, to_user: outgoing ? customer : business,
    ...(message.quotes ? { referenced_message_info: { referenced_message_id: message.quotes } } : {}),
  }
}

function restBody(body: Body): Record<string, unknown> {
  switch (body.type) {
    case 'text': return { text: { body: body.text } }
    case 'image': return { image: { media_id: body.mediaId } }
    case 'video': return { video: { media_id: body.mediaId } }
    case 'share_post': return { share_post: { embed_url: embedUrl(body.itemId) } }
    case 'sticker': return { sticker: { url: body.url } }
    case 'emoji': return { emoji: { url: body.url } }
    case 'template': return { template: body.card }
    case 'other': return {}
  }
}

const restReaction = (r: Reaction, parties: Parties) => ({
  type: r.type, ...(r.emoji ? { emoji: r.emoji } : {}), ...(r.url ? { ai_emoji_url: r.url } : {}),
  unique_identifier: r.by === 'customer' ? parties.customerId : parties.businessId, timestamp: r.at,
})

/** `content` of im_receive_msg and im_send_msg (5.6): lowercase types, the customer's id as unique_identifier also on echoes (G15). */
export function webhookMessage(message: Message, parties: Parties, isFollower: boolean): Record<string, unknown> {
  return {
    ...head(message.from, parties), conversation_id: message.conversationId, message_id: message.id, timestamp: message.at,
    type: message.body.type === 'other' ? message.body.named : message.body.type, ...webhookBody(message.body),
    ...(message.quotes ? { referenced_message_info: { referenced_message_id: message.quotes } } : {}),
    ...(message.tap ? { reply_source_payload: { reply_source_msg_id: message.id, reply_source_unique_id: message.tap.buttonId } } : {}),
    ...(message.auto ? { auto_message_type: message.auto } : {}),
    scene_type: 0, is_follower: isFollower, message_tag: { source: message.source },
  }
}

function webhookBody(body: Body): Record<string, unknown> {
  if (body.type === 'share_post') return { share_post: { embed_url: embedUrl(body.itemId), video_id: body.itemId } }
  if (body.type === 'template') return { template: webhookCard(body.card) }
  return restBody(body)
}

/** The card changes its keys on the way: `elements[0]` and `text` instead of `title` (5.7). */
const webhookCard = (card: Card) => ({
  type: card.type.toLowerCase(),
  elements: [{ title: card.title, buttons: card.buttons.map(b => ({ type: b.type, text: b.title, ...(b.id === undefined ? {} : { id: b.id }) })) }],
})

const head = (from: 'customer' | 'business', parties: Parties) => {
  const business = { id: parties.businessId, role: 'business_account' }, customer = { id: parties.customerId, role: 'personal_account' }
  return from === 'customer'
    ? { from: parties.customerName, to: parties.businessName, unique_identifier: parties.customerId, from_user: customer, to_user: business }
    : { from: parties.businessName, to: parties.customerName, unique_identifier: parties.customerId, from_user: business, to_user: customer }
}

/** A reaction is a message of its own (G27); the message it is about only shows it in content/list. */
export function webhookReaction(reaction: Reaction, operation: 'ADD' | 'REMOVE', ids: { own: string; target: string; conversation: string }, parties: Parties, isFollower: boolean): Record<string, unknown> {
  return {
    ...head(reaction.by, parties), conversation_id: ids.conversation, message_id: ids.own, timestamp: reaction.at, type: 'reaction',
    reaction: [{ operation, ...restReaction(reaction, parties), original_msg_id: ids.target }],
    scene_type: 0, is_follower: isFollower, message_tag: { source: 'APP' },
  }
}

export const webhookRead = (conversation: Conversation, parties: Parties, at: number, lastReadAt: number): Record<string, unknown> =>
  ({ ...head('customer', parties), conversation_id: conversation.id, timestamp: at, read: { last_read_timestamp: lastReadAt } })

/** Nothing else is in it: no sender, no text, no conversation (5.6). */
export const webhookEu = (parties: Parties, at: number): Record<string, unknown> =>
  ({ to: parties.businessName, to_user: { id: parties.businessId, role: 'business_account' }, timestamp: at })

/** Objects and milliseconds here, arrays and seconds in conversation/list (5.7). */
export function webhookReferral(conversation: Conversation, parties: Parties, at: number, source: 'ad' | 'short_link'): Record<string, unknown> {
  const ad = conversation.ads.at(-1), link = conversation.links.at(-1)
  const referral = source === 'ad' && ad
    ? { source, ad: { advertiser_id: ad.advertiserId, ad_id: ad.adId, timestamp: ad.at, ad_name: ad.adName, embed_url: ad.embedUrl, ...(ad.materialId ? { message_material_id: ad.materialId } : {}) } }
    : { source: 'short_link', short_link: shortLink(link ?? { ref: '' }) }
  return { ...head('customer', parties), conversation_id: conversation.id, timestamp: at, is_follower: conversation.follower, referral }
}

const shortLink = (link: Conversation['links'][number]) =>
  ({ ref: link.ref, ...(link.prefilled === undefined ? {} : { prefilled_message: link.prefilled, prefilled_message_audit_status: link.audit ?? 'PASS' }) })

/** One element of conversation/list (4.1): no participants, no last message, `referral` is `{}` when there is none. */
export const restConversation = (c: Conversation): Record<string, unknown> => ({
  conversation_id: c.id, update_time: c.updatedAt,
  referral: {
    ...(c.ads.length > 0 ? { ad: c.ads.map(a => ({ advertiser_id: a.advertiserId, ad_id: a.adId, timestamp: Math.floor(a.at / 1000), ad_name: a.adName, embed_url: a.embedUrl, ...(a.materialId ? { message_material_id: a.materialId } : {}) })) } : {}),
    ...(c.links.length > 0 ? { short_link: c.links.map(shortLink) } : {}),
  },
})

export const webhookComment = (comment: Comment, parties: Parties, isFollower: boolean): Record<string, unknown> =>
  ({ ...head('customer', parties), comment_id: comment.id, comment_text: comment.text, is_follower: isFollower, timestamp: comment.at })

/** Bytes decide what a picture is, not its name (G23). */
export function pictureType(bytes: Uint8Array): 'image/jpeg' | 'image/png' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'image/jpeg'
  if (bytes[0] === 0x89 && bytes[1] === 0x50 && bytes[2] === 0x4e && bytes[3] === 0x47) return 'image/png'
  return null
}
