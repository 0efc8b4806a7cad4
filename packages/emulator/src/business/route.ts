import { asObject } from './draft.ts'
import { invalid, missing } from './refuse.ts'
import type { Call, Ground } from '../face.ts'

/** Who calls: the living access token behind the request. `openId` is the only business_id this token may name. */
export type Session = { appId: string; accountId: string; openId: string; scopes: string[]; token: string }

/** The ground, and the call that is being answered (for faults it can act out). */
export type Called = Ground & { call: Call }

/** The parts of a request a handler may look at. `form` is set for multipart bodies. */
export type Asked = { query: URLSearchParams; body: Record<string, unknown>; form?: FormData; origin: string }

/**
 * One endpoint of the index (0). `read` checks words only, `act` looks at the world: between them the face checks scope and business_id (G21).
 * `bucket`: messaging calls share 10 a second per app; accounts calls 40 a minute per account and endpoint (6.3).
 */
export type Route = {
  name: string; method: 'GET' | 'POST'; path: string; scope: string | null; bucket: 'messaging' | 'accounts'; form?: boolean; says: string
  start: (asked: Asked) => { businessId: string; act: (ground: Called, session: Session) => unknown }
}

export function route<D extends { businessId: string }>(about: Omit<Route, 'start'>, read: (asked: Asked) => D, act: (ground: Called, session: Session, draft: D, asked: Asked) => unknown): Route {
  return { ...about, start: asked => { const draft = read(asked); return { businessId: draft.businessId, act: (ground, session) => act(ground, session, draft, asked) } } }
}

export function queryText(query: URLSearchParams, key: string): string {
  const value = query.get(key)
  if (value === null || value === '') throw missing(key)
  return value
}

export function queryInt(query: URLSearchParams, key: string, range: { least: number; most: number; otherwise: number }): number {
  const value = query.get(key)
  if (value === null || value === '') return range.otherwise
  if (!/^-?\d+$/.test(value)) throw invalid(key, `${key} must be a whole number.`)
  const number = Number(value)
  if (number < range.least || number > range.most) throw invalid(key, `${key} must be between ${range.least} and ${range.most}.`)
  return number
}

export function oneOf<const T extends readonly string[]>(value: string, allowed: T, key: string): T[number] {
  const found = allowed.find(each => each === value)
  if (found === undefined) throw invalid(key, `"${value}" is not one of ${allowed.join(', ')}.`)
  return found
}

/** A query value that carries a JSON array of texts, as `fields` and `capability_types` do. */
export function queryList(query: URLSearchParams, key: string): string[] | undefined {
  const value = query.get(key)
  if (value === null || value === '') return undefined
  try {
    const list: unknown = JSON.parse(value)
    if (Array.isArray(list)) return list.map((each: unknown) => { if (typeof each !== 'string') throw invalid(key, `${key} must hold texts.`); return each })
  } catch { /* said below */ }
  throw invalid(key, `${key} must be a JSON array in text, like ["display_name"].`)
}

export { asObject }
