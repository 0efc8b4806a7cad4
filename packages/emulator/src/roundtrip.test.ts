import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { challengeOf, developers, makeVerifier, nextRange, planChunks, readCallback, Refused, Unreachable, verifyWebhook } from '@stagedoor/tiktok'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createEmulator, type Emulator } from './index.ts'
import { fixture, SCOPES } from './test/stage.ts'

/** The client of this house against the emulator, over real HTTP: they share words, never logic. */
const REDIRECT = 'http://127.0.0.1:4300/connect/login/'
let tiktok: Emulator
let app: { clientKey: string; clientSecret: string }
let client: ReturnType<typeof developers>
let token = ''
let folder: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'emulator-roundtrip-'))
  tiktok = await createEmulator({ startAt: new Date('2026-11-21T10:00:00Z'), frozen: true })
  await tiktok.listen()
  const made = tiktok.world.addApp({ platform: 'developers', flavour: 'desktop', audited: true, redirectUris: ['http://127.0.0.1:*/connect/login/'] })
  app = { clientKey: made.id, clientSecret: made.secret }
  client = developers({ apiUrl: tiktok.url, authorizeUrl: `${tiktok.url}/v2/auth/authorize/`, token: () => token, uploadHosts: [new URL(tiktok.url).host] })
})
afterEach(async () => {
  await tiktok.close()
  rmSync(folder, { recursive: true, force: true })
})

const connect = async (scopes: string[] | 'all' = 'all') => {
  const codeVerifier = makeVerifier()
  const authorizeUrl = client.oauth.authorizeUrl({ clientKey: app.clientKey, redirectUri: REDIRECT, scopes: SCOPES, state: 'st', codeVerifier })
  expect(authorizeUrl).toContain(challengeOf(codeVerifier))
  const callback = readCallback(await tiktok.consent({ authorizeUrl, account: 'halia.ceramics', scopes }))
  if (!callback.ok) throw new Error(callback.error)
  const tokens = await client.oauth.exchange(app, { code: callback.code, redirectUri: REDIRECT, codeVerifier })
  token = tokens.accessToken
  return tokens
}

const publish = async (bytes: Uint8Array, draft = false) => {
  const path = join(folder, 'video.mp4')
  writeFileSync(path, bytes)
  const plan = planChunks(bytes.length)
  const source_info = { source: 'FILE_UPLOAD' as const, ...plan }
  const made = draft ? await client.initInboxVideo({ source_info }) : await client.initVideo({ post_info: { privacy_level: 'PUBLIC_TO_EVERYONE', title: 'by the client' }, source_info })
  const file = await open(path)
  try {
    for (let range = nextRange(plan, 0); range; range = nextRange(plan, range.end + 1)) {
      const answer = await client.putChunk({ uploadUrl: made.upload_url!, range, contentType: 'video/mp4', file })
      if (answer.outcome === 'complete') break
    }
  } finally {
    await file.close()
  }
  return made.publish_id
}

test('the client connects by desktop PKCE, refreshes, is refused with the old token, and revokes', async () => {
  const first = await connect(['video.upload'])
  expect(first.scopes).toEqual(['user.info.basic', 'video.upload'])
  const second = await client.oauth.refresh(app, first.refreshToken)
  expect(second.refreshToken).not.toBe(first.refreshToken)
  await expect(client.oauth.refresh(app, first.refreshToken)).rejects.toMatchObject({ code: 'invalid_grant' })
  expect((await client.oauth.clientToken(app)).accessToken).toMatch(/^clt\./)
  await client.oauth.revoke(app, second.accessToken)
  token = second.accessToken
  await expect(client.userInfo()).rejects.toBeInstanceOf(Refused)
})

test('the client signs in by QR code', async () => {
  const { scanQrcodeUrl, token: ticket } = await client.oauth.qrCode({ clientKey: app.clientKey, scopes: ['user.info.basic'], state: 'q' })
  expect((await client.oauth.checkQrCode(app, ticket)).status).toBe('new')
  await fetch(scanQrcodeUrl)
  await fetch(new URL('/v2/auth/qr/', tiktok.url), { method: 'POST', body: new URLSearchParams({ token: ticket, account: 'nomad.bikes' }) })
  expect(await client.oauth.checkQrCode(app, ticket)).toMatchObject({ status: 'confirmed', redirectUri: expect.stringContaining('code=') })
})

test('the client reads profile, creator and videos', async () => {
  const { scopes } = await connect()
  tiktok.world.addPost('halia.ceramics', { caption: 'kiln' })
  expect(await client.userInfo({ scopes })).toMatchObject({ username: 'halia.ceramics', follower_count: 48200 })
  expect(await client.creatorInfo()).toMatchObject({ creator_username: 'halia.ceramics', privacy_level_options: expect.arrayContaining(['SELF_ONLY']) })
  const page = await client.videoList()
  expect(page.videos).toHaveLength(1)
  expect(await client.videoQuery([page.videos[0]!.id])).toMatchObject([{ title: 'kiln' }])
  tiktok.world.changeAccount('halia.ceramics', { banned: true })
  await expect(client.creatorInfo()).rejects.toMatchObject({ code: 'spam_risk_user_banned_from_posting', status: 200 })
})

test('the client posts a video in chunks, follows it to its public id, and every webhook verifies', async () => {
  const got: { raw: Buffer; signature: string }[] = []
  const receiver = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
      got.push({ raw: Buffer.concat(parts), signature: String(request.headers['tiktok-signature']) })
      response.end()
    })
  })
  await new Promise<void>(done => receiver.listen(0, '127.0.0.1', done))
  tiktok.world.changeApp(app.clientKey, { webhookUrl: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks/developers/` })
  await connect()
  // A real video with a long tail: the index stands at the start, so the picture is still readable.
  const video = Buffer.concat([fixture('good.mp4'), boxOf(70_000_000)])
  const id = await publish(video)
  expect(await client.status(id)).toMatchObject({ status: 'PROCESSING_UPLOAD', uploaded_bytes: video.length })
  await tiktok.clock.advance(120_000)
  const done = await client.status(id)
  expect(done.status).toBe('PUBLISH_COMPLETE')
  expect(done.publicaly_available_post_id).toEqual([tiktok.world.posts[0]!.id])
  const verdicts = got.map(({ raw, signature }) => verifyWebhook(raw, signature, [app.clientSecret], new Date(tiktok.clock.now())))
  expect(verdicts.map(v => (v.ok ? v.delivery.event : v.reason))).toEqual(['post.publish.complete', 'post.publish.publicly_available'])
  receiver.closeAllConnections()
  receiver.close()
})

test('the client drafts a video, and cancels what it may not cancel with a clear refusal', async () => {
  await connect()
  const id = await publish(fixture('good.mp4'), true)
  await tiktok.clock.advance(60_000)
  expect((await client.status(id)).status).toBe('SEND_TO_USER_INBOX')
  await expect(client.cancel(id)).rejects.toMatchObject({ code: 'publish_not_cancellable' })
})

test('the client posts photos by URL', async () => {
  tiktok.world.changeApp(app.clientKey, { verifiedProperties: [{ kind: 'domain', value: 'media.example.com', token: 't', state: 'verified' }] })
  await connect()
  const { publish_id } = await client.initPhoto({ post_mode: 'MEDIA_UPLOAD', post_info: { title: 't' }, source_info: { photo_images: ['https://media.example.com/1.jpg'], photo_cover_index: 0 } })
  expect(publish_id).toMatch(/^p_inbox_url~v2\./)
})

test('a lost answer of an init is Unreachable to the client, and the deed is done', async () => {
  await connect()
  tiktok.faults.arm({ on: 'posting.initVideo', does: 'lose answer', times: 1 })
  await expect(publish(fixture('good.mp4'))).rejects.toBeInstanceOf(Unreachable)
  expect(tiktok.world.publications).toHaveLength(1)
})

/** An MP4 box of type "free": bytes a player skips. */
function boxOf(size: number): Buffer {
  const box = Buffer.alloc(size)
  box.writeUInt32BE(size, 0)
  box.write('free', 4)
  return box
}
