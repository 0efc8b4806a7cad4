import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'
import ipaddr from 'ipaddr.js'

/**
 * The real address of who is calling. X-Forwarded-For is read from the right only as far as TRUST_PROXY (a comma list of addresses,
 * networks and the word loopback) vouches for it: everything left of the first stranger can be made up.
 */
export function clientAddress(c: Context, trustProxy: string | null): string {
  const socket = plain(socketAddress(c))
  if (!trustProxy) return socket
  const trusted = networksOf(trustProxy)
  let address = socket
  for (const hop of (c.req.header('x-forwarded-for') ?? '').split(',').map(part => part.trim()).reverse()) {
    if (!isIn(address, trusted) || !ipaddr.isValid(hop)) break
    address = plain(hop)
  }
  return address
}

/** A request made in-process has no socket: it is this machine. */
function socketAddress(c: Context): string {
  try { return getConnInfo(c).remote.address ?? '127.0.0.1' } catch { return '127.0.0.1' }
}

type Network = [ipaddr.IPv4 | ipaddr.IPv6, number]

function networksOf(list: string): Network[] {
  return list.split(',').map(part => part.trim()).flatMap((part): Network[] => {
    if (part === 'loopback') return [ipaddr.parseCIDR('127.0.0.0/8'), ipaddr.parseCIDR('::1/128')]
    if (ipaddr.isValidCIDR(part)) return [ipaddr.parseCIDR(part)]
    if (!ipaddr.isValid(part)) return []
    const one = ipaddr.parse(part)
    return [[one, one.kind() === 'ipv4' ? 32 : 128]]
  })
}

const plain = (address: string) => ipaddr.isValid(address) ? ipaddr.process(address).toString() : address

function isIn(address: string, networks: Network[]) {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address)
  return networks.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits))
}
