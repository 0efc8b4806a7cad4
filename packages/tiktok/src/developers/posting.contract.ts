import type { Endpoint } from '../types.ts'

/** Content Posting API. developers §3, §5 */
export const posting = {
  privacy: ['PUBLIC_TO_EVERYONE', 'MUTUAL_FOLLOW_FRIENDS', 'FOLLOWER_OF_CREATOR', 'SELF_ONLY'],
  privacyFor: { public: ['PUBLIC_TO_EVERYONE', 'MUTUAL_FOLLOW_FRIENDS', 'SELF_ONLY'], private: ['FOLLOWER_OF_CREATOR', 'MUTUAL_FOLLOW_FRIENDS', 'SELF_ONLY'], source: 'developers §3.2' },
  /** UTF-16 code units. */
  text: { videoTitle: 2200, photoTitle: 90, photoDescription: 4000, source: 'developers §3.3, §3.5' },
  photos: { min: 1, max: 35 },
  postModes: ['DIRECT_POST', 'MEDIA_UPLOAD'],
  statuses: ['PROCESSING_UPLOAD', 'PROCESSING_DOWNLOAD', 'SEND_TO_USER_INBOX', 'PUBLISH_COMPLETE', 'FAILED'],
  failReasons: [
    'file_format_check_failed', 'duration_check_failed', 'frame_rate_check_failed', 'picture_size_check_failed', 'internal', 'video_pull_failed', 'photo_pull_failed',
    'publish_cancelled', 'auth_removed', 'spam_risk_user_banned_from_posting', 'spam_risk_text', 'spam_risk', 'spam_risk_too_many_posts',
  ],
  publishTypes: ['INBOX_SHARE', 'DIRECT_PUBLISH'],
  caps: { postsPerDay: 15, pendingDrafts: 5, unauditedUsersPerDay: 5, source: 'developers §5' },
  publishId: { maxLength: 64, prefixes: { directFile: 'v_pub_file~v2-1.', directUrl: 'v_pub_url~v2-1.', inboxFile: 'v_inbox_file~v2.', inboxUrl: 'v_inbox_url~v2.', photoDirect: 'p_pub_url~v2.', photoInbox: 'p_inbox_url~v2.' }, source: 'developers §3.1' },
  poll: { leastMs: 3000, source: 'developers §3.6, inferred from 30 a minute' },
  source: 'developers §3',
} as const

const video = ['video.upload', 'video.publish'] as const
export const postingEndpoints = {
  creatorInfo: { name: 'posting.creatorInfo', platform: 'developers', method: 'POST', path: '/v2/post/publish/creator_info/query/', auth: 'bearer', repeatable: true, scopes: ['video.publish'], perMinute: 20, source: 'developers §3.2' },
  initVideo: { name: 'posting.initVideo', platform: 'developers', method: 'POST', path: '/v2/post/publish/video/init/', auth: 'bearer', repeatable: false, scopes: ['video.publish'], perMinute: 6, source: 'developers §3.3' },
  initInboxVideo: { name: 'posting.initInboxVideo', platform: 'developers', method: 'POST', path: '/v2/post/publish/inbox/video/init/', auth: 'bearer', repeatable: false, scopes: ['video.upload'], perMinute: 6, source: 'developers §3.4' },
  initPhoto: { name: 'posting.initPhoto', platform: 'developers', method: 'POST', path: '/v2/post/publish/content/init/', auth: 'bearer', repeatable: false, scopes: video, perMinute: 6, source: 'developers §3.5' },
  status: { name: 'posting.status', platform: 'developers', method: 'POST', path: '/v2/post/publish/status/fetch/', auth: 'bearer', repeatable: true, scopes: video, perMinute: 30, source: 'developers §3.6' },
  cancel: { name: 'posting.cancel', platform: 'developers', method: 'POST', path: '/v2/post/publish/cancel/', auth: 'bearer', repeatable: true, scopes: video, source: 'developers §3.7' },
} as const satisfies Record<string, Endpoint>
