import type { Context, MiddlewareHandler } from 'hono'
import ipaddr from 'ipaddr.js'
import { isLoopback, type Config } from './config.ts'
import type { Log } from './log.ts'
import { answerProblem } from './http-errors.ts'
import { Problem, problem } from './problem.ts'
import { ticks } from './clock.ts'

/** An id for each request, in the log, in problems and in the answer's `x-request-id`. A caller's own id is kept when it is a plain one. */
export const requestIds = (log: Log): MiddlewareHandler => async (c, next) => {
  const given = c.req.header('x-request-id')
  const requestId = given !== undefined && /^[\w-]{8,64}$/.test(given) ? given : crypto.randomUUID()
  c.set('requestId', requestId)
  const started = ticks()
  await next()
  c.header('x-request-id', requestId)
  log.debug({ requestId, method: c.req.method, path: c.req.path, status: c.res.status, ms: Math.round(ticks() - started) }, 'request')
}

/** No inline script, no frame around us, no sniffing; https remembered when we are served by it. */
export const securityHeaders = (config: Pick<Config, 'publicUrl'>): MiddlewareHandler => {
  const policy = ["default-src 'self'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data: blob:", "media-src 'self' blob:", "font-src 'self' data:", "connect-src 'self'", "worker-src 'self' blob:", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"].join('; ')
  return async (c, next) => {
    await next()
    const set = (name: string, value: string) => { if (!c.res.headers.has(name)) c.header(name, value) }
    set('content-security-policy', policy)
    set('x-content-type-options', 'nosniff')
    set('x-frame-options', 'DENY')
    set('referrer-policy', 'no-referrer')
    set('cross-origin-opener-policy', 'same-origin')
    set('permissions-policy', 'camera=(), microphone=(), geolocation=()')
    if (config.publicUrl?.startsWith('https:') === true) set('strict-transport-security', 'max-age=31536000')
  }
}

/**
 * Host: only our own names, so that a foreign name pointed at this machine finds nobody (DNS rebinding).
 * Origin: what changes something comes from our own page; `except` paths (webhooks, tokens) prove themselves otherwise.
 */
export const sameOrigin = (config: Pick<Config, 'publicUrl' | 'host' | 'port'>, except: (path: string) => boolean = () => false): MiddlewareHandler => async (c, next) => {
  const host = c.req.header('host') ?? new URL(c.req.url).host
  if (!isOurHost(config, host)) problem(421 as 400, 'unknown_host', 'This server has another name', `It does not answer to ${host.slice(0, 100)}. Use its own address, or set PUBLIC_URL to this one.`)
  const origin = c.req.header('origin')
  const changes = !['GET', 'HEAD', 'OPTIONS'].includes(c.req.method)
  const hasBearer = /^bearer /i.test(c.req.header('authorization') ?? '')
  if (changes && !except(c.req.path) && !hasBearer) {
    const site = c.req.header('sec-fetch-site')
    const foreign = origin === undefined ? site !== undefined && site !== 'same-origin' && site !== 'none' : !isOurOrigin(config, origin, host)
    if (foreign) problem(403, 'foreign_origin', 'This came from another page', 'Only Stagedoor’s own pages may change something with your session. Nothing was done.')
  }
  await next()
}

function isOurHost(config: Pick<Config, 'publicUrl' | 'host'>, host: string): boolean {
  if (config.publicUrl !== null && new URL(config.publicUrl).host === host.toLowerCase()) return true
  const name = host.replace(/:\d+$/, '')
  return isLoopback(name) || name === config.host
}

function isOurOrigin(config: Pick<Config, 'publicUrl' | 'host'>, origin: string, host: string): boolean {
  if (!URL.canParse(origin)) return false
  if (config.publicUrl !== null && new URL(config.publicUrl).origin === origin) return true
  const from = new URL(origin)
  return from.host === host.toLowerCase() && (isLoopback(from.hostname) || from.hostname === config.host)
}

/** 413 before the body is read when its length is told, else as soon as it is passed. */
export const bodyLimit = (maxBytes: number, except: (path: string) => boolean = () => false): MiddlewareHandler => async (c, next) => {
  const { body } = c.req.raw
  if (except(c.req.path) || body === null) return next()
  const tooLarge = new Problem(413, 'too_large', 'This request is too large', `At most ${maxBytes} bytes are taken here. Nothing was done.`)
  const told = c.req.header('content-length')
  if (told !== undefined && Number(told) > maxBytes) throw tooLarge
  if (told !== undefined && c.req.header('transfer-encoding') === undefined) return next()
  let bytes = 0
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, out) { bytes += piece.byteLength; if (bytes > maxBytes) out.error(tooLarge); else out.enqueue(piece) },
  })
  // Made from its parts: the server's own light request cannot be copied as a whole.
  const { headers, signal } = c.req.raw
  c.req.raw = new Request(c.req.url, { method: c.req.method, headers, signal, body: body.pipeThrough(counted), duplex: 'half' } as RequestInit)
  await next()
  // Whoever was reading was stopped in the middle and could only answer that the body broke off.
  if (bytes > maxBytes) c.res = answerProblem(tooLarge, c)
}

/** Who calls: the socket's address, or, when that is a trusted proxy, the last untrusted one of X-Forwarded-For. */
export function clientAddress(config: Pick<Config, 'trustProxy'>, c: Context): string {
  const incoming = (c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined)?.incoming
  return addressBehind(config.trustProxy, incoming?.socket?.remoteAddress ?? '127.0.0.1', c.req.header('x-forwarded-for'))
}

export function addressBehind(trustProxy: string | null, socket: string, forwarded: string | undefined): string {
  const trusted = trustProxy?.split(',').map(item => item.trim()) ?? []
  const isTrusted = (address: string) => ipaddr.isValid(address) && trusted.some(item => within(ipaddr.process(address), item))
  const chain = [...(forwarded?.split(',').map(item => item.trim()) ?? []), socket]
  let at = chain.length - 1
  while (at > 0 && isTrusted(chain[at] ?? '') && ipaddr.isValid(chain[at - 1] ?? '')) at--
  const address = chain[at] ?? socket
  return ipaddr.isValid(address) ? ipaddr.process(address).toString() : address
}

function within(address: ipaddr.IPv4 | ipaddr.IPv6, network: string): boolean {
  if (network === 'loopback') return address.range() === 'loopback'
  const [base, bits] = network.includes('/') ? ipaddr.parseCIDR(network) : [ipaddr.process(network), undefined]
  if (base.kind() !== address.kind()) return false
  return address.kind() === 'ipv4' ? (address as ipaddr.IPv4).match(base as ipaddr.IPv4, bits ?? 32) : (address as ipaddr.IPv6).match(base as ipaddr.IPv6, bits ?? 128)
}
