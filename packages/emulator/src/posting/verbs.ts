import type { VerifiedProperty } from '../words.ts'
import type { Post, Publication } from './types.ts'

export type Moderation = 'pass' | 'hold' | 'reject' | 'take down'

/** What the creator and TikTok's moderators do with posts, and what a developer does in the portal. Part of `world`. */
export type PostingVerbs = {
  readonly publications: Publication[]
  readonly posts: Post[]
  /** The person opens the draft in the TikTok app and posts it; again for a second post of the same draft. */
  finishDraft(publishId: string, post?: { privacy?: string; caption?: string }): Publication
  /** The person deletes the draft from the inbox. TikTok tells nobody. */
  discardDraft(publishId: string): Publication
  /** pass: public now; hold: waits until somebody decides; reject: never public; take down: not public any more. */
  moderate(publishId: string, verdict: Moderation): Publication
  /** TikTok gives up on it with one of its reasons. */
  failPublication(publishId: string, reason: string): Publication
  /** The person deletes a post or makes it private. */
  hidePost(postId: string, how?: 'deleted' | 'private'): Post
  /** A post the creator made without the API. */
  addPost(handle: string, post?: Partial<Post>): Post
  /** Portal: URL properties. Answers with the token and where to put it. */
  addProperty(appId: string, property: { kind: 'domain' | 'prefix'; value: string }): VerifiedProperty & { file?: string; record?: string }
  /** Portal: looks for the proof. Rejects saying what is missing. */
  verifyProperty(appId: string, value: string): Promise<VerifiedProperty>
  /** Portal: "Test URL" sends the event tiktok.ping to the callback. */
  pingWebhook(appId: string): void
  /** Sends one of the older events (video.upload.failed, video.publish.completed, portability.download.ready), or any. */
  sendEvent(appId: string, event: string, content: object, handle?: string): void
}
