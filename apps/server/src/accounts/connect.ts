import { randomBytes } from 'node:crypto'
import { isLoopback, type Config } from '../kit/config.ts'
import type { House } from '../kit/house.ts'
import { problem } from '../kit/http.ts'
import { appById, appFor, type App, type Platform } from './apps.ts'
import { businessClient, developersClient } from './clients.ts'
import { insertConsent } from './consents.ts'
import { wanted } from './scopes.ts'

export type ConnectOption = { platform: Platform; possible: boolean; why: string | null; setting: string | null; flavour: 'web' | 'desktop' | null; redirectUri: string | null }
type Way = { possible: true; flavour: 'web' | 'desktop'; redirectUri: string } | { possible: false; why: string; setting: string }

const paths: Record<Platform, string> = { developers: '/connect/login/', business: '/connect/business/' }

/** Where TikTok sends people back to. Web: a public https address. Desktop (Login Kit only, developers §1.2): this machine, with PKCE. */
export function wayBack(config: Pick<Config, 'publicUrl' | 'port' | 'host' | 'tiktok'>, platform: Platform): Way {
  if (config.publicUrl?.startsWith('https:')) return { possible: true, flavour: 'web', redirectUri: config.publicUrl + paths[platform] }
  const loopback = `http://127.0.0.1:${config.port}${paths[platform]}`
  if (platform === 'developers') return { possible: true, flavour: 'desktop', redirectUri: loopback }
  // A TikTok that itself lives on this machine can send people back to it.
  if (isLoopback(new URL(config.tiktok.businessAuthorizeUrl).hostname)) return { possible: true, flavour: 'web', redirectUri: loopback }
  return { possible: false, setting: 'PUBLIC_URL', why: 'TikTok for Business sends people back to a public https address only, and this server has none. Set PUBLIC_URL to one, register it with your app, and start again.' }
}

/** What can be connected now, and if not, why and which setting helps. */
export async function connectOptions(house: House): Promise<ConnectOption[]> {
  const options: ConnectOption[] = []
  for (const platform of ['developers', 'business'] as const) {
    const app = await appFor(house, platform)
    const way = wayBack(house.config, platform)
    if (!app) options.push({ platform, possible: false, ...noApp[platform], flavour: null, redirectUri: way.possible ? way.redirectUri : null })
    else if (!way.possible) options.push({ platform, possible: false, why: way.why, setting: way.setting, flavour: null, redirectUri: null })
    else options.push({ platform, possible: true, why: null, setting: null, flavour: way.flavour, redirectUri: way.redirectUri })
  }
  return options
}

const noApp: Record<Platform, { why: string; setting: string }> = {
  developers: { why: 'There is no TikTok for Developers app yet. Enter its client key and secret under Settings → Apps.', setting: 'TIKTOK_CLIENT_KEY' },
  business: { why: 'There is no TikTok for Business app yet. Enter its App ID and secret under Settings → Apps.', setting: 'TIKTOK_BUSINESS_APP_ID' },
}

export type Beginning = { platform: Platform; appId?: number; accountId: number | null; scopes?: string[]; alwaysAsk?: boolean; sessionId: string; personId: string; returnOrigin: string }

/** Begins a consent and gives the address of TikTok's page. Throws problem 409 `connect_impossible`. */
export async function beginConnect(house: House, ask: Beginning): Promise<string> {
  const app = ask.appId === undefined ? await appFor(house, ask.platform) : await appById(house, ask.appId)
  const way = wayBack(house.config, ask.platform)
  if (!app || app.platform !== ask.platform) return problem(409, 'connect_impossible', 'This cannot be connected yet', noApp[ask.platform].why, { setting: noApp[ask.platform].setting })
  if (!way.possible) return problem(409, 'connect_impossible', 'This cannot be connected yet', way.why, { setting: way.setting })
  const scopes = wanted[ask.platform].filter(scope => ask.scopes === undefined || ask.scopes.includes(scope) || scope === 'user.info.basic')
  // 64 characters of base64url: within the 43 to 128 that TikTok allows.
  const verifier = way.flavour === 'desktop' ? randomBytes(48).toString('base64url') : null
  const state = await insertConsent(house, { sessionId: ask.sessionId, personId: ask.personId, appId: app.id, accountId: ask.accountId, redirectUri: way.redirectUri, returnOrigin: ask.returnOrigin, scopes, verifier })
  return authorizeUrl(house, app, { redirectUri: way.redirectUri, state, scopes, verifier, alwaysAsk: ask.alwaysAsk ?? false })
}

type Page = { redirectUri: string; state: string; scopes: string[]; verifier: string | null; alwaysAsk: boolean }

function authorizeUrl(house: House, app: App, page: Page): string {
  const call = { accountId: null, appId: app.id }
  const { redirectUri, state, scopes, alwaysAsk } = page
  if (app.platform === 'business') return businessClient(house, call).oauth.authorizeUrl({ clientKey: app.clientKey, redirectUri, state, scopes, alwaysAsk })
  return developersClient(house, call).oauth.authorizeUrl({ clientKey: app.clientKey, redirectUri, state, scopes, alwaysAsk, ...(page.verifier === null ? {} : { codeVerifier: page.verifier }) })
}
