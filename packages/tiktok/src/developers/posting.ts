import { defined, nonsense, type Answer } from '../http.ts'
import { numberOf, textOf } from '../json.ts'
import type { JsonObject } from '../types.ts'
import type { Ask } from './ask.ts'
import { readEnvelope } from './envelope.ts'
import { postingEndpoints } from './posting.contract.ts'
import type { CreatorInfo, Developers, Publication, PublicationStatus } from './types.ts'

/** The Content Posting API. developers §3 */
export function postingCalls(ask: Ask): Pick<Developers, 'creatorInfo' | 'initVideo' | 'initInboxVideo' | 'initPhoto' | 'status' | 'cancel'> {
  return {
    creatorInfo: () => ask(postingEndpoints.creatorInfo, {}, readCreator),
    initVideo: ({ post_info, source_info }) => ask(postingEndpoints.initVideo, { body: { post_info: defined(post_info), source_info } }, readPublication),
    initInboxVideo: ({ source_info }) => ask(postingEndpoints.initInboxVideo, { body: { source_info } }, readPublication),
    initPhoto: ({ post_mode, post_info, source_info }) => ask(postingEndpoints.initPhoto, {
      body: { media_type: 'PHOTO', post_mode, post_info: defined(post_info), source_info: { source: 'PULL_FROM_URL', photo_cover_index: 0, ...defined(source_info) } },
    }, readPublication),
    status: publish_id => ask(postingEndpoints.status, { body: { publish_id } }, readStatus),
    cancel: publish_id => ask(postingEndpoints.cancel, { body: { publish_id } }, answer => { readEnvelope(answer) }),
  }
}

function readCreator(answer: Answer): CreatorInfo {
  const data = readEnvelope(answer)
  const options = data['privacy_level_options']
  if (!Array.isArray(options)) throw nonsense(answer, 'no privacy_level_options')
  return {
    ...textsOf(data, ['creator_avatar_url', 'creator_username', 'creator_nickname']),
    privacy_level_options: options.map(one => textOf(one)),
    comment_disabled: data['comment_disabled'] === true, duet_disabled: data['duet_disabled'] === true, stitch_disabled: data['stitch_disabled'] === true,
    max_video_post_duration_sec: numberOf(data['max_video_post_duration_sec']) ?? 0,
  }
}

/** Without its publish_id an init may have been done and cannot be found: nonsense, not success. */
function readPublication(answer: Answer): Publication {
  const { publish_id, upload_url } = readEnvelope(answer)
  if (typeof publish_id !== 'string' || publish_id === '') throw nonsense(answer, 'no publish_id')
  return { publish_id, ...(typeof upload_url === 'string' ? { upload_url } : {}) }
}

function readStatus(answer: Answer): PublicationStatus {
  const data = readEnvelope(answer)
  if (typeof data['status'] !== 'string') throw nonsense(answer, 'no status')
  const ids = data['publicaly_available_post_id'] ?? data['publicly_available_post_id'] // TikTok's spelling, and the one it may become
  return {
    status: data['status'],
    ...textsOf(data, ['fail_reason']),
    publicaly_available_post_id: (Array.isArray(ids) ? ids : [ids]).map(id => textOf(id)).filter(id => id !== ''),
    ...numbersOf(data, ['uploaded_bytes', 'downloaded_bytes']),
  }
}

const textsOf = <Key extends string>(data: JsonObject, keys: readonly Key[]) => Object.fromEntries(keys.filter(key => typeof data[key] === 'string').map(key => [key, data[key]])) as { [K in Key]?: string }
const numbersOf = <Key extends string>(data: JsonObject, keys: readonly Key[]) => Object.fromEntries(keys.filter(key => typeof data[key] === 'number').map(key => [key, data[key]])) as { [K in Key]?: number }
