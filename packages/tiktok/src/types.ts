/** Words both platforms share. Bodies and answers keep TikTok's own field names; only OAuth, which differs between the platforms for no reason, gets one shape. */

export type Platform = 'developers' | 'business'

/** A list of values that may grow without notice: the known ones complete in an editor, an unknown one survives. */
export type Open<Known extends string> = Known | (string & Record<never, never>)

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }
export type JsonObject = { [key: string]: JsonValue }

/**
 * Your registration with TikTok. TikTok for Developers calls it client_key and client_secret;
 * TikTok for Business calls the same things App ID (client_id, app_id) and secret.
 */
export type App = { clientKey: string; clientSecret: string }

/** What a person granted. `scopes` are the granted ones, which may be fewer than asked for. Lifetimes in seconds from the answer. */
export type Tokens = {
  accessToken: string
  refreshToken: string
  openId: string
  scopes: string[]
  expiresInSec: number
  /** Counted from the first grant, not from the last refresh. */
  refreshExpiresInSec: number
  tokenType: string
}

/** One call, told to `onCall` when it is over. Never holds a token, a query or a body. */
export type Call = {
  platform: Platform
  endpoint: string
  method: string
  path: string
  outcome: 'ok' | 'refused' | 'unreachable' | 'nonsense'
  status: number | null
  code: string | number | null
  logId: string | null
  ms: number
}

/** The part of fetch this client uses: always called with a URL string and an init. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export type Endpoint = {
  /** Name of the call, unique over both platforms, such as 'posting.initVideo' or 'business.send'. */
  name: string
  platform: Platform
  method: 'GET' | 'POST' | 'PUT'
  /** Path on the API host ('/v2/…' or '/open_api/v1.3/…'); a full URL for pages and answers that live elsewhere. */
  path: string
  /** How the call proves who it is. */
  auth: 'bearer' | 'access token' | 'app' | 'none' | 'upload url' | 'x-user'
  /** May the same request be made again after a lost answer without doing the thing twice? */
  repeatable: boolean
  /** Scopes of which one is needed. */
  scopes?: readonly string[]
  perMinute?: number
  /** Where this is written, such as 'developers §3.3'. */
  source: string
}
