import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { House } from './house.ts'
import { answerProblem } from './http-errors.ts'
import { Problem } from './problem.ts'
import type { Viewer } from './viewer.ts'

export { Problem, problem } from './problem.ts'
export { answerProblem, notFound } from './http-errors.ts'
export { addressBehind, bodyLimit, requestIds, securityHeaders, sameOrigin, clientAddress } from './http-guards.ts'

export type Variables = { house: House; viewer: Viewer; requestId: string }

/** A room's routes: typed for the page, described for OpenAPI; input that does not fit is answered 422 `invalid_input` with every place named. */
export function room() {
  const made = new OpenAPIHono<{ Variables: Variables }>({
    defaultHook(result) {
      if (result.success) return
      const errors = result.error.issues.map(issue => ({ path: issue.path.map(String).join('.'), message: issue.message }))
      throw new Problem(422, 'invalid_input', 'This input does not fit', `${errors.map(item => `${item.path || result.target}: ${item.message}`).join('; ')}. Nothing was done.`, { errors })
    },
  })
  made.onError(answerProblem)
  return made
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
