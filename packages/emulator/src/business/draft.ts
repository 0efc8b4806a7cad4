import { invalid, missing } from './refuse.ts'
import type { Card } from './types.ts'

/** What `POST /business/message/send/` asks for, after its words were checked (4.3). Nothing of the world is looked at here. */
export type Draft = {
  businessId: string
  to: { conversationId: string } | { commentId: string }
  what:
    | { type: 'text'; text: string; quotes?: string }
    | { type: 'image'; mediaId: string }
    | { type: 'share_post'; itemId: string }
    | { type: 'template'; card: Card }
    | { type: 'action'; action: 'TYPING' | 'MARK_READ' }
}

type Json = Record<string, unknown>
export const asObject = (value: unknown): Json | undefined => typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : undefined
const TYPES = ['TEXT', 'IMAGE', 'SHARE_POST', 'TEMPLATE', 'SENDER_ACTION'] as const

/** 28 characters of base64 that end in `==`. A `+` that became a space fails here, as it does at TikTok. */
export const isMessageId = (id: string): boolean => /^[A-Za-z0-9+/]{26}==$/.test(id)

/** Code points, not UTF-16 units (G34). */
export const lengthOf = (text: string): number => Array.from(text).length

/**
 * Reads the body of a send. Throws 40002 with the name of the field, in this order: business_id, recipient or direct_reply, message_type, the type's own fields, the quote.
 */
export function readDraft(body: Json): Draft {
  const businessId = text(body, 'business_id')
  const to = recipientOf(body)
  const type = text(body, 'message_type')
  if (!TYPES.some(known => known === type)) throw invalid('message_type', `"${type}" is not one of ${TYPES.join(', ')}.`)
  const quotes = quoteOf(body)
  if (quotes !== undefined && type !== 'TEXT') throw invalid('referenced_message_info', 'Only a text can quote another message.')
  if ('commentId' in to && type === 'SENDER_ACTION') throw invalid('message_type', 'A direct reply to a comment carries a message, not an action.')
  return { businessId, to, what: whatOf(type, body, quotes) }
}

function recipientOf(body: Json): Draft['to'] {
  const direct = body['direct_reply']
  if (direct !== undefined) {
    if (body['recipient'] !== undefined || body['recipient_type'] !== undefined) throw invalid('direct_reply', 'direct_reply and recipient cannot be given together.')
    const reply = asObject(direct)
    if (!reply) throw invalid('direct_reply', 'direct_reply must be an object.')
    if (text(reply, 'reply_type', 'direct_reply.reply_type') !== 'COMMENT_REPLY') throw invalid('direct_reply.reply_type', 'The only value is COMMENT_REPLY.')
    const comment = asObject(reply['comment_reply'])
    if (!comment) throw missing('direct_reply.comment_reply')
    return { commentId: text(comment, 'comment_id', 'direct_reply.comment_reply.comment_id') }
  }
  if (text(body, 'recipient_type') !== 'CONVERSATION') throw invalid('recipient_type', 'The only value is CONVERSATION.')
  const recipient = text(body, 'recipient')
  return { conversationId: recipient }
}

function whatOf(type: string, body: Json, quotes: string | undefined): Draft['what'] {
  if (type === 'TEXT') {
    const words = text(nested(body, 'text'), 'body', 'text.body')
    if (lengthOf(words) > 6000) throw invalid('text.body', `The text has ${lengthOf(words)} characters; 6000 are allowed.`)
    return { type: 'text', text: words, ...(quotes === undefined ? {} : { quotes }) }
  }
  if (type === 'IMAGE') {
    if (body['text'] !== undefined) throw invalid('text', 'A picture has no caption: text and image cannot be combined.')
    return { type: 'image', mediaId: text(nested(body, 'image'), 'media_id', 'image.media_id') }
  }
  if (type === 'SHARE_POST') return { type: 'share_post', itemId: text(nested(body, 'share_post'), 'item_id', 'share_post.item_id') }
  if (type === 'TEMPLATE') return { type: 'template', card: cardOf(nested(body, 'template')) }
  const action = text(body, 'sender_action')
  if (action !== 'TYPING' && action !== 'MARK_READ') throw invalid('sender_action', 'The values are TYPING and MARK_READ.')
  return { type: 'action', action }
}

function cardOf(template: Json): Card {
  const type = text(template, 'type', 'template.type'), title = text(template, 'title', 'template.title')
  if (type !== 'QA_BUTTON_CARD' && type !== 'QA_LINK_CARD') throw invalid('template.type', 'The values are QA_BUTTON_CARD and QA_LINK_CARD.')
  if (lengthOf(title) > 40) throw invalid('template.title', `The title has ${lengthOf(title)} characters; 40 are allowed.`)
  const list: unknown = template['buttons']
  if (!Array.isArray(list)) throw missing('template.buttons')
  if (list.length < 1 || list.length > 3) throw invalid('template.buttons', `A card has one to three buttons, not ${list.length}.`)
  const most = type === 'QA_BUTTON_CARD' ? 20 : 40
  const buttons = list.map((each: unknown, i) => {
    const button = asObject(each), at = `template.buttons[${i}]`
    if (!button) throw invalid(at, 'A button is an object.')
    if (text(button, 'type', `${at}.type`) !== 'REPLY') throw invalid(`${at}.type`, 'The only type of button is REPLY.')
    const label = text(button, 'title', `${at}.title`)
    if (lengthOf(label) > most) throw invalid(`${at}.title`, `The button has ${lengthOf(label)} characters; ${most} are allowed on a ${type}.`)
    const id = button['id']
    if (id !== undefined && (typeof id !== 'string' || lengthOf(id) > 40)) throw invalid(`${at}.id`, 'A button id is text of at most 40 characters.')
    return { type: 'REPLY' as const, title: label, ...(typeof id === 'string' ? { id } : {}) }
  })
  return { type, title, buttons }
}

function quoteOf(body: Json): string | undefined {
  if (body['referenced_message_info'] === undefined) return undefined
  return text(nested(body, 'referenced_message_info'), 'referenced_message_id', 'referenced_message_info.referenced_message_id')
}

const nested = (body: Json, key: string): Json => {
  if (body[key] === undefined) throw missing(key)
  const value = asObject(body[key])
  if (!value) throw invalid(key, `${key} must be an object.`)
  return value
}

/** A required, non-empty string. */
export function text(body: Json, key: string, name = key): string {
  const value = body[key]
  if (value === undefined || value === null || value === '') throw missing(name)
  if (typeof value !== 'string') throw invalid(name, `${name} must be text, not ${typeof value}.`)
  return value
}
