import type { Post, Publication } from './types.ts'

/** What the creator and TikTok's moderators do with posts. Part of `world`. */
export type PostingVerbs = {
  readonly publications: Publication[]
  readonly posts: Post[]
}
