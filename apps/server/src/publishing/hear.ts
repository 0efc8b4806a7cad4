import type { PublicationStatus, WebhookEvent } from '@stagedoor/tiktok'
import { underWay, type Attempt, type AttemptChange, type AttemptState } from './attempts.ts'
import type { Line } from './ledger.ts'
import { reasonOfFailure, unsure } from './reasons.ts'
import type { Mode, Options } from './wishes.ts'

/** What TikTok told about an upload, by whichever way. `at`: when TikTok says it was so. */
export type Heard =
  | { what: 'still at it'; uploadedBytes: number | undefined }
  | { what: 'in the inbox' }
  | { what: 'posted'; postIds: string[] }
  | { what: 'public'; postId: string; at: Date }
  | { what: 'gone'; postId: string; at: Date }
  | { what: 'failed'; code: string }

export type Outcome = { states: readonly AttemptState[]; change: AttemptChange; lines: Line[] }

const notYetPosted: readonly AttemptState[] = ['uploading', 'processing', 'in drafts inbox', 'not sure']

/**
 * What an attempt becomes by what was heard; null when it changes nothing. Pure. Webhook and question tell the same story in any order and
 * any number, so each step only leads forward; what TikTok says about an attempt that we had given up as unsure settles it.
 */
export function outcomeOf(attempt: Attempt, target: { mode: Mode; options: Options }, heard: Heard): Outcome | null {
  switch (heard.what) {
    case 'still at it': return null
    case 'failed': return attempt.state === 'failed' || attempt.state === 'live' || attempt.goneAt !== null ? null : failed(heard.code)
    case 'in the inbox': return ['uploading', 'processing', 'not sure'].includes(attempt.state) && attempt.goneAt === null
      ? { states: ['uploading', 'processing', 'not sure'], change: { state: 'in drafts inbox', reason: null, ended_at: null }, lines: [{ key: 'in drafts inbox', sentence: 'In the creator’s inbox in the TikTok app, waiting to be finished there.' }] }
      : null
    case 'posted': return posted(attempt, target, heard.postIds)
    case 'public': return isPublic(attempt, heard.postId, heard.at)
    case 'gone': return gone(attempt, heard.postId, heard.at)
  }
}

const failed = (code: string): Outcome => {
  const reason = reasonOfFailure(code)
  return { states: [...underWay, 'not sure'], change: { state: 'failed', reason }, lines: [{ key: 'failed', sentence: `TikTok did not post it: ${reason.title}.` }] }
}

function posted(attempt: Attempt, target: { mode: Mode; options: Options }, postIds: string[]): Outcome | null {
  if (attempt.goneAt !== null) return null
  if (postIds.length > 0) return alive(attempt, postIds, [{ key: 'live', sentence: 'Live on TikTok.' }])
  if (!notYetPosted.includes(attempt.state)) return null
  if (target.mode === 'direct' && target.options.privacy === 'SELF_ONLY') {
    return { states: notYetPosted, change: { state: 'live', reason: null }, lines: [{ key: 'live', sentence: 'Posted for the creator’s own eyes. TikTok gives no link to such a post.' }] }
  }
  if (attempt.state === 'not sure' && attempt.reason.code === 'never_public') return null
  const sentence = target.mode === 'draft' ? 'The creator posted it in the TikTok app. TikTok gives its link once others can see it.' : 'Posted. TikTok checks it and gives its link once others can see it.'
  return { states: notYetPosted, change: { state: 'in moderation', reason: null, ended_at: null }, lines: [{ key: 'posted', sentence }] }
}

function isPublic(attempt: Attempt, postId: string, at: Date): Outcome | null {
  if (attempt.goneAt !== null && attempt.goneAt >= at) return null // an older story, told late
  return alive(attempt, [postId], [{ key: 'live', sentence: 'Live on TikTok: others can see it.' }], at)
}

function alive(attempt: Attempt, ids: string[], lines: Line[], at?: Date): Outcome | null {
  const known = 'postIds' in attempt ? attempt.postIds : [], all = [...new Set([...known, ...ids])]
  if (attempt.state === 'live' && all.length === known.length) return null
  const publicAt = at && (attempt.publicAt === null || at > attempt.publicAt) ? { public_at: at } : {}
  return { states: [...underWay.filter(state => state !== 'opening'), 'live', 'not sure'], change: { state: 'live', post_ids: all, reason: null, ...publicAt }, lines }
}

function gone(attempt: Attempt, postId: string, at: Date): Outcome | null {
  if (attempt.publicAt !== null && attempt.publicAt > at) return null
  if (attempt.goneAt !== null && attempt.goneAt >= at) return null
  const left = ('postIds' in attempt ? attempt.postIds : []).filter(id => id !== postId)
  const lines: Line[] = [{ key: 'no longer public', sentence: 'TikTok says it is no longer public: made private, deleted or taken down.' }]
  const states: AttemptState[] = ['uploading', 'processing', 'in moderation', 'in drafts inbox', 'live', 'not sure']
  // One draft may become several posts: while another of them is public, the target is live.
  if (left.length > 0 && attempt.state === 'live') return { states, change: { post_ids: left }, lines }
  return { states, change: { state: 'not sure', reason: unsure.gone(), post_ids: left, gone_at: at }, lines }
}

/** The status call's answer in these words. A word TikTok has not told us about changes nothing. */
export function heardFromStatus(said: PublicationStatus): Heard {
  const postIds = said.publicaly_available_post_id
  if (said.status === 'PUBLISH_COMPLETE' || (said.status === 'SEND_TO_USER_INBOX' && postIds.length > 0)) return { what: 'posted', postIds }
  if (said.status === 'SEND_TO_USER_INBOX') return { what: 'in the inbox' }
  if (said.status === 'FAILED') return { what: 'failed', code: said.fail_reason ?? 'internal' }
  return { what: 'still at it', uploadedBytes: said.uploaded_bytes }
}

/** A webhook's event in these words, with the upload it is about; null when it is about none. */
export function heardFromWebhook(said: WebhookEvent): { publishId: string; heard: Heard } | null {
  const at = new Date(said.create_time * 1000)
  if (said.event === 'post.publish.failed') return { publishId: said.content.publish_id, heard: { what: 'failed', code: said.content.reason } }
  if (said.event === 'post.publish.complete') return { publishId: said.content.publish_id, heard: { what: 'posted', postIds: [] } }
  if (said.event === 'post.publish.inbox_delivered') return { publishId: said.content.publish_id, heard: { what: 'in the inbox' } }
  if (said.event === 'post.publish.publicly_available') return { publishId: said.content.publish_id, heard: { what: 'public', postId: said.content.post_id, at } }
  if (said.event === 'post.publish.no_longer_publicaly_available') return { publishId: said.content.publish_id, heard: { what: 'gone', postId: said.content.post_id, at } }
  return null
}
