import { lookup } from 'node:dns/promises'
import ipaddr from 'ipaddr.js'
import { Agent, buildConnector } from 'undici'

/** The address leads into this machine or its network; nothing was sent. */
export class PrivateAddress extends Error {
  constructor(why: string) { super(`This address is not allowed: ${why}. Nothing was sent.`) }
}

/** All addresses of a name. Tests answer as a hostile name server would. */
export type Resolve = (name: string) => Promise<string[]>
const byName: Resolve = async name => (await lookup(name, { all: true })).map(item => item.address)

/** Connections of an agent resolve a name once, check every address it has, and connect to the one that was checked. */
export function guardedAgent(allowPrivate: string[], resolve: Resolve = byName): Agent {
  const connect = buildConnector({ timeout: 10_000 })
  return new Agent({
    connections: 64, headersTimeout: 0, bodyTimeout: 0, maxRedirections: 0,
    connect(options, callback) {
      const { hostname, protocol } = options
      const reach = async () => {
        const address = await checkedAddress(hostname, options.port || (protocol === 'https:' ? '443' : '80'), allowPrivate, resolve).catch((why: unknown) => why instanceof Error ? why : new Error(String(why)))
        if (address instanceof Error) callback(address, null)
        else connect({ ...options, hostname: address, servername: options.servername ?? (isName(hostname) ? hostname : undefined) }, callback)
      }
      void reach()
    },
  } as ConstructorParameters<typeof Agent>[0])
}

/** The address to connect to. A name with any private address is refused whole, so that nobody can play for the order of answers. */
export async function checkedAddress(host: string, port: string, allowPrivate: string[], resolve: Resolve = byName): Promise<string> {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase()
  const allowed = allowPrivate.includes(`${host.toLowerCase()}:${port}`) || allowPrivate.includes(`${bare}:${port}`)
  const found = isName(bare) ? await resolve(bare) : [bare]
  const first = found[0]
  if (first === undefined) throw new Error(`The name ${bare} has no address.`)
  if (!allowed) for (const address of found) if (!isPublic(address)) throw new PrivateAddress(`${bare} is ${address === bare ? 'a private address' : `the private address ${address}`}`)
  return first
}

const isName = (host: string) => !ipaddr.isValid(host.replace(/^\[|\]$/g, ''))

/** Only ordinary public addresses; an IPv4 address inside an IPv6 one counts as itself. */
export function isPublic(address: string): boolean {
  const parsed = ipaddr.process(address.replace(/%.*$/, ''))
  if (parsed.range() !== 'unicast') return false
  if (parsed.kind() === 'ipv4') return !parsed.match(ipaddr.parse('192.88.99.0'), 24)
  const six = parsed as ipaddr.IPv6
  // ::a.b.c.d and the translation prefix 64:ff9b::/96 carry an IPv4 address in their last 32 bits
  return !six.match(ipaddr.IPv6.parse('::'), 96) && !six.match(ipaddr.IPv6.parse('64:ff9b:1::'), 48)
}
