import { cleanJson, cleanText, type JsonValue } from '../kit/json.ts'

export const kinds = ['text', 'image', 'video', 'sticker', 'emoji', 'share_post', 'template', 'reaction', 'unknown'] as const
export type Kind = (typeof kinds)[number]
export type Origin = 'phone' | 'web' | 'api' | 'automatic' | 'unknown'

/** One message as somebody on TikTok said it, whichever way we heard of it: a webhook, content/list, later another transport. All text is clean. */
export type Said = {
  /** TikTok's names for the message, the conversation and the customer. Compared, never computed with. */
  key: string
  conversationKey: string
  contactKey: string
  handle: string | null
  follower: boolean | null
  direction: 'in' | 'out'
  kind: Kind
  /** TikTok's own word for the type. */
  typeName: string
  /** Its own words; '' when it has none. */
  text: string
  sentAt: Date
  origin: Origin
  /** WELCOME_MESSAGE, SUGGESTED_QUESTION, AUTO_REPLY or what TikTok thinks of next. */
  automatic: string | null
  repliesTo: string | null
  reactsTo: string | null
  content: JsonValue
}

const origins: Record<string, Origin> = { APP: 'phone', WEB: 'web', API: 'api' }
export const originOf = (source: string | undefined, automatic: string | null): Origin => automatic !== null ? 'automatic' : origins[source ?? ''] ?? 'unknown'

/** A line for every kind, so that nothing that arrives is an empty bubble (business §8, 15). `text`: its own words, if it has any. */
export function lineOf(kind: Kind, typeName: string, text: string): string {
  if (text.trim() !== '' || kind === 'text') return text
  return { ...names, unknown: `Something Stagedoor does not know how to show yet: ${typeName || 'no type given'}` }[kind]
}
const names: Record<Exclude<Kind, 'text' | 'unknown'>, string> = {
  image: 'A picture', video: 'A video', sticker: 'A sticker', emoji: 'A large emoji', share_post: 'A TikTok post', template: 'A card with buttons', reaction: 'A reaction',
}
export const reactionLine = (emoji: string | undefined, removed: boolean) => removed ? `Took back ${emoji ?? 'a reaction'}` : `Reacted with ${emoji ?? 'an emoji made by AI'}`

/** Cleans what goes into the database: U+0000 and lone surrogates stop at this door. */
export const cleaned = (said: Said): Said => ({
  ...said,
  key: cleanText(said.key), conversationKey: cleanText(said.conversationKey), contactKey: cleanText(said.contactKey),
  handle: said.handle === null ? null : cleanText(said.handle), typeName: cleanText(said.typeName), text: cleanText(said.text),
  automatic: said.automatic === null ? null : cleanText(said.automatic),
  repliesTo: said.repliesTo === null ? null : cleanText(said.repliesTo), reactsTo: said.reactsTo === null ? null : cleanText(said.reactsTo),
  content: cleanJson(said.content),
})

const EARLIEST_MS = Date.UTC(2016, 0, 1)
const LATEST_MS = Date.UTC(2100, 0, 1)
/** Milliseconds as TikTok gives them, all of them kept (§8, 21). A time that cannot be is replaced by `otherwise`. */
export const timeOf = (ms: unknown, otherwise: Date): Date => typeof ms === 'number' && ms >= EARLIEST_MS && ms <= LATEST_MS ? new Date(Math.round(ms)) : otherwise
