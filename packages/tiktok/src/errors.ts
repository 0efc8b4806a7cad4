import type { Platform } from './types.ts'

/** What to do after a failure; a closed list, so that a program can branch on it. */
export type NextStep =
  | 'fix the request' // our input is wrong; repeating it changes nothing
  | 'fix the file' // the media does not meet TikTok's rules
  | 'fix the set-up' // key, secret, redirect URI, URL ownership or app review
  | 'ask for permission' // the token lacks a scope; consent again
  | 'refresh the token'
  | 'reconnect' // only the account's owner can help, by consenting again
  | 'start consent again' // the code is spent; a new round of the same consent
  | 'slow down'
  | 'wait for the customer' // outside the reply window, or its quota is used up
  | 'wait' // a daily or pending cap; it opens by itself or by the creator's hand
  | 'ask the creator' // something in the TikTok app or account has to change first
  | 'try again'
  | 'look first' // it may have been done: ask TikTok before doing it again
  | 'give up'

/** TikTok said no: it was not done, unless `next` is 'look first' (a fault of TikTok's own in the middle of a deed). */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly platform: Platform
  readonly path: string
  readonly status: number
  readonly code: string | number
  readonly logId: string | undefined
  readonly next: NextStep
  /** TikTok's own message, with secrets taken out; the code is what counts. */
  readonly said: string
  constructor(no: { platform: Platform; path: string; status: number; code: string | number; next: NextStep; logId?: string | undefined; said?: string }) {
    super(`TikTok refused ${no.path}: ${no.code}${no.said ? ` (${no.said})` : ''}`)
    this.platform = no.platform
    this.path = no.path
    this.status = no.status
    this.code = no.code
    this.logId = no.logId
    this.next = no.next
    this.said = no.said ?? ''
  }
}

/** No answer came: it may have been done. `reason` is a short word such as ECONNRESET or 'timeout', never a URL. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
  readonly path: string
  readonly reason: string
  constructor(path: string, reason: string) {
    super(`TikTok gave no answer to ${path}: ${reason}`)
    this.path = path
    this.reason = reason
  }
}

/** An answer we do not know (HTML, truncated JSON, a redirect, something too large): it may have been done. */
export class Nonsense extends Error {
  override readonly name = 'Nonsense'
  readonly path: string
  readonly status: number
  readonly reason: string
  constructor(path: string, status: number, reason: string) {
    super(`TikTok's answer to ${path} makes no sense (HTTP ${status}): ${reason}`)
    this.path = path
    this.status = status
    this.reason = reason
  }
}
