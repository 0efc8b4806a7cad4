/** Records of the posting and upload faces. */
export type PublishStatus = 'PROCESSING_UPLOAD' | 'PROCESSING_DOWNLOAD' | 'SEND_TO_USER_INBOX' | 'PUBLISH_COMPLETE' | 'FAILED'

/** One publish task; the id is the publish_id. */
export type Publication = {
  id: string
  appId: string
  accountId: string
  openId: string
  media: 'video' | 'photo'
  mode: 'direct' | 'draft'
  source: 'FILE_UPLOAD' | 'PULL_FROM_URL'
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
  urls: string[]
  createdAt: number
  status: PublishStatus
  failReason?: string
  /** Where it is in its life, finer than the status TikTok shows. */
  step: 'waiting for bytes' | 'downloading' | 'processing' | 'in drafts inbox' | 'in moderation' | 'held' | 'posted' | 'live' | 'rejected' | 'taken down' | 'discarded' | 'failed'
  uploadId?: string
  uploadedBytes: number
  downloadedBytes: number
  postIds: string[]
  /** TikTok shows the ids in status/fetch only from here on. */
  idsShown: boolean
  /** Why it failed, in plain words. */
  why?: string
  /** Name of the file with its bytes, in the media folder. */
  file?: string
  /** When its public posts were made, for status/fetch and the feed. */
  completedAt?: number
  probe?: Probe
}

/** An upload_url and how far it got; the id is the upload_id. */
export type Upload = {
  id: string
  token: string
  publishId: string
  size: number
  chunkSize: number
  chunks: number
  received: number
  chunksDone: number
  createdAt: number
  expiresAt: number
  file: string
  mime?: string
  state: 'open' | 'complete' | 'expired' | 'closed'
}

/** What was really found in the bytes. */
export type Probe = { container: string; codec: string; width: number; height: number; durationMs: number; frameRate: number; bytes: number }

/** A public post of a creator. */
export type Post = {
  id: string
  accountId: string
  publishId?: string
  media: 'video' | 'photo'
  caption: string
  privacy: string
  createdAt: number
  durationMs: number
  width: number
  height: number
  likes: number
  comments: number
  shares: number
  views: number
  aigc: boolean
  state: 'public' | 'private' | 'taken down' | 'deleted'
}

export type PostingRecords = { publication: Publication; upload: Upload; post: Post }
