import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CANCEL, CREATOR, direct, fileSource, fixture, INBOX_INIT, openStage, PHOTO_INIT, publishFile, put, STATUS, VIDEO_INIT, type Stage } from '../test/stage.ts'

let stage: Stage
let token: string
beforeEach(async () => {
  stage = await openStage()
  token = await stage.connect()
})
afterEach(() => stage.tiktok.close())

const statusOf = async (id: string) => (await stage.call(STATUS, token, { publish_id: id })).data
const minutes = (n: number) => stage.tiktok.clock.advance(n * 60_000)
const events = () => stage.tiktok.timeline().filter(h => h.name.startsWith('post.publish')).map(h => h.name)
const lastWhy = () => stage.tiktok.wire.list().at(-1)?.why ?? ''

describe('creator_info', () => {
  test('shows what the account may do, private accounts without public and duets', async () => {
    expect((await stage.call(CREATOR, token)).data).toMatchObject({ creator_username: 'halia.ceramics', creator_nickname: 'Halia Ceramics', privacy_level_options: ['PUBLIC_TO_EVERYONE', 'MUTUAL_FOLLOW_FRIENDS', 'SELF_ONLY'], duet_disabled: false, max_video_post_duration_sec: 300 })
    stage.tiktok.world.changeAccount('halia.ceramics', { private: true })
    expect((await stage.call(CREATOR, token)).data).toMatchObject({ privacy_level_options: ['FOLLOWER_OF_CREATOR', 'MUTUAL_FOLLOW_FRIENDS', 'SELF_ONLY'], duet_disabled: true, stitch_disabled: true })
  })

  test('a creator who may not post is told with HTTP 200', async () => {
    stage.tiktok.world.changeAccount('halia.ceramics', { banned: true })
    expect(await stage.call(CREATOR, token)).toMatchObject({ status: 200, code: 'spam_risk_user_banned_from_posting', data: {} })
    stage.tiktok.world.changeAccount('halia.ceramics', { banned: false, postsPerDay: 1 })
    await stage.call(VIDEO_INIT, token, direct(1000))
    expect(await stage.call(CREATOR, token)).toMatchObject({ status: 200, code: 'spam_risk_too_many_posts' })
  })

  test('needs video.publish; a missing, unknown or expired token is 401', async () => {
    const drafts = await stage.connect('nomad.bikes', ['video.upload'])
    expect(await stage.call(CREATOR, drafts)).toMatchObject({ status: 401, code: 'scope_not_authorized' })
    expect(await stage.call(CREATOR, 'act.nobody')).toMatchObject({ status: 401, code: 'access_token_invalid' })
    stage.tiktok.world.expireTokens()
    expect(await stage.call(CREATOR, token)).toMatchObject({ status: 401, code: 'access_token_invalid' })
    expect(lastWhy()).toContain('expired')
  })

  test('twenty a minute per token, then 429; after the minute again', async () => {
    for (let i = 0; i < 20; i++) await stage.call(CREATOR, token)
    expect(await stage.call(CREATOR, token)).toMatchObject({ status: 429, code: 'rate_limit_exceeded' })
    await minutes(1)
    expect((await stage.call(CREATOR, token)).code).toBe('ok')
  })
})

describe('a video', () => {
  test('posted directly is processed, complete, moderated, public with its id as a bare number', async () => {
    const id = await publishFile(stage, token)
    expect(id).toMatch(/^v_pub_file~v2-1\.\d{19}$/)
    expect(await statusOf(id)).toEqual({ status: 'PROCESSING_UPLOAD', uploaded_bytes: fixture('good.mp4').length })
    await stage.tiktok.clock.advance(5000)
    expect(await statusOf(id)).toEqual({ status: 'PUBLISH_COMPLETE' })
    await minutes(1)
    const { text } = await stage.call(STATUS, token, { publish_id: id })
    expect(text).toMatch(/"publicaly_available_post_id":\[\d{19}\]/)
    expect(events()).toEqual(['post.publish.complete', 'post.publish.publicly_available'])
    expect(stage.tiktok.world.publications[0]?.probe).toMatchObject({ container: 'mp4', codec: 'avc', width: 360, height: 640, frameRate: 30, durationMs: 4000 })
  })

  test('as a draft waits in the inbox, whatever post_info said, until the person posts it', async () => {
    const bytes = fixture('good.mp4')
    const { data } = await stage.call(INBOX_INIT, token, { post_info: { title: 'ignored', privacy_level: 'nonsense' }, source_info: fileSource(bytes.length) })
    await put(String(data['upload_url']), bytes, 0, bytes.length)
    const id = String(data['publish_id'])
    await minutes(1)
    expect(id).toMatch(/^v_inbox_file~v2\.\d{19}$/)
    expect(await statusOf(id)).toEqual({ status: 'SEND_TO_USER_INBOX' })
    stage.tiktok.world.finishDraft(id, { caption: 'from the phone' })
    await minutes(2)
    expect((await statusOf(id))['status']).toBe('PUBLISH_COMPLETE')
    expect(events()).toEqual(['post.publish.inbox_delivered', 'post.publish.complete', 'post.publish.publicly_available'])
    stage.tiktok.world.finishDraft(id)
    await minutes(2)
    expect(stage.tiktok.world.publications[0]?.postIds).toHaveLength(2)
  })

  test('SELF_ONLY never gets a public id', async () => {
    const id = await publishFile(stage, token, 'good.mp4', { post: { privacy_level: 'SELF_ONLY' } })
    await minutes(60)
    expect(await statusOf(id)).toEqual({ status: 'PUBLISH_COMPLETE' })
    expect(events()).toEqual(['post.publish.complete'])
  })

  test.each([
    ['small.mp4', 'picture_size_check_failed'], ['slow.mp4', 'frame_rate_check_failed'], ['wrong-codec.mp4', 'file_format_check_failed'],
    ['wrong-container.mkv', 'file_format_check_failed'], ['no-video.mp4', 'file_format_check_failed'],
  ])('%s fails with %s, because its bytes were read', async (file, reason) => {
    const id = await publishFile(stage, token, file)
    await minutes(1)
    expect(await statusOf(id)).toEqual({ status: 'FAILED', fail_reason: reason })
    expect(events()).toEqual(['post.publish.failed'])
  })

  test.each(['moov-at-end.mov', 'good.webm'])('%s passes', async file => {
    const id = await publishFile(stage, token, file, { draft: true })
    await minutes(1)
    expect((await statusOf(id))['status']).toBe('SEND_TO_USER_INBOX')
  })

  test('longer than the creator may post fails by its duration, but not as a draft', async () => {
    stage.tiktok.world.changeAccount('halia.ceramics', { maxVideoSeconds: 3 })
    const [post, draft] = [await publishFile(stage, token), await publishFile(stage, token, 'good.mp4', { draft: true })]
    await minutes(1)
    expect((await statusOf(post))['fail_reason']).toBe('duration_check_failed')
    expect((await statusOf(draft))['status']).toBe('SEND_TO_USER_INBOX')
  })

  test('whose bytes are no video fails its format check', async () => {
    const { data } = await stage.call(VIDEO_INIT, token, direct(7))
    await put(String(data['upload_url']), Buffer.from('nothing'), 0, 7)
    await minutes(1)
    expect((await statusOf(String(data['publish_id'])))['fail_reason']).toBe('file_format_check_failed')
  })

  test('whose bytes never come fails after an hour as internal', async () => {
    const { data } = await stage.call(VIDEO_INIT, token, direct(1000))
    await minutes(59)
    expect((await statusOf(String(data['publish_id'])))['status']).toBe('PROCESSING_UPLOAD')
    await minutes(1)
    expect(await statusOf(String(data['publish_id']))).toEqual({ status: 'FAILED', fail_reason: 'internal' })
  })

  test('fails with auth_removed when the person removes the app meanwhile', async () => {
    const id = await publishFile(stage, token)
    stage.tiktok.world.removeApp('halia.ceramics', stage.app.id)
    await stage.tiktok.settled()
    expect(stage.tiktok.world.publications.find(p => p.id === id)).toMatchObject({ status: 'FAILED', failReason: 'auth_removed' })
    expect(events()).toEqual(['post.publish.failed'])
  })
})

describe('an init is refused', () => {
  test('in order: token, scope, rate, words, creator, audit, privacy, ownership', async () => {
    const drafts = await stage.connect('nomad.bikes', ['video.upload'])
    expect(await stage.call(VIDEO_INIT, drafts, '{')).toMatchObject({ status: 401, code: 'scope_not_authorized' })
    expect(await stage.call(VIDEO_INIT, token, '{')).toMatchObject({ status: 400, code: 'invalid_params' })
    stage.tiktok.world.changeAccount('halia.ceramics', { banned: true })
    expect(await stage.call(VIDEO_INIT, token, direct(1000, { privacy_level: 'FOLLOWER_OF_CREATOR' }))).toMatchObject({ status: 403, code: 'spam_risk_user_banned_from_posting' })
    stage.tiktok.world.changeAccount('halia.ceramics', { banned: false })
    const pull = { post_info: { privacy_level: 'FOLLOWER_OF_CREATOR' }, source_info: { source: 'PULL_FROM_URL', video_url: 'https://unverified.example/a.mp4' } }
    expect(await stage.call(VIDEO_INIT, token, pull)).toMatchObject({ status: 403, code: 'privacy_level_option_mismatch' })
    expect(await stage.call(VIDEO_INIT, token, { ...pull, post_info: { privacy_level: 'SELF_ONLY' } })).toMatchObject({ status: 403, code: 'url_ownership_unverified' })
  })

  test('with TikTok’s messages for wrong words', async () => {
    const message = async (body: unknown) => (await stage.call(VIDEO_INIT, token, body)).message
    expect(await message({ source_info: fileSource(1000) })).toBe('The request post info is empty or incorrect')
    expect(await message({ post_info: { privacy_level: 'EVERYBODY' }, source_info: fileSource(1000) })).toBe('The request post info is empty or incorrect')
    expect(await message(direct(1000, { title: 'a'.repeat(2201) }))).toBe('The request post info is empty or incorrect')
    expect(await message(direct(1000, { disable_duet: 'yes' }))).toBe('The request post info is empty or incorrect')
    expect(await message({ post_info: { privacy_level: 'SELF_ONLY' }, source_info: { source: 'CARRIER_PIGEON' } })).toBe('The request source info is empty or incorrect')
    await minutes(1)
    expect(await message({ post_info: { privacy_level: 'SELF_ONLY' }, source_info: fileSource(50_000_123, 10_000_000, 6) })).toBe('The total chunk count is invalid')
    expect(await message({ post_info: { privacy_level: 'SELF_ONLY' }, source_info: fileSource(50_000_123, 4_000_000) })).toBe('The chunk size is invalid')
    expect(await message({ post_info: { privacy_level: 'SELF_ONLY' }, source_info: fileSource(1000, 2000, 1) })).toBe('The chunk size is invalid')
  })

  test('six a minute per token', async () => {
    for (let i = 0; i < 6; i++) await stage.call(VIDEO_INIT, token, direct(1000))
    expect(await stage.call(VIDEO_INIT, token, direct(1000))).toMatchObject({ status: 429, code: 'rate_limit_exceeded' })
    expect((await stage.call(INBOX_INIT, token, { source_info: fileSource(1000) })).code).toBe('ok')
  })

  test('an app that is not audited posts only SELF_ONLY to private accounts, at most five creators a day', async () => {
    stage.tiktok.world.changeApp(stage.app.id, { audited: false, activeUserCap: 5 })
    expect(await stage.call(VIDEO_INIT, token, direct(1000, { privacy_level: 'SELF_ONLY' }))).toMatchObject({ status: 403, code: 'unaudited_client_can_only_post_to_private_accounts' })
    stage.tiktok.world.changeAccount('halia.ceramics', { private: true })
    expect(await stage.call(VIDEO_INIT, token, direct(1000, { privacy_level: 'FOLLOWER_OF_CREATOR' }))).toMatchObject({ code: 'unaudited_client_can_only_post_to_private_accounts' })
    expect((await stage.call(VIDEO_INIT, token, direct(1000, { privacy_level: 'SELF_ONLY' }))).code).toBe('ok')
    for (let i = 0; i < 4; i++) {
      stage.tiktok.world.addAccount({ handle: `creator${i}`, private: true })
      expect((await stage.call(VIDEO_INIT, await stage.connect(`creator${i}`), direct(1000, { privacy_level: 'SELF_ONLY' }))).code).toBe('ok')
    }
    stage.tiktok.world.addAccount({ handle: 'sixth', private: true })
    const sixth = await stage.connect('sixth')
    expect(await stage.call(VIDEO_INIT, sixth, direct(1000, { privacy_level: 'SELF_ONLY' }))).toMatchObject({ status: 403, code: 'reached_active_user_cap' })
    expect(await stage.call(CREATOR, sixth)).toMatchObject({ status: 200, code: 'reached_active_user_cap' })
    await stage.tiktok.clock.advance(24 * 3_600_000)
    expect((await stage.call(CREATOR, await stage.connect('sixth'))).code).toBe('ok')
  })

  test('a sandbox never posts publicly, audited or not', async () => {
    stage.tiktok.world.changeApp(stage.app.id, { environment: 'sandbox', targetUsers: ['halia.ceramics'] })
    expect(await stage.call(VIDEO_INIT, token, direct(1000))).toMatchObject({ code: 'unaudited_client_can_only_post_to_private_accounts' })
  })

  test('after the creator’s posts of the day, over all apps', async () => {
    stage.tiktok.world.changeAccount('halia.ceramics', { postsPerDay: 2 })
    for (let i = 0; i < 2; i++) await stage.call(VIDEO_INIT, token, direct(1000))
    expect(await stage.call(VIDEO_INIT, token, direct(1000))).toMatchObject({ status: 403, code: 'spam_risk_too_many_posts' })
  })

  test('the sixth draft within a day, until one is posted or ages out', async () => {
    const first = await publishFile(stage, token, 'good.mp4', { draft: true })
    for (let i = 0; i < 4; i++) await stage.call(INBOX_INIT, token, { source_info: fileSource(1000) })
    await stage.tiktok.clock.advance(60_000)
    expect(await stage.call(INBOX_INIT, token, { source_info: fileSource(1000) })).toMatchObject({ status: 403, code: 'spam_risk_too_many_pending_share' })
    stage.tiktok.rules.set({ 'draft-slots': 'age only' })
    stage.tiktok.world.finishDraft(first)
    expect((await stage.call(INBOX_INIT, token, { source_info: fileSource(1000) })).code).toBe('spam_risk_too_many_pending_share')
    stage.tiktok.rules.set({ 'draft-slots': 'publishing or age' })
    expect((await stage.call(INBOX_INIT, token, { source_info: fileSource(1000) })).code).toBe('ok')
  })
})

describe('rules of posting', () => {
  const small = { privacy_level: 'SELF_ONLY' }
  test('chunk-bounds decides what 5 MB and 64 MB are', async () => {
    const wide = { post_info: small, source_info: fileSource(20_000_000, 5_000_000) }
    const oneBig = { post_info: small, source_info: fileSource(67_000_000) }
    expect([(await stage.call(VIDEO_INIT, token, wide)).code, (await stage.call(VIDEO_INIT, token, oneBig)).code]).toEqual(['ok', 'ok'])
    stage.tiktok.rules.set({ 'chunk-bounds': 'narrow' })
    expect([(await stage.call(VIDEO_INIT, token, wide)).code, (await stage.call(VIDEO_INIT, token, oneBig)).code]).toEqual(['invalid_params', 'invalid_params'])
  })
  test('chunks-near-64mb can refuse big chunks', async () => {
    const big = { post_info: small, source_info: fileSource(200_000_000, 64_000_000) }
    expect((await stage.call(VIDEO_INIT, token, big)).code).toBe('ok')
    stage.tiktok.rules.set({ 'chunks-near-64mb': 'refused' })
    expect((await stage.call(VIDEO_INIT, token, big)).message).toBe('The chunk size is invalid')
  })
  test('missing-privacy chooses between 400 and 403', async () => {
    const without = { post_info: { title: 'x' }, source_info: fileSource(1000) }
    expect((await stage.call(VIDEO_INIT, token, without)).status).toBe(400)
    stage.tiktok.rules.set({ 'missing-privacy': '403' })
    expect(await stage.call(VIDEO_INIT, token, without)).toMatchObject({ status: 403, code: 'privacy_level_option_mismatch' })
  })
  test('branded-self-only decides about branded content nobody sees', async () => {
    const branded = direct(1000, { privacy_level: 'SELF_ONLY', brand_content_toggle: true })
    expect((await stage.call(VIDEO_INIT, token, branded)).code).toBe('privacy_level_option_mismatch')
    stage.tiktok.rules.set({ 'branded-self-only': 'accepted' })
    expect((await stage.call(VIDEO_INIT, token, branded)).code).toBe('ok')
  })
  test('unknown-publish-id chooses the words for an unknown publication; another’s is its own refusal', async () => {
    expect(await stage.call(STATUS, token, { publish_id: 'v_pub_file~v2-1.1' })).toMatchObject({ status: 400, code: 'invalid_params', message: 'invalid_publish_id' })
    stage.tiktok.rules.set({ 'unknown-publish-id': 'invalid_publish_id' })
    expect((await stage.call(STATUS, token, { publish_id: 'v_pub_file~v2-1.1' })).code).toBe('invalid_publish_id')
    const id = await publishFile(stage, token)
    expect((await stage.call(STATUS, await stage.connect('nomad.bikes'), { publish_id: id })).code).toBe('token_not_authorized_for_specified_publish_id')
  })
  test('status-lag hides a publication for its first five seconds', async () => {
    stage.tiktok.rules.set({ 'status-lag': 'five seconds' })
    const id = await publishFile(stage, token)
    expect((await stage.call(STATUS, token, { publish_id: id })).message).toBe('invalid_publish_id')
    await stage.tiktok.clock.advance(5000)
    expect((await stage.call(STATUS, token, { publish_id: id })).code).toBe('ok')
  })
  test('drafts-and-active-users can make drafts count', async () => {
    stage.tiktok.world.changeApp(stage.app.id, { activeUserCap: 1 })
    await stage.call(INBOX_INIT, await stage.connect('nomad.bikes'), { source_info: fileSource(1000) })
    expect((await stage.call(CREATOR, token)).code).toBe('ok')
    stage.tiktok.rules.set({ 'drafts-and-active-users': 'count' })
    expect((await stage.call(CREATOR, token)).code).toBe('reached_active_user_cap')
  })
  test('cancel-file-upload decides whether a waiting upload can be cancelled', async () => {
    const { data } = await stage.call(VIDEO_INIT, token, direct(1000))
    expect(await stage.call(CANCEL, token, data)).toMatchObject({ status: 400, code: 'publish_not_cancellable' })
    stage.tiktok.rules.set({ 'cancel-file-upload': 'possible' })
    expect((await stage.call(CANCEL, token, data)).code).toBe('ok')
    expect((await statusOf(String(data['publish_id'])))['fail_reason']).toBe('publish_cancelled')
  })
  test('upload-url chooses between the documented and the observed path, both work', async () => {
    for (const [rule, path] of [['observed', '/upload?'], ['documented', '/video/?']]) {
      stage.tiktok.rules.set({ 'upload-url': rule! })
      const { data } = await stage.call(VIDEO_INIT, token, direct(7))
      expect(String(data['upload_url'])).toContain(path)
      expect(String(data['upload_url']).length).toBeLessThanOrEqual(256)
      expect((await put(String(data['upload_url']), Buffer.from('nothing'), 0, 7)).status).toBe(201)
    }
  })
  test('sandbox-drafts can keep drafts from the phone', async () => {
    stage.tiktok.world.changeApp(stage.app.id, { environment: 'sandbox' })
    stage.tiktok.rules.set({ 'sandbox-drafts': 'never appear' })
    const id = await publishFile(stage, token, 'good.mp4', { draft: true })
    await minutes(1)
    expect((await statusOf(id))['status']).toBe('SEND_TO_USER_INBOX')
    expect(() => stage.tiktok.world.finishDraft(id)).toThrow('never show')
    stage.tiktok.rules.set({ 'sandbox-drafts': 'appear' })
    expect(stage.tiktok.world.finishDraft(id).status).toBe('PUBLISH_COMPLETE')
  })
  test('moderation by hand waits for somebody: pass, hold, reject, take down', async () => {
    stage.tiktok.rules.set({ moderation: 'by hand' })
    const [one, two] = [await publishFile(stage, token), await publishFile(stage, token)]
    await minutes(600)
    expect((await statusOf(one))['publicaly_available_post_id']).toBeUndefined()
    stage.tiktok.world.moderate(one, 'hold')
    stage.tiktok.world.moderate(one, 'pass')
    token = await stage.connect()
    expect((await statusOf(one))['publicaly_available_post_id']).toHaveLength(1)
    stage.tiktok.world.moderate(one, 'take down')
    expect(await statusOf(one)).toEqual({ status: 'PUBLISH_COMPLETE' })
    stage.tiktok.world.moderate(two, 'reject')
    expect(await statusOf(two)).toEqual({ status: 'PUBLISH_COMPLETE' })
    expect(events().slice(2)).toEqual(['post.publish.publicly_available', 'post.publish.no_longer_publicaly_available'])
  })
})

describe('faults of posting', () => {
  test('never finishes: the status stays in processing', async () => {
    stage.tiktok.faults.arm({ on: 'posting.process', does: 'never finishes', account: 'halia.ceramics', times: 1 })
    const id = await publishFile(stage, token)
    await minutes(600)
    token = await stage.connect()
    expect((await statusOf(id))['status']).toBe('PROCESSING_UPLOAD')
  })
  test('fail: any fail_reason can be had', async () => {
    for (const reason of ['internal', 'spam_risk_text', 'spam_risk', 'spam_risk_too_many_posts', 'spam_risk_user_banned_from_posting']) {
      stage.tiktok.faults.arm({ on: 'posting.process', does: 'fail', reason, times: 1 })
      const id = await publishFile(stage, token)
      await minutes(1)
      expect((await statusOf(id))['fail_reason']).toBe(reason)
    }
  })
  test('complete without id: public, and the id never comes', async () => {
    stage.tiktok.faults.arm({ on: 'posting.moderate', does: 'complete without id', times: 1 })
    const id = await publishFile(stage, token)
    await minutes(10)
    expect(await statusOf(id)).toEqual({ status: 'PUBLISH_COMPLETE' })
    expect(stage.tiktok.world.posts.some(p => p.publishId === id && p.state === 'public')).toBe(true)
  })
  test('unknown status and unknown event say what nobody knows', async () => {
    stage.tiktok.faults.arm({ on: 'posting.status', does: 'unknown status', times: 1 })
    stage.tiktok.faults.arm({ on: 'posting.process', does: 'unknown event', times: 1 })
    const id = await publishFile(stage, token)
    expect((await statusOf(id))['status']).toBe('PROCESSING_SOMETHING_NEW')
    await stage.tiktok.clock.advance(5000)
    expect(events()).toEqual(['post.publish.quantum_entangled'])
  })
  test.each([['429', 429, 'rate_limit_exceeded'], ['500', 500, 'internal_error']])('%s in the words of the platform', async (does, status, code) => {
    stage.tiktok.faults.arm({ on: 'posting.initVideo', does, times: 1 })
    expect(await stage.call(VIDEO_INIT, token, direct(1000))).toMatchObject({ status, code })
    expect((await stage.call(VIDEO_INIT, token, direct(1000))).code).toBe('ok')
  })
  test.each(['spam_risk_too_many_posts', 'spam_risk_user_banned_from_posting', 'spam_risk_too_many_pending_share', 'reached_active_user_cap', 'unaudited_client_can_only_post_to_private_accounts', 'url_ownership_unverified', 'privacy_level_option_mismatch', 'app_version_check_failed', 'scope_not_authorized'])('refuse: %s on order', async code => {
    stage.tiktok.faults.arm({ on: 'posting.initVideo', does: 'refuse', code, times: 1 })
    const answer = await stage.call(VIDEO_INIT, token, direct(1000))
    expect(answer.code).toBe(code)
    expect(answer.status).toBe({ app_version_check_failed: 400, scope_not_authorized: 401 }[code] ?? 403)
  })
  test('refuse on creator_info comes with HTTP 200', async () => {
    stage.tiktok.faults.arm({ on: 'posting.creatorInfo', does: 'refuse', code: 'spam_risk_too_many_posts', times: 1 })
    expect(await stage.call(CREATOR, token)).toMatchObject({ status: 200, code: 'spam_risk_too_many_posts' })
  })
  test.each([['posting.initVideo', VIDEO_INIT], ['posting.initInboxVideo', INBOX_INIT]])('lose answer: %s did it all the same', async (on, path) => {
    stage.tiktok.faults.arm({ on, does: 'lose answer', times: 1 })
    await expect(stage.call(path, token, direct(1000))).rejects.toThrow('fetch failed')
    expect(stage.tiktok.world.publications).toHaveLength(1)
  })
  test('cut before the deed: nothing was done', async () => {
    stage.tiktok.faults.arm({ on: 'posting.initVideo', does: 'cut', times: 1 })
    await expect(stage.call(VIDEO_INIT, token, direct(1000))).rejects.toThrow('fetch failed')
    expect(stage.tiktok.world.publications).toHaveLength(0)
  })
  test('a scope is withdrawn, a token expires, at the very call', async () => {
    stage.tiktok.faults.arm({ on: 'posting.status', does: 'withdraw scope', times: 1 })
    expect((await stage.call(STATUS, token, { publish_id: 'x' })).code).toBe('scope_not_authorized')
    token = await stage.connect()
    stage.tiktok.faults.arm({ on: 'posting.status', does: 'expire token', times: 1 })
    expect((await stage.call(STATUS, token, { publish_id: 'x' })).code).toBe('access_token_invalid')
  })
})

describe('PULL_FROM_URL', () => {
  let media: Server
  let base: string
  const served = new Map<string, { status?: number; type?: string; body: Buffer; location?: string; hang?: boolean }>()
  beforeEach(async () => {
    served.clear()
    media = createServer((request, response) => {
      const found = served.get(request.url ?? '')
      if (!found) response.writeHead(404).end()
      else if (found.hang) response.writeHead(200, { 'content-length': '1000' }).flushHeaders()
      else response.writeHead(found.status ?? 200, { 'content-type': found.type ?? 'application/octet-stream', ...(found.location === undefined ? {} : { location: found.location }) }).end(found.body)
    })
    await new Promise<void>(done => media.listen(0, '127.0.0.1', done))
    base = `http://127.0.0.1:${(media.address() as AddressInfo).port}/m/`
    stage.tiktok.rules.set({ 'loopback-media': true })
    const property = stage.tiktok.world.addProperty(stage.app.id, { kind: 'prefix', value: base })
    served.set(`/m/tiktok${property.token}.txt`, { type: 'text/plain', body: Buffer.from(`tiktok-developers-site-verification=${property.token}`) })
    await stage.tiktok.world.verifyProperty(stage.app.id, base)
    served.set('/m/good.mp4', { body: fixture('good.mp4') })
  })
  afterEach(() => {
    media.closeAllConnections()
    media.close()
  })
  const pull = (url: string) => stage.call(VIDEO_INIT, token, { post_info: { privacy_level: 'PUBLIC_TO_EVERYONE' }, source_info: { source: 'PULL_FROM_URL', video_url: url } })
  const photos = (urls: string[], mode = 'DIRECT_POST', more: object = {}) => stage.call(PHOTO_INIT, token, { media_type: 'PHOTO', post_mode: mode, post_info: { title: 't', description: 'd', ...(mode === 'DIRECT_POST' ? { privacy_level: 'PUBLIC_TO_EVERYONE' } : {}), ...more }, source_info: { source: 'PULL_FROM_URL', photo_images: urls, photo_cover_index: 0 } })
  const outcome = async (id: unknown) => {
    await stage.tiktok.settled()
    await minutes(3)
    return statusOf(String(id))
  }

  test('really fetches, shows the bytes, and goes through processing', async () => {
    const { data } = await pull(`${base}good.mp4`)
    expect(data['publish_id']).toMatch(/^v_pub_url~v2-1\./)
    await stage.tiktok.settled()
    expect(await statusOf(String(data['publish_id']))).toEqual({ status: 'PROCESSING_DOWNLOAD', downloaded_bytes: fixture('good.mp4').length })
    expect((await outcome(data['publish_id']))['publicaly_available_post_id']).toHaveLength(1)
  })
  test('a redirect, a missing file and a dead host are video_pull_failed', async () => {
    served.set('/m/moved.mp4', { status: 302, location: `${base}good.mp4`, body: Buffer.alloc(0) })
    for (const name of ['moved.mp4', 'missing.mp4']) expect(await outcome((await pull(base + name)).data['publish_id'])).toEqual({ status: 'FAILED', fail_reason: 'video_pull_failed' })
    expect(stage.tiktok.world.publications[0]?.why).toContain('redirect')
  })
  test('needs https, a domain name and ownership, unless the rule loopback-media is on', async () => {
    expect((await pull('https://media.example.com/a.mp4')).code).toBe('url_ownership_unverified')
    stage.tiktok.world.changeApp(stage.app.id, { verifiedProperties: [{ kind: 'domain', value: 'example.com', token: 't', state: 'verified' }] })
    expect((await pull('https://media.example.com/a.mp4?sig=1')).code).toBe('ok')
    expect((await pull('https://notexample.com/a.mp4')).code).toBe('url_ownership_unverified')
    expect((await pull('http://media.example.com/a.mp4')).code).toBe('invalid_params')
    await minutes(1)
    expect((await pull('https://1.2.3.4/a.mp4')).code).toBe('invalid_params')
    stage.tiktok.rules.set({ 'loopback-media': false })
    expect((await pull(`${base}good.mp4`)).code).toBe('invalid_params')
  })
  test('a property is verified only by its own file', async () => {
    const other = base.replace('/m/', '/n/')
    const property = stage.tiktok.world.addProperty(stage.app.id, { kind: 'prefix', value: other })
    await expect(stage.tiktok.world.verifyProperty(stage.app.id, other)).rejects.toThrow('answered 404')
    served.set(`/n/tiktok${property.token}.txt`, { type: 'text/plain', body: Buffer.from('something else') })
    await expect(stage.tiktok.world.verifyProperty(stage.app.id, other)).rejects.toThrow('must hold exactly')
    expect((await pull(`${other}good.mp4`)).code).toBe('url_ownership_unverified')
  })
  test('can be cancelled while it downloads, not afterwards', async () => {
    served.set('/m/slow.mp4', { hang: true, body: Buffer.alloc(0) })
    const { data } = await pull(`${base}slow.mp4`)
    expect((await stage.call(CANCEL, token, data)).code).toBe('ok')
    expect(await statusOf(String(data['publish_id']))).toEqual({ status: 'FAILED', fail_reason: 'publish_cancelled' })
    expect(await stage.call(CANCEL, token, data)).toMatchObject({ status: 400, code: 'publish_not_cancellable' })
  })
  test('that hangs for an hour is video_pull_failed', async () => {
    served.set('/m/slow.mp4', { hang: true, body: Buffer.alloc(0) })
    const { data } = await pull(`${base}slow.mp4`)
    await minutes(61)
    expect((await statusOf(String(data['publish_id'])))['fail_reason']).toBe('video_pull_failed')
  })
  test('photos: JPEG and WebP pass, PNG and big pictures fail, as draft and as post', async () => {
    const { default: sharp } = await import('sharp')
    const picture = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: 'teal' } })
    served.set('/m/a.jpg', { body: await picture(1080, 1350).jpeg().toBuffer() })
    served.set('/m/b.webp', { body: await picture(600, 600).webp().toBuffer() })
    served.set('/m/c.png', { body: await picture(600, 600).png().toBuffer() })
    served.set('/m/d.jpg', { body: await picture(2000, 2000).jpeg().toBuffer() })
    const good = await photos([`${base}a.jpg`, `${base}b.webp`])
    expect(good.data['publish_id']).toMatch(/^p_pub_url~v2\./)
    expect((await outcome(good.data['publish_id']))['publicaly_available_post_id']).toHaveLength(1)
    const draft = await photos([`${base}a.jpg`], 'MEDIA_UPLOAD')
    expect(draft.data['publish_id']).toMatch(/^p_inbox_url~v2\./)
    expect((await outcome(draft.data['publish_id']))['status']).toBe('SEND_TO_USER_INBOX')
    expect((await outcome((await photos([`${base}a.jpg`, `${base}c.png`])).data['publish_id']))['fail_reason']).toBe('file_format_check_failed')
    stage.tiktok.rules.set({ 'png-photos': 'photo_pull_failed' })
    expect((await outcome((await photos([`${base}c.png`])).data['publish_id']))['fail_reason']).toBe('photo_pull_failed')
    expect((await outcome((await photos([`${base}d.jpg`])).data['publish_id']))['fail_reason']).toBe('picture_size_check_failed')
    expect((await outcome((await photos([`${base}none.jpg`])).data['publish_id']))['fail_reason']).toBe('photo_pull_failed')
  })
  test('photos refuse wrong words, uploads, old phones', async () => {
    const code = async (body: object) => (await stage.call(PHOTO_INIT, token, body)).message
    expect(await code({ media_type: 'VIDEO', post_mode: 'DIRECT_POST', post_info: {}, source_info: {} })).toBe('Invalid media_type or post_mode')
    expect(await code({ media_type: 'PHOTO', post_mode: 'MEDIA_UPLOAD', post_info: {}, source_info: { source: 'FILE_UPLOAD' } })).toBe('The request source info is empty or incorrect')
    expect((await photos([`${base}a.jpg`], 'MEDIA_UPLOAD', { title: 'a'.repeat(91) })).message).toBe('The request post info is empty or incorrect')
    expect((await photos(Array.from({ length: 36 }, () => `${base}a.jpg`))).message).toBe('The request source info is empty or incorrect')
    stage.tiktok.world.changeAccount('halia.ceramics', { phoneVersion: '31.7.9' })
    expect(await photos([`${base}a.jpg`], 'MEDIA_UPLOAD')).toMatchObject({ status: 400, code: 'app_version_check_failed' })
  })
  test('webhook before answer: the outcome overtakes the init’s own answer', async () => {
    let ids: string[] = []
    const receiver = createServer((request, response) => {
      let text = ''
      request.on('data', part => (text += String(part))).on('end', () => {
        ids.push((JSON.parse((JSON.parse(text) as { content: string }).content) as { publish_id: string }).publish_id)
        response.end()
      })
    })
    await new Promise<void>(done => receiver.listen(0, '127.0.0.1', done))
    stage.tiktok.world.changeApp(stage.app.id, { webhookUrl: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/` })
    stage.tiktok.faults.arm({ on: 'posting.initVideo', does: 'webhook before answer', times: 1 })
    const { data } = await pull(`${base}good.mp4`)
    expect(ids).toEqual([data['publish_id']])
    ids = []
    receiver.close()
  })
  test('lose answer on photos and pulls: the deed is done', async () => {
    for (const on of ['posting.initVideo', 'posting.initPhoto']) {
      stage.tiktok.faults.arm({ on, does: 'lose answer', times: 1 })
      await expect(on === 'posting.initVideo' ? pull(`${base}good.mp4`) : photos([`${base}good.mp4`])).rejects.toThrow('fetch failed')
    }
    expect(stage.tiktok.world.publications).toHaveLength(2)
  })
})
