import type { ErrorRow } from '../error-page.ts'

const invalidParams: ErrorRow = { title: 'TikTok does not accept the request', what: 'A field is missing, empty or out of its range; the message names the part.', side: 'your app', next: 'fix the request', source: 'developers §0, §3.3' }
const invalidPublishId: ErrorRow = { title: 'TikTok does not know this publication', what: 'The publish_id is unknown, or so new that it has not arrived everywhere yet.', side: 'your app', next: 'try again', todo: 'Ask a few times more when the publication is only seconds old; after that the id is wrong.', source: 'developers §3.6, pitfall 6' }

/** `error.code` values of the v2 envelope. developers §0, §3, §5 */
export const developersCodes: Readonly<Record<string, ErrorRow>> = {
  invalid_params: invalidParams,
  invalid_param: invalidParams,
  invalid_file_upload: { title: 'The file was not accepted', what: 'TikTok found the uploaded file unusable.', side: 'the media', next: 'fix the file', source: 'developers §0' },
  scope_permission_missed: { title: 'A field needs one more permission', what: 'One of the fields asked for belongs to a scope this token does not have; TikTok then refuses the whole call.', side: 'the account', next: 'ask for permission', source: 'developers §0, §2' },
  access_token_invalid: { title: 'The access token is no longer good', what: 'It is missing, expired or revoked.', side: 'the account', next: 'refresh the token', source: 'developers §0' },
  scope_not_authorized: { title: 'The permission was not granted', what: 'The owner of the account has not allowed this app to do that.', side: 'the account', next: 'ask for permission', source: 'developers §0' },
  rate_limit_exceeded: { title: 'Too many calls', what: 'The number of calls per minute is used up.', side: 'your app', next: 'slow down', source: 'developers §5' },
  internal_error: { title: 'TikTok has a fault', what: 'TikTok reports an error of its own.', side: 'TikTok', next: 'try again', todo: 'Repeat what only reads; before repeating a post, look whether it was made.', safeToRetry: false, source: 'developers §0' },
  spam_risk_too_many_posts: { title: 'The creator\u2019s daily posts are used up', what: 'TikTok allows about 15 posts a day per creator from all apps together.', side: 'the account', next: 'wait', todo: 'Post again tomorrow, or post this one from the TikTok app.', source: 'developers §5' },
  spam_risk_user_banned_from_posting: { title: 'The creator may not post', what: 'TikTok has barred this account from posting.', side: 'the account', next: 'ask the creator', todo: 'The owner has to settle this with TikTok in the app.', source: 'developers §5' },
  spam_risk_too_many_pending_share: { title: 'Too many drafts are waiting', what: 'At most five drafts may be pending in 24 hours.', side: 'the account', next: 'wait', todo: 'Finish a draft in the TikTok app\u2019s inbox, or wait a day.', source: 'developers §5' },
  reached_active_user_cap: { title: 'The app\u2019s daily number of creators is used up', what: 'TikTok limits how many creators may post through this app in 24 hours (five before its audit).', side: 'your app', next: 'wait', todo: 'Wait a day, or ask TikTok for a higher limit in the audit.', source: 'developers §5' },
  unaudited_client_can_only_post_to_private_accounts: { title: 'The app is not audited yet', what: 'Before TikTok\u2019s audit an app may only post for accounts that are private themselves, and only visible to the creator.', side: 'your app', next: 'ask the creator', todo: 'Make the account itself private in the TikTok app and post as \u201conly me\u201d, send it as a draft, or apply for the audit.', source: 'developers §5, pitfall 1' },
  url_ownership_unverified: { title: 'The address of the media is not verified', what: 'TikTok only fetches from domains or prefixes verified for this app.', side: 'your app', next: 'fix the set-up', todo: 'Verify the domain or URL prefix in TikTok\u2019s portal, or upload the file instead.', source: 'developers §4.7' },
  privacy_level_option_mismatch: { title: 'This visibility is not available', what: 'The visibility is missing or is not among those the creator has now.', side: 'your app', next: 'fix the request', todo: 'Ask for the creator\u2019s options again and let a person choose.', source: 'developers §3.3' },
  app_version_check_failed: { title: 'The creator\u2019s TikTok app is too old', what: 'Photo drafts need version 31.8 of the app and a signed-in phone.', side: 'the account', next: 'ask the creator', todo: 'Ask the creator to open and update the TikTok app.', source: 'developers §3.5, pitfall 15' },
  invalid_publish_id: invalidPublishId,
  token_not_authorized_for_specified_publish_id: { title: 'The publication belongs to someone else', what: 'This token may not ask about that publish_id.', side: 'your app', next: 'fix the request', source: 'developers §3.6' },
  publish_not_cancellable: { title: 'Too late to cancel', what: 'The publication is finished already.', side: 'TikTok', next: 'give up', todo: 'Ask for its status; remove the post in the TikTok app if it is live.', source: 'developers §3.7' },
}

/** `fail_reason` of a publication. developers §3.6 */
export const failReasons: Readonly<Record<string, ErrorRow>> = {
  file_format_check_failed: { title: 'The file\u2019s format was not accepted', what: 'TikTok takes MP4, MOV and WebM with H.264, H.265, VP8 or VP9, and JPEG or WebP photos.', side: 'the media', next: 'fix the file', source: 'developers §3.6, §4.5' },
  duration_check_failed: { title: 'The video is too long or too short', what: 'Its duration is outside what this creator may post.', side: 'the media', next: 'fix the file', source: 'developers §3.6, §4.5' },
  frame_rate_check_failed: { title: 'The frame rate was not accepted', what: 'TikTok takes 23 to 60 frames a second.', side: 'the media', next: 'fix the file', source: 'developers §3.6, §4.5' },
  picture_size_check_failed: { title: 'The picture\u2019s size was not accepted', what: 'Each side of a video must have 360 to 4,096 pixels; photos at most 1080p.', side: 'the media', next: 'fix the file', source: 'developers §3.6, §4.5' },
  internal: { title: 'TikTok failed while processing', what: 'TikTok reports an error of its own; the post was not made.', side: 'TikTok', next: 'try again', source: 'developers §3.6' },
  video_pull_failed: { title: 'TikTok could not fetch the video', what: 'The address did not answer, redirected, or took more than an hour.', side: 'your app', next: 'try again', todo: 'Check that the address answers without redirects, or upload the file instead.', source: 'developers §3.6, §4.6' },
  photo_pull_failed: { title: 'TikTok could not fetch a photo', what: 'An address did not answer, redirected, or is no JPEG or WebP.', side: 'your app', next: 'try again', todo: 'Check that each address answers without redirects, then try again.', source: 'developers §3.6, §4.6' },
  publish_cancelled: { title: 'Cancelled', what: 'The publication was cancelled before it was finished.', side: 'your app', next: 'give up', todo: 'Nothing; publish it again if that was not wanted.', source: 'developers §3.6' },
  auth_removed: { title: 'The account was disconnected meanwhile', what: 'The owner removed the app while TikTok was processing.', side: 'the account', next: 'reconnect', source: 'developers §3.6' },
  spam_risk_text: { title: 'TikTok objects to the caption', what: 'The text was judged risky.', side: 'the media', next: 'fix the request', todo: 'Change the caption, then publish again.', source: 'developers §5' },
  spam_risk: { title: 'TikTok judged the post risky', what: 'The publish request was refused by TikTok\u2019s spam protection.', side: 'the account', next: 'give up', todo: 'Post it from the TikTok app, or change it before trying again.', source: 'developers §5' },
}

/** A chunk's PUT that was refused, by HTTP status. developers §4.3 */
export const uploadErrors: Readonly<Record<string, ErrorRow>> = {
  'upload 400': { title: 'The chunk was malformed', what: 'Headers or length do not fit the bytes that were sent.', side: 'your app', next: 'fix the request', source: 'developers §4.3' },
  'upload 403': { title: 'The upload address has expired', what: 'It is valid for one hour; nothing was published.', side: 'TikTok', next: 'look first', todo: 'Check the publication\u2019s status, then start a new attempt.', source: 'developers §4.3' },
  'upload 404': { title: 'TikTok does not know this upload', what: 'The upload task does not exist.', side: 'TikTok', next: 'look first', todo: 'Check the publication\u2019s status, then start a new attempt.', source: 'developers §4.3' },
  'upload 416': { title: 'The chunk is out of step', what: 'TikTok has more or fewer bytes than we thought.', side: 'your app', next: 'look first', todo: 'Ask for the status: uploaded_bytes tells what arrived.', source: 'developers §4.3' },
  'upload 5xx': { title: 'TikTok failed while receiving', what: 'The chunk has to be sent again.', side: 'TikTok', next: 'try again', todo: 'Send the same chunk again.', source: 'developers §4.3' },
}
