import type { App } from '../words.ts'

/** Rules of registered redirect URIs. developers §1.2 */
const LONGEST = 511
const MOST = 10
const LOOPBACK = ['localhost', '127.0.0.1']

export const isLoopback = (uri: string): boolean => /^https?:\/\/(localhost|127\.0\.0\.1)([:/]|$)/.test(uri)

/** What is wrong with registering this URI, in plain words; undefined when nothing is. A wildcard port is allowed on loopback. */
export function wrongRedirect(uri: string, app: Pick<App, 'flavour' | 'platform'>): string | undefined {
  if (uri.length > LONGEST) return `A redirect URI has at most ${LONGEST} characters`
  const plain = uri.replace(/^(https?:\/\/(?:localhost|127\.0\.0\.1)):\*/, '$1:1')
  if (!URL.canParse(plain)) return `"${uri}" is not an absolute URL`
  const url = new URL(plain)
  if (uri.includes('#')) return 'A redirect URI has no fragment'
  if (uri.includes('?')) return 'A redirect URI has no query: it must be static'
  if (LOOPBACK.includes(url.hostname)) {
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'A redirect URI is http or https'
    if (!/^https?:\/\/[^/]+:(\d+|\*)(\/|$)/.test(uri)) return 'A loopback redirect URI names its port, or * for any'
    return undefined
  }
  if (url.protocol !== 'https:') return 'A redirect URI is https, unless it is http on localhost or 127.0.0.1'
  if (app.platform === 'developers' && app.flavour === 'desktop') return 'A desktop app is redirected to localhost or 127.0.0.1 only'
  return undefined
}

export function wrongRedirects(uris: string[], app: Pick<App, 'flavour' | 'platform'>): string | undefined {
  if (uris.length > MOST) return `An app has at most ${MOST} redirect URIs`
  for (const uri of uris) {
    const wrong = wrongRedirect(uri, app)
    if (wrong) return `${wrong}: ${uri}`
  }
  return undefined
}

/** Is the URI of a request among the registered ones? Exactly, slash included; only a loopback port may be a wildcard. */
export function isRegistered(uri: string, registered: string[]): boolean {
  return registered.some(known => {
    if (known === uri) return true
    if (!known.includes(':*')) return false
    const [start = '', rest = ''] = known.split(':*')
    return uri.startsWith(`${start}:`) && /^\d{1,5}$/.test(uri.slice(start.length + 1, uri.length - rest.length)) && uri.endsWith(rest)
  })
}

/** The nearest registered one and how it differs, for the log. */
export function howItDiffers(uri: string, registered: string[]): string {
  if (registered.length === 0) return 'The app has no redirect URI registered'
  if (registered.includes(`${uri}/`)) return 'The registered URI ends with a slash, this one does not'
  if (uri.endsWith('/') && registered.includes(uri.slice(0, -1))) return 'The registered URI has no slash at its end, this one does'
  const bare = uri.split(/[?#]/)[0]!
  if (bare !== uri && isRegistered(bare, registered)) return 'The query or fragment is too much: redirect URIs are static'
  return `It must equal one of: ${registered.join(', ')}`
}
