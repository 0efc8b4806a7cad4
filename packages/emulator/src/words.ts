/** Plain records of the world: what is kept, journaled, snapshot and restored. Nothing here has behaviour. */
export type Platform = 'developers' | 'business'

/** Our registration on one platform: its id is its client key. */
export type App = {
  id: string
  platform: Platform
  name: string
  secret: string
  previousSecret?: string
  redirectUris: string[]
  webhookUrl: string | null
  /** Scopes the app may ask for. */
  scopes: string[]
  audited: boolean
  environment: 'production' | 'sandbox'
  /** Which Login Kit platforms are configured: web (https only), desktop (loopback, PKCE) or both. */
  flavour: 'web' | 'desktop' | 'both'
  /** Sandbox only: handles that may log in. */
  targetUsers: string[]
  /** Verified domains ("media.example.com") and URL prefixes ("https://host/path/"). */
  verifiedProperties: VerifiedProperty[]
  /** How many creators may post in 24 h; unaudited apps have 5. */
  activeUserCap: number
}

export type VerifiedProperty = { kind: 'domain' | 'prefix'; value: string; token: string; state: 'pending' | 'verified' }

/** A TikTok account that can authorise an app: a creator, a business, or both. */
export type Account = {
  id: string
  handle: string
  displayName: string
  bio: string
  isBusiness: boolean
  isVerified: boolean
  region: string
  private: boolean
  followers: number
  following: number
  likes: number
  commentDisabled: boolean
  duetDisabled: boolean
  stitchDisabled: boolean
  maxVideoSeconds: number
  postsPerDay: number
  banned: boolean
  /** Version of the TikTok app on this person's phone; drafts of photos need 31.8. */
  phoneVersion: string
  /** "Who can send you direct messages" is set to everyone. */
  messagesFromEveryone: boolean
  createdAt: number
}

export type NewAccount = Partial<Account> & { handle: string }

/** A person who writes to accounts. */
export type Customer = { id: string; handle: string; displayName: string; region: string; createdAt: number }

/** Permission of one account to one app. Ends by revoke or removal; a new consent makes it work again under the same open_id. */
export type Grant = { id: string; appId: string; accountId: string; openId: string; scopes: string[]; state: 'working' | 'removed'; at: number }

/** An issued token; the id is the token itself. Times are epoch ms of the emulator's clock. */
export type Token = {
  id: string
  kind: 'access' | 'refresh' | 'client'
  appId: string
  grantId: string
  accountId: string
  openId: string
  scopes: string[]
  issuedAt: number
  expiresAt: number
  dead?: 'rotated' | 'revoked' | 'removed' | 'withdrawn'
}

/** An authorisation code; single use. */
export type Code = {
  id: string
  appId: string
  accountId: string
  scopes: string[]
  redirectUri: string
  challenge?: string
  expiresAt: number
  usedAt?: number
}

/** Something that will happen at a time of the emulator's clock. */
export type Due = { id: string; at: number; order: number; name: string; args: Record<string, unknown> }

/** A webhook on its way out. The body is made once; each attempt is signed afresh. */
export type Delivery = {
  id: string
  appId: string
  url: string
  event: string
  body: string
  createdAt: number
  attempts: { at: number; status: number | null; problem?: string; ms: number }[]
  state: 'waiting' | 'delivered' | 'given up'
}

/** A fault that is armed. */
export type ArmedFault = {
  id: string
  on: string
  does: string
  /** Handle of an account, its open_id, or a client key: only calls about it are hit. */
  account?: string
  times?: number
  probability?: number
  expiresAt?: number
  hits: number
  /** Further words a fault understands: status, code, message, delayMs, afterBytes, chunk, reason, value … */
  [more: string]: string | number | boolean | null | undefined
}

export type Counter = { id: string; n: number }
export type Setting = { id: string; value: unknown }

/** The kinds of record the core keeps. */
export type CoreRecords = {
  app: App
  account: Account
  customer: Customer
  grant: Grant
  token: Token
  code: Code
  due: Due
  delivery: Delivery
  fault: ArmedFault
  counter: Counter
  setting: Setting
}
