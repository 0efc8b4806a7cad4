import type { Open, Tokens, App, Fetch, Call } from '../types.ts'
import type { ChunkPlan, ByteRange } from './chunks.ts'

export type DevelopersScope = Open<'user.info.basic' | 'user.info.profile' | 'user.info.stats' | 'video.list' | 'video.upload' | 'video.publish'>

/** Only asked-for fields are present, and of those only the ones TikTok has a value for. developers §2 */
export type UserInfo = {
  open_id?: string
  union_id?: string
  display_name?: string
  avatar_url?: string
  avatar_url_100?: string
  avatar_large_url?: string
  bio_description?: string
  profile_deep_link?: string
  profile_web_link?: string
  username?: string
  is_verified?: boolean
  follower_count?: number
  following_count?: number
  likes_count?: number
  video_count?: number
}
export type UserField = keyof UserInfo

/** A public video of the creator. create_time in seconds, duration in seconds. developers §10 */
export type Video = {
  id: string
  create_time?: number
  cover_image_url?: string
  share_url?: string
  video_description?: string
  duration?: number
  height?: number
  width?: number
  title?: string
  embed_html?: string
  embed_link?: string
  like_count?: number
  comment_count?: number
  share_count?: number
  view_count?: number
  is_aigc?: boolean
}
export type VideoField = keyof Video
/** `cursor` is epoch milliseconds: pass it to get the videos before it while `has_more`. */
export type VideoPage = { videos: Video[]; cursor: number | null; has_more: boolean }

export type Privacy = Open<'PUBLIC_TO_EVERYONE' | 'MUTUAL_FOLLOW_FRIENDS' | 'FOLLOWER_OF_CREATOR' | 'SELF_ONLY'>

/** developers §3.2. The avatar link is valid for two hours. */
export type CreatorInfo = {
  creator_avatar_url?: string
  creator_username?: string
  creator_nickname?: string
  privacy_level_options: Privacy[]
  comment_disabled: boolean
  duet_disabled: boolean
  stitch_disabled: boolean
  max_video_post_duration_sec: number
}

/** developers §3.3. `title` is the caption, at most 2,200 UTF-16 units. */
export type VideoPostInfo = {
  privacy_level: Privacy
  title?: string
  disable_duet?: boolean
  disable_stitch?: boolean
  disable_comment?: boolean
  video_cover_timestamp_ms?: number
  brand_content_toggle?: boolean
  brand_organic_toggle?: boolean
  is_aigc?: boolean
}
export type VideoSource = ({ source: 'FILE_UPLOAD' } & ChunkPlan) | { source: 'PULL_FROM_URL'; video_url: string }

/** developers §3.5. `title` at most 90, `description` at most 4,000 UTF-16 units; the rest is for DIRECT_POST only. */
export type PhotoPostInfo = {
  title?: string
  description?: string
  privacy_level?: Privacy
  disable_comment?: boolean
  auto_add_music?: boolean
  brand_content_toggle?: boolean
  brand_organic_toggle?: boolean
  is_aigc?: boolean
}
export type PhotoPost = {
  post_mode: 'DIRECT_POST' | 'MEDIA_UPLOAD'
  post_info: PhotoPostInfo
  /** 1 to 35 https URLs under a verified domain or prefix. */
  source_info: { photo_images: string[]; photo_cover_index?: number }
}

/** `upload_url` (FILE_UPLOAD only) is a secret, valid for one hour. */
export type Publication = { publish_id: string; upload_url?: string }

export type PublishStatus = Open<'PROCESSING_UPLOAD' | 'PROCESSING_DOWNLOAD' | 'SEND_TO_USER_INBOX' | 'PUBLISH_COMPLETE' | 'FAILED'>
export type FailReason = Open<
  | 'file_format_check_failed' | 'duration_check_failed' | 'frame_rate_check_failed' | 'picture_size_check_failed' | 'internal'
  | 'video_pull_failed' | 'photo_pull_failed' | 'publish_cancelled' | 'auth_removed' | 'spam_risk_user_banned_from_posting'
  | 'spam_risk_text' | 'spam_risk' | 'spam_risk_too_many_posts'
>
/** developers §3.6. Post ids are text here, though the wire has bare 64-bit numbers; the list is empty until a post is public and moderated. */
export type PublicationStatus = {
  status: PublishStatus
  fail_reason?: FailReason
  publicaly_available_post_id: string[]
  uploaded_bytes?: number
  downloaded_bytes?: number
}

export type QrStatus = Open<'new' | 'scanned' | 'confirmed' | 'expired' | 'utilised'>

export type DevelopersOptions = {
  /** Default https://open.tiktokapis.com */
  apiUrl?: string
  /** Default https://www.tiktok.com/v2/auth/authorize/ */
  authorizeUrl?: string
  fetch?: Fetch
  /** Longest wait for one API answer; default 15,000 ms. */
  patienceMs?: number
  /** The user access token, or a function that gives a fresh one. */
  token?: string | (() => string | Promise<string>)
  onCall?: (call: Call) => void
  /** 'host:port' of upload servers that are allowed besides https://*.tiktokapis.com, such as an emulator's. */
  uploadHosts?: readonly string[]
}

/** Reads at a position; node's FileHandle is one. Resolves with bytesRead 0 at the end. */
export type PositionalReader = { read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }> }

/** Why a chunk was not taken, by HTTP status: 400, 403, 404, 416, 5xx, and others. */
export type PutRefusal = 'malformed' | 'expired' | 'no such upload' | 'out of step' | 'server error' | 'unknown'
/** `contentRange` is the server's own header, verbatim; its arithmetic is not certain, so do not compute with it. */
export type PutAnswer =
  | { outcome: 'more' | 'complete'; status: number; contentRange: string | null }
  | { outcome: 'refused'; reason: PutRefusal; status: number; contentRange: string | null }

export type PutChunk = {
  uploadUrl: string
  /** From `nextRange`. */
  range: ByteRange
  contentType: 'video/mp4' | 'video/quicktime' | 'video/webm'
  file: PositionalReader
  /** Longest wait for this chunk to be sent and answered; default 300,000 ms. */
  patienceMs?: number
  signal?: AbortSignal
}

export type Developers = {
  oauth: {
    /** The page to send a browser to. With `codeVerifier` it is the desktop flavour, with TikTok's hex challenge. */
    authorizeUrl(ask: { clientKey: string; redirectUri: string; scopes: readonly string[]; state: string; codeVerifier?: string; alwaysAsk?: boolean }): string
    /** `code` as `readCallback` gives it: decoded exactly once. */
    exchange(app: App, grant: { code: string; redirectUri: string; codeVerifier?: string }): Promise<Tokens>
    /** The answer may carry another refresh token: keep the newest, and never refresh twice at once. */
    refresh(app: App, refreshToken: string): Promise<Tokens>
    revoke(app: App, accessToken: string): Promise<void>
    /** An app's own token, for research-like APIs; it cannot post. */
    clientToken(app: App): Promise<{ accessToken: string; expiresInSec: number; tokenType: string }>
    qrCode(ask: { clientKey: string; scopes: readonly string[]; state: string }): Promise<{ scanQrcodeUrl: string; token: string }>
    checkQrCode(app: App, token: string): Promise<{ status: QrStatus; clientTicket?: string; redirectUri?: string }>
  }
  /** Asks for `fields`, or for every field the granted `scopes` allow (default: the basic ones). */
  userInfo(ask?: { fields?: readonly UserField[]; scopes?: readonly string[] }): Promise<UserInfo>
  /** Newest first. Leave `cursor` out on the first page: 0 would mean 1970. */
  videoList(ask?: { fields?: readonly VideoField[]; cursor?: number; maxCount?: number }): Promise<VideoPage>
  videoQuery(videoIds: readonly string[], fields?: readonly VideoField[]): Promise<Video[]>
  /** Throws Refused for TikTok's refusals that arrive with HTTP 200. */
  creatorInfo(): Promise<CreatorInfo>
  initVideo(post: { post_info: VideoPostInfo; source_info: VideoSource }): Promise<Publication>
  /** A draft: TikTok ignores every post setting here, so none can be given. */
  initInboxVideo(post: { source_info: VideoSource }): Promise<Publication>
  initPhoto(post: PhotoPost): Promise<Publication>
  status(publishId: string): Promise<PublicationStatus>
  cancel(publishId: string): Promise<void>
  /** One PUT. Throws Unreachable when the connection breaks (the chunk may be there), Nonsense for a redirect or a forbidden host. */
  putChunk(chunk: PutChunk): Promise<PutAnswer>
}
