import type { RespondioRecords, RespondioVerbs } from '../respondio/types.ts'

/** What the messaging half of the world remembers, as plain records. Times: epoch milliseconds of the emulator's clock. */

export type Source = 'APP' | 'WEB' | 'API' | 'OTHERS' | 'UNKNOWN_SOURCE'
export type AutoKind = 'WELCOME_MESSAGE' | 'SUGGESTED_QUESTION' | 'AUTO_REPLY'
export type AutoType = 'WELCOME_MESSAGE' | 'SUGGESTED_QUESTION' | 'CHAT_PROMPT'
export type EventType = 'DIRECT_MESSAGE' | 'COMMENT' | 'VIDEO' | 'BRAND_MENTION'

export type Card = { type: 'QA_BUTTON_CARD' | 'QA_LINK_CARD'; title: string; buttons: { type: 'REPLY'; title: string; id?: string }[] }

/** One message's content, whichever side wrote it. `other` is what TikTok cannot show through the API (voice, file, location). */
export type Body =
  | { type: 'text'; text: string }
  | { type: 'image'; mediaId: string }
  | { type: 'video'; mediaId: string }
  | { type: 'share_post'; itemId: string }
  | { type: 'sticker'; url: string }
  | { type: 'emoji'; url: string; emoji?: string }
  | { type: 'template'; card: Card }
  | { type: 'other'; named: string }

export type Reaction = { by: 'customer' | 'business'; type: 'EMOJI' | 'AI_EMOJI'; emoji?: string; url?: string; at: number }

export type Message = {
  id: string
  conversationId: string
  /** The nth message of its conversation, from 0. */
  order: number
  from: 'customer' | 'business'
  at: number
  body: Body
  source: Source
  auto?: AutoKind
  quotes?: string
  /** The button the customer pressed to write this. */
  tap?: { messageId: string; buttonId: string }
  reactions: Reaction[]
  /** Which app's call made it. */
  appId?: string
}

export type AdReferral = { advertiserId: string; adId: string; at: number; adName: string; embedUrl: string; materialId?: string }
export type LinkReferral = { ref: string; prefilled?: string; audit?: 'PASS' | 'REJECT' }

export type Conversation = {
  id: string
  accountId: string
  customerId: string
  type: 'STRANGER' | 'SINGLE'
  createdAt: number
  updatedAt: number
  ads: AdReferral[]
  links: LinkReferral[]
  /** The counters of the reply window (7.1): when the customer last wrote, what the business sent since, whether the customer ever answered the business. */
  window: { customerAt: number | null; sentSince: number; answered: boolean; trailing: number; lastBusinessAt: number | null }
  readByCustomerAt: number
  readByBusinessAt: number
  typingUntil: number
  blocked: boolean
  follower: boolean
  /** Ids of the newest messages, oldest first, at most 80; older ones stay on their shelf. */
  recent: string[]
  messages: number
  openedFrom?: 'ad' | 'short_link'
}

/** What messaging knows of a customer: whether the person can be written to, and whose rules apply (null: what the region says). The id is the customer's and is what apps see as unique_identifier. */
export type Person = { id: string; available: boolean; underEuRules: boolean | null }

/** Which conversation a customer and an account share; the id is `customerId/accountId`. */
export type Pair = { id: string; conversationId: string }

/** Bytes behind a media id. `appId` is set for uploads of a business: only that app may use them. */
export type Media = { id: string; kind: 'IMAGE' | 'VIDEO'; mime: string; accountId: string; appId: string | null; base64: string; bytes: number; at: number }

/** One address given out by media/download: lives 24 hours, opens with the token that asked. */
export type Download = { id: string; mediaId: string; token: string; expiresAt: number }

export type AutoMessage = {
  id: string
  accountId: string
  type: AutoType
  status: 'REVIEWING' | 'APPROVED' | 'REJECTED'
  order: number
  content?: string
  question?: string
  answer?: string
  title?: string
}
/** Is a type of automatic message switched on? The id is `accountId/TYPE`. */
export type AutoSwitch = { id: string; on: boolean }
/** The id is the account's. */
export type DirectReply = { id: string; status: 'ENABLE' | 'DISABLE' }
export type Comment = { id: string; accountId: string; customerId: string; videoId: string; text: string; at: number; parentId?: string; highIntent: boolean; answered: boolean }
/** Where an app wants its events; the id is `appId/EVENT_TYPE`. */
export type Callback = { id: string; appId: string; eventType: EventType; url: string; items: string[] }

export type BusinessRecords = RespondioRecords & {
  conversation: Conversation
  pair: Pair
  message: Message
  person: Person
  dmMedia: Media
  download: Download
  autoMessage: AutoMessage
  autoSwitch: AutoSwitch
  directReply: DirectReply
  comment: Comment
  callback: Callback
}

/** What a customer can put into a message. `image` and `video` take bytes as base64, or nothing for a small sample. */
export type CustomerWords =
  | { type: 'text'; text: string; quotes?: string }
  | { type: 'image' | 'video'; base64?: string; mime?: string }
  | { type: 'sticker' | 'emoji'; url?: string; emoji?: string }
  | { type: 'share_post'; itemId?: string }
  | { type: 'other'; named?: string }
  | { type: 'tap'; messageId: string; buttonId: string }

export type Said = { conversationId: string; messageId: string }

/** So many accounts, so many messages a second, for so long. */
export type LoadOrder = { accounts: number; messagesPerSecond: number; seconds: number }
export type LoadReport = { state: 'running' | 'done' | 'none'; asked: number; sent: number; acknowledged: number; waiting: number; seconds: number; perSecond: number; p50Ms: number; p99Ms: number; worstMs: number }
export type LoadVerbs = { startLoad(order: LoadOrder): LoadReport; stopLoad(): LoadReport; loadReport(): LoadReport }

/** What people do in messages. Customers and accounts are named by handle, with or without `@`; unknown ones throw. */
export type BusinessVerbs = LoadVerbs & RespondioVerbs & {
  customerSays(customer: string, account: string, what: CustomerWords): Said
  customerReacts(customer: string, account: string, reaction: { messageId?: string; emoji?: string; aiEmojiUrl?: string; remove?: boolean }): Said
  customerReads(customer: string, account: string): { conversationId: string; lastReadAt: number }
  arrivesByAd(customer: string, account: string, ad?: Partial<AdReferral>): { conversationId: string }
  arrivesByLink(customer: string, account: string, link?: Partial<LinkReferral>): { conversationId: string }
  /** From now on this customer is a person of the EEA, Switzerland or the UK, or no longer one. */
  becomesEu(customer: string, eu?: boolean): void
  follows(customer: string, account: string, follows?: boolean): void
  blocks(customer: string, account: string, blocks?: boolean): void
  /** The person's account is deleted, suspended or under age: nobody can write to it. */
  becomesUnavailable(customer: string, unavailable?: boolean): void
  /** The username changes; the ids stay (G32). */
  renames(customer: string, handle: string): void
  /** The business types in the TikTok app or on the web. */
  businessSays(account: string, customer: string, text: string, from?: 'APP' | 'WEB', quotes?: string): Said
  customerComments(customer: string, account: string, comment: { text: string; videoId?: string; highIntent?: boolean; parentId?: string }): { commentId: string }
  commentChanges(commentId: string, action: 'delete' | 'set_to_hidden' | 'set_to_friends_only' | 'set_to_public'): void
  /** Ends the review of an automatic message. */
  reviews(autoMessageId: string, verdict: 'APPROVED' | 'REJECTED'): void
  /** The customer presses a suggested question or a chat prompt of the account. */
  asks(customer: string, account: string, autoMessageId: string): Said
  readonly conversations: (Conversation & { account: string; customer: string; left: number | null; closesAt: number | null; typing: boolean; eu: boolean; available: boolean })[]
  readonly messages: Message[]
  readonly autoMessages: AutoMessage[]
  readonly comments: Comment[]
  /** The newest messages of one customer's talk with one account, oldest first. */
  talk(customer: string, account: string): { conversation: Conversation | null; messages: Message[]; typing: boolean; left: number | null; closesAt: number | null; eu: boolean; questions: AutoMessage[] }
}
