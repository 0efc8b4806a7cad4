import { OpenAPIHono, z, type RouteConfig } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { House } from './house.ts'
import { answerProblem } from './http-errors.ts'
import { Problem } from './problem.ts'
import type { Viewer } from './viewer.ts'

export { Problem, problem } from './problem.ts'
export { answerProblem, notFound } from './http-errors.ts'
export { addressBehind, bodyLimit, requestIds, securityHeaders, sameOrigin, clientAddress } from './http-guards.ts'

export type Variables = { house: House; viewer: Viewer; requestId: string }

type Json<B> = B extends { content: { 'application/json': { schema: infer S extends z.ZodType } } } ? S : never
type Asked<R extends RouteConfig, Part extends 'params' | 'query' | 'headers'> = R['request'] extends Record<Part, infer S extends z.ZodType> ? z.output<S> : unknown
/** What a handler may read: `c.req.valid('param' | 'query' | 'header' | 'json')`, as the route describes it. */
type Read<R extends RouteConfig> = { out: { param: Asked<R, 'params'>; query: Asked<R, 'query'>; header: Asked<R, 'headers'>; json: z.output<Json<NonNullable<R['request']>['body']>> } }
/**
 * OpenAPIHono without the sum of all routes and answers as one type: nobody reads that type, and adding it up took most of the type check.
 * That answers are as described is proven on the real bytes: the test house holds every answer against its description.
 */
export type Room = Omit<OpenAPIHono<{ Variables: Variables }>, 'openapi' | 'route'> & {
  openapi<R extends RouteConfig>(route: R, handler: (c: Context<{ Variables: Variables }, string, Read<R>>) => Response | Promise<Response>): Room
  /** Another room's doors, or a plain Hono with its own. */
  route(path: string, doors: { routes: readonly unknown[] }): Room
}

/** A room's routes: typed for the page, described for OpenAPI; input that does not fit is answered 422 `invalid_input` with every place named. */
export function room(): Room {
  const made = new OpenAPIHono<{ Variables: Variables }>({
    defaultHook(result) {
      if (result.success) return
      const errors = result.error.issues.map(issue => ({ path: issue.path.map(String).join('.'), message: issue.message }))
      throw new Problem(422, 'invalid_input', 'This input does not fit', `${errors.map(item => `${item.path || result.target}: ${item.message}`).join('; ')}. Nothing was done.`, { errors })
    },
  })
  made.onError(answerProblem)
  return made as unknown as Room
}

/** `?cursor=…&limit=…` of every list. */
export const cursorQuery = z.object({ cursor: z.string().max(400).optional(), limit: z.coerce.number().int().min(1).max(100).default(50) })
/** What every list answers: `next` is the cursor of the next page, null on the last. */
export const pageOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.string().nullable() })
/** The body of every error, for route descriptions. */
export const problemSchema = z.object({ type: z.string(), title: z.string(), status: z.number().int(), code: z.string(), detail: z.string(), requestId: z.string().optional() }).openapi('Problem')

/** A cursor is opaque to callers: the sort key of the last item, as JSON in base64url. */
export const writeCursor = (key: readonly (string | number | null)[]) => Buffer.from(JSON.stringify(key)).toString('base64url')

/** The key inside a cursor, of exactly `length` parts; anything else is 422 `invalid_cursor`. */
export function readCursor(cursor: string | undefined, length: number): (string | number | null)[] | undefined {
  if (cursor === undefined) return undefined
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (Array.isArray(key) && key.length === length && key.every(part => part === null || typeof part === 'string' || typeof part === 'number')) return key as (string | number | null)[]
  } catch { /* answered below */ }
  throw new Problem(422, 'invalid_cursor', 'This cursor is not one of ours', 'Start the list again without a cursor. Nothing was done.')
}
