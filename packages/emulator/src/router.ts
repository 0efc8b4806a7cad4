import { wallNow } from './clock.ts'
import type { Call, Face, Ground, Route } from './face.ts'
import { SHOWN_CHARS } from './wire.ts'
import type { ArmedFault } from './words.ts'

type Env = NonNullable<Call['env']>

/** Thrown towards the socket: the connection is to be cut, after `sent` bytes of the answer if there are any. */
export class CutConnection extends Error {
  readonly answer: Response | undefined
  readonly afterBytes: number
  constructor(answer?: Response, afterBytes = 0) {
    super('The connection was cut by a fault')
    this.answer = answer
    this.afterBytes = afterBytes
  }
}

/** Hosts that are this emulator itself, for the screens and the control API. */
const OWN_HOSTS = /^(localhost|127\.0\.0\.1|\[::1\]|emulator\.test)(:\d+)?$/

const pause = (ms: number) => new Promise(done => setTimeout(done, ms))

/** Core faults any route knows. */
export const coreFaults = [
  { does: 'lose answer', on: 'any route', says: 'The deed is done, then the connection is cut instead of answering' },
  { does: 'cut', on: 'any route', says: 'The connection is cut before anything is done, or after N bytes of the request body', takes: 'afterBytes' },
  { does: 'cut answer', on: 'any route', says: 'The deed is done, the answer stops after N bytes', takes: 'afterBytes' },
  { does: '429', on: 'any route', says: 'Too many requests, in the words of the platform' },
  { does: '500', on: 'any route', says: 'Internal error, in the words of the platform' },
  { does: '502', on: 'any route', says: 'HTTP 502 from the edge' },
  { does: '503', on: 'any route', says: 'HTTP 503 from the edge' },
  { does: '504', on: 'any route', says: 'HTTP 504 from the edge' },
  { does: 'html', on: 'any route', says: 'An HTML page of the edge instead of JSON (503); the deed is not done', takes: 'status' },
  { does: 'truncated json', on: 'any route', says: 'The deed is done, the JSON stops in the middle' },
  { does: 'unknown json', on: 'any route', says: 'The deed is done, the answer is JSON of no known shape' },
  { does: 'slow', on: 'any route', says: 'Answers later', takes: 'delayMs' },
  { does: 'refuse', on: 'any route', says: 'Refuses with the given code of the platform', takes: 'code, message, status' },
  { does: 'late', on: 'deliver', says: 'The webhook starts later (6 s, or delayMs)', takes: 'delayMs' },
  { does: 'reorder', on: 'deliver', says: 'The next webhook overtakes this one', takes: 'delayMs' },
  { does: 'duplicate', on: 'deliver', says: 'The webhook comes twice' },
  { does: 'bad signature', on: 'deliver', says: 'One attempt is signed with a wrong secret; a proper one follows by back-off' },
]

export function makeRouter(ground: () => Ground, faces: Face[]) {
  const exact = new Map<string, { face: Face; route: Route }>()
  const patterns: { face: Face; route: Route; test: RegExp }[] = []
  for (const face of faces) for (const route of face.routes) {
    if (!route.path.includes(':')) exact.set(`${route.method} ${route.path}`, { face, route })
    else patterns.push({ face, route, test: new RegExp(`^${route.path.replaceAll(/[.+*?^${}()|[\]\\]/g, '\\$&').replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`) })
  }
  const byHost = new Map(faces.flatMap(face => face.hosts.map(host => [host, face] as const)))
  const byPrefix = faces.flatMap(face => face.prefixes.map(prefix => ({ prefix, face }))).sort((a, b) => b.prefix.length - a.prefix.length)

  const match = (method: string, url: URL, host: string): { face?: Face; route?: Route; params: Record<string, string> } => {
    const said = byHost.get(host.replace(/:\d+$/, ''))
    const hit = exact.get(`${method} ${url.pathname}`)
    if (hit && !(said && said !== hit.face && !said.hosts.some(h => hit.face.hosts.includes(h)))) return { ...hit, params: {} }
    for (const { face, route, test } of patterns) {
      if (route.method !== method || (said && said !== face)) continue
      const found = test.exec(url.pathname)
      if (found) return { face, route, params: Object.fromEntries(Object.entries(found.groups ?? {}).map(([k, v]) => [k, decode(v)])) }
    }
    const face = said ?? byPrefix.find(({ prefix }) => url.pathname.startsWith(prefix))?.face
    return face ? { face, params: {} } : { params: {} }
  }

  return async function dispatch(request: Request, env?: Env): Promise<Response> {
    const { store, faults, wire, clock } = ground()
    const url = new URL(request.url)
    const host = request.headers.get('host') ?? url.host
    const { face, route, params } = match(request.method, url, host)
    const started = wallNow()
    const at = clock.now()
    let why: string | undefined
    let body = ''
    let read: Promise<string> | undefined
    const about = new Set<string>()
    const once = headerFault(request)
    let hit: ArmedFault | undefined
    const take = (does: (does: string) => boolean): ArmedFault | undefined => {
      const found = once && does(once.does) && once.hits === 0 && (once.on === '*' || once.on === route?.name) ? once : route && faults.take(route.name, [...about], does)
      if (!found) return undefined
      if (found === once) once.hits += 1
      hit = found
      return found
    }
    const call: Call = {
      request, url, params, route: route ?? { name: 'unknown', method: 'GET', path: url.pathname, handler: () => new Response(null) },
      ...(env ? { env } : {}),
      text: () => (read ??= request.text().then(text => (body = text))),
      json: async () => {
        try {
          return JSON.parse(await call.text()) as unknown
        } catch {
          return undefined
        }
      },
      form: async () => new URLSearchParams(await call.text()),
      why: reason => (why ??= reason),
      about: (...names) => {
        for (const name of names) if (name) about.add(name)
      },
      fault: does => take(d => d === does),
    }
    const respond = async (): Promise<Response> => {
      if (face?.local && !OWN_HOSTS.test(host)) {
        call.why('This page answers only when asked for as localhost or 127.0.0.1')
        return new Response('Forbidden: open this page as http://localhost or http://127.0.0.1\n', { status: 403 })
      }
      const origin = request.headers.get('origin')
      if (face?.local && origin !== null && !OWN_HOSTS.test(origin.replace(/^https?:\/\//, ''))) return new Response('Forbidden: another site may not drive the emulator\n', { status: 403 })
      if (!face || !route) {
        call.why(unknownWhy(request.method, url, faces))
        return face?.unknown?.(call) ?? new Response('404 page not found\n', { status: 404 })
      }
      // Faults armed for an account need to know whom the call is about: the token says it, or the body.
      if (!face.local) await introduce(ground(), call, route)
      face.introduce?.(call)
      const cut = take(does => does === 'cut')
      if (cut) {
        await readSome(call, Number(cut['afterBytes'] ?? 0))
        throw new CutConnection()
      }
      const slow = take(does => does === 'slow')
      if (slow) await pause(Number(slow['delayMs'] ?? 2000))
      const before = take(does => /^\d{3}$/.test(does) || does === 'html' || does === 'refuse' || (/^\d+$/.test(does) && face.refuse !== undefined))
      if (before) {
        call.why(`The fault "${before.does}" was armed for ${before.on}`)
        return refusal(face, call, before)
      }
      const answer = await route.handler(call)
      const after = take(does => does === 'lose answer' || does === 'cut answer' || does === 'truncated json' || does === 'unknown json')
      if (!after) return answer
      await store.flush()
      if (after.does === 'lose answer') throw new CutConnection()
      if (after.does === 'cut answer') throw new CutConnection(answer, Number(after['afterBytes'] ?? 10))
      const text = await answer.text()
      const headers = { 'content-type': answer.headers.get('content-type') ?? 'application/json' }
      return after.does === 'truncated json' ? new Response(text.slice(0, Math.ceil(text.length / 2)), { status: answer.status, headers }) : Response.json({ result: 'done', v: 3 }, { status: answer.status })
    }

    const log = (answer: Response | null, shown: string) => {
      if (face?.local || face === undefined) return
      wire.add({
        at, kind: 'request', face: face.name, name: call.route.name, method: request.method, url: url.pathname + url.search, requestHeaders: Object.fromEntries(request.headers), requestBody: body.slice(0, SHOWN_CHARS),
        status: answer?.status ?? null, responseHeaders: answer ? Object.fromEntries(answer.headers) : {}, responseBody: shown, ms: wallNow() - started,
        ...(why ? { why } : {}), ...(hit ? { fault: hit.does } : {}), ...handleOf(ground(), about),
      })
    }
    try {
      const answer = await respond()
      await store.flush()
      const type = answer.headers.get('content-type') ?? ''
      const small = face && !face.local && (type.startsWith('application/json') || type.startsWith('text/'))
      if (!small) {
        log(answer, type ? `(${type})` : '')
        return answer
      }
      const text = await answer.text()
      log(answer, text.slice(0, SHOWN_CHARS))
      return new Response(text === '' && answer.status === 204 ? null : text, { status: answer.status, headers: answer.headers })
    } catch (error) {
      if (!(error instanceof CutConnection)) {
        call.why(`The emulator itself failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
        const answer = Response.json({ error: { code: 'internal_error', message: 'The emulator failed; see its log of requests', log_id: '' } }, { status: 500 })
        log(answer, '')
        console.error(error)
        return answer
      }
      await store.flush()
      call.why('The connection was cut by a fault')
      log(null, '')
      throw error
    }
  }
}

const decode = (text: string) => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function headerFault(request: Request): ArmedFault | undefined {
  const text = request.headers.get('x-emulator-fault')
  if (!text) return undefined
  try {
    const given = JSON.parse(text) as Partial<ArmedFault>
    return { on: '*', ...given, does: String(given.does), id: 'header', hits: 0 }
  } catch {
    return { on: '*', does: text, id: 'header', hits: 0 }
  }
}

/** Learns from the token whom a call is about. Handlers may add more by `call.about`. */
async function introduce(ground: Ground, call: Call, route: Route): Promise<void> {
  const bearer = call.request.headers.get('authorization')?.replace(/^Bearer /, '') ?? call.request.headers.get('access-token')
  const token = bearer ? ground.store.shelf('token').get(bearer) : undefined
  if (token) call.about(token.openId, token.appId, ground.store.shelf('account').get(token.accountId)?.handle)
  const type = call.request.headers.get('content-type') ?? ''
  if (!route.streams && type.startsWith('application/x-www-form-urlencoded')) call.about((await call.form()).get('client_key') ?? undefined)
}

const handleOf = (ground: Ground, about: Set<string>) => {
  for (const name of about) {
    const account = ground.store.shelf('account').find(a => a.handle === name)
    if (account) return { account: account.handle }
  }
  return undefined
}

async function readSome(call: Call, bytes: number) {
  if (bytes <= 0) return
  let seen = 0
  if (call.env) for await (const part of call.env.incoming) {
    seen += (part as Buffer).length
    if (seen >= bytes) return
  }
}

function refusal(face: Face, call: Call, fault: ArmedFault): Response {
  if (fault.does === 'html') {
    return new Response('<!DOCTYPE html><html><head><title>Service Unavailable</title></head><body><h1>Service Unavailable - Zero size object</h1>The server is temporarily unable to service your request. Please try again later.<p>Reference&#32;&#35;15&#46;5c2d1702</body></html>', { status: Number(fault['status'] ?? 503), headers: { 'content-type': 'text/html', server: 'AkamaiGHost' } })
  }
  const own = face.refuse?.(fault.does, call, fault)
  if (own) return own
  const status = Number(fault['status'] ?? fault.does) || 500
  return new Response(`${status}\n`, { status, headers: { 'content-type': 'text/plain' } })
}

/** Why there is nothing at this path, with the nearest one that exists. */
function unknownWhy(method: string, url: URL, faces: Face[]): string {
  const routes = faces.flatMap(face => face.routes)
  const slash = routes.find(route => route.path === `${url.pathname}/`)
  if (slash) return `The path needs its slash at the end: ${slash.method} ${slash.path}`
  const other = routes.filter(route => route.path === url.pathname).map(route => route.method)
  if (other.length > 0) return `${url.pathname} exists, but with ${other.join(' or ')}, not ${method}`
  return `Nothing is at ${method} ${url.pathname}`
}
