import type { ErrorRow } from '../error-page.ts'

const source = 'business §6.2'
const system: ErrorRow = { title: 'TikTok has a fault', what: 'TikTok reports an error of its own.', side: 'TikTok', next: 'try again', todo: 'Repeat what only reads; before repeating a message, look whether it arrived.', safeToRetry: false, source }
const tooFast: ErrorRow = { title: 'Too many calls', what: 'The app, with all its accounts together, called more often than TikTok allows.', side: 'your app', next: 'slow down', todo: 'Slow down: a second for the limit per second, five minutes for the one per minute, until midnight UTC for the one per day.', source: 'business §6.2, §6.3' }
const invalid: ErrorRow = { title: 'TikTok does not accept the request', what: 'A field is missing or wrong; TikTok\u2019s message names it.', side: 'your app', next: 'fix the request', source }
const badFile: ErrorRow = { title: 'The image was not accepted', what: 'TikTok finds the file illegal, broken or off its specification.', side: 'the media', next: 'fix the file', source }

/** Return codes of TikTok for Business that matter here (they come with HTTP 200). business §6.2 */
export const businessCodes: Readonly<Record<string, ErrorRow>> = {
  20001: { title: 'Partly done', what: 'TikTok did a part of what was asked.', side: 'TikTok', next: 'look first', source },
  40000: invalid,
  40001: { title: 'No permission', what: 'The app or the account has not been granted what this call needs.', side: 'the account', next: 'ask for permission', source },
  40002: invalid,
  40006: { title: 'The call does not fit the API', what: 'TikTok does not know this route or these parameters in this version.', side: 'your app', next: 'fix the request', source },
  40007: { title: 'It does not exist', what: 'TikTok does not know the conversation, message, media or post.', side: 'your app', next: 'fix the request', source },
  40008: { title: 'The endpoint does not exist', what: 'TikTok has not built this call.', side: 'your app', next: 'fix the request', source },
  40016: tooFast,
  40050: { title: 'Done already', what: 'TikTok takes this for a repetition of something it has.', side: 'your app', next: 'look first', source: 'business §6.1' },
  40051: { title: 'Wrong API version', what: 'TikTok does not know this version of the API.', side: 'your app', next: 'fix the request', source },
  40064: { title: 'The reply window is closed', what: 'The customer wrote too long ago (48 hours) or the messages allowed since then (10) are used up.', side: 'the customer', next: 'wait for the customer', source: 'business §6.2, §7.1' },
  40100: tooFast,
  40101: { title: 'App ID and secret do not match', what: 'TikTok does not know this app with this secret, or the code is bad.', side: 'your app', next: 'fix the set-up', source },
  40102: { title: 'The access token has expired', what: 'It lives for a day.', side: 'the account', next: 'refresh the token', source },
  40103: { title: 'The refresh token has expired', what: 'A year has passed since the account was connected.', side: 'the account', next: 'reconnect', source },
  40104: { title: 'No token was sent', what: 'The call needs an access token and carried none.', side: 'your app', next: 'fix the request', source },
  40105: { title: 'The access token is wrong or revoked', what: 'TikTok does not accept it any more; the owner may have removed the app.', side: 'the account', next: 'refresh the token', todo: 'Refresh once; if that fails too, reconnect this account.', source },
  40107: { title: 'The refresh token is wrong', what: 'It was replaced or revoked.', side: 'the account', next: 'reconnect', source },
  40108: { title: 'Unknown kind of grant', what: 'TikTok does not know the grant_type that was sent.', side: 'your app', next: 'fix the request', source },
  40110: { title: 'The code is spent', what: 'The authorization code was used, has expired (10 minutes), or the redirect address differs.', side: 'the account', next: 'start consent again', source },
  40113: { title: 'The app is blocked or unknown', what: 'TikTok does not know the app, has blocked it, or the token belongs to another one.', side: 'your app', next: 'fix the set-up', source },
  40118: { title: 'Not on the allowlist', what: 'The feature is not open to this app, this account or its country.', side: 'your app', next: 'fix the set-up', todo: 'Ask TikTok for access to Business Messaging; accounts in the EEA, Switzerland and the UK cannot have it.', source },
  40124: { title: 'The developer profile is not approved', what: 'TikTok has not approved it yet.', side: 'your app', next: 'fix the set-up', source },
  40125: { title: 'The developer lacks the permission', what: 'The app\u2019s permission has to be asked for in the portal.', side: 'your app', next: 'fix the set-up', source },
  40133: tooFast,
  40904: badFile,
  40906: { title: 'The file is empty', what: 'TikTok received no bytes.', side: 'the media', next: 'fix the file', source },
  40907: { title: 'The file is too large', what: 'Images may have 3 MB at most.', side: 'the media', next: 'fix the file', source },
  40908: { title: 'The file\u2019s type is not supported', what: 'Only JPG and PNG can be sent.', side: 'the media', next: 'fix the file', source },
  40914: badFile,
  40915: badFile,
  41000: { title: 'Calls from this country are refused', what: 'The server\u2019s address lies in a country TikTok does not serve.', side: 'your app', next: 'fix the set-up', source },
  50000: system,
  50002: system,
  51065: system,
  51305: system,
  60001: { title: 'TikTok is under maintenance', what: 'The API is closed for a while.', side: 'TikTok', next: 'try again', source },
}
