import { z } from '@hono/zod-openapi'
import { problem, problemSchema, readCursor } from '../kit/http.ts'

/** The pieces of a route's description that are the same everywhere. */
export const says = <T extends z.ZodType>(schema: T, description: string) => ({ description, content: { 'application/json': { schema } } })
export const takes = <T extends z.ZodType>(schema: T) => ({ body: { required: true, content: { 'application/json': { schema } } } })
export const otherwise = { default: { description: 'A problem: what happened, whether anything was done, and the next step', content: { 'application/problem+json': { schema: problemSchema } } } }
export const idParam = z.object({ id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER).openapi({ param: { name: 'id', in: 'path' }, example: 12 }) })
export const textIdParam = z.object({ id: z.string().min(1).max(64).openapi({ param: { name: 'id', in: 'path' } }) })
export const done = z.object({ done: z.literal(true) }).openapi('Done')
export const iso = z.iso.datetime()
export const isoOf = (date: Date | null) => date?.toISOString() ?? null

/** The id inside a cursor of one part; null on the first page. */
export function idCursor(cursor: string | undefined): number | null {
  const key = readCursor(cursor, 1)?.[0] ?? null
  if (key !== null && !Number.isSafeInteger(key)) problem(422, 'invalid_cursor', 'This cursor is not one of ours', 'Start the list again without a cursor. Nothing was done.')
  return key === null ? null : Number(key)
}
