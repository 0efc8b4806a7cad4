/** The shapes the API answers with, as /api/openapi.json describes them. Times are ISO strings, ids of ours are numbers. */

export type Page<T> = { items: T[]; next: string | null }
export type Role = 'owner' | 'admin' | 'agent'

export type Me = {
  viewer: { id: string; kind: 'person' | 'token'; name: string; email: string; role: Role; scopes: string[]; twoFactor: boolean }
  mode: 'demo' | 'live'
  serverTime: string
  pace: number
  emulatorUrl: string | null
  publicUrl: string | null
  mail: boolean
}

export type Platform = 'developers' | 'business'
export type CapabilityState = 'works' | 'limited' | 'no' | 'unproven'
export type Capability = {
  name: string
  state: CapabilityState
  why: string
  proof: { at: string; what: string } | null
  next: { label: string; href: string } | null
}
export type Grant = { id: number; platform: Platform; appId: number; state: 'working' | 'reconnect' | 'removed'; why: string | null; scopes: string[]; missing: string[]; expiresAt: string | null; refreshedAt: string | null }
export type Account = {
  id: number
  handle: string
  displayName: string
  avatarUrl: string | null
  grants: Grant[]
  capabilities: Capability[]
  transport: { kind: 'direct' | 'respondio'; state: 'working' | 'waiting' | 'stopped'; why: string | null } | null
  unread: number
  connectedAt: string
  isBusiness: boolean | null
  possibleMatches: { id: number; handle: string; displayName: string }[]
}
export type ConnectOption = { platform: Platform; possible: boolean; why: string | null; setting: string | null }

export type Contact = { id: number; handle: string; displayName: string; avatarUrl: string | null; isFollower: boolean | null }
export type MessageKind = 'text' | 'image' | 'video' | 'sticker' | 'emoji' | 'share_post' | 'template' | 'reaction' | 'unknown'
export type MessageState = 'received' | 'queued' | 'sending' | 'sent' | 'seen' | 'refused' | 'not sure'
export type Origin = 'phone' | 'web' | 'api' | 'automatic' | 'unknown'
export type ProblemText = { code: string; title: string; detail: string; next: string | null }
export type Folder = 'open' | 'requests' | 'closed'
export type Sort = 'recent' | 'closes'

export type Conversation = {
  id: number
  accountId: number
  contact: Contact
  kind: 'request' | 'ongoing'
  state: 'open' | 'closed'
  unread: number
  last: { text: string; kind: MessageKind; direction: 'in' | 'out'; at: string; state: MessageState } | null
  lastMessageAt: string | null
  window: { closesAt: string | null; left: number | null; rule: string | null }
  /** The queue holds behind a message nobody knows the outcome of. */
  blocked: boolean
  seenUntil: string | null
}
export type Message = {
  id: number
  conversationId: number
  direction: 'in' | 'out'
  kind: MessageKind
  typeName: string
  text: string
  sentAt: string
  state: MessageState
  problem: ProblemText | null
  origin: Origin
  author: { id: string; name: string } | null
  clientKey: string | null
  automatic: string | null
  repliesTo: number | null
  reactions: { emoji: string | null; imageUrl: string | null; by: 'customer' | 'us'; at: string }[]
}
export type Ghost = { id: number; accountId: number; wroteAt: string; seenAt: string | null }

export type Finding = { rule: string; verdict: 'pass' | 'fixable' | 'fail'; sentence: string }
export type Asset = {
  id: number
  name: string
  bytes: number
  mime: string
  kind: 'video' | 'photo'
  state: 'checking' | 'ready' | 'refused'
  probe: { width: number; height: number; durationMs: number; codec: string | null; frameRate: number | null; container: string } | null
  findings: Finding[]
  url: string | null
  createdAt?: string
}
export type Creator = {
  nickname: string | null
  username: string | null
  avatarUrl: string | null
  privacyOptions: string[]
  commentDisabled: boolean
  duetDisabled: boolean
  stitchDisabled: boolean
  maxDurationSec: number | null
  canPost: { ok: boolean; why: string | null }
}
export type TargetState = 'queued' | 'uploading' | 'processing' | 'in moderation' | 'in drafts inbox' | 'live' | 'failed' | 'not sure'
export type LedgerEvent = { at: string; sentence: string; key: string }
export type Attempt = { id: number; n: number; publishId: string | null; state: string; startedAt: string; events: LedgerEvent[] }
export type Target = {
  id: number
  accountId: number
  mode: 'draft' | 'direct'
  caption: string
  state: TargetState
  progress: { sent: number; total: number } | null
  reason: (ProblemText & { safeToRetry: boolean }) | null
  links: string[]
  attempts: Attempt[]
}
export type Post = { id: number; asset: Asset; createdAt: string; author: { id: string; name: string } | null; targets: Target[] }
export type TargetWish = {
  accountId: number
  mode: 'draft' | 'direct'
  caption: string
  privacy: string | null
  allowComment: boolean
  allowDuet: boolean
  allowStitch: boolean
  yourBrand: boolean
  brandedContent: boolean
  aigc: boolean
  coverMs: number | null
}

/** What one line of GET /events carries. */
export type LiveEvent = {
  id: number
  at: string
  type: string
  accountId: number | null
  subject: string
  actor: { kind: string; id: string | null; name: string }
  body: Record<string, unknown> | null
}
