import { once } from 'node:events'
import { createServer } from 'node:net'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { grow } from '../../test/media/grow.ts'
import { openHouse, type TestHouse } from '../../test/open-house.ts'
import type { TargetView } from './views.ts'
import { adoptVideo, isAt, mediaPath, publish, readyVideo, story, targetOf, until } from '../../test/publish.ts'

/** Seven parts of ten million bytes, the last a little larger. */
const LARGE = 70_000_123
let stage: TestHouse, accountId: number, small: number, large: number
beforeAll(async () => {
  stage = await openHouse()
  stage.tiktok.world.changeAccount('halia.ceramics', { postsPerDay: 10_000 })
  accountId = await stage.connect('halia.ceramics', ['developers'])
  small = (await readyVideo(stage)).id
  large = await largeVideo(stage)
})
afterAll(async () => { await stage.close() })
beforeEach(async () => { stage.tiktok.faults.clear(); await stage.tiktok.clock.advance(61_000) })

async function largeVideo(at: TestHouse) {
  const file = join(tmpdir(), `${randomUUID()}.mp4`)
  await grow(mediaPath('fine.mp4'), file, LARGE)
  try { return await adoptVideo(at, file) } finally { rmSync(file, { force: true }) }
}
/** How many of TikTok's publications exist for a caption, whatever became of them, and how many could be seen. */
const publications = (caption: string) => stage.tiktok.world.publications.filter(one => one.title === caption)
const posted = (caption: string) => stage.tiktok.world.posts.filter(one => one.caption === caption)
const go = async (assetId: number, options: { privacy?: string } = {}) => {
  const caption = randomUUID()
  return { caption, post: await publish(stage, assetId, { accountId, caption, ...options }) }
}

test('a lost init answer is harmless: the upload is opened again and posted once', async () => {
  stage.tiktok.faults.arm({ on: 'posting.initVideo', does: 'lose answer', times: 2 })
  const { caption, post } = await go(small)
  const target = await until(stage, post.id, isAt('live'))
  expect(story(target)).toEqual(['queued', 'init', 'init unanswered', 'init', 'init unanswered', 'init', 'ready', 'sent whole', 'live'])
  expect(publications(caption)).toHaveLength(3)
  expect(posted(caption)).toHaveLength(1)
})

test('TikTok not answering at all ends in a clear failure that may be tried again', async () => {
  stage.tiktok.faults.arm({ on: 'posting.initVideo', does: 'html' })
  const { caption, post } = await go(small)
  const target = await until(stage, post.id, isAt('failed'))
  expect(target.reason).toMatchObject({ safeToRetry: true })
  stage.tiktok.faults.clear()
  await stage.tiktok.clock.advance(61_000)
  await stage.post(`/api/v1/targets/${target.id}/retry`)
  await until(stage, post.id, isAt('live'))
  expect(posted(caption)).toHaveLength(1)
})

test('a connection cut in the middle of a part goes on from where TikTok is', async () => {
  stage.tiktok.faults.arm({ on: 'upload.put', does: 'cut', afterBytes: 4_000_000, chunk: 3, times: 1 })
  const { caption, post } = await go(large)
  const target = await until(stage, post.id, isAt('live'))
  expect(story(target)).toContain('chunk retried')
  expect(posted(caption)).toHaveLength(1)
  expect(publications(caption)).toMatchObject([{ uploadedBytes: LARGE }])
})

test('the only part of a small video is cut: TikTok is asked, then gets it again, in the same upload', async () => {
  stage.tiktok.faults.arm({ on: 'upload.put', does: 'cut', afterBytes: 20_000, times: 1 })
  const { caption, post } = await go(small)
  await until(stage, post.id, isAt('live'))
  expect(publications(caption)).toHaveLength(1)
  expect(posted(caption)).toHaveLength(1)
})

test('an unwell TikTok gets the same part again, at most five times', async () => {
  stage.tiktok.faults.arm({ on: 'upload.put', does: '503', chunk: 4, times: 4 })
  const { caption, post } = await go(large)
  const target = await until(stage, post.id, isAt('live'))
  expect(story(target).filter(key => key === 'chunk retried')).toHaveLength(4)
  expect(posted(caption)).toHaveLength(1)
  stage.tiktok.faults.arm({ on: 'upload.put', does: '503', chunk: 2 })
  const other = await go(large)
  const failed = await until(stage, other.post.id, isAt('failed'))
  expect(failed.reason).toMatchObject({ code: 'upload_interrupted', safeToRetry: true })
  expect(posted(other.caption)).toHaveLength(0)
}, 60_000)

test('a part TikTok confirmed and whose answer was lost is not counted twice', async () => {
  stage.tiktok.faults.arm({ on: 'upload.put', does: 'lose answer', chunk: 5, times: 1 })
  const { caption, post } = await go(large)
  const target = await until(stage, post.id, isAt('live'))
  expect(story(target)).toContain('looked')
  expect(posted(caption)).toHaveLength(1)
})

test('out of step is answered by looking how far TikTok is, however it counts', async () => {
  stage.tiktok.rules.set({ 'content-range': 'last index' })
  stage.tiktok.faults.arm({ on: 'upload.put', does: '502', chunk: 6, times: 1 })
  stage.tiktok.faults.arm({ on: 'upload.put', does: 'refuse', status: 416, chunk: 2, times: 1 })
  const { caption, post } = await go(large)
  await until(stage, post.id, isAt('live'))
  stage.tiktok.rules.set({ 'content-range': 'count' })
  expect(posted(caption)).toHaveLength(1)
})

test('the answer of the last part is lost: only asked, never sent as another post', async () => {
  stage.tiktok.faults.arm({ on: 'upload.put', does: 'lose answer', chunk: 7, times: 1 })
  const { caption, post } = await go(large)
  await until(stage, post.id, isAt('live'))
  expect(publications(caption)).toHaveLength(1)
  expect(posted(caption)).toHaveLength(1)
})

test('TikTok’s notice may come before its answer', async () => {
  stage.tiktok.faults.arm({ on: 'upload.put', does: 'webhook before answer', times: 1 })
  const { caption, post } = await go(small)
  const target = await until(stage, post.id, isAt('live'))
  expect(target.attempts).toHaveLength(1)
  expect(posted(caption)).toHaveLength(1)
})

test('a token that expires in the middle of an upload is renewed, and nothing is lost', async () => {
  stage.tiktok.faults.arm({ on: 'upload.put', does: 'expire token', chunk: 3, times: 1 })
  const { caption, post } = await go(large)
  await until(stage, post.id, isAt('live'))
  expect(posted(caption)).toHaveLength(1)
})

test('an upload address that expired before the last part means a new upload', async () => {
  stage.tiktok.faults.arm({ on: 'upload.put', does: 'refuse', status: 403, chunk: 4, times: 1 })
  const { caption, post } = await go(large)
  const target = await until(stage, post.id, isAt('live'))
  expect(target.attempts.map(attempt => attempt.state)).toEqual(['failed', 'live'])
  expect(target.attempts[1]?.events.map(event => event.key)).toContain('new upload')
  expect(posted(caption)).toHaveLength(1)
})

test.each(['file_format_check_failed', 'spam_risk_text', 'spam_risk_user_banned_from_posting', 'internal', 'a_reason_from_next_year'])('TikTok’s reason %s ends the post with a sentence', async reason => {
  stage.tiktok.faults.arm({ on: 'posting.process', does: 'fail', reason, times: 1 })
  const { caption, post } = await go(small)
  const target = await until(stage, post.id, isAt('failed'))
  expect(target.reason?.code).toBe(reason)
  expect(`${target.reason?.title} ${target.reason?.detail} ${target.reason?.next}`.length).toBeGreaterThan(40)
  expect(posted(caption)).toHaveLength(0)
})

test.each(['spam_risk_too_many_posts', 'unaudited_client_can_only_post_to_private_accounts', 'privacy_level_option_mismatch', 'reached_active_user_cap'])('an init refused with %s was not posted, and says what to do', async code => {
  stage.tiktok.faults.arm({ on: 'posting.initVideo', does: 'refuse', code, status: 403, times: 1 })
  const { caption, post } = await go(small)
  const target = await until(stage, post.id, isAt('failed'))
  expect(target.reason).toMatchObject({ code })
  expect(publications(caption)).toHaveLength(0)
})

test('a status that never moves ends in “not sure”, and a late notice still settles it', async () => {
  stage.tiktok.faults.arm({ on: 'posting.process', does: 'never finishes', times: 1 })
  const { caption, post } = await go(small)
  const target = await until(stage, post.id, isAt('not sure'), { stepMs: 3_600_000 })
  expect(target.reason).toMatchObject({ code: 'no_outcome', safeToRetry: false })
  const refused = await stage.request('POST', `/api/v1/targets/${target.id}/retry`, {}, { headers: { 'idempotency-key': randomUUID() } })
  expect([refused.status, await refused.json()]).toMatchObject([409, { code: 'not_certain' }])
  stage.tiktok.world.failPublication(publications(caption)[0]?.id ?? '', 'internal')
  await until(stage, post.id, isAt('failed'))
}, 60_000)

test('a completion without a post id keeps asking, then says what is known', async () => {
  stage.tiktok.faults.arm({ on: 'posting.moderate', does: 'complete without id', times: 1 })
  const { post } = await go(small, { privacy: 'PUBLIC_TO_EVERYONE' })
  await until(stage, post.id, isAt('in moderation'))
  const target = await until(stage, post.id, isAt('not sure'), { stepMs: 3_600_000 })
  expect(target.reason).toMatchObject({ code: 'never_public' })
}, 60_000)

test('with webhooks lost, asking alone finds out', async () => {
  const [app] = stage.tiktok.world.apps.filter(one => one.platform === 'developers')
  const before = app?.webhookUrl
  stage.tiktok.world.changeApp(app?.id ?? '', { webhookUrl: `${stage.url}/nowhere/` })
  const { post } = await go(small, { privacy: 'PUBLIC_TO_EVERYONE' })
  const target = await until(stage, post.id, isAt('live'))
  expect(target.links).toHaveLength(1)
  stage.tiktok.world.changeApp(app?.id ?? '', { webhookUrl: before })
})

test('the first questions after an init may be answered “invalid publish id”', async () => {
  stage.tiktok.rules.set({ 'status-lag': 'five seconds' })
  const { post } = await go(small)
  const target = await until(stage, post.id, isAt('live'), { stepMs: 1000 })
  stage.tiktok.rules.set({ 'status-lag': 'none' })
  expect(target.attempts).toHaveLength(1)
})

test('more than six uploads a minute wait for the next minute instead of being refused', async () => {
  const started = await Promise.all(Array.from({ length: 8 }, () => go(small)))
  const targets = []
  for (const { post } of started) targets.push(await until(stage, post.id, isAt('live')))
  expect(targets.flatMap(story)).toContain('waiting')
  expect(stage.tiktok.wire.list().filter(entry => entry.name.startsWith('posting.') && entry.status === 429)).toEqual([])
}, 60_000)

test('a try that is under way or done is not tried again', async () => {
  stage.tiktok.faults.arm({ on: 'posting.initVideo', does: 'slow', delayMs: 700, times: 1 })
  const { post } = await go(small)
  const target = await targetOf(stage, post.id)
  const retry = async () => (await (await stage.request('POST', `/api/v1/targets/${target.id}/retry`, {}, { headers: { 'idempotency-key': randomUUID() } })).json() as { code: string }).code
  expect(await retry()).toBe('under_way')
  await until(stage, post.id, isAt('live'))
  expect(await retry()).toBe('already_done')
})

test('while a video goes up everybody hears how far it is, at most twice a second', async () => {
  for (const chunk of [2, 3, 4]) stage.tiktok.faults.arm({ on: 'upload.put', does: 'slow', delayMs: 700, chunk, times: 1 })
  const began = performance.now(), { post } = await go(large)
  const target = await until(stage, post.id, isAt('live'))
  const heard = (await stage.house.live.between(0, stage.house.live.last())).filter(event => event.type === 'target.progress' && event.subject === `target:${target.id}`)
  const sent = heard.map(event => (event.body as unknown as TargetView).progress?.sent ?? 0)
  expect(sent.length).toBeGreaterThan(1)
  expect(sent.length).toBeLessThanOrEqual((performance.now() - began) / 500)
  expect(sent).toEqual([...sent].sort((a, b) => a - b))
})

test('a file that is being posted cannot be deleted', async () => {
  stage.tiktok.faults.arm({ on: 'posting.initVideo', does: 'slow', delayMs: 1000, times: 1 })
  const { post } = await go(small)
  const refused = await stage.request('DELETE', `/api/v1/assets/${small}`)
  expect([refused.status, await refused.json()]).toMatchObject([409, { code: 'file_in_use' }])
  await until(stage, post.id, isAt('live'))
})

test('with TikTok away for a while an upload waits, counts no tries, and goes on', async () => {
  const real = stage.house.config.tiktok.apiUrl
  const nobody = createServer().listen(0, '127.0.0.1')
  await once(nobody, 'listening')
  const away = `127.0.0.1:${(nobody.address() as { port: number }).port}`
  nobody.close()
  stage.house.config.tiktok.apiUrl = `http://${away}`
  stage.house.config.allowPrivate.push(away)
  const { id: postId } = await publish(stage, small, { accountId, mode: 'draft' })
  await until(stage, postId, target => story(target).filter(key => key === 'waiting').length >= 3)
  stage.house.config.tiktok.apiUrl = real
  const target = await until(stage, postId, isAt('in drafts inbox'))
  expect(target.attempts).toHaveLength(1)
}, 60_000)
