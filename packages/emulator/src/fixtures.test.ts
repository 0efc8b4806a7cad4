import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answer, chunks, requests, signatures, webhooks } from '@stagedoor/tiktok/fixtures'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sign } from './deliver.ts'
import { CANCEL, CREATOR, direct, openStage, PHOTO_INIT, publishFile, put, REDIRECT, SCOPES, STATUS, VIDEO_INIT, type Stage } from './test/stage.ts'

/** The payloads the client is tested with, as documented or seen, are what the emulator says. */
let stage: Stage
let token: string
beforeEach(async () => {
  stage = await openStage()
  token = await stage.connect()
})
afterEach(() => stage.tiktok.close())

/** Keys and kinds of values, without the values. */
const shape = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape)
  if (typeof value !== 'object' || value === null) return typeof value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]))
}
const shapeOf = (text: string) => (text.startsWith('{') ? shape(JSON.parse(text)) : text)
const said = ({ status, text }: { status: number; text: string }) => [status, shapeOf(text)]
const documented = (call: string, name: string) => {
  const { status, body } = answer(call, name)
  return [status, shapeOf(body)]
}
const form = async (path: string, body: Record<string, string>) => {
  const reply = await fetch(stage.tiktok.url + path, { method: 'POST', body: new URLSearchParams({ client_key: stage.app.id, client_secret: stage.app.secret, ...body }) })
  return { status: reply.status, text: await reply.text() }
}

describe('answers have the shape of the fixtures', () => {
  test('of OAuth', async () => {
    const page = `${stage.tiktok.url}/v2/auth/authorize/?${new URLSearchParams({ client_key: stage.app.id, scope: SCOPES.join(','), redirect_uri: REDIRECT, state: 's', response_type: 'code' })}`
    const code = new URL(await stage.tiktok.consent({ authorizeUrl: page, account: 'nomad.bikes' })).searchParams.get('code')!
    const grant = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT }
    const given = await form('/v2/oauth/token/', grant)
    expect(said(given)).toEqual(documented('oauth.token', 'tokens'))
    const again = await form('/v2/oauth/token/', grant)
    expect(said(again)).toEqual(documented('oauth.token', 'a flat error with HTTP 200'))
    expect(JSON.parse(again.text)).toMatchObject({ error: 'invalid_grant', error_description: 'Authorization code is expired.' })
    expect(said(await form('/v2/oauth/token/', { grant_type: 'client_credentials' }))).toEqual(documented('oauth.token', 'client token'))
    expect(said(await form('/v2/oauth/revoke/', { token: (JSON.parse(given.text) as { access_token: string }).access_token }))).toEqual(documented('oauth.revoke', 'done'))
  })

  test('of creator info, inits, status and cancel', async () => {
    await stage.tiktok.close()
    stage = await openStage({ fetch: () => new Promise(() => undefined) }) // a host that never answers: the photo stays in download
    token = await stage.connect()
    expect(said(await stage.call(CREATOR, token))).toEqual(documented('posting.creatorInfo', 'a public account'))
    expect(said(await stage.call(VIDEO_INIT, token, direct(1000)))).toEqual(documented('posting.initVideo', 'upload opened'))
    expect(said(await stage.call(VIDEO_INIT, 'act.nobody', direct(1000)))).toEqual(documented('posting.initVideo', 'a dead token'))
    expect(said(await stage.call(STATUS, token, { publish_id: 'v_pub_file~v2-1.1' }))).toEqual(documented('posting.status', 'unknown publish_id as the general code'))
    stage.tiktok.world.changeApp(stage.app.id, { verifiedProperties: [{ kind: 'domain', value: 'media.example.com', token: 't', state: 'verified' }] })
    const photo = await stage.call(PHOTO_INIT, token, requests.find(r => r.call === 'posting.initPhoto')!.body)
    expect(said(photo)).toEqual(documented('posting.initPhoto', 'a photo draft'))
    expect(said(await stage.call(STATUS, token, photo.data))).toEqual(documented('posting.status', 'downloading'))
    expect(said(await stage.call(CANCEL, token, photo.data))).toEqual(documented('posting.cancel', 'done'))
    const [good, bad] = [await publishFile(stage, token), await publishFile(stage, token, 'slow.mp4')]
    await stage.tiktok.clock.advance(5000)
    expect(said(await stage.call(STATUS, token, { publish_id: good }))).toEqual(documented('posting.status', 'complete, no id yet'))
    expect(said(await stage.call(STATUS, token, { publish_id: bad }))).toEqual(documented('posting.status', 'failed'))
    await stage.tiktok.clock.advance(60_000)
    expect(said(await stage.call(STATUS, token, { publish_id: good }))).toEqual(documented('posting.status', 'complete, with a 64-bit id as a bare number'))
    stage.tiktok.world.changeAccount('halia.ceramics', { postsPerDay: 0 })
    expect(said(await stage.call(CREATOR, token))).toEqual(documented('posting.creatorInfo', 'the daily cap, with HTTP 200'))
    stage.tiktok.world.changeAccount('halia.ceramics', { postsPerDay: 15 })
    stage.tiktok.world.changeApp(stage.app.id, { audited: false })
    expect(said(await stage.call(VIDEO_INIT, token, direct(1000)))).toEqual(documented('posting.initVideo', 'an unaudited app'))
  })

  test('of profiles, videos and the edge', async () => {
    const get = async (path: string, bearer = token) => {
      const reply = await fetch(stage.tiktok.url + path, { headers: { authorization: `Bearer ${bearer}` } })
      return { status: reply.status, text: await reply.text() }
    }
    expect(said(await get('/v2/user/info/?fields=open_id,display_name,avatar_url'))).toEqual(documented('display.userInfo', 'basic fields'))
    expect(said(await get('/v2/user/info/?fields=username', await stage.connect('nomad.bikes', ['user.info.basic'])))).toEqual(documented('display.userInfo', 'a field out of scope'))
    stage.tiktok.world.addPost('halia.ceramics')
    expect(said(await stage.call('/v2/video/list/?fields=id,create_time,share_url', token))).toEqual(documented('display.videoList', 'a page'))
    expect(said(await get('/v2/user/info'))).toEqual(documented('any', 'no trailing slash'))
  })
})

test('the documented requests are accepted as they stand', async () => {
  stage.tiktok.world.changeApp(stage.app.id, { verifiedProperties: [{ kind: 'domain', value: 'media.example.com', token: 't', state: 'verified' }] })
  const paths: Record<string, string> = { 'posting.initVideo': VIDEO_INIT, 'posting.initPhoto': PHOTO_INIT }
  const known = requests.filter(request => paths[request.call] !== undefined)
  expect(known.length).toBeGreaterThan(1)
  for (const { call, body } of known) expect((await stage.call(paths[call]!, token, body)).code).toBe('ok')
})

test('the documented chunk plans are accepted and answered as documented', async () => {
  for (const { plan, ranges, statuses } of chunks) {
    const { data } = await stage.call(VIDEO_INIT, token, { post_info: { privacy_level: 'SELF_ONLY' }, source_info: { source: 'FILE_UPLOAD', ...plan } })
    const replies: number[] = []
    for (const range of ranges) {
      const [, first, last] = /^bytes (\d+)-(\d+)\//.exec(range)!
      replies.push((await put(String(data['upload_url']), Buffer.alloc(Number(last) - Number(first) + 1), Number(first), plan.video_size)).status)
    }
    expect(replies).toEqual(statuses)
  }
})

test('signatures are those of the test vectors', () => {
  for (const { secret, t, body, signature } of signatures) expect(sign(secret, body, t * 1000)).toContain(signature.replace(/^.*s=/, ''))
})

test('every webhook of TikTok for Developers goes out in the shape of its fixture', async () => {
  const got = new Map<string, unknown>()
  const receiver = createServer((request, response) => {
    let text = ''
    request.on('data', part => (text += String(part))).on('end', () => {
      const body = JSON.parse(text) as { event: string; content: string }
      got.set(body.event, { ...(shape(body) as object), content: shape(JSON.parse(body.content)) })
      response.end()
    })
  })
  await new Promise<void>(done => receiver.listen(0, '127.0.0.1', done))
  const { world, clock } = stage.tiktok
  world.changeApp(stage.app.id, { webhookUrl: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/` })
  const post = await publishFile(stage, token)
  await publishFile(stage, token, 'good.mp4', { draft: true })
  await publishFile(stage, token, 'slow.mp4')
  await clock.advance(120_000)
  world.moderate(post, 'take down')
  for (const { event, body } of webhooks.filter(w => w.platform === 'developers' && /^(video|portability)/.test(w.event))) {
    world.sendEvent(stage.app.id, event, JSON.parse((JSON.parse(body) as { content: string }).content) as object, event.startsWith('portability') ? undefined : 'halia.ceramics')
  }
  world.removeApp('halia.ceramics', stage.app.id)
  await stage.tiktok.settled()
  for (const { event, body } of webhooks.filter(w => w.platform === 'developers' && w.event !== 'tiktok.ping')) {
    const parsed = JSON.parse(body) as { content: string }
    expect([event, got.get(event)]).toEqual([event, { ...(shape(parsed) as object), content: shape(JSON.parse(parsed.content)) }])
  }
  receiver.closeAllConnections()
  receiver.close()
})
