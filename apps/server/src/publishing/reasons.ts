import { errors, explain, type ErrorPage } from '@stagedoor/tiktok'

/** Why a try ended as it did. `safeToRetry`: trying again cannot post twice and may help. A type, not an interface: it is stored as JSON. */
export type Reason = { code: string; title: string; detail: string; next: string; safeToRetry: boolean }

/** TikTok's own fail_reason or error code, in words. Failed means: TikTok itself says it was not posted. */
export const reasonOfFailure = (code: string): Reason => fromPage(errors[code], code)

/** A refusal of a call. Nothing was done. */
export const reasonOfRefusal = (error: unknown, code: string): Reason => fromPage(explain(error), code)

function fromPage(page: ErrorPage | undefined, code: string): Reason {
  if (!page) return { code, title: 'TikTok gave a reason we do not know', detail: `TikTok says “${code}”. The video was not posted.`, next: 'Try again; if it fails the same way, look into TikTok’s documentation for this word.', safeToRetry: true }
  // Whatever failed was not posted, so another try cannot double it; it is only no help when the file itself is the trouble.
  return { code, title: page.title, detail: page.what, next: page.todo, safeToRetry: page.next !== 'fix the file' }
}

/** Reasons that are our own to give. The first list is certain: nothing was posted. */
export const certain = {
  unreachable: (times: number): Reason => ({ code: 'tiktok_unreachable', title: 'TikTok did not answer', detail: `Opening an upload was tried ${times} times and TikTok never answered. No part of the video was sent, so nothing was posted.`, next: 'Try again later.', safeToRetry: true }),
  chunk: (tries: number): Reason => ({ code: 'upload_interrupted', title: 'The upload broke off', detail: `One part of the video could not be delivered in ${tries} tries. TikTok never had the whole video, so nothing was posted.`, next: 'Try again; the upload starts anew.', safeToRetry: true }),
  expired: (): Reason => ({ code: 'upload_expired', title: 'The upload ran out of time', detail: 'TikTok gives an hour for an upload, and it ended before the video was whole. Nothing was posted.', next: 'Try again; a new upload is opened.', safeToRetry: true }),
  malformed: (status: number): Reason => ({ code: 'upload_refused', title: 'TikTok refused a part of the video', detail: `TikTok answered ${status} to a part of the video, so it never had the whole and nothing was posted.`, next: 'Try again. If it happens again, check the file.', safeToRetry: true }),
  fileMissing: (): Reason => ({ code: 'file_missing', title: 'The video file is gone', detail: 'The file behind this post can no longer be read here, so it could not be sent. Nothing was posted.', next: 'Choose the file again and make a new post.', safeToRetry: false }),
  disconnected: (): Reason => ({ code: 'auth_removed', title: 'Access was taken away', detail: 'This account’s permission for Stagedoor ended before the whole video was sent. Nothing was posted.', next: 'Reconnect the account, then try again.', safeToRetry: true }),
  neverWhole: (): Reason => ({ code: 'upload_incomplete', title: 'TikTok never got the whole video', detail: 'The upload’s hour is over and TikTok says that bytes are missing, so it cannot have posted anything.', next: 'Try again; the upload starts anew.', safeToRetry: true }),
  gaveUp: (): Reason => ({ code: 'upload_given_up', title: 'The upload did not get through', detail: 'It was tried for a whole day. TikTok never had the whole video, so nothing was posted.', next: 'Look at the timeline for what stood in the way, then try again.', safeToRetry: true }),
}

/** Here nobody can tell without looking. */
export const unsure = {
  silence: (): Reason => ({ code: 'no_outcome', title: 'TikTok never said how it ended', detail: 'The whole video was delivered, and TikTok has not said since whether it was posted. It may have been.', next: 'Look at the account’s profile and drafts on TikTok. Make a new post only if it is not there.', safeToRetry: false }),
  disconnected: (): Reason => ({ code: 'cannot_ask', title: 'We can no longer ask TikTok', detail: 'The whole video was delivered, then this account’s permission for Stagedoor ended. It may have been posted.', next: 'Look at the account on TikTok. Reconnect it to post again.', safeToRetry: false }),
  unknownPublishId: (): Reason => ({ code: 'invalid_publish_id', title: 'TikTok no longer knows this upload', detail: 'The whole video was delivered, but TikTok keeps answering that it does not know it. It may have been posted.', next: 'Look at the account’s profile and drafts on TikTok. If it is not there, make a new post.', safeToRetry: false }),
  neverPublic: (): Reason => ({ code: 'never_public', title: 'Posted, but never public', detail: 'TikTok says the video was posted, and never said that others can see it. It may be private, or moderation may be holding it back.', next: 'Look at it in the TikTok app.', safeToRetry: false }),
  gone: (): Reason => ({ code: 'no_longer_public', title: 'No longer public', detail: 'The video was public, and TikTok says that it no longer is: it was made private, deleted or taken down.', next: 'Look at it in the TikTok app.', safeToRetry: false }),
}
