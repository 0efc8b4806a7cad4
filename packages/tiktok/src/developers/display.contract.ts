import type { Endpoint } from '../types.ts'

/** User info and the Display API. developers §2, §10 */
export const display = {
  videoFields: ['id', 'create_time', 'cover_image_url', 'share_url', 'video_description', 'duration', 'height', 'width', 'title', 'embed_html', 'embed_link', 'like_count', 'comment_count', 'share_count', 'view_count'],
  page: { defaultCount: 10, maxCount: 20, maxIds: 20 },
  coverLifetimeSec: 21_600,
  source: 'developers §2, §10',
} as const

export const displayEndpoints = {
  userInfo: { name: 'display.userInfo', platform: 'developers', method: 'GET', path: '/v2/user/info/', auth: 'bearer', repeatable: true, scopes: ['user.info.basic', 'user.info.profile', 'user.info.stats'], perMinute: 600, source: 'developers §2' },
  videoList: { name: 'display.videoList', platform: 'developers', method: 'POST', path: '/v2/video/list/', auth: 'bearer', repeatable: true, scopes: ['video.list'], perMinute: 600, source: 'developers §10' },
  videoQuery: { name: 'display.videoQuery', platform: 'developers', method: 'POST', path: '/v2/video/query/', auth: 'bearer', repeatable: true, scopes: ['video.list'], perMinute: 600, source: 'developers §10' },
} as const satisfies Record<string, Endpoint>
