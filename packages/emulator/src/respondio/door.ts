import { wallNow } from '../clock.ts'
import type { Call, Ground, Route } from '../face.ts'
import { RioNo } from './refuse.ts'
import type { Contact, Space } from './types.ts'

export type Asked = { call: Call; space: Space; body: () => Promise<Record<string, unknown>>; list: () => Promise<unknown> }
export type Deed = (asked: Asked) => unknown

const HTML = '<html><head><title>403 Forbidden</title></head><body><center><h1>Request blocked</h1></center></body></html>'

/** Auth, budget, then the deed. Errors are `{ code, message }` with an HTTP status (§9). */
export function makeDoor(ground: Ground) {
  const windows = new Map<string, { wall: number; emulator: number; n: number }>()
  return (name: string, method: Route['method'], path: string, says: string, deed: Deed): Route => ({
    name: `respondio.${name}`, method, path: `/v2${path}`, says,
    handler: async call => {
      const authorization = call.request.headers.get('authorization')
      if (!authorization?.startsWith('Bearer ') || authorization.length < 10) {
        call.why('Without "Authorization: Bearer <token>" the firewall answers, not the API.')
        return new Response(HTML, { status: 403, headers: { 'content-type': 'text/html' } })
      }
      const token = authorization.slice('Bearer '.length)
      const space = ground.store.shelf('rioSpace').find(s => s.token === token)
      if (!space) {
        call.why('No workspace has this token.')
        return Response.json({ code: 401, message: 'UN_AUTHORIZED' }, { status: 401, headers: { 'x-ratelimit-limit': '5', 'x-ratelimit-remaining': '5' } })
      }
      const budget = count(ground, windows, `${space.orgId} ${method} ${path}`)
      if (budget.over) {
        call.why(`More than ${budget.limit} calls a second on this route, counted over the whole organisation.`)
        return Response.json({ code: 429, message: 'Too Many Requests' }, { status: 429, headers: { ...budget.headers, 'retry-after': '1' } })
      }
      const before = call.fault('449 dropped'), after = call.fault('449 queued') ?? call.fault('500 after')
      if (before) return Response.json({ code: 449, message: 'REQUEST_QUEUED' }, { status: 449, headers: budget.headers })
      const asked: Asked = { call, space, body: () => objectOf(call), list: () => call.json() }
      try {
        const answer = await deed(asked)
        if (after) return after.does === '449 queued' ? Response.json({ code: 449, message: 'REQUEST_QUEUED' }, { status: 449, headers: budget.headers }) : Response.json({ code: 500, message: 'Internal Server Error' }, { status: 500, headers: budget.headers })
        return Response.json(answer, { headers: budget.headers })
      } catch (why) {
        if (!(why instanceof RioNo)) throw why
        call.why(why.why)
        return Response.json({ code: why.status, message: why.message }, { status: why.status, headers: budget.headers })
      }
    },
  })
}

/** One second per organisation and route; it ends when a second passed on the wall or on the emulator's clock. */
function count(ground: Ground, windows: Map<string, { wall: number; emulator: number; n: number }>, key: string) {
  const rule = ground.rules.get('rio-limit')
  const limit = rule === 'off' ? 1_000_000 : Number(rule), now = ground.clock.now(), wall = wallNow(), old = windows.get(key)
  const window = old && wall - old.wall < 1000 && now - old.emulator < 1000 && now >= old.emulator ? old : { wall, emulator: now, n: 0 }
  window.n += 1
  windows.set(key, window)
  return { over: window.n > limit, limit, headers: { 'x-ratelimit-limit': String(limit), 'x-ratelimit-remaining': String(Math.max(0, limit - window.n)) } }
}

async function objectOf(call: Call): Promise<Record<string, unknown>> {
  const body = await call.json()
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new RioNo(400, 'Validation error.', 'The body is no JSON object.')
  return Object.fromEntries(Object.entries(body))
}

/** `id:410000001`; e-mail and phone find nobody on TikTok (§4.1). */
export function contactNamed(ground: Ground, { call, space }: Asked): Contact {
  const idf = call.params['idf'] ?? '', id = /^id:(\d+)$/.exec(idf)?.[1]
  if (id === undefined && !/^(email:.+@.+\..+|phone:\+?\d+)$/.test(idf)) throw new RioNo(400, 'Validation error.', 'A contact is named id:<number>, email:<address> or phone:<number>.')
  const shelf = ground.store.shelf('rioContact')
  const found = id ? shelf.get(id) : shelf.find(c => c.spaceId === space.id && (`email:${c.email}` === idf || `phone:${c.phone}` === idf))
  if (!found || found.spaceId !== space.id || found.mergedInto) throw new RioNo(404, 'Contact not found', found?.mergedInto ? `The contact was merged into id:${found.mergedInto}.` : 'No contact of this workspace is called so.')
  return found
}

/** Cuts a list after `cursorId` and says where the next page is, as an absolute address (§5.1). */
export function page<T>(ground: Ground, { call }: Asked, all: T[], idOf: (item: T) => number, shape: (item: T) => unknown, { newestFirst = false, most = 100 } = {}): Record<string, unknown> {
  const query = call.url.searchParams, cursorText = query.get('cursorId'), limitText = query.get('limit')
  if (cursorText !== null && cursorText !== '' && !/^\d+$/.test(cursorText)) throw new RioNo(400, 'Validation error.', 'cursorId is a whole number.')
  if (limitText !== null && !/^\d+$/.test(limitText)) throw new RioNo(400, 'Validation error.', 'limit is a whole number from 1 to 100.')
  const limit = Math.min(Math.max(Number(limitText ?? 10), 1), 100, most)
  const inclusive = newestFirst && ground.rules.is('rio-cursor', 'inclusive'), cursor = cursorText ? Number(cursorText) : undefined
  const sorted = all.toSorted((a, b) => newestFirst ? idOf(b) - idOf(a) : idOf(a) - idOf(b))
  const rest = cursor === undefined ? sorted : sorted.filter(item => newestFirst ? (inclusive ? idOf(item) <= cursor : idOf(item) < cursor) : idOf(item) > cursor)
  const items = rest.slice(0, limit), last = items.at(-1)
  const stuck = cursor !== undefined && call.fault('repeated cursor') !== undefined
  const follows = rest.length > items.length && last !== undefined ? (inclusive ? idOf(rest[limit] ?? last) : idOf(last)) : undefined
  const next = stuck ? cursor : follows
  const end = { null: { next: null }, empty: { next: '' }, absent: {} }[ground.rules.get('rio-end')] ?? { next: null }
  return { items: items.map(shape), pagination: { ...(next === undefined ? end : { next: `${ground.url()}${call.url.pathname}?limit=${limit}&cursorId=${next}` }), previous: '' } }
}
