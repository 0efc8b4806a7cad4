import type { AutoAnswer, AutoMessageType, MessageSource } from '../business/types.ts'
import type { FailReason } from '../developers/types.ts'
import type { JsonValue, Open } from '../types.ts'

export type WebhookUser = { id: string; role: Open<'business_account' | 'personal_account'> }

/** What every message carries, business §5.6. timestamp in ms. `from` and `to` are usernames, which can change: key people by ids. */
export type MessageHead = {
  from?: string
  to?: string
  unique_identifier?: string
  from_user: WebhookUser
  to_user?: WebhookUser
  conversation_id: string
  message_id?: string
  timestamp?: number
  referenced_message_info?: { referenced_message_id?: string }
  auto_message_type?: AutoAnswer
  scene_type?: number
  is_follower?: boolean
  message_tag?: { source?: MessageSource }
  /** A card button was tapped; reply_source_unique_id is the button's own id. */
  reply_source_payload?: { reply_source_msg_id?: string; reply_source_unique_id?: string }
}
export type Reaction = {
  operation: Open<'ADD' | 'REMOVE'>
  type: Open<'EMOJI' | 'AI_EMOJI'>
  emoji?: string
  ai_emoji_url?: string
  unique_identifier?: string
  timestamp?: number
  original_msg_id?: string
}
export type MessageBody =
  | { type: 'text'; text: { body: string } }
  | { type: 'image'; image: { media_id: string } }
  | { type: 'video'; video: { media_id: string } }
  | { type: 'share_post'; share_post: { embed_url?: string; video_id?: string } }
  | { type: 'sticker'; sticker: { url: string } }
  | { type: 'emoji'; emoji: { url: string } }
  | { type: 'reaction'; reaction: Reaction[] }
  | { type: 'template'; template: { type: Open<'qa_button_card' | 'qa_link_card'>; elements: { title?: string; buttons?: { type?: string; text?: string; id?: string }[] }[] } }
  /** A type we do not know, or a known one without its object; everything it came with is in `raw`. */
  | { type: 'unknown'; type_name: string; raw: JsonValue }
export type MessageEventContent = MessageHead & MessageBody

export type Referral =
  | { source: 'ad'; ad: { advertiser_id?: string; ad_id?: string; timestamp?: number; ad_name?: string; embed_url?: string; message_material_id?: string } }
  | { source: 'short_link'; short_link: { ref?: string; prefilled_message?: string; prefilled_message_audit_status?: Open<'PASS' | 'REJECT'> } }
  | { source: 'unknown'; source_name: string; raw: JsonValue }

export type PublishType = Open<'INBOX_SHARE' | 'DIRECT_PUBLISH'>

/** What each event carries. */
export type WebhookContents = {
  'im_receive_msg': MessageEventContent
  'im_send_msg': MessageEventContent
  'im_receive_msg_eu': { to?: string; to_user?: WebhookUser; timestamp?: number }
  'im_mark_read_msg': MessageHead & { read: { last_read_timestamp: number } }
  'im_referral_msg': MessageHead & { referral: Referral }
  'im_auto_message_config_update': {
    auto_message_id: string; auto_message_type: Open<AutoMessageType>; auto_message_action: Open<'CREATE' | 'UPDATE' | 'DELETE' | 'ENABLE' | 'DISABLE'>; timestamp?: number
    welcome_message?: { content?: string }; suggested_question?: { question?: string; answer?: string }; chat_prompt?: { title?: string; content?: string }
  }
  'im_auto_message_audit_update': { auto_message_id: string; auto_message_type: Open<AutoMessageType>; audit_status: Open<'REVIEWING' | 'APPROVED' | 'REJECTED'>; timestamp?: number }
  'im_receive_high_intent_comment': { from?: string; to?: string; unique_identifier?: string; from_user?: WebhookUser; to_user?: WebhookUser; comment_id: string; comment_text?: string; is_follower?: boolean; timestamp?: number }
  'comment.update': {
    comment_id: string; video_id: string; parent_comment_id?: string; comment_type?: Open<'comment' | 'reply'>
    comment_action: Open<'insert' | 'delete' | 'set_to_hidden' | 'set_to_friends_only' | 'set_to_public'>; unique_identifier?: string; timestamp?: number; text?: string
  }
  'brand.mention.event': { [key: string]: JsonValue }
  /** 0 unknown, 1 user disconnected, 2 account deleted, 3 age changed, 4 account banned, 5 developer revoked; the token is dead already. */
  'authorization.removed': { reason: number }
  'video.upload.failed': { share_id: string }
  'video.publish.completed': { share_id: string }
  'portability.download.ready': { request_id: string }
  'post.publish.failed': { publish_id: string; reason: FailReason; publish_type?: PublishType }
  'post.publish.complete': { publish_id: string; publish_type?: PublishType }
  'post.publish.inbox_delivered': { publish_id: string; publish_type?: PublishType }
  'post.publish.publicly_available': { publish_id: string; post_id: string; publish_type?: PublishType }
  /** TikTok's spelling; 'publicly' is read as the same event, `name` keeps what was written. */
  'post.publish.no_longer_publicaly_available': { publish_id: string; post_id: string; publish_type?: PublishType }
  'tiktok.ping': { [key: string]: JsonValue }
}
export type WebhookName = keyof WebhookContents

/** create_time in seconds. `user_openid` is absent for events that are not about one account. */
export type WebhookEnvelope = {
  /** The event's name as it was written on the wire. */
  name: string
  client_key: string
  create_time: number
  user_openid?: string
}
/** One delivery. An event we do not know, or whose content is not what the sheets say, is `unknown` and keeps all it came with. */
export type WebhookEvent =
  | { [Name in WebhookName]: WebhookEnvelope & { event: Name; content: WebhookContents[Name] } }[WebhookName]
  | (WebhookEnvelope & { event: 'unknown'; content: JsonValue })

export type WebhookRefusal = 'no signature' | 'malformed signature' | 'wrong signature' | 'too old' | 'from the future' | 'not an envelope'
export type WebhookVerdict =
  /** `signedAt` from the header; `secret` is the place of the matching secret in the list given. */
  | { ok: true; delivery: WebhookEvent; signedAt: Date; secret: number }
  | { ok: false; reason: WebhookRefusal }
