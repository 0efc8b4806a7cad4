import { readFileSync } from 'node:fs'
import { createEmulator, type Emulator, type EmulatorOptions } from '../index.ts'

/** A stage for stories about TikTok for Developers: an emulator that listens, an app, and connected accounts. */
export const REDIRECT = 'https://desk.example.com/connect/login/'
export const SCOPES = ['user.info.basic', 'user.info.profile', 'user.info.stats', 'video.list', 'video.upload', 'video.publish']

export const fixture = (name: string) => readFileSync(new URL(`../posting/fixtures/${name}`, import.meta.url))

export type Stage = {
  tiktok: Emulator
  app: { id: string; secret: string }
  /** Connects an account and answers its access token. */
  connect(handle?: string, scopes?: string[] | 'all'): Promise<string>
  /** POST with a bearer token; answers status and JSON. */
  call(path: string, token: string, body?: unknown, headers?: Record<string, string>): Promise<{ status: number; data: Record<string, unknown>; code: string; message: string; text: string }>
}

export async function openStage(options: EmulatorOptions & { audited?: boolean; webhookUrl?: string } = {}): Promise<Stage> {
  const { audited = true, webhookUrl, ...rest } = options
  const tiktok = await createEmulator({ startAt: new Date('2026-11-21T10:00:00Z'), frozen: true, ...rest })
  await tiktok.listen()
  const app = tiktok.world.addApp({ platform: 'developers', redirectUris: [REDIRECT], audited, ...(webhookUrl === undefined ? {} : { webhookUrl }) })
  return {
    tiktok, app,
    connect: async (handle = 'halia.ceramics', scopes = 'all') => {
      const authorizeUrl = `${tiktok.url}/v2/auth/authorize/?${new URLSearchParams({ client_key: app.id, scope: SCOPES.join(','), redirect_uri: REDIRECT, state: 's', response_type: 'code' })}`
      const code = new URL(await tiktok.consent({ authorizeUrl, account: handle, scopes })).searchParams.get('code')!
      const answer = await fetch(`${tiktok.url}/v2/oauth/token/`, { method: 'POST', body: new URLSearchParams({ client_key: app.id, client_secret: app.secret, grant_type: 'authorization_code', code, redirect_uri: REDIRECT }) })
      return ((await answer.json()) as { access_token: string }).access_token
    },
    call: async (path, token, body, headers = {}) => {
      const answer = await fetch(tiktok.url + path, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=UTF-8', ...headers }, ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }) })
      const text = await answer.text()
      const parsed = JSON.parse(text) as { data?: Record<string, unknown>; error: { code: string; message: string } }
      return { status: answer.status, data: parsed.data ?? {}, code: parsed.error.code, message: parsed.error.message, text }
    },
  }
}

export const VIDEO_INIT = '/v2/post/publish/video/init/'
export const INBOX_INIT = '/v2/post/publish/inbox/video/init/'
export const PHOTO_INIT = '/v2/post/publish/content/init/'
export const STATUS = '/v2/post/publish/status/fetch/'
export const CANCEL = '/v2/post/publish/cancel/'
export const CREATOR = '/v2/post/publish/creator_info/query/'

export const fileSource = (size: number, chunkSize = size, count = Math.floor(size / chunkSize)) => ({ source: 'FILE_UPLOAD', video_size: size, chunk_size: chunkSize, total_chunk_count: count })
export const direct = (size: number, post: object = {}) => ({ post_info: { privacy_level: 'PUBLIC_TO_EVERYONE', title: 'hello #fyp', ...post }, source_info: fileSource(size) })

/** One PUT of a range. */
export const put = (url: string, bytes: Uint8Array, first: number, total: number, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'PUT', body: new Uint8Array(bytes), headers: { 'content-type': 'video/mp4', 'content-range': `bytes ${first}-${first + bytes.length - 1}/${total}`, ...headers } })

/** Init and the whole file in one chunk. Answers the publish_id. */
export async function publishFile(stage: Stage, token: string, file = 'good.mp4', { draft = false, post = {} }: { draft?: boolean; post?: object } = {}): Promise<string> {
  const bytes = fixture(file)
  const { data, text } = draft ? await stage.call(INBOX_INIT, token, { source_info: fileSource(bytes.length) }) : await stage.call(VIDEO_INIT, token, direct(bytes.length, post))
  const answer = await put(String(data['upload_url']), bytes, 0, bytes.length)
  if (answer.status !== 201) throw new Error(`The upload answered ${answer.status} after ${text}`)
  return String(data['publish_id'])
}
