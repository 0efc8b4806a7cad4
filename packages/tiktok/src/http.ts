import { performance } from 'node:perf_hooks'
import { Nonsense, Refused, Unreachable } from './errors.ts'
import { isObject, parseJson } from './json.ts'
import { nextStep } from './problems.ts'
import type { Call, Endpoint, Fetch, JsonObject, JsonValue } from './types.ts'

/** The way out: what a client was made with. */
export type Wire = { fetch: Fetch; patienceMs: number; onCall: (call: Call) => void }
export const wire = (to: { fetch?: Fetch | undefined; patienceMs?: number | undefined; onCall?: ((call: Call) => void) | undefined }): Wire => ({
  fetch: to.fetch ?? ((url, init) => fetch(url, init)), patienceMs: to.patienceMs ?? 15_000,
  onCall: call => {
    try {
      to.onCall?.(call)
    } catch {
      // whoever listens must not turn a message that was sent into one that seems to have failed
    }
  },
})

export type Answer = { endpoint: Endpoint; status: number; text: string; headerLogId: string | undefined; secrets: readonly string[] }
type Request = { url: string; init: RequestInit; /** Never to appear in an error, whatever TikTok echoes. */ secrets: readonly string[] }

const mostBytes = 8 * 1024 * 1024

/** One call: sends, waits within its patience, reads within its limit, and tells `onCall` how it ended. Throws Refused, Unreachable or Nonsense. */
export async function call<T>(to: Wire, endpoint: Endpoint, request: Request, read: (answer: Answer) => T): Promise<T> {
  const began = performance.now()
  const seen: { status: number | null; logId: string | null } = { status: null, logId: null }
  const tell = (outcome: Call['outcome'], code: Call['code']) =>
    to.onCall({ platform: endpoint.platform, endpoint: endpoint.name, method: endpoint.method, path: endpoint.path, outcome, code, ...seen, ms: performance.now() - began })
  try {
    const { response, text } = await exchange(to, endpoint, request)
    seen.status = response.status
    seen.logId = response.headers.get('x-tt-logid')
    const value = read({ endpoint, status: response.status, text, headerLogId: seen.logId ?? undefined, secrets: request.secrets })
    tell('ok', null)
    return value
  } catch (error) {
    if (error instanceof Refused) {
      seen.status = error.status
      seen.logId = error.logId ?? seen.logId
      tell('refused', error.code)
    } else if (error instanceof Nonsense) {
      seen.status = error.status
      tell('nonsense', null)
    } else tell('unreachable', error instanceof Unreachable ? error.reason : null)
    throw error
  }
}

async function exchange(to: Wire, endpoint: Endpoint, { url, init }: Request): Promise<{ response: Response; text: string }> {
  const signal = AbortSignal.timeout(to.patienceMs)
  let response: Response
  try {
    // never follow: a custom token header would travel along to wherever the redirect points
    response = await within(signal, to.fetch(url, { redirect: 'manual', ...init, signal }))
  } catch (error) {
    throw new Unreachable(endpoint.path, reasonOf(error))
  }
  if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
    void response.body?.cancel().catch(() => {})
    throw new Nonsense(endpoint.path, response.status, 'a redirect')
  }
  return { response, text: await readText(endpoint, response, signal) }
}

async function readText(endpoint: Endpoint, response: Response, signal: AbortSignal): Promise<string> {
  if (response.body === null) return ''
  const reader = response.body.getReader()
  const parts: Uint8Array[] = []
  let bytes = 0
  try {
    for (;;) {
      const { done, value } = await within(signal, reader.read())
      if (done) return Buffer.concat(parts).toString('utf8')
      bytes += value.byteLength
      if (bytes > mostBytes) throw new Nonsense(endpoint.path, response.status, `more than ${mostBytes} bytes`)
      parts.push(value)
    }
  } catch (error) {
    void reader.cancel().catch(() => {})
    throw error instanceof Nonsense ? error : new Unreachable(endpoint.path, reasonOf(error))
  }
}

/** The promise, or the signal's reason: also when a fetch given from outside does not listen to signals. */
export function within<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = () => reject(signal.reason as Error)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

/** A short word for a broken connection. The error's own message is dropped: it may hold the URL. */
export function reasonOf(error: unknown): string {
  for (let at = error; at instanceof Error || isObject(at); at = (at as { cause?: unknown }).cause) {
    const { name, code } = at as { name?: unknown; code?: unknown }
    if (name === 'TimeoutError') return 'timeout'
    if (name === 'AbortError') return 'aborted'
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(code)) return code
  }
  return 'no connection'
}

/** TikTok's words with every secret of the call taken out, however it is encoded, with anything that looks like a token, and not too many of them. */
export function redact(said: string, secrets: readonly string[]): string {
  let text = said
  for (const secret of secrets) {
    if (secret.length < 4) continue
    for (const form of [secret, encodeURIComponent(secret), new URLSearchParams([['', secret]]).toString().slice(1)]) text = text.replaceAll(form, '[secret]')
  }
  return text.replaceAll(/\b(?:act|rft|clt)\.[^\s"'&,;)]+|upload_token=[^\s"'&]+/g, '[secret]').slice(0, 500)
}

export function refused(answer: Answer, code: string | number, said: JsonValue | undefined, logId: JsonValue | undefined): Refused {
  const { platform, path, repeatable } = answer.endpoint
  const known = { platform, path, status: answer.status, code: typeof code === 'string' ? redact(code, answer.secrets) : code, logId: typeof logId === 'string' && logId !== '' ? redact(logId, answer.secrets) : answer.headerLogId }
  const first = new Refused({ ...known, next: 'give up' })
  return new Refused({ ...known, next: nextStep(first, { repeatable }), said: typeof said === 'string' ? redact(said, answer.secrets) : '' })
}

export const nonsense = (answer: Answer, reason: string) => new Nonsense(answer.endpoint.path, answer.status, reason)

/** The answer as a JSON object. A 4xx that is none never reached the API, so it is a refusal; anything else that is none is nonsense. */
export function readObject(answer: Answer): JsonObject {
  let body: JsonValue
  try {
    body = parseJson(answer.text)
  } catch {
    if (answer.status >= 400 && answer.status < 500) throw refused(answer, `http ${answer.status}`, undefined, undefined)
    throw nonsense(answer, answer.text.trimStart().startsWith('<') ? 'a web page' : answer.text === '' ? 'empty' : 'not JSON, or cut off')
  }
  if (!isObject(body)) throw nonsense(answer, 'not an object')
  return body
}

/** The secrets of a call, for `Request.secrets`. */
export const secretsOf = (...all: (string | undefined)[]): string[] => all.filter((secret): secret is string => secret !== undefined && secret !== '')

export const tokenOf = async (token: string | (() => string | Promise<string>) | undefined): Promise<string> => {
  const text = typeof token === 'function' ? await token() : token
  if (!text) throw new TypeError('This call needs a token: make the client with { token }')
  return text
}

/** Base URL and path, keeping a path the base may have. */
export const join = (base: string, path: string) => base.replace(/\/+$/, '') + path
/** Leaves out what is undefined. */
export const defined = <T extends object>(of: T): T => Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)) as T
