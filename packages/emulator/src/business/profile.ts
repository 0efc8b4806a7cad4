import { createHash } from 'node:crypto'
import type { Ground } from '../face.ts'
import type { Account } from '../words.ts'
import { avatar, cover } from './pictures.ts'
import { invalid, noPermission } from './refuse.ts'
import { queryInt, queryList, queryText, route } from './route.ts'

const DAY_MS = 86_400_000
const SCOPE: Record<string, string> = {
  is_business_account: 'user.account.type', username: 'user.info.username', display_name: 'user.info.basic', profile_image: 'user.info.basic',
  profile_deep_link: 'user.info.profile', bio_description: 'user.info.profile', is_verified: 'user.info.profile',
  followers_count: 'user.info.stats', following_count: 'user.info.stats', total_likes: 'user.info.stats', videos_count: 'user.info.stats',
}
const DAILY = ['video_views', 'unique_video_views', 'profile_views', 'likes', 'comments', 'shares', 'phone_number_clicks', 'lead_submissions', 'app_download_clicks', 'bio_link_clicks', 'email_clicks', 'address_clicks', 'daily_total_followers', 'daily_new_followers', 'daily_lost_followers', 'engaged_audience']
const AUDIENCE = ['audience_ages', 'audience_genders', 'audience_countries', 'audience_cities']

/** 3: the profile of the account, field by field, each behind its scope. */
export const profile = route({ name: 'business.profile', method: 'GET', path: '/business/get/', scope: null, bucket: 'accounts', says: 'The profile and daily figures of the account' },
  ({ query }) => {
    const fields = queryList(query, 'fields') ?? ['display_name', 'profile_image']
    const known = new Set([...Object.keys(SCOPE), ...DAILY, ...AUDIENCE, 'audience_activity', 'metrics'])
    for (const field of fields) if (!known.has(field)) throw invalid('fields', `There is no field "${field}".`)
    return { businessId: queryText(query, 'business_id'), fields, from: dateOf(query, 'start_date'), to: dateOf(query, 'end_date') }
  },
  (ground, session, { fields, from, to }) => {
    const account = ground.store.shelf('account').get(session.accountId)
    if (!account) throw noPermission('No permission.', 'The account is gone.')
    const answer: Record<string, unknown> = {}
    for (const field of fields) {
      const scope = SCOPE[field] ?? 'user.insights'
      if (session.scopes.includes(scope)) Object.assign(answer, SCOPE[field] ? { [field]: plain(ground, account, field) } : {})
      else if (ground.rules.is('profile-scope', 'refuse')) throw noPermission(`No permission for the field ${field}.`, `The field ${field} needs the scope ${scope}.`, '3 scopes of fields (profile-scope)')
    }
    if (!session.scopes.includes('user.insights')) return answer
    const daily = fields.filter(f => DAILY.includes(f))
    if (daily.length > 0) answer['metrics'] = days(ground, from, to).map(date => ({ date, ...Object.fromEntries(daily.map(f => [f, figure(account.id, date, f)])) }))
    for (const field of fields) if (AUDIENCE.includes(field) && account.followers >= 100) answer[field] = audience(account, field)
    return answer
  })

function plain(ground: Ground, account: Account, field: string): unknown {
  switch (field) {
    case 'is_business_account': return account.isBusiness
    case 'username': return account.handle
    case 'display_name': return account.displayName
    case 'profile_image': return avatar(ground, account.id)
    case 'profile_deep_link': return `https://vm.tiktok.com/${account.id.slice(-9)}/`
    case 'bio_description': return account.bio
    case 'is_verified': return account.isVerified
    case 'followers_count': return account.followers
    case 'following_count': return account.following
    case 'total_likes': return account.likes
    default: return ground.store.shelf('post').filter(p => p.accountId === account.id && p.state === 'public').length
  }
}

function dateOf(query: URLSearchParams, key: string): string | undefined {
  const value = query.get(key)
  if (value === null) return undefined
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value) || Number.isNaN(Date.parse(value))) throw invalid(key, `${key} is a day like 2026-11-21.`)
  return value
}

/** Defaults: seven days back to yesterday; at most 60 days back (3). */
function days(ground: Ground, from: string | undefined, to: string | undefined): string[] {
  const today = Math.floor(ground.clock.now() / DAY_MS) * DAY_MS
  const first = from ? Date.parse(from) : today - 7 * DAY_MS, last = to ? Date.parse(to) : today - DAY_MS
  if (first < today - 60 * DAY_MS) throw invalid('start_date', 'Figures reach 60 days back.')
  if (first > last) throw invalid('end_date', 'end_date is before start_date.')
  return Array.from({ length: (last - first) / DAY_MS + 1 }, (_, i) => new Date(first + i * DAY_MS).toISOString().slice(0, 10))
}

/** A number that is always the same for this account, day and figure. */
const figure = (accountId: string, date: string, field: string): number => createHash('sha256').update(`${accountId}${date}${field}`).digest().readUInt16BE() % 900

const audience = (account: Account, field: string): unknown => ({
  audience_ages: [{ age: '18-24', percentage: 0.34 }, { age: '25-34', percentage: 0.41 }, { age: '35-44', percentage: 0.25 }],
  audience_genders: [{ gender: 'Female', percentage: 0.58 }, { gender: 'Male', percentage: 0.42 }],
  audience_countries: [{ country: account.region, percentage: 0.71 }, { country: 'Others', percentage: 0.29 }],
  audience_cities: [{ city_name: 'Others', percentage: 1 }],
})[field]

const VIDEO_FIELDS = ['item_id', 'create_time', 'thumbnail_url', 'share_url', 'embed_url', 'caption', 'video_views', 'likes', 'comments', 'shares', 'video_duration', 'media_type']

/** The account's own posts: where a SHARE_POST gets its item_id (4.3). */
export const videoList = route({ name: 'business.videos', method: 'GET', path: '/business/video/list/', scope: 'video.list', bucket: 'accounts', says: 'Own posts, newest first' },
  ({ query }) => {
    const fields = queryList(query, 'fields') ?? ['item_id']
    for (const field of fields) if (!VIDEO_FIELDS.includes(field)) throw invalid('fields', `There is no field "${field}".`)
    return { businessId: queryText(query, 'business_id'), fields, most: queryInt(query, 'max_count', { least: 1, most: 20, otherwise: 20 }), cursor: queryInt(query, 'cursor', { least: 0, most: Number.MAX_SAFE_INTEGER, otherwise: 0 }) }
  },
  (ground, session, { fields, most, cursor }) => {
    const handle = ground.store.shelf('account').get(session.accountId)?.handle ?? ''
    const before = cursor === 0 ? Infinity : cursor
    const all = ground.store.shelf('post').filter(p => p.accountId === session.accountId && p.state === 'public' && p.createdAt < before).sort((a, b) => b.createdAt - a.createdAt)
    const page = all.slice(0, most)
    const videos = page.map(p => {
      const whole: Record<string, unknown> = {
        item_id: p.id, create_time: String(Math.floor(p.createdAt / 1000)), thumbnail_url: cover(ground, p.id),
        share_url: `https://www.tiktok.com/@${handle}/video/${p.id}?utm_campaign=tt4d_open_api&utm_source=${session.appId}`, embed_url: `https://www.tiktok.com/static/profile-video?id=${p.id}`,
        caption: p.caption, video_views: p.views, likes: p.likes, comments: p.comments, shares: p.shares, video_duration: p.durationMs / 1000, media_type: p.media === 'photo' ? 'PHOTO' : 'VIDEO',
      }
      return Object.fromEntries(fields.map(f => [f, whole[f]]))
    })
    return { videos, has_more: all.length > page.length, cursor: page.at(-1)?.createdAt ?? cursor }
  })
