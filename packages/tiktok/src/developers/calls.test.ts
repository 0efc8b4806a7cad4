import { expect, test } from 'vitest'
import { answer, answers, requests } from '../fixtures/index.ts'
import { answering, failure } from '../test/server.ts'
import { developers } from './client.ts'
import { fieldsFor } from './display.ts'
import type { VideoPostInfo, VideoSource } from './types.ts'

const serving = async (call: string, name: string) => {
  const { body, status } = answer(call, name)
  const server = await answering(body, status)
  return { server, tiktok: developers({ apiUrl: server.url, token: 'act.1' }) }
}
const sent = (body: Buffer | undefined) => JSON.parse(body?.toString() ?? '') as unknown

test('user info asks only for what the scopes allow', async () => {
  const { server, tiktok } = await serving('display.userInfo', 'basic fields')
  expect(await tiktok.userInfo({ scopes: ['user.info.basic', 'user.info.stats', 'video.list', 'constructor'] })).toMatchObject({ display_name: 'Halia' })
  expect(server.requests[0]).toMatchObject({ method: 'GET', path: '/v2/user/info/', headers: { authorization: 'Bearer act.1' } })
  expect(server.requests[0]?.query.get('fields')).toBe('open_id,union_id,avatar_url,avatar_url_100,avatar_large_url,display_name,follower_count,following_count,likes_count,video_count')
  expect(fieldsFor(['user.info.profile'])).toContain('username')
})

test('a field out of scope is a permission to ask for', async () => {
  const { tiktok } = await serving('display.userInfo', 'a field out of scope')
  expect(await failure(tiktok.userInfo({ fields: ['username'] }))).toMatchObject({ name: 'Refused', platform: 'developers', code: 'scope_not_authorized', next: 'ask for permission', status: 401 })
})

test('the first page of videos has no cursor, the next has milliseconds', async () => {
  const { server, tiktok } = await serving('display.videoList', 'a page')
  const page = await tiktok.videoList({ maxCount: 20 })
  expect(page).toMatchObject({ cursor: 1648574461000, has_more: true, videos: [{ id: '7080217258529732386' }] })
  await tiktok.videoList({ cursor: page.cursor ?? 0, fields: ['id', 'title'] })
  expect(sent(server.requests[0]?.body)).toEqual({ max_count: 20 })
  expect(sent(server.requests[1]?.body)).toEqual({ cursor: 1648574461000 })
  expect(server.requests[1]?.query.get('fields')).toBe('id,title')
  await tiktok.videoQuery(['7080217258529732386'])
  expect(server.requests[2]?.path).toBe('/v2/video/query/')
  expect(sent(server.requests[2]?.body)).toEqual({ filters: { video_ids: ['7080217258529732386'] } })
})

test('the creator\u2019s options are read, unknown ones too', async () => {
  const { server, tiktok } = await serving('posting.creatorInfo', 'a public account')
  expect(await tiktok.creatorInfo()).toEqual({
    creator_avatar_url: 'https://p16.example/a.jpeg', creator_username: 'tiktok', creator_nickname: 'TikTok Official', privacy_level_options: ['PUBLIC_TO_EVERYONE', 'MUTUAL_FOLLOW_FRIENDS', 'SELF_ONLY'],
    comment_disabled: false, duet_disabled: false, stitch_disabled: true, max_video_post_duration_sec: 300,
  })
  expect(server.requests[0]).toMatchObject({ method: 'POST', path: '/v2/post/publish/creator_info/query/' })
  const odd = await answering('{"data":{"privacy_level_options":["CLOSE_FRIENDS"]},"error":{"code":"ok"}}')
  expect((await developers({ apiUrl: odd.url, token: 't' }).creatorInfo()).privacy_level_options).toEqual(['CLOSE_FRIENDS'])
})

test('a cap that comes with HTTP 200 is a refusal', async () => {
  const { tiktok } = await serving('posting.creatorInfo', 'the daily cap, with HTTP 200')
  expect(await failure(tiktok.creatorInfo())).toMatchObject({ code: 'spam_risk_too_many_posts', status: 200, next: 'wait' })
})

test('a direct post is opened with the documented body', async () => {
  const { server, tiktok } = await serving('posting.initVideo', 'upload opened')
  const documented = requests.find(one => one.call === 'posting.initVideo')?.body as { post_info: VideoPostInfo; source_info: VideoSource }
  expect(await tiktok.initVideo(documented)).toEqual({ publish_id: 'v_pub_file~v2-1.7602997070760331285', upload_url: 'https://open-upload-va.tiktokapis.com/upload?upload_id=7602997070760331285&upload_token=Xza123' })
  expect(server.requests[0]).toMatchObject({ path: '/v2/post/publish/video/init/', headers: { 'content-type': 'application/json; charset=UTF-8' } })
  expect(sent(server.requests[0]?.body)).toEqual(documented)
})

test('a draft carries nothing but its source', async () => {
  const { server, tiktok } = await serving('posting.initVideo', 'upload opened')
  const source_info = { source: 'PULL_FROM_URL', video_url: 'https://media.example.com/v.mp4' } as const
  await tiktok.initInboxVideo({ source_info })
  expect(server.requests[0]?.path).toBe('/v2/post/publish/inbox/video/init/')
  expect(sent(server.requests[0]?.body)).toEqual({ source_info })
})

test('photos are opened with the documented body', async () => {
  const { server, tiktok } = await serving('posting.initPhoto', 'a photo draft')
  expect(await tiktok.initPhoto({ post_mode: 'MEDIA_UPLOAD', post_info: { title: 't', description: 'd #x' }, source_info: { photo_images: ['https://media.example.com/1.jpg'] } })).toEqual({ publish_id: 'p_inbox_url~v2.7602997070760331285' })
  expect(server.requests[0]?.path).toBe('/v2/post/publish/content/init/')
  expect(sent(server.requests[0]?.body)).toEqual(requests.find(one => one.call === 'posting.initPhoto')?.body)
})

test('an init without its publish_id is nonsense, not success', async () => {
  const server = await answering('{"data":{"upload_url":"https://open-upload.tiktokapis.com/?upload_token=t"},"error":{"code":"ok"}}')
  const error = await failure(developers({ apiUrl: server.url, token: 't' }).initVideo({ post_info: { privacy_level: 'SELF_ONLY' }, source_info: { source: 'PULL_FROM_URL', video_url: 'https://x' } }))
  expect(error).toMatchObject({ name: 'Nonsense', reason: 'no publish_id' })
})

test('every documented status is read, with its ids as text', async () => {
  const read = await Promise.all(answers.filter(one => one.call === 'posting.status' && one.status === 200).map(async ({ body }) => {
    const server = await answering(body)
    return developers({ apiUrl: server.url, token: 't' }).status('v_pub_url~v2-1.1')
  }))
  expect(read).toEqual([
    { status: 'PROCESSING_DOWNLOAD', downloaded_bytes: 10062683, publicaly_available_post_id: [] },
    { status: 'PUBLISH_COMPLETE', publicaly_available_post_id: [] },
    { status: 'PUBLISH_COMPLETE', publicaly_available_post_id: ['7678907398077074696'] },
    { status: 'FAILED', fail_reason: 'file_format_check_failed', publicaly_available_post_id: [] },
  ])
})

test('an unknown status and the other spelling of the ids survive', async () => {
  const server = await answering('{"data":{"status":"IN_QUARANTINE","publicly_available_post_id":[7678907398077074696,"7"]},"error":{"code":"ok"}}')
  expect(await developers({ apiUrl: server.url, token: 't' }).status('p')).toEqual({ status: 'IN_QUARANTINE', publicaly_available_post_id: ['7678907398077074696', '7'] })
})

test('an unknown publish_id has one code, however TikTok writes it', async () => {
  const { tiktok } = await serving('posting.status', 'unknown publish_id as the general code')
  expect(await failure(tiktok.status('p'))).toMatchObject({ code: 'invalid_publish_id', next: 'try again' })
})

test('a cancellation is asked for by publish_id', async () => {
  const { server, tiktok } = await serving('posting.cancel', 'done')
  await tiktok.cancel('v_inbox_url~v2.1')
  expect(server.requests[0]?.path).toBe('/v2/post/publish/cancel/')
  expect(sent(server.requests[0]?.body)).toEqual({ publish_id: 'v_inbox_url~v2.1' })
})

test('the token may be a function, and without one the call says so before it leaves', async () => {
  const { body } = answer('posting.cancel', 'done')
  const server = await answering(body)
  await developers({ apiUrl: `${server.url}/`, token: () => Promise.resolve('act.fresh') }).cancel('p')
  expect(server.requests[0]?.headers.authorization).toBe('Bearer act.fresh')
  expect(await failure(developers({ apiUrl: server.url }).cancel('p'))).toBeInstanceOf(TypeError)
  expect(server.requests).toHaveLength(1)
})
