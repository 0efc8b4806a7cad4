import { answering, janus, makeRates, needScope, No, ok, refuseByFault, sessionFaults, sessionOf, type Session } from '../developers.ts'
import type { Call, Face, Ground } from '../face.ts'
import type { Account } from '../words.ts'
import type { Post } from '../posting/types.ts'
import { pictureUrl } from './pictures.ts'

const HOUR = 3_600_000
const AVATAR_MS = 24 * HOUR
const COVER_MS = 6 * HOUR

/** Which scope each field of user/info needs. developers §2 */
const USER_FIELDS: Record<string, string> = {
  open_id: 'user.info.basic', union_id: 'user.info.basic', avatar_url: 'user.info.basic', avatar_url_100: 'user.info.basic', avatar_large_url: 'user.info.basic', display_name: 'user.info.basic',
  bio_description: 'user.info.profile', profile_deep_link: 'user.info.profile', profile_web_link: 'user.info.profile', is_verified: 'user.info.profile', username: 'user.info.profile',
  follower_count: 'user.info.stats', following_count: 'user.info.stats', likes_count: 'user.info.stats', video_count: 'user.info.stats',
}
const VIDEO_FIELDS = ['id', 'create_time', 'cover_image_url', 'share_url', 'video_description', 'duration', 'height', 'width', 'title', 'embed_html', 'embed_link', 'like_count', 'comment_count', 'share_count', 'view_count', 'is_aigc']
const PER_MINUTE = 600

/** User info and the Display API. developers §2, §10 */
export function display(ground: Ground): Face {
  const rate = makeRates(ground)
  const postsOf = (accountId: string) => ground.store.shelf('post').filter(p => p.accountId === accountId && p.state === 'public').sort((a, b) => b.createdAt - a.createdAt)

  const userInfo = (call: Call) => {
    const session = sessionOf(ground, call)
    const fields = fieldsOf(call, Object.keys(USER_FIELDS))
    const missing = fields.filter(field => !session.token.scopes.includes(USER_FIELDS[field]!))
    if (missing.length > 0) {
      const why = `${missing.join(', ')} need ${[...new Set(missing.map(field => USER_FIELDS[field]))].join(', ')}; one such field fails the whole call`
      throw new No(ground.rules.is('user-field-scope', '400') ? 'scope_permission_missed' : 'scope_not_authorized', why)
    }
    rate(session.token.id, 'user info', PER_MINUTE)
    return ok(ground, { user: pick(userOf(session, postsOf(session.account.id).length), fields) })
  }
  const userOf = ({ account, token }: Session, videos: number): Record<string, unknown> => ({
    open_id: token.openId, union_id: unionId(account), display_name: account.displayName,
    avatar_url: pictureUrl(ground, 'avatar', account.id, AVATAR_MS), avatar_url_100: pictureUrl(ground, 'avatar', account.id, AVATAR_MS, 100), avatar_large_url: pictureUrl(ground, 'avatar', account.id, AVATAR_MS, 720),
    bio_description: account.bio === '' ? undefined : account.bio, username: account.handle, is_verified: account.isVerified,
    profile_deep_link: `https://vm.tiktok.com/${account.id.slice(-9)}/`, profile_web_link: `https://www.tiktok.com/@${account.handle}`,
    follower_count: account.followers, following_count: account.following, likes_count: account.likes, video_count: videos,
  })
  const videoOf = (session: Session, post: Post): Record<string, unknown> => ({
    id: post.id, create_time: Math.floor(post.createdAt / 1000), cover_image_url: pictureUrl(ground, 'cover', post.id, COVER_MS),
    share_url: `https://www.tiktok.com/@${session.account.handle}/video/${post.id}?utm_campaign=tt4d_open_api&utm_source=${session.app.id}`,
    video_description: cut150(post.caption), title: cut150(post.caption), duration: Math.round(post.durationMs / 1000), height: post.height, width: post.width,
    embed_html: `<blockquote class="tiktok-embed" data-video-id="${post.id}"></blockquote>`, embed_link: `https://www.tiktok.com/player/v1/${post.id}`,
    like_count: post.likes, comment_count: post.comments, share_count: post.shares, view_count: post.views, is_aigc: post.aigc,
  })
  const videos = (call: Call): { session: Session; fields: string[] } => {
    const session = sessionOf(ground, call)
    if (session.app.environment === 'sandbox' && ground.rules.is('sandbox-video-list', '404')) throw new NotInSandbox()
    needScope(session, 'video.list')
    rate(session.token.id, call.route.name, PER_MINUTE)
    return { session, fields: fieldsOf(call, VIDEO_FIELDS) }
  }
  const videoList = async (call: Call) => {
    const { session, fields } = videos(call)
    const body = await bodyOf(call)
    const most = body['max_count'] ?? 10
    if (!Number.isInteger(most) || (most as number) < 1 || (most as number) > 20) throw new No('invalid_params', 'max_count is a whole number from 1 to 20')
    const cursor = body['cursor']
    if (cursor !== undefined && (!Number.isInteger(cursor) || (cursor as number) < 0)) throw new No('invalid_params', 'cursor is epoch milliseconds, a whole number')
    const before = postsOf(session.account.id).filter(p => p.media === 'video' && (cursor === undefined || p.createdAt < (cursor as number)))
    if (cursor === 0) call.why('cursor 0 means 1970: nothing is older. Leave it out on the first page')
    const page = before.slice(0, most as number)
    return ok(ground, { videos: page.map(post => pick(videoOf(session, post), fields)), cursor: page.at(-1)?.createdAt ?? cursor ?? ground.clock.now(), has_more: before.length > page.length })
  }
  const videoQuery = async (call: Call) => {
    const { session, fields } = videos(call)
    const ids = ((await bodyOf(call))['filters'] as { video_ids?: unknown } | undefined)?.video_ids
    if (!Array.isArray(ids) || ids.length === 0 || ids.length > 20 || !ids.every(id => typeof id === 'string')) throw new No('invalid_params', 'filters.video_ids is a list of 1 to 20 ids as strings')
    const mine = postsOf(session.account.id).filter(post => ids.includes(post.id))
    return ok(ground, { videos: mine.map(post => pick(videoOf(session, post), fields)) })
  }
  return {
    name: 'display', hosts: ['open.tiktokapis.com'], prefixes: ['/v2/user/', '/v2/video/'], unknown: janus, faults: sessionFaults,
    refuse: (does, _call, fault) => refuseByFault(ground, does, fault),
    routes: [
      { name: 'display.userInfo', method: 'GET', path: '/v2/user/info/', says: 'The account’s profile, by fields', handler: answering(ground, userInfo) },
      { name: 'display.videoList', method: 'POST', path: '/v2/video/list/', says: 'Public videos, newest first', handler: orJanus(answering(ground, videoList)) },
      { name: 'display.videoQuery', method: 'POST', path: '/v2/video/query/', says: 'Videos by id', handler: orJanus(answering(ground, videoQuery)) },
    ],
    rules: [
      { name: 'sandbox-video-list', default: 'works', options: { works: 'Sandbox apps list videos', 404: 'The paths are unknown to the edge (Janus 404)' }, says: 'Whether a sandbox has the Display API.', evidence: 'One report of a 404 (developers §8, S49).' },
      { name: 'user-field-scope', default: '401', options: { 401: 'scope_not_authorized with HTTP 401', 400: 'scope_permission_missed with HTTP 400' }, says: 'How user/info refuses a field outside the granted scopes.', evidence: 'Clients meet the first; the general table has the second (developers §2).' },
    ],
  }
}

/** Some sandboxes seem not to have these paths at all. */
class NotInSandbox extends Error {}
const orJanus = (handler: (call: Call) => Promise<Response>) => (call: Call) => handler(call).catch((why: unknown) => {
  if (!(why instanceof NotInSandbox)) throw why
  call.why('The rule "sandbox-video-list" hides this path from sandbox apps')
  return janus()
})

const unionId = (account: Account) => `${account.id.slice(0, 8)}-${account.id.slice(8, 12)}-5${account.id.slice(12, 15)}-b${account.id.slice(15, 18)}-${account.id.slice(0, 12)}`
const cut150 = (text: string) => text.slice(0, 150)

/** `fields` is in the query even on POST. Throws No: 400. */
function fieldsOf(call: Call, known: string[]): string[] {
  const fields = (call.url.searchParams.get('fields') ?? '').split(',').map(f => f.trim()).filter(Boolean)
  if (fields.length === 0) throw new No('invalid_params', 'The query parameter "fields" is required, also on POST', { message: 'Fields is required' })
  const unknown = fields.filter(field => !known.includes(field))
  if (unknown.length > 0) throw new No('invalid_params', `There is no field ${unknown.join(', ')}. There are: ${known.join(', ')}`, { message: `Invalid fields: ${unknown.join(',')}` })
  return fields
}

/** Only asked-for fields; absent values are left out, not null. */
const pick = (all: Record<string, unknown>, fields: string[]) => Object.fromEntries(fields.filter(field => all[field] !== undefined).map(field => [field, all[field]]))

async function bodyOf(call: Call): Promise<Record<string, unknown>> {
  if ((await call.text()) === '') return {}
  const body = await call.json()
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new No('invalid_params', 'The body is not a JSON object')
  return body as Record<string, unknown>
}
