import { business, developers, type App as AppKeys, type Business, type Developers } from '@stagedoor/tiktok'
import type { House } from '../kit/house.ts'
import type { App } from './apps.ts'

/** Who a call is made for, as the call journal writes it down. */
export type CallFor = { accountId: number | null; appId: number }
type Token = { token?: () => Promise<string> }

/** TikTok for Developers, at the configured address, through the guarded fetch and the call journal. */
export const developersClient = (house: House, call: CallFor, options: Token = {}): Developers => developers({
  apiUrl: house.config.tiktok.apiUrl, authorizeUrl: house.config.tiktok.authorizeUrl,
  fetch: house.journal.wrap(house.fetch, call), uploadHosts: house.config.allowPrivate, ...options,
})

/** TikTok for Business, likewise. */
export const businessClient = (house: House, call: CallFor, options: Token & { businessId?: string } = {}): Business => business({
  apiUrl: house.config.tiktok.businessUrl, authorizeUrl: house.config.tiktok.businessAuthorizeUrl,
  fetch: house.journal.wrap(house.fetch, call), mediaHosts: house.config.allowPrivate, ...options,
})

/** The OAuth calls of an app's platform; both platforms take and give the same shapes. */
export const oauthOf = (house: House, app: App, accountId: number | null) =>
  (app.platform === 'developers' ? developersClient : businessClient)(house, { accountId, appId: app.id }).oauth

/** The key and the newest secret, in the client's words. */
export const keysOf = (app: App): AppKeys => ({ clientKey: app.clientKey, clientSecret: app.secrets[0] })
