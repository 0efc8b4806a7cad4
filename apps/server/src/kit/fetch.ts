import { fetch as undiciFetch, type Agent } from 'undici'
import { guardedAgent, PrivateAddress, type Resolve } from './fetch-guard.ts'
import { limited, TooMuch } from './fetch-limits.ts'

export type GuardedInit = RequestInit & {
  /** Of the answer, after decompression. 16 MiB unless told. */
  maxBytes?: number
  /** From the call to the last byte of the answer. 30 s unless told. */
  timeoutMs?: number
  /** Further `host:port` that may be private, for this call alone. */
  allow?: string[]
  /** How many redirects may be followed; none unless told. Each hop is checked anew and carries no token to another origin. */
  hops?: number
}
/** Fetch for addresses that came from outside. Throws PrivateAddress, TooMuch, or what fetch throws (TimeoutError, TypeError). */
export type GuardedFetch = (url: string | URL, init?: GuardedInit) => Promise<Response>
export { PrivateAddress, TooMuch }

const MAX_BYTES = 16 * 1024 * 1024
const TIMEOUT_MS = 30_000

export function openFetch(allowPrivate: string[], resolve?: Resolve): GuardedFetch & { close(): Promise<void> } {
  const always: Agent = guardedAgent(allowPrivate, resolve)
  const guarded: GuardedFetch = async (url, init = {}) => {
    const { maxBytes = MAX_BYTES, timeoutMs = TIMEOUT_MS, allow, hops = 0, ...rest } = init
    const agent = allow && allow.length > 0 ? guardedAgent([...allowPrivate, ...allow], resolve) : always
    const stop = AbortSignal.timeout(timeoutMs)
    const signal = rest.signal ? AbortSignal.any([stop, rest.signal]) : stop
    const answer = await follow(agent, new URL(url), { ...rest, signal }, hops)
    return limited(answer, maxBytes, signal, () => { if (agent !== always) void agent.close() })
  }
  return Object.assign(guarded, { close: () => always.destroy() })
}

async function follow(agent: Agent, url: URL, init: RequestInit, hops: number): Promise<Response> {
  if (!/^https?:$/.test(url.protocol)) throw new PrivateAddress(`${url.protocol} is not fetched, only http and https`)
  const body = await bodyOf(init)
  const answer = await undiciFetch(url, { ...init, ...body, redirect: 'manual', dispatcher: agent } as Parameters<typeof undiciFetch>[1]).catch((why: unknown) => { throw rootOf(why) }) as unknown as Response
  const location = answer.headers.get('location')
  if (hops <= 0 || location === null || ![301, 302, 303, 307, 308].includes(answer.status)) return answer
  await answer.body?.cancel()
  const next = new URL(location, url)
  const keepsBody = answer.status === 307 || answer.status === 308
  const headers = new Headers(init.headers)
  if (next.origin !== url.origin) for (const name of ['authorization', 'cookie', 'access-token', 'proxy-authorization']) headers.delete(name)
  if (!keepsBody) for (const name of ['content-type', 'content-length']) headers.delete(name)
  return follow(agent, next, { ...init, headers, ...(keepsBody ? {} : { method: init.method === 'HEAD' ? 'HEAD' : 'GET', body: null }) }, hops - 1)
}

// A form belongs to the runtime's own fetch: it is handed over as bytes with its boundary.
async function bodyOf(init: RequestInit): Promise<{ body?: BodyInit | null; headers?: Headers; duplex?: 'half' }> {
  if (init.body instanceof FormData || init.body instanceof Blob) {
    const made = new Response(init.body)
    const headers = new Headers(init.headers)
    const type = made.headers.get('content-type')
    if (type !== null && !headers.has('content-type')) headers.set('content-type', type)
    return { body: new Uint8Array(await made.arrayBuffer()), headers: Object.fromEntries(headers) as unknown as Headers }
  }
  return { ...(init.body instanceof ReadableStream ? { duplex: 'half' } : {}), ...(init.headers instanceof Headers ? { headers: Object.fromEntries(init.headers) as unknown as Headers } : {}) }
}

// undici wraps what happened at the socket in "fetch failed": the guard's own refusal is what the caller must see.
function rootOf(why: unknown): unknown {
  for (let at: unknown = why; at instanceof Error; at = at.cause) if (at instanceof PrivateAddress) return at
  return why
}
