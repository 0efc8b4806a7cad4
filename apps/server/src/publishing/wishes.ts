import type { Finding } from './findings.ts'

/** How TikTok is to publish: a draft for the creator to finish in the app, or straight to the profile. */
export type Mode = 'draft' | 'direct'
/** What the person chose. `privacy` is TikTok's own word; null until chosen. `coverMs` counts from the start of the video. */
export type Options = {
  privacy: string | null
  allowComment: boolean; allowDuet: boolean; allowStitch: boolean
  yourBrand: boolean; brandedContent: boolean; aigc: boolean
  coverMs: number | null
}
export type Wish = { mode: Mode; caption: string; options: Options }

/** What the creator's account allows right now, from creator_info. */
export type Creator = {
  nickname: string | null; username: string | null; avatarUrl: string | null
  privacyOptions: string[]
  commentDisabled: boolean; duetDisabled: boolean; stitchDisabled: boolean
  maxDurationSec: number | null
  canPost: { ok: boolean; why: string | null }
}
export type File = { name: string; state: 'checking' | 'ready' | 'refused'; kind: 'video' | 'photo'; durationMs: number | null; findings: Finding[] }
export type Complaint = { field: string; code: string; sentence: string }

/** TikTok counts UTF-16 code units, as JavaScript does. */
export const MOST_CAPTION = 2200

/**
 * Everything TikTok would refuse, said before anything is sent. Pure. A draft carries no settings (TikTok drops them), so only the file and
 * the caption's length are looked at; `creator` is null for drafts, whose grant may not be allowed to ask.
 */
export function complaints(wish: Wish, file: File, creator: Creator | null): Complaint[] {
  const found: Complaint[] = []
  const say = (field: string, code: string, sentence: string) => { found.push({ field, code, sentence }) }
  if (file.kind !== 'video') say('assetId', 'not_a_video', `“${file.name}” is a photo. Only videos can be posted here so far.`)
  if (file.state === 'checking') say('assetId', 'still_checking', `“${file.name}” is still being checked. It takes seconds; try again then.`)
  for (const finding of file.findings) if (finding.verdict !== 'pass') say('assetId', 'against_the_rules', finding.sentence)
  if (wish.caption.length > MOST_CAPTION) say('caption', 'caption_too_long', `The caption has ${wish.caption.length} characters as TikTok counts them; ${MOST_CAPTION} are allowed.`)
  if (wish.mode === 'direct') sayDirect(wish.options, file, creator, say)
  return found
}

function sayDirect(options: Options, file: File, creator: Creator | null, say: (field: string, code: string, sentence: string) => void) {
  if (!creator) return say('mode', 'creator_unknown', 'TikTok did not say what this account allows, so nothing can be posted directly now. Try again, or send it as a draft.')
  if (!creator.canPost.ok) return say('mode', 'creator_cannot_post', creator.canPost.why ?? 'TikTok takes no posts from this account now. Try again later.')
  if (options.privacy === null) say('privacy', 'privacy_missing', 'Choose who can watch this video.')
  else if (!creator.privacyOptions.includes(options.privacy)) say('privacy', 'privacy_not_offered', 'This account does not offer the chosen visibility (any more). Choose again.')
  if (options.brandedContent && options.privacy === 'SELF_ONLY') say('privacy', 'branded_private', 'Branded content visibility cannot be set to private.')
  if (options.allowComment && creator.commentDisabled) say('allowComment', 'comment_disabled', 'Comments are switched off in this account’s settings on TikTok.')
  if (options.allowDuet && creator.duetDisabled) say('allowDuet', 'duet_disabled', 'Duets are switched off in this account’s settings on TikTok.')
  if (options.allowStitch && creator.stitchDisabled) say('allowStitch', 'stitch_disabled', 'Stitches are switched off in this account’s settings on TikTok.')
  const seconds = file.durationMs === null ? 0 : file.durationMs / 1000
  if (creator.maxDurationSec !== null && seconds > creator.maxDurationSec) say('assetId', 'too_long', `The video lasts ${Math.ceil(seconds)} s; this account may post up to ${creator.maxDurationSec} s. Trim it, or send it as a draft.`)
  if (options.coverMs !== null && (options.coverMs < 0 || (file.durationMs !== null && options.coverMs > file.durationMs))) say('coverMs', 'cover_outside', 'The cover lies outside the video.')
}
