import { rm } from 'node:fs/promises'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ground } from '../face.ts'
import { WorldError } from '../people.ts'
import type { Delivery } from '../words.ts'
import { addProperty, verifyProperty } from './ownership.ts'
import { probePhoto, probeVideo, type Verdict } from './probe.ts'
import { pull } from './pull.ts'
import type { Post, Publication } from './types.ts'
import type { PostingVerbs } from './verbs.ts'

/** A publication after its init: bytes, processing, inbox or profile, moderation, and the webhooks of each step. developers §3.6, §6 */

const SECOND = 1000
const HOUR = 3_600_000
/** About 30 s for 512 MB, a minute for 1 GB, more than two for 4 GB. */
const processingMs = (bytes: number) => 2 * SECOND + bytes / 18_000
/** TikTok fetches at about 100 Mbit/s. */
const downloadMs = (bytes: number) => bytes / 12_500
const VIDEO_MOST_SECONDS = 600

export type Life = {
  /** All bytes are in. With `atOnce`, processing and its webhook happen before this resolves. */
  received(publication: Publication, atOnce?: boolean): Promise<void>
  /** Starts fetching. */
  pullSoon(publication: Publication, atOnce?: boolean): Promise<void>
  fail(publication: Publication, reason: string, why: string): void
  verbs: PostingVerbs
}

export function makeLife(ground: Ground): Life {
  const { store, agenda, clock, ids, rules, faults } = ground
  const shelf = store.shelf('publication')
  const posts = store.shelf('post')

  const aboutOf = (p: Publication) => [store.shelf('account').get(p.accountId)?.handle, p.openId, p.appId, p.id]
  const tell = (p: Publication, event: string, more: object = {}): Delivery | undefined => {
    const app = store.shelf('app').get(p.appId)
    if (!app) return undefined
    const strange = faults.take('posting.process', aboutOf(p).filter(name => name !== undefined), does => does === 'unknown event')
    return ground.webhooks.send({ app, event: strange ? String(strange['event'] ?? 'post.publish.quantum_entangled') : event, openId: p.openId, content: { publish_id: p.id, ...more, publish_type: p.mode === 'draft' ? 'INBOX_SHARE' : 'DIRECT_PUBLISH' }, about: aboutOf(p) })
  }
  const dropFile = async (p: Publication) => {
    if (p.file === undefined) return
    const file = p.file
    delete p.file
    shelf.put(p)
    await store.flush()
    await rm(join(ground.mediaFolder, file), { force: true, recursive: true })
  }
  const fail = (p: Publication, reason: string, why: string) => {
    if (p.status === 'FAILED') return
    Object.assign(p, { status: 'FAILED', step: 'failed', failReason: reason, why })
    shelf.put(p)
    tell(p, 'post.publish.failed', { reason })
  }

  const received = async (p: Publication, atOnce = false) => {
    p.step = 'processing'
    shelf.put(p)
    if (atOnce) return process(p.id)
    agenda.after(processingMs(Math.max(p.uploadedBytes, p.downloadedBytes)), 'posting.process', { id: p.id }, p.id)
  }

  const pullAll = async (p: Publication): Promise<void> => {
    const names = p.urls.map((_, i) => `${p.id.replaceAll(/[^\w.-]/g, '_')}-${i}`)
    let before = 0
    for (const [i, url] of p.urls.entries()) {
      const got = await pull(ground, url, names[i]!, bytes => (p.downloadedBytes = before + bytes))
      if (p.step !== 'downloading') return
      if (!got.ok) return fail(p, p.media === 'photo' ? 'photo_pull_failed' : 'video_pull_failed', got.why)
      before += got.bytes
    }
    Object.assign(p, { downloadedBytes: before, file: names[0]! })
    shelf.put(p)
    agenda.after(downloadMs(before), 'posting.pulled', { id: p.id }, p.id)
  }
  const pullSoon = async (p: Publication, atOnce = false) => {
    p.step = 'downloading'
    shelf.put(p)
    agenda.after(HOUR, 'posting.pullTooLong', { id: p.id }, p.id)
    if (!atOnce) agenda.after(0, 'posting.pull', { id: p.id }, p.id)
    else {
      await pullAll(p)
      if (p.step === 'downloading') await received(p, true)
    }
  }

  agenda.on('posting.pull', async args => {
    const p = shelf.get(args['id'] as string)
    if (p?.step !== 'downloading') return
    // A slow host must not hold up time: after a moment the fetching goes on by itself.
    const work = pullAll(p).then(() => store.flush())
    await Promise.race([work, new Promise(done => setTimeout(done, 1500))])
  })
  agenda.on('posting.pulled', async args => {
    const p = shelf.get(args['id'] as string)
    if (p?.step === 'downloading') await received(p)
  })
  agenda.on('posting.pullTooLong', args => {
    const p = shelf.get(args['id'] as string)
    if (p?.step === 'downloading') fail(p, p.media === 'photo' ? 'photo_pull_failed' : 'video_pull_failed', 'It was not there within an hour')
  })
  agenda.on('posting.uploadTooLong', async args => {
    const upload = store.shelf('upload').get(args['id'] as string)
    if (upload?.state !== 'open') return
    store.shelf('upload').put(Object.assign(upload, { state: 'expired' as const }))
    const p = shelf.get(upload.publishId)
    if (!p) return
    fail(p, 'internal', 'Its bytes did not arrive within the hour the upload_url is good for')
    await dropFile(p)
  })
  agenda.on('posting.grantEnded', args => {
    for (const p of shelf.filter(each => each.appId === args['appId'] && each.accountId === args['accountId'] && each.status.startsWith('PROCESSING'))) fail(p, 'auth_removed', 'The person took the app’s permission back meanwhile')
  })

  const verdictOf = async (p: Publication): Promise<Verdict> => {
    if (p.file === undefined) return { reason: 'internal', why: 'The bytes are gone' }
    const path = join(ground.mediaFolder, p.file)
    const account = store.shelf('account').get(p.accountId)
    if (p.media === 'video') return probeVideo(path, Math.max(p.uploadedBytes, p.downloadedBytes), p.mode === 'draft' ? VIDEO_MOST_SECONDS : (account?.maxVideoSeconds ?? VIDEO_MOST_SECONDS))
    let first: Verdict | undefined
    for (let i = 0; i < p.urls.length; i++) {
      const found = await probePhoto(await readFile(path.replace(/-0$/, `-${i}`)))
      if (found.reason) return found.reason === 'file_format_check_failed' && rules.is('png-photos', 'photo_pull_failed') ? { ...found, reason: 'photo_pull_failed' } : found
      first ??= found
    }
    return first ?? { reason: 'internal', why: 'There is no photo' }
  }

  const process = async (id: string) => {
    const p = shelf.get(id)
    if (p?.step !== 'processing') return
    const about = aboutOf(p).filter(name => name !== undefined)
    if (faults.take('posting.process', about, does => does === 'never finishes')) return
    const failing = faults.take('posting.process', about, does => does === 'fail')
    const { probe, reason, why } = await verdictOf(p)
    if (p.step !== 'processing') return
    if (probe) p.probe = probe
    if (failing) fail(p, String(failing['reason'] ?? 'internal'), 'The fault "fail" was armed')
    else if (reason) fail(p, reason, why ?? reason)
    else if (p.mode === 'draft') {
      Object.assign(p, { status: 'SEND_TO_USER_INBOX', step: 'in drafts inbox' })
      shelf.put(p)
      tell(p, 'post.publish.inbox_delivered')
    } else complete(p, p.privacy, p.media === 'photo' ? p.description || p.title : p.title)
    await store.flush()
    for (let i = 1; i < p.urls.length; i++) if (p.file) await rm(join(ground.mediaFolder, p.file.replace(/-0$/, `-${i}`)), { force: true })
    await dropFile(p)
  }
  agenda.on('posting.process', args => process(args['id'] as string))

  /** It is posted; whether others see it is for moderation and privacy to say. */
  const complete = (p: Publication, privacy: string, caption: string) => {
    const post: Post = {
      id: ids.snowflake('post'), accountId: p.accountId, publishId: p.id, media: p.media, caption, privacy, createdAt: clock.now(), durationMs: p.probe?.durationMs ?? 0, width: p.probe?.width ?? 0, height: p.probe?.height ?? 0,
      likes: 0, comments: 0, shares: 0, views: 0, aigc: p.aigc, state: 'private',
    }
    posts.put(post)
    Object.assign(p, { status: 'PUBLISH_COMPLETE', step: privacy === 'SELF_ONLY' ? 'posted' : 'in moderation', completedAt: clock.now() })
    p.postIds = [...p.postIds, post.id]
    shelf.put(p)
    tell(p, 'post.publish.complete')
    if (privacy !== 'SELF_ONLY' && rules.is('moderation', 'passes by itself')) agenda.after(15 * SECOND + Math.floor(ids.chance('moderation') * 40) * SECOND, 'posting.moderate', { id: p.id, post: post.id }, post.id)
  }
  const goLive = (p: Publication, post: Post) => {
    const without = faults.take('posting.moderate', aboutOf(p).filter(name => name !== undefined), does => does === 'complete without id')
    posts.put(Object.assign(post, { state: post.privacy === 'PUBLIC_TO_EVERYONE' ? 'public' : 'private' }))
    Object.assign(p, { step: 'live', idsShown: !without })
    shelf.put(p)
    if (!without) tell(p, 'post.publish.publicly_available', { post_id: post.id })
  }
  agenda.on('posting.moderate', args => {
    const [p, post] = [shelf.get(args['id'] as string), posts.get(args['post'] as string)]
    if (p?.step === 'in moderation' && post) goLive(p, post)
  })

  const find = (publishId: string) => {
    const p = shelf.get(publishId)
    if (!p) throw new WorldError(`There is no publication ${publishId}`)
    return p
  }
  const noLonger = (post: Post) => {
    const p = post.publishId === undefined ? undefined : shelf.get(post.publishId)
    if (p?.idsShown) tell(p, 'post.publish.no_longer_publicaly_available', { post_id: post.id })
    return p
  }
  const verbs: PostingVerbs = {
    get publications() { return shelf.all() },
    get posts() { return posts.all() },
    finishDraft: (publishId, { privacy = 'PUBLIC_TO_EVERYONE', caption = '' } = {}) => {
      const p = find(publishId)
      if (rules.is('sandbox-drafts', 'never appear') && store.shelf('app').get(p.appId)?.environment === 'sandbox') throw new WorldError('The rule "sandbox-drafts" says drafts of a sandbox never show on the phone')
      if (p.mode !== 'draft' || (p.status !== 'SEND_TO_USER_INBOX' && p.status !== 'PUBLISH_COMPLETE')) throw new WorldError(`${publishId} is no draft in an inbox: it is ${p.step}`)
      complete(p, privacy, caption)
      return p
    },
    discardDraft: publishId => {
      const p = find(publishId)
      if (p.step !== 'in drafts inbox') throw new WorldError(`${publishId} is not in the drafts inbox: it is ${p.step}`)
      return shelf.put(Object.assign(p, { step: 'discarded' as const }))
    },
    moderate: (publishId, verdict) => {
      const p = find(publishId)
      const post = posts.get(p.postIds.at(-1) ?? '')
      if (!post || !['in moderation', 'held', 'live'].includes(p.step)) throw new WorldError(`${publishId} cannot be moderated: it is ${p.step}`)
      agenda.cancel(`posting.moderate:${post.id}`)
      if (verdict === 'pass' && p.step !== 'live') goLive(p, post)
      else if (verdict === 'hold' && p.step !== 'live') shelf.put(Object.assign(p, { step: 'held' as const }))
      else if (verdict === 'reject' && p.step !== 'live') {
        posts.put(Object.assign(post, { state: 'taken down' as const }))
        shelf.put(Object.assign(p, { step: 'rejected' as const, why: 'Moderation refused it; no public id will ever come' }))
      } else if (verdict === 'take down' && p.step === 'live') {
        posts.put(Object.assign(post, { state: 'taken down' as const }))
        noLonger(post)
        shelf.put(Object.assign(p, { step: 'taken down' as const, idsShown: false }))
      } else throw new WorldError(`"${verdict}" makes no sense while it is ${p.step}`)
      return p
    },
    failPublication: (publishId, reason) => {
      const p = find(publishId)
      if (!p.status.startsWith('PROCESSING')) throw new WorldError(`${publishId} is final: ${p.step}`)
      fail(p, reason, `Somebody decided it fails with ${reason}`)
      return p
    },
    hidePost: (postId, how = 'private') => {
      const post = posts.get(postId)
      if (!post) throw new WorldError(`There is no post ${postId}`)
      const p = noLonger(post)
      if (p) shelf.put(Object.assign(p, { idsShown: false }))
      return posts.put(Object.assign(post, { state: how }))
    },
    addPost: (handle, given = {}) => posts.put({
      id: ids.snowflake('post'), accountId: ground.world.account(handle).id, media: 'video', caption: '', privacy: 'PUBLIC_TO_EVERYONE', createdAt: clock.now(), durationMs: 15_000, width: 1080, height: 1920,
      likes: 120, comments: 9, shares: 4, views: 2_300, aigc: false, state: 'public', ...given,
    }),
    addProperty: (appId, property) => addProperty(ground, appId, property),
    verifyProperty: (appId, value) => verifyProperty(ground, appId, value),
    pingWebhook: appId => {
      const app = store.shelf('app').get(appId)
      if (!app?.webhookUrl) throw new WorldError(`${appId} has no callback URL`)
      ground.webhooks.send({ app, event: 'tiktok.ping', content: {} })
    },
    sendEvent: (appId, event, content, handle) => {
      const app = store.shelf('app').get(appId)
      if (!app) throw new WorldError(`There is no app ${appId}`)
      const account = handle === undefined ? undefined : ground.world.account(handle)
      ground.webhooks.send({ app, event, content, ...(account ? { openId: ground.world.openIdOf(app.id, account.id), about: [account.handle] } : {}) })
    },
  }
  // What was being fetched when the emulator was killed is fetched again.
  for (const p of shelf.filter(each => each.step === 'downloading' && each.file === undefined)) agenda.after(0, 'posting.pull', { id: p.id }, p.id)
  return { received, pullSoon, fail, verbs }
}
