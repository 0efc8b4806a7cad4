import { resolve } from 'node:path'
import ipaddr from 'ipaddr.js'
import { complaints, type Env, type Reader } from './config-reading.ts'

/** Everything the house reads from the environment, read once at the edge. Sizes in bytes, URLs without a trailing slash unless TikTok's own has one. */
export type Config = {
  mode: 'demo' | 'live'
  port: number
  host: string
  publicUrl: string | null
  trustProxy: string | null
  dataDir: string
  databaseUrl: string | null
  secret: string | null
  secretPrevious: string | null
  tiktok: { apiUrl: string; authorizeUrl: string; businessUrl: string; businessAuthorizeUrl: string }
  apps: { developers?: { clientKey: string; clientSecret: string }; business?: { appId: string; secret: string } }
  allowPrivate: string[]
  clockUrl: string | null
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'
  emulatorPort: number
  emulatorUrl: string | null
  mediaQuotaBytes: number | null
  smtp: { url: string; from: string } | null
}

/** Thrown with every complaint in one sentence each; nothing was started. */
export class BadConfig extends Error {
  complaints: string[]
  constructor(found: string[]) {
    super(`Stagedoor did not start. Set these right, then start again:\n${found.map(line => `  - ${line}`).join('\n')}`)
    this.complaints = found
  }
}

/** Reads the environment; all complaints come at once as one BadConfig. */
export function readConfig(env: Env): Config {
  const read = complaints(env)
  const apps = readApps(read)
  const mode = read.oneOf('STAGEDOOR_MODE', ['demo', 'live'], apps.developers || apps.business ? 'live' : 'demo')
  const port = read.port('PORT', 4300)
  const emulatorPort = read.port('EMULATOR_PORT', Math.min(port + 10, 65_535))
  const emulatorUrl = read.url('EMULATOR_URL') ?? (mode === 'demo' ? `http://127.0.0.1:${emulatorPort}` : null)
  const emulated = mode === 'demo' ? emulatorUrl : null
  const host = read.text('HOST') ?? '127.0.0.1'
  const publicUrl = readPublicUrl(read)
  if (!isLoopback(host) && mode === 'demo') read.complain(`HOST is ${host}, but the demo never listens beyond this machine: leave HOST out, or start the live installation`)
  if (!isLoopback(host) && mode === 'live' && publicUrl === null) read.complain(`HOST is ${host}, so people reach this server under a name: set PUBLIC_URL to it, for instance https://desk.example.com`)

  const config: Config = {
    mode, port, host, publicUrl,
    trustProxy: readProxies(read),
    dataDir: resolve(read.text('STAGEDOOR_DATA_DIR') ?? `data/${mode}`),
    databaseUrl: readDatabaseUrl(read),
    secret: read.long('STAGEDOOR_SECRET', 32), secretPrevious: read.long('STAGEDOOR_SECRET_PREVIOUS', 32),
    tiktok: {
      apiUrl: read.url('TIKTOK_API_URL') ?? emulated ?? 'https://open.tiktokapis.com',
      authorizeUrl: read.url('TIKTOK_AUTHORIZE_URL') ?? `${emulated ?? 'https://www.tiktok.com'}/v2/auth/authorize/`,
      businessUrl: read.url('TIKTOK_BUSINESS_API_URL') ?? `${emulated ?? 'https://business-api.tiktok.com'}/open_api/v1.3`,
      businessAuthorizeUrl: read.url('TIKTOK_BUSINESS_AUTHORIZE_URL') ?? `${emulated ?? 'https://www.tiktok.com'}/v2/auth/authorize/`,
    },
    apps,
    allowPrivate: readAllowPrivate(read) ?? (emulated ? [new URL(emulated).host] : []),
    clockUrl: read.url('STAGEDOOR_CLOCK_URL') ?? (emulated ? `${emulated}/_emulator/clock` : null),
    logLevel: read.oneOf('LOG_LEVEL', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'info'),
    emulatorPort, emulatorUrl,
    mediaQuotaBytes: read.bytes('MEDIA_QUOTA'),
    smtp: readSmtp(read),
  }
  if (read.found.length > 0) throw new BadConfig(read.found)
  return config
}

/** Whether a host name or address means this machine and nothing else. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '')
  if (bare === 'localhost' || bare.endsWith('.localhost')) return true
  return ipaddr.isValid(bare) && ipaddr.process(bare).range() === 'loopback'
}

function readApps(read: Reader): Config['apps'] {
  const developers = read.pair('TIKTOK_CLIENT_KEY', 'TIKTOK_CLIENT_SECRET')
  const business = read.pair('TIKTOK_BUSINESS_APP_ID', 'TIKTOK_BUSINESS_SECRET')
  return {
    ...(developers ? { developers: { clientKey: developers[0], clientSecret: developers[1] } } : {}),
    ...(business ? { business: { appId: business[0], secret: business[1] } } : {}),
  }
}

function readPublicUrl(read: Reader): string | null {
  const url = read.url('PUBLIC_URL')
  if (url === null) return null
  const { protocol, hostname, pathname, origin } = new URL(url)
  if (pathname !== '/' && pathname !== '') read.complain(`PUBLIC_URL has the path ${pathname}, but Stagedoor is served at the root of its name: give ${origin}`)
  if (protocol !== 'https:' && !isLoopback(hostname)) read.complain(`PUBLIC_URL is ${url}, but sign-in and TikTok need https: give https://${hostname}`)
  return origin
}

function readDatabaseUrl(read: Reader): string | null {
  const url = read.text('DATABASE_URL')
  if (url !== null && !(URL.canParse(url) && /^postgres(ql)?:$/.test(new URL(url).protocol))) read.complain('DATABASE_URL is not a PostgreSQL address such as postgres://user:password@host:5432/name (leave it out to use the embedded database)')
  return url
}

/** A comma-separated list of addresses and networks whose X-Forwarded-For is believed; `loopback` is a short word for this machine. */
function readProxies(read: Reader): string | null {
  const text = read.text('TRUST_PROXY')
  for (const part of text?.split(',').map(item => item.trim()) ?? [])
    if (part !== 'loopback' && !ipaddr.isValid(part) && !ipaddr.isValidCIDR(part)) read.complain(`TRUST_PROXY names "${part}", which is neither an address, a network such as 10.0.0.0/8, nor the word loopback`)
  return text
}

function readAllowPrivate(read: Reader): string[] | null {
  const text = read.text('ALLOW_PRIVATE')
  if (text === null) return null
  const places = text.split(',').map(item => item.trim()).filter(item => item !== '')
  for (const place of places) if (!/^(\[[0-9a-f:.]+\]|[^\s:/]+):\d{1,5}$/i.test(place)) read.complain(`ALLOW_PRIVATE names "${place}", which is not host:port`)
  return places.map(place => place.toLowerCase())
}

function readSmtp(read: Reader): Config['smtp'] {
  const url = read.text('SMTP_URL')
  if (url === null) return null
  if (!(URL.canParse(url) && /^smtps?:$/.test(new URL(url).protocol))) read.complain('SMTP_URL is not an address such as smtps://user:password@mail.example.com')
  const from = read.text('SMTP_FROM')
  if (from === null) read.complain('SMTP_URL is set, so SMTP_FROM is needed too: the address that mails come from')
  return { url, from: from ?? '' }
}
