import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { business, verifyWebhook, type Business, type WebhookEvent } from '@stagedoor/tiktok'
import { createEmulator, type Emulator, type EmulatorOptions } from '../index.ts'

export const SCOPES = ['user.info.basic', 'user.info.username', 'user.info.profile', 'user.info.stats', 'user.account.type', 'user.insights', 'video.list', 'comment.list', 'message.list.read', 'message.list.send', 'message.list.manage']
export const REDIRECT = 'https://desk.example.com/connect/business/'

export type Heard = { event: string; content: Record<string, unknown>; raw: string; headers: Record<string, string>; verified: WebhookEvent | null }
/** A test's view of one connected account: the emulator, the client bound to its token, a real receiver of webhooks. */
export type Stand = {
  tiktok: Emulator; api: Business; app: { clientKey: string; clientSecret: string }; appId: string; token: string; refreshToken: string; businessId: string; heard: Heard[]
  /** Lets `ms` pass and everything due happen, then answers what was heard of one kind. */
  hear: (event: string, ms?: number) => Promise<Heard[]>
  /** A raw call, for what the client would never send. */
  call: (method: 'GET' | 'POST', path: string, given?: { body?: unknown; headers?: Record<string, string>; token?: string | null }) => Promise<{ status: number; code: number | null; message: string; data: Record<string, unknown>; text: string }>
  /** Lets time pass and gets a fresh access token, as a client with day-old tokens must. */
  later: (ms: number) => Promise<void>
  connect: (account: string, scopes?: string[]) => Promise<{ api: Business; token: string; businessId: string; refreshToken: string }>
  close: () => Promise<void>
}

/** Time stands still unless a test moves it; calls are not limited unless a test says so. */
export async function openStand(options: EmulatorOptions = {}): Promise<Stand> {
  const tiktok = await createEmulator({ startAt: new Date('2026-11-21T10:00:00Z'), ...options, rules: { 'business-qps': 'off', 'rio-limit': 'off', 'echo-timing': 'after', ...options.rules } })
  tiktok.clock.freeze()
  const { id: clientKey, secret: clientSecret } = tiktok.world.addApp({ platform: 'business', redirectUris: [REDIRECT] })
  const app = { clientKey, clientSecret }, heard: Heard[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const bytes = Buffer.concat(parts), raw = bytes.toString(), { event, content } = JSON.parse(raw) as { event: string; content: string }
      const signature = request.headers['tiktok-signature']
      const verdict = verifyWebhook(bytes, typeof signature === 'string' ? signature : undefined, [clientSecret], new Date(tiktok.clock.now()), 3600)
      heard.push({ event, content: JSON.parse(content) as Record<string, unknown>, raw, headers: Object.fromEntries(Object.entries(request.headers).map(([k, v]) => [k, String(v)])), verified: verdict.ok ? verdict.delivery : null })
      response.end('ok')
    })
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const url = await tiktok.listen(), hooks = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/business/`
  const base = { apiUrl: `${url}/open_api/v1.3`, authorizeUrl: `${url}/v2/auth/authorize/`, mediaHosts: [new URL(url).host] }
  await business(base).webhook.update(app, { event_type: 'DIRECT_MESSAGE', callback_url: hooks })
  await business(base).webhook.update(app, { event_type: 'COMMENT', callback_url: hooks })
  const connect: Stand['connect'] = async (account, scopes = SCOPES) => {
    const { oauth } = business(base)
    const back = await tiktok.consent({ authorizeUrl: oauth.authorizeUrl({ clientKey, redirectUri: REDIRECT, state: 'state', scopes, alwaysAsk: true }), account, scopes })
    const tokens = await oauth.exchange(app, { code: new URL(back).searchParams.get('code') ?? '', redirectUri: REDIRECT })
    return { api: business({ ...base, token: tokens.accessToken, businessId: tokens.openId }), token: tokens.accessToken, businessId: tokens.openId, refreshToken: tokens.refreshToken }
  }
  const first = await connect('halia.ceramics')
  let token = first.token, refreshToken = first.refreshToken
  const call: Stand['call'] = async (method, path, { body, headers = {}, token: given = token } = {}) => {
    const answer = await fetch(`${url}${path.startsWith('/open_api') || path.startsWith('/v2') ? '' : '/open_api/v1.3'}${path}`, { method, headers: { ...(given === null ? {} : { 'access-token': given }), ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers }, ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }) })
    const text = await answer.text(), said = text.startsWith('{') ? JSON.parse(text) as { code: number; message: string; data: Record<string, unknown> } : { code: null, message: text, data: {} }
    return { status: answer.status, code: said.code, message: said.message, data: said.data, text }
  }
  return {
    tiktok, app, appId: clientKey, heard, call, connect, businessId: first.businessId,
    api: business({ ...base, token: () => token, businessId: first.businessId }),
    get token() { return token },
    get refreshToken() { return refreshToken },
    later: async ms => {
      await tiktok.clock.advance(ms)
      ;({ accessToken: token, refreshToken } = await business(base).oauth.refresh(app, refreshToken))
    },
    hear: async (event, ms = 10_000) => {
      await tiktok.clock.advance(ms)
      await tiktok.settled()
      return heard.filter(h => h.event === event)
    },
    close: async () => {
      await tiktok.close()
      server.closeAllConnections()
      await new Promise<void>(done => server.close(() => done()))
    },
  }
}

/** The code TikTok refused with, or 0. */
export const refusal = (work: Promise<unknown>): Promise<number | string> => work.then(() => 0, (why: unknown) => {
  if (typeof why === 'object' && why !== null && 'code' in why && (typeof why.code === 'number' || typeof why.code === 'string')) return why.code
  throw why
})
