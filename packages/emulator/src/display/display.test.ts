import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStage, type Stage } from '../test/stage.ts'

let stage: Stage
let token: string
beforeEach(async () => {
  stage = await openStage()
  token = await stage.connect()
})
afterEach(() => stage.tiktok.close())

const user = async (fields: string, bearer = token) => {
  const answer = await fetch(`${stage.tiktok.url}/v2/user/info/?fields=${fields}`, { headers: { authorization: `Bearer ${bearer}` } })
  return { status: answer.status, ...((await answer.json()) as { data: { user?: Record<string, unknown> }; error: { code: string; log_id: string } }) }
}
const list = (body: object | undefined, fields = 'id,title,create_time') => stage.call(`/v2/video/list/?fields=${fields}`, token, body)

test('user info answers exactly the asked-for fields', async () => {
  const { data, error } = await user('open_id,display_name,username,follower_count')
  expect(data.user).toEqual({ open_id: expect.any(String), display_name: 'Halia Ceramics', username: 'halia.ceramics', follower_count: 48200 })
  expect(error.code).toBe('ok')
  expect(error.log_id).toMatch(/^\d{14}[0-9A-F]{20}$/)
})

test('an empty value is left out, not null', async () => {
  stage.tiktok.world.changeAccount('halia.ceramics', { bio: '' })
  expect((await user('bio_description,username')).data.user).toEqual({ username: 'halia.ceramics' })
})

test('one field outside the scopes fails the whole call; with which code is the rule user-field-scope', async () => {
  const basic = await stage.connect('nomad.bikes', ['user.info.basic'])
  expect(await user('open_id,username', basic)).toMatchObject({ status: 401, error: { code: 'scope_not_authorized' } })
  stage.tiktok.rules.set({ 'user-field-scope': '400' })
  expect(await user('open_id,username', basic)).toMatchObject({ status: 400, error: { code: 'scope_permission_missed' } })
})

test('fields are required, and unknown ones refused', async () => {
  expect(await user('')).toMatchObject({ status: 400, error: { code: 'invalid_params' } })
  expect(await user('open_id,shoe_size')).toMatchObject({ status: 400, error: { code: 'invalid_params' } })
})

test('an avatar is a picture behind a link that expires', async () => {
  const url = String((await user('avatar_url')).data.user?.['avatar_url'])
  const answer = await fetch(url)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
  expect((await fetch(url.replace('~168', '~720'))).status).toBe(403)
  stage.tiktok.faults.arm({ on: 'pictures.get', does: '503', times: 1 })
  expect((await fetch(url)).status).toBe(503)
  await stage.tiktok.clock.advance(25 * 3_600_000)
  expect((await fetch(url)).status).toBe(403)
})

test('videos come newest first, in pages by a cursor of milliseconds; only public ones', async () => {
  for (let i = 0; i < 5; i++) stage.tiktok.world.addPost('halia.ceramics', { caption: `video ${i}`, createdAt: Date.parse('2026-11-01T00:00:00Z') + i * 1000 })
  stage.tiktok.world.addPost('halia.ceramics', { caption: 'secret', state: 'private' })
  const first = await list({ max_count: 3 })
  expect(first.data).toMatchObject({ has_more: true, videos: [{ title: 'video 4', create_time: Date.parse('2026-11-01T00:00:04Z') / 1000 }, { title: 'video 3' }, { title: 'video 2' }] })
  const second = await list({ max_count: 3, cursor: first.data['cursor'] })
  expect(second.data).toMatchObject({ has_more: false, videos: [{ title: 'video 1' }, { title: 'video 0' }] })
  expect((await list({ cursor: 0 })).data).toMatchObject({ videos: [], has_more: false })
  expect((await list(undefined)).data['videos']).toHaveLength(5)
  expect((await list({ max_count: 21 })).code).toBe('invalid_params')
})

test('videos by id, at most twenty, only the account’s own', async () => {
  const mine = stage.tiktok.world.addPost('halia.ceramics', { caption: 'mine' })
  const other = stage.tiktok.world.addPost('nomad.bikes')
  const query = (ids: unknown) => stage.call('/v2/video/query/?fields=id,share_url,embed_link', token, { filters: { video_ids: ids } })
  expect((await query([mine.id, other.id])).data).toEqual({ videos: [{ id: mine.id, share_url: `https://www.tiktok.com/@halia.ceramics/video/${mine.id}?utm_campaign=tt4d_open_api&utm_source=${stage.app.id}`, embed_link: `https://www.tiktok.com/player/v1/${mine.id}` }] })
  expect((await query(Array.from({ length: 21 }, () => mine.id))).code).toBe('invalid_params')
})

test('a sandbox may have no Display API, by the rule sandbox-video-list', async () => {
  stage.tiktok.world.changeApp(stage.app.id, { environment: 'sandbox' })
  expect((await list({})).code).toBe('ok')
  stage.tiktok.rules.set({ 'sandbox-video-list': '404' })
  const answer = await fetch(`${stage.tiktok.url}/v2/video/list/?fields=id`, { method: 'POST', headers: { authorization: `Bearer ${token}` } })
  expect([answer.status, await answer.text()]).toEqual([404, 'Unsupported path(Janus)'])
})

test('video lists need video.list', async () => {
  token = await stage.connect('nomad.bikes', ['user.info.basic'])
  expect(await list({})).toMatchObject({ status: 401, code: 'scope_not_authorized' })
})
