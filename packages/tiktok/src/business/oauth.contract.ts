import type { Endpoint } from '../types.ts'

/** OAuth of TikTok accounts on TikTok for Business. business §2 */
export const businessLogin = {
  apiUrl: 'https://business-api.tiktok.com/open_api/v1.3',
  authorizeUrl: 'https://www.tiktok.com/v2/auth/authorize/',
  /** Paths in the endpoint index start with this; `apiUrl` ends with it. */
  apiPrefix: '/open_api/v1.3',
  lifetimes: { accessSec: 86_400, refreshSec: 31_536_000, codeSec: 600, source: 'business §2.3, §2.4' },
  scopes: [
    'user.info.basic', 'user.info.username', 'user.info.profile', 'user.info.stats', 'user.account.type', 'user.insights', 'video.list', 'video.insights', 'video.upload', 'video.publish',
    'comment.list', 'comment.list.manage', 'message.list.read', 'message.list.send', 'message.list.manage',
    'biz.brand.insights', 'biz.spark.auth', 'biz.ads.recommend', 'biz.creator.info', 'biz.creator.insights', 'tcm.order.update',
  ],
  redirect: { schemes: ['https'], endsWith: '/', minLength: 10, maxLength: 512, maxCount: 10, query: false, fragment: false, port: false, source: 'business §2.1' },
  source: 'business §2',
} as const

const p = '/open_api/v1.3'
export const businessLoginEndpoints = {
  authorize: { name: 'business.authorize', platform: 'business', method: 'GET', path: 'https://www.tiktok.com/v2/auth/authorize/', auth: 'none', repeatable: true, source: 'business §2.1' },
  token: { name: 'business.token', platform: 'business', method: 'POST', path: `${p}/tt_user/oauth2/token/`, auth: 'app', repeatable: false, source: 'business §2.4' },
  refresh: { name: 'business.refresh', platform: 'business', method: 'POST', path: `${p}/tt_user/oauth2/refresh_token/`, auth: 'app', repeatable: false, source: 'business §2.5' },
  revoke: { name: 'business.revoke', platform: 'business', method: 'POST', path: `${p}/tt_user/oauth2/revoke/`, auth: 'app', repeatable: true, source: 'business §2.6' },
  tokenInfo: { name: 'business.tokenInfo', platform: 'business', method: 'POST', path: `${p}/tt_user/token_info/get/`, auth: 'none', repeatable: true, source: 'business §2.7' },
} as const satisfies Record<string, Endpoint>
