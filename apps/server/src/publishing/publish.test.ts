import { readFile } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openHouse, type TestHouse } from '../../test/open-house.ts'
import { isAt, mediaPath, publish, readyVideo, sendFile, story, targetOf, until } from '../../test/publish.ts'
import type { PostView, TargetView } from './views.ts'

let stage: TestHouse, accountId: number, assetId: number
beforeAll(async () => {
  stage = await openHouse()
  accountId = await stage.connect('halia.ceramics', ['developers'])
  assetId = (await readyVideo(stage)).id
})
afterAll(async () => { await stage.close() })
const told = async (type: string) => (await stage.house.live.between(0, stage.house.live.last())).filter(event => event.type === type)

test('a draft travels from the browser to the creator’s inbox', async () => {
  const post = await publish(stage, assetId, { accountId, mode: 'draft' })
  const target = await until(stage, post.id, isAt('in drafts inbox'))
  expect(story(target)).toEqual(['queued', 'init', 'ready', 'sent whole', 'in drafts inbox'])
  const [publication] = stage.tiktok.world.publications.filter(one => one.mode === 'draft')
  expect(publication).toMatchObject({ step: 'in drafts inbox', title: '' })
  stage.tiktok.world.finishDraft(target.attempts[0]?.publishId ?? '')
  const live = await until(stage, post.id, isAt('live'))
  expect(live.links).toEqual([`https://www.tiktok.com/@halia.ceramics/video/${stage.tiktok.world.posts.find(one => one.publishId === publication?.id)?.id}`])
})

test('a direct post goes live with a link, its settings as chosen, its id exact', async () => {
  const post = await publish(stage, assetId, { accountId, privacy: 'PUBLIC_TO_EVERYONE', caption: 'glaze day 🎬 #ceramics' })
  expect(post.targets[0]).toMatchObject({ state: 'queued', reason: null, links: [] })
  const target = await until(stage, post.id, isAt('live'))
  const publication = stage.tiktok.world.publications.find(one => one.id === target.attempts[0]?.publishId)
  expect(publication).toMatchObject({ title: 'glaze day 🎬 #ceramics', privacy: 'PUBLIC_TO_EVERYONE', disableComment: true, disableDuet: true, disableStitch: true, aigc: false })
  expect(target.links).toEqual([`https://www.tiktok.com/@halia.ceramics/video/${publication?.postIds[0]}`])
  expect(publication?.postIds[0]).toMatch(/^\d{19}$/)
  const events = await told('target.updated')
  expect(events.filter(event => event.subject === `target:${target.id}`).map(event => (event.body as unknown as TargetView).state)).toEqual(expect.arrayContaining(['queued', 'uploading', 'processing', 'in moderation', 'live']))
})

test('a post for the creator’s own eyes is done without a link', async () => {
  const post = await publish(stage, assetId, { accountId, privacy: 'SELF_ONLY' })
  expect(await until(stage, post.id, isAt('live'))).toMatchObject({ links: [], reason: null })
})

test('a post that disappears from the profile is noticed', async () => {
  const post = await publish(stage, assetId, { accountId, privacy: 'PUBLIC_TO_EVERYONE' })
  const live = await until(stage, post.id, isAt('live'))
  const id = live.links[0]?.split('/').at(-1) ?? ''
  stage.tiktok.world.hidePost(id)
  const gone = await until(stage, post.id, isAt('not sure'))
  expect(gone).toMatchObject({ reason: { code: 'no_longer_public' }, links: [] })
})

test('nothing TikTok would refuse is sent: every complaint comes with its place', async () => {
  const before = stage.tiktok.world.publications.length
  const answer = await stage.request('POST', '/api/v1/posts', { assetId, targets: [{ accountId, mode: 'direct', caption: 'x'.repeat(2201), privacy: null }] }, { headers: { 'idempotency-key': randomUUID() } })
  expect(answer.status).toBe(422)
  expect(await answer.json()).toMatchObject({ code: 'not_publishable', errors: [{ path: 'targets.0.caption', code: 'caption_too_long' }, { path: 'targets.0.privacy', code: 'privacy_missing' }] })
  expect(stage.tiktok.world.publications).toHaveLength(before)
})

test('the form learns from TikTok what this creator may do', async () => {
  expect(await stage.get(`/api/v1/accounts/${accountId}/creator`)).toMatchObject({ nickname: 'Halia Ceramics', username: 'halia.ceramics', privacyOptions: ['PUBLIC_TO_EVERYONE', 'MUTUAL_FOLLOW_FRIENDS', 'SELF_ONLY'], canPost: { ok: true, why: null } })
  stage.tiktok.faults.arm({ on: 'posting.creatorInfo', does: 'refuse', code: 'spam_risk_too_many_posts', status: 200, times: 1 })
  expect(await stage.get(`/api/v1/accounts/${accountId}/creator`)).toMatchObject({ canPost: { ok: false } })
})

test('a double click makes one post', async () => {
  const key = randomUUID(), body = { assetId, targets: [{ accountId, mode: 'direct', caption: 'once', privacy: 'SELF_ONLY' }] }
  const [one, two] = await Promise.all([stage.post<PostView>('/api/v1/posts', body, { key }), stage.post<PostView>('/api/v1/posts', body, { key })])
  expect(two.id).toBe(one.id)
  await until(stage, one.id, isAt('live'))
  expect(stage.tiktok.world.publications.filter(publication => publication.title === 'once')).toHaveLength(1)
  const other = await stage.request('POST', '/api/v1/posts', { ...body, targets: [{ ...body.targets[0], caption: 'twice' }] }, { headers: { 'idempotency-key': key } })
  expect(other.status).toBe(409)
})

test('what is not one’s own is not there: files, posts, targets, accounts', async () => {
  const post = await publish(stage, assetId, { accountId, caption: 'private matter' })
  const target = await targetOf(stage, post.id)
  const stranger = await stage.signIn('agent', { accounts: [], name: 'stranger' })
  for (const [method, path] of [['GET', `/posts/${post.id}`], ['POST', `/targets/${target.id}/retry`], ['GET', `/assets/${assetId}`], ['GET', `/assets/${assetId}/file`], ['DELETE', `/assets/${assetId}`], ['GET', `/accounts/${accountId}/creator`]] as const) {
    const answer = await stage.request(method, `/api/v1${path}`, method === 'POST' ? {} : undefined, { as: stranger })
    expect([path, answer.status]).toEqual([path, 404])
  }
  expect(await stage.get('/api/v1/posts', stranger)).toEqual({ items: [], next: null })
  expect(await stage.get('/api/v1/assets', stranger)).toEqual({ items: [], next: null })
  const mine = await sendFile(stage, await readFile(mediaPath('fine.mp4')), 'mine.mp4', stranger)
  const refused = await stage.request('POST', '/api/v1/posts', { assetId: mine, targets: [{ accountId, mode: 'draft' }] }, { as: stranger })
  expect(refused.status).toBe(404)
  await until(stage, post.id, isAt('live'))
})

test('the preview is served in ranges, to those who may see it', async () => {
  const bytes = await readFile(mediaPath('fine.mp4'))
  const part = await stage.request('GET', `/api/v1/assets/${assetId}/file`, undefined, { headers: { range: 'bytes=100-199' } })
  expect([part.status, part.headers.get('content-range'), part.headers.get('content-type')]).toEqual([206, `bytes 100-199/${bytes.length}`, 'video/mp4'])
  expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(100, 200))).toBe(true)
  expect((await stage.request('GET', `/api/v1/assets/${assetId}/file`, undefined, { headers: { range: `bytes=${bytes.length}-` } })).status).toBe(416)
  const whole = await stage.request('GET', `/api/v1/assets/${assetId}/file`)
  expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true)
})

test('the posts of an account come page by page, newest first', async () => {
  const first = await stage.get<{ items: PostView[]; next: string | null }>(`/api/v1/posts?account=${accountId}&limit=2`)
  expect(first.items).toHaveLength(2)
  const second = await stage.get<{ items: PostView[] }>(`/api/v1/posts?account=${accountId}&limit=2&cursor=${first.next}`)
  const ids = [...first.items, ...second.items].map(post => post.id)
  expect(ids).toEqual([...ids].sort((a, b) => b - a))
  expect(new Set(ids).size).toBe(4)
})

test('no upload address and no token reaches the API, the events or the ledger', async () => {
  const posts = JSON.stringify(await stage.get('/api/v1/posts')), events = JSON.stringify(await stage.house.live.between(0, stage.house.live.last()))
  const rows = JSON.stringify(await stage.house.db.selectFrom('attempt').selectAll().execute())
  for (const text of [posts, events, rows]) expect(text).not.toMatch(/upload_token|upload_id=|act\.|rft\./)
})
