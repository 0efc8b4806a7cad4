import { answering, janus, makeRates, needScope, No, ok, okText, refuse, refuseByFault, sessionOf, type Session } from '../developers.ts'
import { pictureUrl } from '../display/pictures.ts'
import type { Call, Face, Ground } from '../face.ts'
import { checkDirect, checkDraft, creatorRefusal, isOlder, privacyOptions } from './caps.ts'
import { makeLife, type Life } from './life.ts'
import { refusedUrl } from './ownership.ts'
import { postingRules } from './rules.ts'
import type { Publication, Upload } from './types.ts'
import { readInboxVideo, readPhoto, readVideo, type Wish } from './wish.ts'

const UPLOAD_MS = 3_600_000
const AVATAR_MS = 2 * 3_600_000

const lives = new WeakMap<Ground, Life>()
/** The life of publications over this ground, made once. */
export const lifeOf = (ground: Ground): Life => {
  let life = lives.get(ground)
  if (!life) lives.set(ground, (life = makeLife(ground)))
  return life
}

/** Content Posting. developers §3 */
export function posting(ground: Ground): Face {
  const { ids, clock, store, agenda, rules } = ground
  const rate = makeRates(ground)
  const life = lifeOf(ground)
  ground.extend(life.verbs)

  const creatorInfo = (call: Call) => {
    const session = sessionOf(ground, call)
    needScope(session, 'video.publish')
    rate(session.token.id, 'creator_info', 20)
    const refusal = creatorRefusal(ground, session)
    if (refusal) throw new No(refusal.code, refusal.why, { status: 200 })
    const { account } = session
    return ok(ground, {
      creator_avatar_url: pictureUrl(ground, 'avatar', account.id, AVATAR_MS), creator_username: account.handle, creator_nickname: account.displayName, privacy_level_options: privacyOptions(account),
      comment_disabled: account.commentDisabled, duet_disabled: account.duetDisabled || account.private, stitch_disabled: account.stitchDisabled || account.private, max_video_post_duration_sec: account.maxVideoSeconds,
    })
  }

  /** Makes the publication once every check passed; for files also the upload_url. */
  const begin = async (call: Call, session: Session, wish: Wish) => {
    if (wish.source.kind === 'PULL_FROM_URL') for (const url of wish.source.urls) {
      const refusal = refusedUrl(ground, session.app, url)
      if (refusal) throw new No(refusal.code, refusal.why)
    }
    const id = `${publishPrefix(wish)}${ids.snowflake('publish')}`
    const { source, ...rest } = wish
    const publication = store.shelf('publication').put({
      ...rest, id, appId: session.app.id, accountId: session.account.id, openId: session.token.openId, source: source.kind, urls: source.kind === 'PULL_FROM_URL' ? source.urls : [],
      createdAt: clock.now(), status: source.kind === 'PULL_FROM_URL' ? 'PROCESSING_DOWNLOAD' : 'PROCESSING_UPLOAD', step: 'waiting for bytes', uploadedBytes: 0, downloadedBytes: 0, postIds: [], idsShown: false,
    } satisfies Publication)
    ground.timeline.tell('publication begun', { publishId: id, account: session.account.handle, mode: wish.mode, media: wish.media })
    if (source.kind === 'PULL_FROM_URL') {
      await life.pullSoon(publication, call.fault('webhook before answer') !== undefined)
      await letOut(ground)
      return ok(ground, { publish_id: id })
    }
    const upload = store.shelf('upload').put({
      id: ids.snowflake('upload'), token: ids.uuid('upload'), publishId: id, size: source.size, chunkSize: source.chunkSize, chunks: source.chunks, received: 0, chunksDone: 0,
      createdAt: clock.now(), expiresAt: clock.now() + UPLOAD_MS, file: '', state: 'open',
    } satisfies Upload)
    upload.file = upload.id
    publication.uploadId = upload.id
    publication.file = upload.file
    agenda.at(upload.expiresAt, 'posting.uploadTooLong', { id: upload.id }, upload.id)
    return ok(ground, { publish_id: id, upload_url: `${ground.url()}${rules.is('upload-url', 'documented') ? '/video/' : '/upload'}?upload_id=${upload.id}&upload_token=${upload.token}` })
  }

  const initVideo = async (call: Call) => {
    const session = sessionOf(ground, call)
    needScope(session, 'video.publish')
    rate(session.token.id, 'video/init', 6)
    const wish = readVideo(await call.json(), rules)
    checkDirect(ground, session, wish)
    return begin(call, session, wish)
  }
  const initInboxVideo = async (call: Call) => {
    const session = sessionOf(ground, call)
    needScope(session, 'video.upload')
    rate(session.token.id, 'inbox/video/init', 6)
    const wish = readInboxVideo(await call.json(), rules)
    checkDraft(ground, session)
    return begin(call, session, wish)
  }
  const initPhoto = async (call: Call) => {
    const session = sessionOf(ground, call)
    needScope(session, 'video.publish', 'video.upload')
    rate(session.token.id, 'content/init', 6)
    const wish = readPhoto(await call.json())
    needScope(session, wish.mode === 'direct' ? 'video.publish' : 'video.upload')
    if (wish.mode === 'direct') checkDirect(ground, session, wish)
    else {
      if (isOlder(session.account.phoneVersion, '31.8')) throw new No('app_version_check_failed', `@${session.account.handle} uses TikTok ${session.account.phoneVersion}; photo drafts need 31.8`)
      checkDraft(ground, session)
    }
    return begin(call, session, wish)
  }

  /** The publication of a call that names one. Throws No. */
  const named = async (call: Call, session: Session): Promise<Publication> => {
    const id = ((await call.json()) as { publish_id?: unknown } | undefined)?.publish_id
    const found = typeof id === 'string' ? store.shelf('publication').get(id) : undefined
    const lagging = found && rules.is('status-lag', 'five seconds') && clock.now() < found.createdAt + 5000
    if (!found || lagging) {
      const why = lagging ? 'It is only seconds old and not known everywhere yet (rule "status-lag")' : typeof id === 'string' ? `Nobody was given the publish_id ${id}` : 'publish_id is missing'
      if (rules.is('unknown-publish-id', 'invalid_publish_id')) throw new No('invalid_publish_id', why)
      throw new No('invalid_params', why, { message: 'invalid_publish_id' })
    }
    call.about(found.id)
    if (found.appId !== session.app.id || found.accountId !== session.account.id) throw new No('token_not_authorized_for_specified_publish_id', 'The publication belongs to another account or app')
    return found
  }
  const status = async (call: Call) => {
    const session = sessionOf(ground, call)
    needScope(session, 'video.upload', 'video.publish')
    rate(session.token.id, 'status/fetch', 30)
    const publication = await named(call, session)
    const strange = call.fault('unknown status')
    return okText(ground, statusText(publication, strange && String(strange['status'] ?? 'PROCESSING_SOMETHING_NEW')))
  }
  const cancel = async (call: Call) => {
    const session = sessionOf(ground, call)
    needScope(session, 'video.upload', 'video.publish')
    const publication = await named(call, session)
    const waiting = publication.step === 'waiting for bytes' && rules.is('cancel-file-upload', 'possible')
    if (publication.step !== 'downloading' && !waiting) throw new No('publish_not_cancellable', `It is ${publication.step}: only a download that is under way can be cancelled`)
    const upload = publication.uploadId === undefined ? undefined : store.shelf('upload').get(publication.uploadId)
    if (upload) store.shelf('upload').put(Object.assign(upload, { state: 'closed' as const }))
    life.fail(publication, 'publish_cancelled', 'The app cancelled it')
    return ok(ground)
  }

  const route = (name: string, path: string, says: string, handler: (call: Call) => Response | Promise<Response>) => ({ name, method: 'POST' as const, path, says, handler: answering(ground, handler) })
  return {
    name: 'posting', hosts: ['open.tiktokapis.com'], prefixes: ['/v2/post/'], unknown: janus, rules: postingRules,
    refuse: (does, call, fault) => {
      const spam = call.route.name === 'posting.creatorInfo' && /^spam_risk|^reached_/.test(String(fault['code']))
      return spam ? refuse(ground, { code: String(fault['code']), status: 200, message: String(fault['message'] ?? 'Please review our integration guidelines at https://developers.tiktok.com/doc/content-sharing-guidelines/') }) : refuseByFault(ground, does, fault)
    },
    faults: [
      { does: 'never finishes', on: 'posting.process', says: 'The status never leaves processing' },
      { does: 'fail', on: 'posting.process', says: 'Processing fails with a reason', takes: 'reason' },
      { does: 'unknown event', on: 'posting.process', says: 'The webhook of the step has a name nobody knows', takes: 'event' },
      { does: 'complete without id', on: 'posting.moderate', says: 'It is public, and its post id never comes' },
      { does: 'unknown status', on: 'posting.status', says: 'status/fetch answers a status nobody knows', takes: 'status' },
      { does: 'webhook before answer', on: 'upload.put, or an init with PULL_FROM_URL', says: 'The outcome’s webhook arrives before the HTTP answer' },
    ],
    routes: [
      route('posting.creatorInfo', '/v2/post/publish/creator_info/query/', 'What this creator may do now', creatorInfo),
      route('posting.initVideo', '/v2/post/publish/video/init/', 'Begins a direct post of a video', initVideo),
      route('posting.initInboxVideo', '/v2/post/publish/inbox/video/init/', 'Begins a draft of a video', initInboxVideo),
      route('posting.initPhoto', '/v2/post/publish/content/init/', 'Begins a post or draft of photos', initPhoto),
      route('posting.status', '/v2/post/publish/status/fetch/', 'How far a publication got', status),
      route('posting.cancel', '/v2/post/publish/cancel/', 'Stops a download', cancel),
    ],
  }
}

/** Lets webhooks that are due now go out before the answer does. */
export async function letOut(ground: Ground) {
  const waiting = () => ground.webhooks.list().some(d => d.state === 'waiting' && d.attempts.length === 0 && d.createdAt >= ground.clock.now() - 1000)
  for (let i = 0; i < 100 && waiting(); i++) await new Promise(done => setTimeout(done, 5))
}

const publishPrefix = ({ media, mode, source }: Wish) => {
  if (media === 'photo') return mode === 'direct' ? 'p_pub_url~v2.' : 'p_inbox_url~v2.'
  const how = source.kind === 'FILE_UPLOAD' ? 'file' : 'url'
  return mode === 'direct' ? `v_pub_${how}~v2-1.` : `v_inbox_${how}~v2.`
}

/** JSON by hand: post ids are bare numbers beyond 2^53, as on TikTok's wire. Absent values are left out. */
function statusText(p: Publication, strange: string | undefined): string {
  const parts = [`"status":${JSON.stringify(strange ?? p.status)}`]
  if (p.failReason !== undefined) parts.unshift(`"fail_reason":${JSON.stringify(p.failReason)}`)
  if (p.idsShown && p.postIds.length > 0) parts.push(`"publicaly_available_post_id":[${p.postIds.join(',')}]`)
  if (p.status === 'PROCESSING_UPLOAD') parts.unshift(`"uploaded_bytes":${p.uploadedBytes}`)
  if (p.status === 'PROCESSING_DOWNLOAD') parts.unshift(`"downloaded_bytes":${p.downloadedBytes}`)
  return `{${parts.join(',')}}`
}
