import type { App, Call, Fetch, JsonObject, Open, Tokens } from '../types.ts'

export type BusinessScope = Open<
  | 'user.info.basic' | 'user.info.username' | 'user.info.profile' | 'user.info.stats' | 'user.account.type' | 'user.insights'
  | 'video.list' | 'video.insights' | 'comment.list' | 'comment.list.manage' | 'message.list.read' | 'message.list.send' | 'message.list.manage'
>

/** business §3. Only what was asked for and what the scopes allow. */
export type BusinessProfile = {
  is_business_account?: boolean
  username?: string
  display_name?: string
  profile_image?: string
  profile_deep_link?: string
  bio_description?: string
  is_verified?: boolean
  followers_count?: number
  following_count?: number
  total_likes?: number
  videos_count?: number
  metrics?: JsonObject[]
  audience_ages?: JsonObject[]
  audience_genders?: JsonObject[]
  audience_countries?: JsonObject[]
  audience_cities?: JsonObject[]
}
export type BusinessProfileField = keyof BusinessProfile | 'audience_activity' | Open<'video_views' | 'unique_video_views' | 'profile_views'>

/** STRANGER: the business has not answered yet (a request). SINGLE: it has. */
export type ConversationType = 'SINGLE' | 'STRANGER'

/** business §4.1. update_time in ms; the ad's timestamp in seconds. */
export type Conversation = {
  conversation_id: string
  update_time: number
  referral?: {
    ad?: { advertiser_id?: string; ad_id?: string; timestamp?: number; ad_name?: string; embed_url?: string; message_material_id?: string }[]
    short_link?: { ref?: string; prefilled_message?: string; prefilled_message_audit_status?: Open<'PASS' | 'REJECT'> }[]
  }
}
export type ConversationPage = { conversations: Conversation[]; has_more: boolean; cursor: number }

export type RestRole = Open<'BUSINESS_ACCOUNT' | 'PERSONAL_ACCOUNT'>
export type Participant = { role: RestRole; id: string; display_name?: string; profile_image?: string; is_follower?: boolean }
export type MessageSource = Open<'APP' | 'WEB' | 'API' | 'OTHERS' | 'UNKNOWN_SOURCE'>
export type AutoAnswer = Open<'WELCOME_MESSAGE' | 'SUGGESTED_QUESTION' | 'AUTO_REPLY'>
/** business §4.2. One of the (at most 20) newest messages; which object is present follows from message_type. timestamp in ms. */
export type Message = {
  sender?: string
  recipient?: string
  conversation_id: string
  message_id: string
  timestamp: number
  message_type: Open<'TEXT' | 'IMAGE' | 'SHARE_POST' | 'VIDEO' | 'EMOJI' | 'STICKER' | 'TEMPLATE' | 'OTHER'>
  message_tag?: { source?: MessageSource }
  auto_message_type?: AutoAnswer
  text?: { body: string }
  image?: { media_id: string }
  video?: { media_id: string }
  share_post?: { embed_url: string }
  sticker?: { url: string }
  emoji?: { url: string }
  template?: { type: Open<'QA_BUTTON_CARD' | 'QA_LINK_CARD'>; title?: string; buttons?: { type?: string; title?: string; id?: string }[] }
  reactions?: { type: Open<'EMOJI' | 'AI_EMOJI'>; emoji?: string; ai_emoji_url?: string; unique_identifier?: string; timestamp?: number }[]
  from_user?: { role: RestRole; id: string }
  to_user?: { role: RestRole; id: string }
  referenced_message_info?: { referenced_message_id?: string }
}
export type ConversationContent = { participants: Participant[]; messages: Message[] }

export type CardButton = { type: 'REPLY'; title: string; id?: string }
export type TextContent = { message_type: 'TEXT'; text: { body: string }; referenced_message_info?: { referenced_message_id: string } }
export type ImageContent = { message_type: 'IMAGE'; image: { media_id: string } }
export type SharePostContent = { message_type: 'SHARE_POST'; share_post: { item_id: string } }
export type TemplateContent = { message_type: 'TEMPLATE'; template: { type: 'QA_BUTTON_CARD' | 'QA_LINK_CARD'; title: string; buttons: CardButton[] } }
export type SenderAction = { message_type: 'SENDER_ACTION'; sender_action: 'TYPING' | 'MARK_READ' }
export type DirectReply = { reply_type: 'COMMENT_REPLY'; comment_reply: { comment_id: string } }
/**
 * business §4.3. `recipient` is a conversation_id; recipient_type and business_id are added by `send`.
 * A comment is answered by `direct_reply` instead of a recipient.
 */
export type Outgoing =
  | ({ recipient: string; direct_reply?: never } & (TextContent | ImageContent | SharePostContent | TemplateContent | SenderAction))
  | ({ direct_reply: DirectReply; recipient?: never } & (TextContent | ImageContent | SharePostContent | TemplateContent))

export type AutoMessageType = 'WELCOME_MESSAGE' | 'SUGGESTED_QUESTION' | 'CHAT_PROMPT'
export type AutoMessageBody =
  | { auto_message_type: 'WELCOME_MESSAGE'; welcome_message: { content: string } }
  | { auto_message_type: 'SUGGESTED_QUESTION'; suggested_question: { question: string; answer: string } }
  | { auto_message_type: 'CHAT_PROMPT'; chat_prompt: { title: string; content: string } }
export type OperationStatus = 'ENABLE' | 'DISABLE'
/** One automatic message as TikTok keeps it. */
export type AutoMessage = {
  auto_message_id: string
  auto_message_type: Open<AutoMessageType>
  audit_status?: Open<'REVIEWING' | 'APPROVED' | 'REJECTED'>
  welcome_message?: { content: string }
  suggested_question?: { question: string; answer: string }
  chat_prompt?: { title: string; content: string }
}
export type AutoMessages = { operation_status?: Open<OperationStatus>; auto_messages: AutoMessage[] }

export type WebhookKind = Open<'DIRECT_MESSAGE' | 'COMMENT' | 'VIDEO' | 'BRAND_MENTION'>
export type WebhookSetting = { app_id?: string; event_type?: WebhookKind; callback_url?: string }

/** One of the account's own posts; `item_id` is what SHARE_POST wants. */
export type BusinessVideo = { item_id: string; create_time?: number | string; caption?: string; thumbnail_url?: string; share_url?: string; embed_url?: string; video_views?: number; likes?: number; comments?: number; shares?: number; video_duration?: number }
export type BusinessVideoPage = { videos: BusinessVideo[]; cursor: number | null; has_more: boolean }

export type BusinessOptions = {
  /** Default https://business-api.tiktok.com/open_api/v1.3 */
  apiUrl?: string
  /** Default https://www.tiktok.com/v2/auth/authorize/ */
  authorizeUrl?: string
  fetch?: Fetch
  /** Longest wait for one API answer; default 15,000 ms. */
  patienceMs?: number
  token?: string | (() => string | Promise<string>)
  /** The account's open_id. */
  businessId?: string
  onCall?: (call: Call) => void
  /** 'host:port' of media servers that may be given the token besides TikTok's own hosts. */
  mediaHosts?: readonly string[]
}

export type Business = {
  oauth: {
    authorizeUrl(ask: { clientKey: string; redirectUri: string; state: string; scopes?: readonly string[]; alwaysAsk?: boolean }): string
    exchange(app: App, grant: { code: string; redirectUri: string }): Promise<Tokens>
    refresh(app: App, refreshToken: string): Promise<Tokens>
    revoke(app: App, accessToken: string): Promise<void>
  }
  /** Whose token it is and what it may do. Without `accessToken` the client's own token is asked about. */
  tokenInfo(app: Pick<App, 'clientKey'>, accessToken?: string): Promise<{ appId: string; creatorId: string; scopes: string[] }>
  profile(ask?: { fields?: readonly BusinessProfileField[]; startDate?: string; endDate?: string }): Promise<BusinessProfile>
  /** At most 100 conversations of the past 90 days, by type: to see all, ask for both types. */
  conversations(ask: { type: ConversationType; limit?: number; cursor?: number }): Promise<ConversationPage>
  /** At most the 20 newest messages; there is no second page. */
  content(conversationId: string): Promise<ConversationContent>
  /** Never repeat a send whose answer is lost: look into `content` first. The id is '' for a sender action. */
  send(message: Outgoing): Promise<{ message_id: string }>
  /** JPG or PNG, at most 3 MB; the media id lives for 30 days. */
  uploadImage(image: { bytes: Uint8Array<ArrayBuffer> | Blob; filename: string; type: 'image/jpeg' | 'image/png' }): Promise<{ media_id: string }>
  /** A link valid for 24 hours; fetch it with `downloadMedia`. */
  downloadUrl(media: { conversationId: string; messageId: string; mediaId: string; type: 'IMAGE' | 'VIDEO' }): Promise<{ download_url: string }>
  /** Sends the token in x-user, so only to TikTok's hosts and the ones you allowed. Default limits: 64 MiB, 60,000 ms for all of it. */
  downloadMedia(downloadUrl: string, limits?: { maxBytes?: number; patienceMs?: number }): Promise<{ mime: string; bytes: number | null; body: ReadableStream<Uint8Array<ArrayBuffer>> }>
  /** Can images go both ways in this conversation? */
  capabilities(conversationId: string, type: ConversationType): Promise<{ IMAGE_SEND: boolean }>
  autoMessages: {
    create(message: AutoMessageBody): Promise<{ auto_message_id: string }>
    update(id: string, message: AutoMessageBody): Promise<{ auto_message_id: string }>
    setStatus(type: AutoMessageType, status: OperationStatus): Promise<void>
    get(type: AutoMessageType, id?: string): Promise<AutoMessages>
    delete(type: 'SUGGESTED_QUESTION' | 'CHAT_PROMPT', id: string): Promise<void>
    /** Ids in the order they are to be shown. */
    sort(ids: readonly string[]): Promise<void>
  }
  directReply: {
    update(status: OperationStatus): Promise<void>
    get(): Promise<{ operation_status: Open<OperationStatus> }>
  }
  /** One callback per event type for all accounts of the app. */
  webhook: {
    update(app: App, setting: { event_type: WebhookKind; callback_url: string; item_list?: readonly string[] }): Promise<WebhookSetting>
    list(app: App, eventType: WebhookKind): Promise<WebhookSetting>
    delete(app: App, eventType: WebhookKind): Promise<WebhookSetting>
  }
  videoList(ask?: { fields?: readonly string[]; cursor?: number; maxCount?: number }): Promise<BusinessVideoPage>
}
