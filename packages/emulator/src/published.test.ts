import { Auth } from '@auth/core'
import AuthTikTok from '@auth/core/providers/tiktok'
import { generateCodeVerifier, generateState, TikTok as ArcticTikTok } from 'arctic'
import { tiktok as betterAuthTikTok } from 'better-auth/social-providers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createEmulator, type Emulator } from './index.ts'

/** Published libraries that were not written here. Their hosts are fixed, so fetch is rewritten to the emulator, as a local proxy would. */
const REDIRECT = 'https://desk.example.com/auth/callback/tiktok'
const realFetch = globalThis.fetch
let tiktok: Emulator
let app: { id: string; secret: string }
const here = (url: string) => url.replace(/^https:\/\/(open\.tiktokapis\.com|www\.tiktok\.com)/, tiktok.url)

beforeEach(async () => {
  tiktok = await createEmulator()
  await tiktok.listen()
  app = tiktok.world.addApp({ platform: 'developers', redirectUris: [REDIRECT] })
  globalThis.fetch = (input, init) => (input instanceof Request ? realFetch(new Request(here(input.url), input), init) : realFetch(here(String(input)), init))
})
afterEach(async () => {
  globalThis.fetch = realFetch
  await tiktok.close()
})
const walk = (authorizeUrl: string | URL) => tiktok.consent({ authorizeUrl: here(String(authorizeUrl)), account: 'halia.ceramics' })

test('arctic signs in, refreshes and revokes; its base64url challenge passes only under the rule web-pkce', async () => {
  const library = new ArcticTikTok(app.id, app.secret, REDIRECT)
  const signIn = async () => {
    const verifier = generateCodeVerifier()
    const back = new URL(await walk(library.createAuthorizationURL(generateState(), verifier, ['user.info.basic'])))
    return library.validateAuthorizationCode(back.searchParams.get('code')!, verifier)
  }
  // An error with HTTP 200 passes for success in this library, until one asks for the token.
  await expect(signIn().then(answer => answer.accessToken())).rejects.toThrow('access_token')
  tiktok.rules.set({ 'oauth-error-status': '400' })
  await expect(signIn()).rejects.toThrow('invalid_request')
  tiktok.rules.set({ 'web-pkce': 'ignored' })
  const tokens = await signIn()
  const next = await library.refreshAccessToken(tokens.refreshToken())
  expect(next.accessToken()).toMatch(/^act\./)
  await library.revokeToken(next.accessToken())
  expect(tiktok.world.grants[0]?.state).toBe('removed')
})

test('better-auth signs in and reads the profile', async () => {
  const library = betterAuthTikTok({ clientKey: app.id, clientSecret: app.secret, redirectURI: REDIRECT })
  const page = library.createAuthorizationURL({ state: 's', scopes: ['user.info.basic'], redirectURI: REDIRECT, codeVerifier: 'x'.repeat(43) })
  const code = new URL(await walk(String(page))).searchParams.get('code')!
  const tokens = await library.validateAuthorizationCode({ code, redirectURI: REDIRECT })
  expect(await library.getUserInfo(tokens!)).toMatchObject({ user: { name: 'Halia Ceramics' }, data: { data: { user: { username: 'halia.ceramics' } } } })
  expect((await library.refreshAccessToken!(tokens!.refreshToken!)).accessToken).toMatch(/^act\./)
})

test('Auth.js signs in through its own callback', async () => {
  tiktok.rules.set({ 'web-pkce': 'ignored' })
  const config = { secret: 'a secret of at least thirty-two characters', trustHost: true, basePath: '/auth', providers: [AuthTikTok({ clientId: app.id, clientSecret: app.secret })] }
  const jar = new Map<string, string>()
  const ask = async (path: string, init: RequestInit = {}) => {
    const answer = await Auth(new Request(`https://desk.example.com${path}`, { ...init, headers: { ...(init.headers as Record<string, string> | undefined), cookie: [...jar].map(([k, v]) => `${k}=${v}`).join('; ') } }), config)
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!
      if (name !== undefined && value !== undefined) jar.set(name, value)
    }
    return answer
  }
  const { csrfToken } = (await (await ask('/auth/csrf')).json()) as { csrfToken: string }
  const start = await ask('/auth/signin/tiktok', { method: 'POST', body: new URLSearchParams({ csrfToken }), headers: { 'content-type': 'application/x-www-form-urlencoded' } })
  const back = new URL(await walk(start.headers.get('location')!))
  const end = await ask(back.pathname + back.search)
  expect(end.headers.get('location')).toBe('https://desk.example.com')
  expect(await (await ask('/auth/session')).json()).toMatchObject({ user: { name: 'Halia Ceramics' } })
})
