import { isObject, textOf } from '../json.ts'
import type { JsonObject, JsonValue } from '../types.ts'
import { readMessage } from './message.ts'
import type { Referral, WebhookContents, WebhookName } from './types.ts'

/** A content as its event documents it, or null when what matters is missing. Fields we do not know stay where they are. */
type Reader<Name extends WebhookName> = (content: JsonObject) => WebhookContents[Name] | null

/** Ids of posts and comments may come as numbers beyond 2^53, which parseJson keeps as text, or as small ones: text always. */
const idOf = (value: JsonValue | undefined): string | null => textOf(value) || null

/** Content in which these keys must hold ids; they are turned into text. */
function withIds<Name extends WebhookName>(must: readonly string[], may: readonly string[] = []): Reader<Name> {
  return content => {
    const ids: Record<string, string> = {}
    for (const key of must) {
      const id = idOf(content[key])
      if (id === null) return null
      ids[key] = id
    }
    for (const key of may) {
      const id = idOf(content[key])
      if (id !== null) ids[key] = id
    }
    return { ...content, ...ids } as unknown as WebhookContents[Name]
  }
}

const isUser = (value: JsonValue | undefined): boolean => isObject(value) && typeof value['id'] === 'string'

function readReferral(value: JsonValue | undefined): Referral | null {
  if (!isObject(value)) return null
  const { source, ad, short_link } = value
  if (source === 'ad' && isObject(ad)) return { source, ad }
  if (source === 'short_link' && isObject(short_link)) return { source, short_link }
  return { source: 'unknown', source_name: textOf(source), raw: value }
}

/** developers §6, business §5.6 */
export const readers: { [Name in WebhookName]: Reader<Name> } = {
  'im_receive_msg': readMessage,
  'im_send_msg': readMessage,
  'im_receive_msg_eu': content => content,
  'im_mark_read_msg': content => {
    const { read } = content
    const known = isUser(content['from_user']) && typeof content['conversation_id'] === 'string' && isObject(read) && typeof read['last_read_timestamp'] === 'number'
    return known ? (content as unknown as WebhookContents['im_mark_read_msg']) : null
  },
  'im_referral_msg': content => {
    const referral = readReferral(content['referral'])
    const known = isUser(content['from_user']) && typeof content['conversation_id'] === 'string' && referral !== null
    return known ? ({ ...content, referral } as unknown as WebhookContents['im_referral_msg']) : null
  },
  'im_auto_message_config_update': withIds(['auto_message_id', 'auto_message_type', 'auto_message_action']),
  'im_auto_message_audit_update': withIds(['auto_message_id', 'auto_message_type', 'audit_status']),
  'im_receive_high_intent_comment': withIds(['comment_id']),
  'comment.update': withIds(['comment_id', 'video_id', 'comment_action'], ['parent_comment_id']),
  'brand.mention.event': content => content,
  'authorization.removed': content => (typeof content['reason'] === 'number' ? { reason: content['reason'] } : null),
  'video.upload.failed': withIds(['share_id']),
  'video.publish.completed': withIds(['share_id']),
  'portability.download.ready': withIds(['request_id']),
  'post.publish.failed': withIds(['publish_id', 'reason']),
  'post.publish.complete': withIds(['publish_id']),
  'post.publish.inbox_delivered': withIds(['publish_id']),
  'post.publish.publicly_available': withIds(['publish_id', 'post_id']),
  'post.publish.no_longer_publicaly_available': withIds(['publish_id', 'post_id']),
  'tiktok.ping': content => content,
}
