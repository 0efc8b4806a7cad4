import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { assert, asyncProperty, constantFrom, array, record, nat } from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { grow } from '../../test/media/grow.ts'
import { openHouse, type TestHouse } from '../../test/open-house.ts'
import { adoptVideo, isAt, mediaPath, publish, readyVideo, story, targetOf, until } from '../../test/publish.ts'

const LARGE = 70_000_123
let stage: TestHouse, accountId: number, large: number, small: number
beforeAll(async () => {
  stage = await openHouse()
  stage.tiktok.world.changeAccount('halia.ceramics', { postsPerDay: 10_000 })
  accountId = await stage.connect('halia.ceramics', ['developers'])
  small = (await readyVideo(stage)).id
  const file = join(tmpdir(), `${randomUUID()}.mp4`)
  await grow(mediaPath('fine.mp4'), file, LARGE)
  large = await adoptVideo(stage, file)
  rmSync(file, { force: true })
})
afterAll(async () => { await stage.close() })
beforeEach(async () => { stage.tiktok.faults.clear(); await stage.tiktok.clock.advance(61_000) })

const posted = (caption: string) => stage.tiktok.world.posts.filter(one => one.caption === caption)
const publications = (caption: string) => stage.tiktok.world.publications.filter(one => one.title === caption)
const puts = (uploadId = '') => stage.tiktok.wire.list({ name: 'upload.put', limit: 500 }).filter(entry => entry.url.includes(uploadId)).map(entry => [Object.entries(entry.requestHeaders).find(([name]) => name.toLowerCase() === 'content-range')?.[1]?.replace(/^bytes (\d+)-.*/, '$1'), entry.status] as const)

/** Resolves in the middle of an upload. */
async function during(post: { id: number }, when: (sent: number) => boolean): Promise<void> {
  await until(stage, post.id, target => target.state === 'uploading' && when(target.progress?.sent ?? 0), { stepMs: 0, looks: 2000 })
}

test('an upload whose hour passed while nobody was there begins anew, once', async () => {
  const caption = randomUUID()
  stage.tiktok.faults.arm({ on: 'upload.put', does: 'slow', delayMs: 1500, chunk: 3, times: 1 })
  const post = await publish(stage, large, { accountId, caption })
  await during(post, sent => sent === 20_000_000)
  await stage.tiktok.clock.advance(61 * 60_000)
  const target = await until(stage, post.id, isAt('live'))
  expect(target.attempts.map(attempt => attempt.state)).toEqual(['failed', 'live'])
  expect(posted(caption)).toHaveLength(1)
}, 60_000)

test('permission taken back before the last part ends the post, and reconnecting lets it be tried again', async () => {
  const caption = randomUUID()
  stage.tiktok.faults.arm({ on: 'upload.put', does: 'slow', delayMs: 1500, chunk: 3, times: 1 })
  const post = await publish(stage, large, { accountId, caption })
  await during(post, sent => sent === 20_000_000)
  await stage.house.commit(async (trx, tell) => {
    const grant = await trx.selectFrom('grant_').selectAll().where('account_id', '=', accountId).executeTakeFirstOrThrow()
    const { onPublishEvent } = await import('./track.ts')
    await onPublishEvent(stage.house, trx, tell, [{ id: 1, appId: grant.app_id, raw: Buffer.alloc(0), event: { event: 'authorization.removed', name: 'authorization.removed', client_key: '', create_time: 0, user_openid: grant.open_id, content: { reason: 1 } } }])
  })
  const target = await until(stage, post.id, isAt('failed'))
  expect(target.reason).toMatchObject({ code: 'auth_removed', safeToRetry: true })
  expect(posted(caption)).toHaveLength(0)
  await stage.tiktok.clock.advance(61_000)
  await stage.post(`/api/v1/targets/${target.id}/retry`)
  await until(stage, post.id, isAt('live'))
  expect(posted(caption)).toHaveLength(1)
}, 60_000)

const faults = record({
  on: constantFrom('posting.initVideo', 'upload.put', 'upload.put', 'upload.put', 'posting.status'),
  does: constantFrom('lose answer', 'cut', '503', 'html', '429', 'truncated json', 'webhook before answer', 'slow'),
  times: nat(3), afterBytes: constantFrom(0, 10_000), delayMs: constantFrom(50),
})

test('whatever goes wrong, and however often it is tried again, a target is posted at most once and comes to an end', async () => {
  await assert(asyncProperty(array(faults, { maxLength: 5 }), async armed => {
    stage.tiktok.faults.clear()
    await stage.tiktok.clock.advance(61_000)
    for (const { times, ...fault } of armed) stage.tiktok.faults.arm({ ...fault, times: times + 1 })
    const caption = randomUUID(), post = await publish(stage, small, { accountId, caption })
    const ended = await until(stage, post.id, isAt('live', 'failed', 'not sure'), { stepMs: 10_000 })
    expect(posted(caption).length).toBe(ended.state === 'live' ? 1 : 0)
    stage.tiktok.faults.clear()
    await stage.tiktok.clock.advance(61_000)
    const again = await stage.request('POST', `/api/v1/targets/${ended.id}/retry`, {}, { headers: { 'idempotency-key': randomUUID() } })
    expect(again.status).toBe(ended.state === 'failed' ? 202 : 409)
    await until(stage, post.id, isAt('live', 'not sure'), { stepMs: 10_000 })
    expect(posted(caption).length).toBeLessThanOrEqual(1)
  }), { numRuns: 12, seed: 20261121, endOnFailure: true })
}, 120_000)

test('twenty webhooks of one story, in any order and doubled, end where TikTok is', async () => {
  for (const does of ['duplicate', 'reorder', 'late']) stage.tiktok.faults.arm({ on: 'deliver', does, probability: 0.5, delayMs: 2000 })
  const posts = await Promise.all(Array.from({ length: 5 }, () => publish(stage, small, { accountId, caption: randomUUID(), privacy: 'PUBLIC_TO_EVERYONE' })))
  for (const post of posts) await until(stage, post.id, isAt('live'))
  stage.tiktok.faults.clear()
  await stage.tiktok.clock.advance(120_000)
  await stage.settled()
  for (const post of posts) expect(await targetOf(stage, post.id)).toMatchObject({ state: 'live', links: [expect.any(String)] })
}, 60_000)

// Last, because it stops the first server.
test('killed in the middle of an upload, the next process goes on at the stored byte and it is posted once', async () => {
  const caption = randomUUID()
  stage.tiktok.faults.arm({ on: 'upload.put', does: 'slow', delayMs: 4000, chunk: 4, times: 1 })
  const post = await publish(stage, large, { accountId, caption })
  await during(post, sent => sent === 30_000_000)
  await stage.app.stopped()
  await stage.house.jobs.stop()
  const next = await stage.another()
  await next.signIn('owner', { name: 'next' })
  const target = await until(next, post.id, isAt('live'))
  expect(story(target)).toContain('resumed')
  expect(target.attempts).toHaveLength(1)
  expect(publications(caption)).toHaveLength(1)
  expect(posted(caption)).toHaveLength(1)
  expect(puts(publications(caption)[0]?.uploadId).filter(([from, status]) => from === '0' && status === 206)).toHaveLength(1)
  next.app.close()
  await next.app.stopped()
  await next.house.close()
}, 90_000)
