import { No } from '../developers.ts'
import type { RuleBook } from '../rules.ts'
import { BOUNDS, wrongChunks } from './chunks.ts'

/** What an init asks for, after its words were checked. Nothing of the world is looked at here. developers §3.3 to §3.5 */
export type Wish = {
  media: 'video' | 'photo'
  mode: 'direct' | 'draft'
  source: { kind: 'FILE_UPLOAD'; size: number; chunkSize: number; chunks: number } | { kind: 'PULL_FROM_URL'; urls: string[] }
  title: string
  description: string
  privacy: string
  disableComment: boolean
  disableDuet: boolean
  disableStitch: boolean
  brandContent: boolean
  brandOrganic: boolean
  aigc: boolean
  coverMs: number
}
type Json = Record<string, unknown>

export const PRIVACIES = ['PUBLIC_TO_EVERYONE', 'MUTUAL_FOLLOW_FRIENDS', 'FOLLOWER_OF_CREATOR', 'SELF_ONLY']
const POST_INFO = 'The request post info is empty or incorrect'
const SOURCE_INFO = 'The request source info is empty or incorrect'

const asJson = (value: unknown): Json | undefined => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined)
const badPost = (why: string) => new No('invalid_params', why, { message: POST_INFO })
const badSource = (why: string) => new No('invalid_params', why, { message: SOURCE_INFO })

const nothing = { title: '', description: '', privacy: '', disableComment: false, disableDuet: false, disableStitch: false, brandContent: false, brandOrganic: false, aigc: false, coverMs: 0 }

export function readVideo(body: unknown, rules: RuleBook): Wish {
  const all = need(body)
  return { ...nothing, ...settings(all['post_info'], { title: 2200 }), media: 'video', mode: 'direct', source: videoSource(all['source_info'], rules) }
}

/** Of a draft only the source counts: post_info is silently ignored, as TikTok does. */
export function readInboxVideo(body: unknown, rules: RuleBook): Wish {
  return { ...nothing, media: 'video', mode: 'draft', source: videoSource(need(body)['source_info'], rules) }
}

export function readPhoto(body: unknown): Wish {
  const all = need(body)
  const mode = all['post_mode']
  if (all['media_type'] !== 'PHOTO' || (mode !== 'DIRECT_POST' && mode !== 'MEDIA_UPLOAD')) {
    throw new No('invalid_params', 'media_type must be "PHOTO" and post_mode "DIRECT_POST" or "MEDIA_UPLOAD"', { message: 'Invalid media_type or post_mode' })
  }
  const info = asJson(all['post_info'])
  if (!info) throw badPost('post_info is missing')
  const texts = { title: text(info, 'title', 90), description: text(info, 'description', 4000) }
  const kept = mode === 'DIRECT_POST' ? settings(info, { title: 90 }) : nothing
  return { ...kept, ...texts, disableDuet: false, disableStitch: false, media: 'photo', mode: mode === 'DIRECT_POST' ? 'direct' : 'draft', source: photoSource(all['source_info']) }
}

function need(body: unknown): Json {
  const all = asJson(body)
  if (!all) throw new No('invalid_params', 'The body is not a JSON object')
  return all
}

function settings(given: unknown, longest: { title: number }) {
  const info = asJson(given)
  if (!info) throw badPost('post_info is missing')
  const privacy = info['privacy_level']
  if (privacy !== undefined && (typeof privacy !== 'string' || !PRIVACIES.includes(privacy))) throw badPost(`privacy_level must be one of ${PRIVACIES.join(', ')}, not ${JSON.stringify(privacy)}`)
  const cover = info['video_cover_timestamp_ms']
  if (cover !== undefined && !Number.isInteger(cover)) throw badPost('video_cover_timestamp_ms is a whole number of milliseconds')
  return {
    ...nothing, title: text(info, 'title', longest.title), privacy: (privacy as string | undefined) ?? '',
    disableComment: flag(info, 'disable_comment'), disableDuet: flag(info, 'disable_duet'), disableStitch: flag(info, 'disable_stitch'),
    brandContent: flag(info, 'brand_content_toggle'), brandOrganic: flag(info, 'brand_organic_toggle'), aigc: flag(info, 'is_aigc'), coverMs: (cover as number | undefined) ?? 0,
  }
}

/** Lengths are UTF-16 units. */
function text(info: Json, key: string, most: number): string {
  const value = info[key] ?? ''
  if (typeof value !== 'string') throw badPost(`${key} is text`)
  if (value.length > most) throw badPost(`${key} has ${value.length} UTF-16 units; ${most} are allowed`)
  return value
}

function flag(info: Json, key: string): boolean {
  const value = info[key] ?? false
  if (typeof value !== 'boolean') throw badPost(`${key} is true or false, not ${JSON.stringify(value)}`)
  return value
}

function videoSource(given: unknown, rules: RuleBook): Wish['source'] {
  const info = asJson(given)
  if (!info) throw badSource('source_info is missing')
  if (info['source'] === 'PULL_FROM_URL') {
    if (typeof info['video_url'] !== 'string' || info['video_url'] === '') throw badSource('video_url is missing')
    return { kind: 'PULL_FROM_URL', urls: [info['video_url']] }
  }
  if (info['source'] !== 'FILE_UPLOAD') throw badSource(`source must be "FILE_UPLOAD" or "PULL_FROM_URL", not ${JSON.stringify(info['source'])}`)
  const number = (key: string) => {
    const value = info[key]
    if (!Number.isSafeInteger(value) || (value as number) < 1) throw badSource(`${key} is a whole number above 0, not ${JSON.stringify(value)}`)
    return value as number
  }
  const [size, chunkSize, chunks] = [number('video_size'), number('chunk_size'), number('total_chunk_count')]
  const wrong = wrongChunks(size, chunkSize, chunks, BOUNDS[rules.is('chunk-bounds', 'narrow') ? 'narrow' : 'wide'])
  if (wrong) throw new No('invalid_params', wrong.why, { message: wrong.message })
  if (chunks > 1 && chunkSize > 60_000_000 && rules.is('chunks-near-64mb', 'refused')) throw new No('invalid_params', 'The rule "chunks-near-64mb" refuses several chunks of nearly 64 MB', { message: 'The chunk size is invalid' })
  return { kind: 'FILE_UPLOAD', size, chunkSize, chunks }
}

function photoSource(given: unknown): Wish['source'] {
  const info = asJson(given)
  if (!info) throw badSource('source_info is missing')
  if (info['source'] !== 'PULL_FROM_URL') throw badSource('Photos are only taken by PULL_FROM_URL')
  const urls = info['photo_images']
  if (!Array.isArray(urls) || urls.length < 1 || urls.length > 35 || !urls.every(url => typeof url === 'string')) throw badSource('photo_images is a list of 1 to 35 URLs')
  const cover = info['photo_cover_index'] ?? 0
  if (!Number.isInteger(cover) || (cover as number) < 0 || (cover as number) >= urls.length) throw badSource('photo_cover_index counts from 0 and must be within the list')
  return { kind: 'PULL_FROM_URL', urls: urls as string[] }
}
