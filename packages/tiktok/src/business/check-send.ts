import { messages } from './messages.contract.ts'
import type { CardButton, Outgoing, TemplateContent } from './types.ts'

/** One rule a message breaks. `limit` and `actual` are counts where the rule is one. */
export type SendProblem = { field: string; rule: 'missing' | 'too long' | 'too few' | 'too many' | 'not allowed'; limit: number | null; actual: number | null }

/** Everything TikTok's documentation says about a message that can be told without asking TikTok; an empty list means it may be sent. Pure. business §4.3 */
export function checkSend(message: Outgoing): SendProblem[] {
  return [...addressOf(message), ...contentOf(message)]
}

const missing = (field: string): SendProblem => ({ field, rule: 'missing', limit: null, actual: null })
const notAllowed = (field: string): SendProblem => ({ field, rule: 'not allowed', limit: null, actual: null })
const given = (field: string, text: string | undefined, limit = Infinity): SendProblem[] =>
  !text ? [missing(field)] : text.length > limit ? [{ field, rule: 'too long', limit, actual: text.length }] : []

function addressOf(message: Outgoing): SendProblem[] {
  if (message.direct_reply === undefined) return given('recipient', message.recipient)
  const both = (message as { recipient?: string }).recipient === undefined ? [] : [notAllowed('recipient')]
  return [...both, ...given('direct_reply.comment_reply.comment_id', message.direct_reply.comment_reply.comment_id)]
}

function contentOf(message: Outgoing): SendProblem[] {
  switch (message.message_type) {
    case 'TEXT': {
      const quoted = message.referenced_message_info
      return [...given('text.body', message.text.body, messages.text.max), ...(quoted ? given('referenced_message_info.referenced_message_id', quoted.referenced_message_id) : [])]
    }
    case 'IMAGE': return [...given('image.media_id', message.image.media_id), ...noQuote(message)]
    case 'SHARE_POST': return [...given('share_post.item_id', message.share_post.item_id), ...noQuote(message)]
    case 'TEMPLATE': return [...cardProblems(message.template), ...noQuote(message)]
    case 'SENDER_ACTION': return [
      ...((messages.senderActions as readonly string[]).includes(message.sender_action) ? [] : [notAllowed('sender_action')]),
      ...((message as { direct_reply?: unknown }).direct_reply === undefined ? [] : [notAllowed('direct_reply')]),
    ]
    default: return [notAllowed('message_type')]
  }
}

/** Only a text may quote. */
const noQuote = (message: object): SendProblem[] => ('referenced_message_info' in message && message.referenced_message_info !== undefined ? [notAllowed('referenced_message_info')] : [])

function cardProblems({ type, title, buttons }: TemplateContent['template']): SendProblem[] {
  const { min, max } = messages.card.buttons
  const count: SendProblem[] = buttons.length < min ? [{ field: 'template.buttons', rule: 'too few', limit: min, actual: buttons.length }]
    : buttons.length > max ? [{ field: 'template.buttons', rule: 'too many', limit: max, actual: buttons.length }] : []
  const known = (messages.templateTypes as readonly string[]).includes(type)
  return [...(known ? [] : [notAllowed('template.type')]), ...given('template.title', title, messages.card.title), ...count, ...buttons.flatMap((button, at) => buttonProblems(button, at, messages.card.buttonTitle[type] ?? messages.card.buttonTitle.QA_BUTTON_CARD))]
}

function buttonProblems({ type, title, id }: CardButton, at: number, titleMax: number): SendProblem[] {
  return [
    ...(type === 'REPLY' ? [] : [notAllowed(`template.buttons[${at}].type`)]),
    ...given(`template.buttons[${at}].title`, title, titleMax),
    ...(id === undefined ? [] : given(`template.buttons[${at}].id`, id, messages.card.buttonId)),
  ]
}
