import type { ErrorRow } from '../error-page.ts'
import type { Endpoint } from '../types.ts'

/** Login Kit, OAuth v2. developers §1 */
export const login = {
  apiUrl: 'https://open.tiktokapis.com',
  authorizeUrl: 'https://www.tiktok.com/v2/auth/authorize/',
  responseType: 'code',
  grants: { code: 'authorization_code', refresh: 'refresh_token', client: 'client_credentials' },
  prefixes: { access: 'act.', refresh: 'rft.', client: 'clt.' },
  lifetimes: { accessSec: 86_400, refreshSec: 31_536_000, clientSec: 7200, codeSec: 600, source: 'developers §1.5; the code\u2019s lifetime is inferred, §1.4' },
  /** Desktop only, and not RFC 7636: lowercase hex of SHA-256. */
  pkce: { method: 'S256', encoding: 'hex', verifier: { min: 43, max: 128, alphabet: 'A-Z a-z 0-9 - . _ ~' }, source: 'developers §1.3' },
  redirect: {
    web: { schemes: ['https'], maxCount: 10, maxLength: 511, query: false, fragment: false },
    desktop: { schemes: ['http', 'https'], hosts: ['localhost', '127.0.0.1'], port: 'required, * allowed', maxCount: 10, maxLength: 511, query: false, fragment: false },
    source: 'developers §1.2',
  },
  scopes: {
    'user.info.basic': ['open_id', 'union_id', 'avatar_url', 'avatar_url_100', 'avatar_large_url', 'display_name'],
    'user.info.profile': ['bio_description', 'profile_deep_link', 'profile_web_link', 'is_verified', 'username'],
    'user.info.stats': ['follower_count', 'following_count', 'likes_count', 'video_count'],
    'video.list': [], 'video.upload': [], 'video.publish': [],
  },
  removalReasons: { 0: 'unknown', 1: 'the user disconnected the app', 2: 'the account was deleted', 3: 'the user\u2019s age changed', 4: 'the account was banned', 5: 'the developer revoked' },
  source: 'developers §1',
} as const

export const loginEndpoints = {
  authorize: { name: 'oauth.authorize', platform: 'developers', method: 'GET', path: 'https://www.tiktok.com/v2/auth/authorize/', auth: 'none', repeatable: true, source: 'developers §1.1' },
  token: { name: 'oauth.token', platform: 'developers', method: 'POST', path: '/v2/oauth/token/', auth: 'app', repeatable: false, source: 'developers §1.5' },
  revoke: { name: 'oauth.revoke', platform: 'developers', method: 'POST', path: '/v2/oauth/revoke/', auth: 'app', repeatable: true, source: 'developers §1.7' },
  qrCode: { name: 'oauth.qrCode', platform: 'developers', method: 'POST', path: '/v2/oauth/get_qrcode/', auth: 'app', repeatable: true, source: 'developers §1.8' },
  checkQrCode: { name: 'oauth.checkQrCode', platform: 'developers', method: 'POST', path: '/v2/oauth/check_qrcode/', auth: 'app', repeatable: true, source: 'developers §1.8' },
} as const satisfies Record<string, Endpoint>

/** The flat `error` values of the token endpoints, often with HTTP 200. developers §1.5 */
export const oauthErrors: Readonly<Record<string, ErrorRow>> = {
  invalid_request: { title: 'The sign-in request is malformed', what: 'TikTok misses a field, or the redirect URI or the PKCE verifier is not the one the consent started with.', side: 'your app', next: 'fix the request', source: 'developers §1.5' },
  invalid_client: { title: 'Wrong key or secret', what: 'TikTok does not know this client key with this secret.', side: 'your app', next: 'fix the set-up', source: 'developers §1.5' },
  invalid_grant: { title: 'The code or refresh token is spent', what: 'It is expired, used, revoked, or belongs to another app.', side: 'the account', next: 'reconnect', source: 'developers §1.5' },
  unauthorized_client: { title: 'This app may not ask for that', what: 'The key is wrong or not approved yet, or Login Kit or a scope is not added to the app.', side: 'your app', next: 'fix the set-up', source: 'developers §1.4, §1.5' },
  unsupported_grant_type: { title: 'Unknown kind of grant', what: 'TikTok does not know the grant_type that was sent.', side: 'your app', next: 'fix the request', source: 'developers §1.5' },
  unsupported_response_type: { title: 'Unknown response type', what: 'TikTok only knows response_type=code.', side: 'your app', next: 'fix the request', source: 'developers §1.5' },
  invalid_scope: { title: 'A permission is not available to this app', what: 'One of the scopes asked for is unknown or not approved for the app; TikTok then refuses all of them.', side: 'your app', next: 'fix the set-up', source: 'developers §1.4, business §2.1' },
  access_denied: { title: 'Consent was not given', what: 'The person refused, or the account is not a target user of the sandbox.', side: 'the account', next: 'start consent again', source: 'developers §1.4' },
  server_error: { title: 'TikTok\u2019s sign-in is failing', what: 'TikTok reports a fault of its own.', side: 'TikTok', next: 'try again', source: 'developers §1.5' },
  temporarily_unavailable: { title: 'TikTok\u2019s sign-in is away for a moment', what: 'TikTok asks to come back later.', side: 'TikTok', next: 'try again', source: 'developers §1.5' },
}

/** `error_type` values seen beside `error` on the consent page. developers §1.4 */
export const consentErrors: Readonly<Record<string, ErrorRow>> = {
  client_key: { title: 'TikTok does not accept the client key', what: 'The key is wrong, not approved yet, or lacks Login Kit. TikTok often shows this on its own page and never comes back.', side: 'your app', next: 'fix the set-up', source: 'developers §1.4' },
  non_sandbox_target: { title: 'Not a sandbox user', what: 'This is a sandbox key, and the account is not among its target users.', side: 'your app', next: 'fix the set-up', todo: 'Add the account as a target user of the sandbox (it may take an hour), then connect again.', source: 'developers §1.4, §8' },
  scope: { title: 'A permission is not available to this app', what: 'One of the scopes asked for is not approved for the app.', side: 'your app', next: 'fix the set-up', source: 'developers §1.4' },
  redirect_uri: { title: 'The redirect address is not registered', what: 'The redirect URI differs from those registered for the app, if only by a slash.', side: 'your app', next: 'fix the set-up', source: 'developers §1.4' },
}
