import type { BusinessRule } from './rules.ts'
import type { MessagingState } from './types.ts'

/** What messaging needs of the world around it. The core's world provides it; nothing here knows how. */
export type Stage = {
  state: MessagingState
  now: () => number
  rule: (name: BusinessRule) => string
  /** Deterministic bytes of the world's seed. */
  bytes: (count: number) => Uint8Array
  /** A 19-digit id in TikTok's manner. */
  snowflake: () => string
  account: (handle: string) => StageAccount
  customer: (handle: string) => StageCustomer
  /** The account's own posts, newest first. */
  posts: (handle: string) => { itemId: string; title: string; at: number; url: string }[]
  /** Apps that hold a living grant of this account with this scope. */
  listeners: (handle: string, scope: string) => { appId: string; openId: string }[]
  /** Hands a webhook to the deliverer: signed, at least once, later by `afterMs`. */
  deliver: (appId: string, url: string, event: string, openId: string, content: Record<string, unknown>, afterMs?: number) => void
  /** Wakes `wake` at a time; survives snapshots because the subject is looked up again then. */
  due: (at: number, kind: string, subject: string) => void
  /** Something on screen changed. */
  changed: (kind: string, subject: string) => void
  /** Base of the addresses that pictures of this world have. */
  pictures: string
  blob: { put: (bytes: Uint8Array) => string; get: (ref: string) => Uint8Array | undefined }
}

export type StageAccount = { handle: string; displayName: string; isBusiness: boolean; region: string; acceptsMessages: boolean }
export type StageCustomer = { handle: string; displayName: string; uniqueId: string; region: string; eu: boolean; available: boolean }
