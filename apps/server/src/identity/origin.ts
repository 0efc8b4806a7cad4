import ipaddr from 'ipaddr.js'
import type { Config } from '../kit/config.ts'
import { isLoopback } from '../kit/config.ts'

/** Host names we answer to: this machine, bare addresses, PUBLIC_URL. Any other name was pointed at us by somebody else (DNS rebinding). */
export function isOwnHost(config: Pick<Config, 'publicUrl'>, host: string): boolean {
  if (config.publicUrl && host.toLowerCase() === new URL(config.publicUrl).host) return true
  const name = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
  return isLoopback(name) || ipaddr.isValid(name)
}

/**
 * Whether a request that changes something comes from our own pages. Browsers name the origin on every such request; one without
 * any origin and without Sec-Fetch-Site cannot be told from a forged form, so it is not ours.
 */
export function isOwnOrigin(config: Pick<Config, 'publicUrl'>, request: { url: string; headers: Headers }): boolean {
  const origin = request.headers.get('origin')
  if (!origin) return request.headers.get('sec-fetch-site') === 'same-origin'
  if (config.publicUrl && origin === new URL(config.publicUrl).origin) return true
  const host = request.headers.get('host') ?? new URL(request.url).host
  return URL.canParse(origin) && new URL(origin).host === host && isOwnHost(config, host)
}
