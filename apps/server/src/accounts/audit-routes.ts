import { createRoute, z } from '@hono/zod-openapi'
import type { House } from '../kit/house.ts'
import { cursorQuery, pageOf, room, writeCursor } from '../kit/http.ts'
import type { Viewer } from '../kit/viewer.ts'
import { idCursor, iso, otherwise, says } from '../identity/answers.ts'
import { auditLines, csvHead, csvLine, type AuditFilter, type AuditLine } from './audit.ts'

const kinds = z.enum(['person', 'token', 'rule', 'tiktok', 'system'])
const filterQuery = z.object({
  actor: z.string().max(100).optional().openapi({ description: 'Part of a name, or an id' }), actorKind: kinds.optional(),
  type: z.string().max(100).optional().openapi({ description: 'An event type, or a beginning and * such as person.*' }), account: z.coerce.number().int().positive().optional(),
  from: z.iso.datetime({ offset: true }).optional(), to: z.iso.datetime({ offset: true }).optional(),
})
const lineSchema = z.object({
  id: z.number().int(), at: iso, type: z.string(), accountId: z.number().int().nullable(), subject: z.string(),
  actor: z.object({ kind: kinds, id: z.string().nullable(), name: z.string() }), body: z.unknown(),
}).openapi('AuditLine')
const PAGE = 500
const MOST_LINES = 200_000

/** Who did what, for owners and admins. */
export const auditRoutes = room()
  .openapi(createRoute({ method: 'get', path: '/audit', tags: ['Audit'], summary: 'Every act, with its actor', request: { query: cursorQuery.extend(filterQuery.shape) }, responses: { 200: says(pageOf(lineSchema), 'Newest first'), ...otherwise } }), async c => {
    const { cursor, limit, ...query } = c.req.valid('query')
    const before = idCursor(cursor)
    const rows = await auditLines(c.var.house.db, c.var.viewer, filterOf(query), before, limit + 1)
    return c.json({ items: rows.slice(0, limit).map(view), next: rows.length > limit ? writeCursor([rows[limit - 1]?.id ?? 0]) : null }, 200)
  })
  .openapi(createRoute({ method: 'get', path: '/audit.csv', tags: ['Audit'], summary: 'The same as CSV', request: { query: filterQuery }, responses: { 200: { description: 'CSV, newest first', content: { 'text/csv': { schema: z.string() } } }, ...otherwise } }), c =>
    c.body(csvOf(c.var.house, c.var.viewer, filterOf(c.req.valid('query'))), 200, { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': 'attachment; filename="stagedoor-audit.csv"', 'cache-control': 'no-store' }))

const filterOf = (query: z.infer<typeof filterQuery>): AuditFilter =>
  ({ ...query, from: query.from === undefined ? undefined : new Date(query.from), to: query.to === undefined ? undefined : new Date(query.to) })

/** Page after page, only as fast as it is read. */
function csvOf(house: House, viewer: Viewer, filter: AuditFilter): ReadableStream<Uint8Array> {
  let before: number | null = null
  let written = 0
  return new ReadableStream({
    start(out) { out.enqueue(Buffer.from(csvHead)) },
    async pull(out) {
      const lines = await auditLines(house.db, viewer, filter, before, PAGE)
      if (lines.length > 0) out.enqueue(Buffer.from(lines.map(csvLine).join('')))
      before = lines.at(-1)?.id ?? before
      written += lines.length
      if (lines.length < PAGE || written >= MOST_LINES) out.close()
    },
  })
}

const view = (line: AuditLine) => ({ ...line, at: line.at.toISOString() })
