import type { Endpoint } from '../types.ts'

/** Webhook configuration and events. business §5 */
export const webhookKinds = ['DIRECT_MESSAGE', 'COMMENT', 'VIDEO', 'BRAND_MENTION'] as const

const p = '/open_api/v1.3'
export const webhookEndpoints = {
  update: { name: 'business.webhook.update', platform: 'business', method: 'POST', path: `${p}/business/webhook/update/`, auth: 'app', repeatable: true, source: 'business §5.1' },
  list: { name: 'business.webhook.list', platform: 'business', method: 'GET', path: `${p}/business/webhook/list/`, auth: 'app', repeatable: true, source: 'business §5.1' },
  delete: { name: 'business.webhook.delete', platform: 'business', method: 'POST', path: `${p}/business/webhook/delete/`, auth: 'app', repeatable: true, source: 'business §5.1' },
} as const satisfies Record<string, Endpoint>

const head = ['from', 'to', 'unique_identifier', 'from_user', 'to_user', 'conversation_id'] as const
const post = ['publish_id', 'post_id', 'publish_type'] as const
export const businessEvents = [
  { name: 'im_receive_msg', platform: 'business', keys: [...head, 'message_id', 'timestamp', 'type'], source: 'business §5.6' },
  { name: 'im_receive_msg_eu', platform: 'business', keys: ['to', 'to_user', 'timestamp'], source: 'business §5.6' },
  { name: 'im_send_msg', platform: 'business', keys: [...head, 'message_id', 'timestamp', 'type'], source: 'business §5.6' },
  { name: 'im_mark_read_msg', platform: 'business', keys: [...head, 'timestamp', 'read'], source: 'business §5.6' },
  { name: 'im_referral_msg', platform: 'business', keys: [...head, 'timestamp', 'is_follower', 'referral'], source: 'business §5.6' },
  { name: 'im_auto_message_config_update', platform: 'business', keys: ['auto_message_id', 'auto_message_type', 'auto_message_action', 'timestamp'], source: 'business §5.6' },
  { name: 'im_auto_message_audit_update', platform: 'business', keys: ['auto_message_id', 'auto_message_type', 'audit_status', 'timestamp'], source: 'business §5.6' },
  { name: 'im_receive_high_intent_comment', platform: 'business', keys: ['comment_id', 'comment_text', 'unique_identifier', 'timestamp'], source: 'business §5.6' },
  { name: 'comment.update', platform: 'business', keys: ['comment_id', 'video_id', 'comment_type', 'comment_action', 'unique_identifier', 'timestamp', 'text'], source: 'business §5.6' },
  { name: 'brand.mention.event', platform: 'business', keys: [], source: 'business §5.1 (content not documented)' },
  { name: 'post.publish.failed', platform: 'business', keys: ['publish_id', 'reason', 'publish_type'], source: 'business §5.1 VIDEO' },
  { name: 'post.publish.complete', platform: 'business', keys: ['publish_id', 'publish_type'], source: 'business §5.1 VIDEO' },
  { name: 'post.publish.publicly_available', platform: 'business', keys: post, source: 'business §5.1 VIDEO' },
  { name: 'post.publish.no_longer_publicly_available', platform: 'business', keys: post, source: 'business §5.1 VIDEO' },
] as const
