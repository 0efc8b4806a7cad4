/** Events of TikTok for Developers and what their content holds. developers §6 */
export const developersEvents = [
  { name: 'authorization.removed', platform: 'developers', keys: ['reason'], source: 'developers §6' },
  { name: 'video.upload.failed', platform: 'developers', keys: ['share_id'], source: 'developers §6' },
  { name: 'video.publish.completed', platform: 'developers', keys: ['share_id'], source: 'developers §6' },
  { name: 'portability.download.ready', platform: 'developers', keys: ['request_id'], source: 'developers §6' },
  { name: 'post.publish.failed', platform: 'developers', keys: ['publish_id', 'reason', 'publish_type'], source: 'developers §6' },
  { name: 'post.publish.complete', platform: 'developers', keys: ['publish_id', 'publish_type'], source: 'developers §6' },
  { name: 'post.publish.inbox_delivered', platform: 'developers', keys: ['publish_id', 'publish_type'], source: 'developers §6' },
  { name: 'post.publish.publicly_available', platform: 'developers', keys: ['publish_id', 'post_id', 'publish_type'], source: 'developers §6' },
  { name: 'post.publish.no_longer_publicaly_available', platform: 'developers', keys: ['publish_id', 'post_id', 'publish_type'], source: 'developers §6 [sic]' },
  { name: 'tiktok.ping', platform: 'developers', keys: [], source: 'developers §6, observed' },
] as const
/** Delivery, developers §6: signed, at least once, retried for up to 72 hours. */
export const webhookRules = { header: 'TikTok-Signature', toleranceSec: 300, retryForSec: 259_200, success: 200, source: 'developers §6, business §5.3' } as const
