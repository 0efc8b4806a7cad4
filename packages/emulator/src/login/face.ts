import { janus, refuseByFault } from '../developers.ts'
import type { Face, Ground } from '../face.ts'
import { WorldError } from '../people.ts'
import { authorizeError, authorizeGet, authorizePost } from './authorize.ts'
import { checkQr, getQr, qrScan } from './qr.ts'
import { oauthRefusal, removal, revoke, token } from './token.ts'
import { endGrant, giveGrant, issuePair, tokenAnswer } from './tokens.ts'
import type { LoginVerbs } from './types.ts'

const CODE_MS = 10 * 60_000

const SENTENCES: Record<string, string> = {
  'user.info.basic': 'Read your profile picture and display name',
  'user.info.profile': 'Read your bio, profile links and whether you are verified',
  'user.info.stats': 'Read your counts of likes, followers and videos',
  'video.list': 'Read your public videos',
  'video.upload': 'Put drafts into your TikTok inbox',
  'video.publish': 'Post to your TikTok',
}

/** Login Kit v2: the authorize host and the OAuth endpoints. */
export function login(ground: Ground): Face {
  const { ids, clock, store, grantors } = ground
  grantors.set('developers', {
    describe: scope => SENTENCES[scope] ?? scope,
    grant: ({ appId, accountId, scopes, redirectUri, challenge }) => {
      // TikTok's codes carry * and ! near their end.
      const tail = ids.chance('code') < 0.5 ? `*0!${1000 + (ids.bytes('code', 2).readUInt16BE() % 9000)}` : `*v!${1000 + (ids.bytes('code', 2).readUInt16BE() % 9000)}.s1`
      const code = store.shelf('code').put({ id: ids.word('code', 62) + tail, appId, accountId, scopes, redirectUri, ...(challenge === undefined ? {} : { challenge }), expiresAt: clock.now() + CODE_MS })
      return { code: code.id, scopes: scopes.join(',') }
    },
  })
  const verbs: LoginVerbs = {
    removeApp: (handle, appId, reason = 1) => {
      const account = ground.world.account(handle)
      const grant = store.shelf('grant').get(`${appId}:${account.id}`)
      if (grant?.state !== 'working') throw new WorldError(`@${handle} has not given ${appId} anything to remove`)
      endGrant(ground, grant, 'removed')
      const app = store.shelf('app').get(appId)
      if (app?.platform === 'developers') ground.webhooks.send({ app, event: 'authorization.removed', openId: grant.openId, content: removal(reason), about: [account.handle] })
      return grant
    },
    expireTokens: handle => {
      const account = handle === undefined ? undefined : ground.world.account(handle)
      const found = store.shelf('token').filter(t => t.kind === 'access' && !t.dead && t.expiresAt > clock.now() && (!account || t.accountId === account.id))
      for (const each of found) store.shelf('token').put(Object.assign(each, { expiresAt: clock.now() }))
      return found.length
    },
    giveTokens: (handle, appId, scopes) => {
      const app = store.shelf('app').get(appId)
      if (app?.platform !== 'developers') throw new WorldError(`${appId} is no app of TikTok for Developers`)
      const { access, refresh } = issuePair(ground, giveGrant(ground, app.id, ground.world.account(handle).id, scopes ?? app.scopes))
      return tokenAnswer(ground, access, refresh)
    },
    grantOf: (handle, appId) => store.shelf('grant').get(`${appId}:${ground.world.account(handle).id}`),
  }
  ground.extend(verbs)

  return {
    name: 'login',
    hosts: ['open.tiktokapis.com', 'www.tiktok.com'],
    prefixes: ['/v2/auth/', '/v2/oauth/', '/v2/'],
    unknown: janus,
    refuse: (does, call, fault) => {
      if (!call.url.pathname.startsWith('/v2/oauth/')) return refuseByFault(ground, does, fault)
      const error = does === 'refuse' ? String(fault['code'] ?? 'invalid_grant') : does === '500' ? 'server_error' : does === '503' ? 'temporarily_unavailable' : undefined
      return error === undefined ? undefined : oauthRefusal(ground, error, String(fault['message'] ?? 'The request was refused.'), does === 'refuse' ? (fault['status'] as number | undefined) : Number(does))
    },
    routes: [
      { name: 'oauth.authorize', method: 'GET', path: '/v2/auth/authorize/', says: 'Consent page with account picker and a tick box per scope', handler: authorizeGet(ground) },
      { name: 'oauth.authorize', method: 'GET', path: '/v2/auth/authorize', says: 'The same; the page host does not insist on the slash', handler: authorizeGet(ground) },
      { name: 'oauth.consent', method: 'POST', path: '/v2/auth/authorize/', says: 'The person’s decision', handler: authorizePost(ground) },
      { name: 'oauth.authorizeError', method: 'GET', path: '/v2/auth/authorize/error/', says: 'Refusals that are shown and never sent back', handler: authorizeError },
      { name: 'oauth.token', method: 'POST', path: '/v2/oauth/token/', says: 'Code, refresh token or client credentials for tokens', handler: token(ground) },
      { name: 'oauth.revoke', method: 'POST', path: '/v2/oauth/revoke/', says: 'Ends the link between app and account', handler: revoke(ground) },
      { name: 'oauth.qrCode', method: 'POST', path: '/v2/oauth/get_qrcode/', says: 'A QR code to sign in with', handler: getQr(ground) },
      { name: 'oauth.checkQrCode', method: 'POST', path: '/v2/oauth/check_qrcode/', says: 'How far the QR code got', handler: checkQr(ground) },
      { name: 'oauth.qrPage', method: 'GET', path: '/v2/auth/qr/', says: 'What the phone shows after scanning', handler: qrScan(ground) },
      { name: 'oauth.qrConfirm', method: 'POST', path: '/v2/auth/qr/', says: 'The person confirms on the phone', handler: qrScan(ground) },
    ],
    rules: [
      { name: 'loopback-redirects', default: 'off', options: { off: 'Only desktop apps may be redirected to this machine', on: 'Web and Business apps may be redirected to localhost too' }, says: 'Whether http://localhost and http://127.0.0.1 are accepted as redirect URIs of web apps.', evidence: 'Documented: web redirect URIs are https (developers §1.2, business §1.2). A convenience of this emulator, not of TikTok.' },
      { name: 'oauth-error-status', default: '200', options: { 200: 'Errors arrive with HTTP 200', 400: 'Errors arrive with HTTP 400, wrong credentials with 401' }, says: 'The HTTP status of OAuth errors.', evidence: 'TikTok documents none; errors with HTTP 200 were observed (developers §1.5, S51).' },
      { name: 'refresh-rotation', default: 'rotate', options: { rotate: 'Each refresh gives a new refresh token, the old one is dead at once', 'old works': 'A new one is given, the old one keeps working', 'same token': 'The refresh token stays the same' }, says: 'What becomes of the refresh token on a refresh.', evidence: 'Documented that it may differ; whether the replaced one works is not (developers §1.6).' },
      { name: 'refresh-expiry', default: 'original', options: { original: 'A rotated refresh token expires when the first would have', sliding: 'Each rotation starts 365 days anew' }, says: 'When a rotated refresh token expires.', evidence: 'The text says from initial issue; not observed (developers §1.6).' },
      { name: 'sandbox-refresh', default: 'works', options: { works: 'Sandbox apps refresh normally', 'always fails': 'Every refresh of a sandbox app is invalid_grant' }, says: 'Whether sandbox apps can refresh.', evidence: 'Two reports disagree (developers §1.6, §8, S38 and S40).' },
      { name: 'sandbox-scopes', default: 'as asked', options: { 'as asked': 'A sandbox grants what was asked and ticked', 'basic only': 'A sandbox grants only user.info.basic, whatever was ticked' }, says: 'Which scopes a sandbox really grants.', evidence: 'Field reports disagree (developers §8, S39 against S35 and S40).' },
      { name: 'web-pkce', default: 'checked', options: { checked: 'A challenge a web app sends is held against its verifier, in hex', ignored: 'Web apps may send any challenge; nobody looks' }, says: 'Whether a code_challenge of a web app counts.', evidence: 'PKCE is not documented for web; published libraries send base64url challenges there (developers §1.3).' },
      { name: 'failed-exchange', default: 'keeps the code', options: { 'keeps the code': 'A mismatch of redirect or PKCE leaves the code usable', 'spends the code': 'Any failed exchange spends the code' }, says: 'Whether a failed exchange spends the authorisation code.', evidence: 'Not documented (developers §1.4).' },
      { name: 'authorize-errors', default: 'page', options: { page: 'Wrong scopes and non-target users are shown on TikTok’s page', redirect: 'They go back to the app as error parameters' }, says: 'Where refusals after the login end up.', evidence: 'Both were observed (developers §1.4, S48).' },
      { name: 'auto-auth', default: 'only when asked', options: { 'only when asked': 'The consent page is skipped only with disable_auto_auth=0', 'unless disabled': 'It is skipped also when the parameter is absent' }, says: 'Whether a person who consented before sees the page again.', evidence: 'The default of disable_auto_auth is not documented (developers §1.1).' },
      { name: 'revoke-webhook', default: 'reason 5', options: { 'reason 5': 'authorization.removed with reason 5', none: 'No webhook' }, says: 'Whether revoking by the app raises a webhook.', evidence: 'Inferred from the list of reasons (developers §1.7, §6).' },
    ],
  }
}
