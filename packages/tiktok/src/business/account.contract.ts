import type { Endpoint } from '../types.ts'

/** Profile and own posts. business §3; /business/video/list/ is the Accounts API's page, known only by its place in business §1.2 and §4.3 and so marked unsure. */
export const account = {
  profileFields: ['is_business_account', 'username', 'display_name', 'profile_image', 'profile_deep_link', 'bio_description', 'is_verified', 'followers_count', 'following_count', 'total_likes', 'videos_count'],
  /** business §3, the scope each field needs (best reading). */
  fieldScopes: {
    is_business_account: 'user.account.type', username: 'user.info.username', display_name: 'user.info.basic', profile_image: 'user.info.basic',
    profile_deep_link: 'user.info.profile', bio_description: 'user.info.profile', is_verified: 'user.info.profile',
    followers_count: 'user.info.stats', following_count: 'user.info.stats', total_likes: 'user.info.stats', videos_count: 'user.info.stats',
  },
  videoFields: ['item_id', 'create_time', 'caption', 'thumbnail_url', 'share_url', 'embed_url', 'video_views', 'likes', 'comments', 'shares', 'video_duration'],
  videoPage: { defaultCount: 10, maxCount: 20 },
  perMinutePerAccount: 40,
  source: 'business §3, §6.3',
} as const

const p = '/open_api/v1.3'
export const accountEndpoints = {
  profile: { name: 'business.profile', platform: 'business', method: 'GET', path: `${p}/business/get/`, auth: 'access token', repeatable: true, scopes: ['user.info.basic'], perMinute: 40, source: 'business §3' },
  videoList: { name: 'business.videoList', platform: 'business', method: 'GET', path: `${p}/business/video/list/`, auth: 'access token', repeatable: true, scopes: ['video.list'], perMinute: 40, source: 'business §1.2, §4.3 (answer\u2019s shape inferred)' },
} as const satisfies Record<string, Endpoint>
