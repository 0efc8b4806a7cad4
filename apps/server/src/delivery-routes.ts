import { createRoute, z } from '@hono/zod-openapi'
import { faults, retryFault } from './kit/deliveries.ts'
import { cursorQuery, pageOf, problem, problemSchema, readCursor, room, writeCursor } from './kit/http.ts'
import { isManager, type Viewer } from './kit/viewer.ts'

const faultSchema = z.object({ id: z.number().int(), appId: z.number().int(), event: z.string(), fault: z.string(), receivedAt: z.iso.datetime(), attempts: z.number().int() })
  .openapi('DeliveryFault', { description: 'A delivery that was kept and could not be understood after five tries. Its bytes are kept.' })
const refused = (description: string) => ({ content: { 'application/problem+json': { schema: problemSchema } }, description })

/** Deliveries nobody could understand, shown to a person: managers alone, because they may be about any account. */
export const deliveryRoutes = room()

deliveryRoutes.openapi(createRoute({
  method: 'get', path: '/deliveries', tags: ['Webhooks'], summary: 'Deliveries that failed for good, newest first', request: { query: cursorQuery },
  responses: { 200: { content: { 'application/json': { schema: pageOf(faultSchema) } }, description: 'One page.' }, 403: refused('For owners and admins.') },
}), async c => {
  managersOnly(c.var.viewer)
  const { cursor, limit } = c.req.valid('query')
  const [before] = readCursor(cursor, 1) ?? []
  const rows = await faults(c.var.house.db, typeof before === 'number' ? before : undefined, limit + 1)
  const items = rows.slice(0, limit).map(row => ({ ...row, fault: row.fault ?? '', receivedAt: row.receivedAt.toISOString() }))
  const last = items.at(-1)
  return c.json({ items, next: rows.length > limit && last ? writeCursor([last.id]) : null }, 200)
})

deliveryRoutes.openapi(createRoute({
  method: 'post', path: '/deliveries/{id}/retry', tags: ['Webhooks'], summary: 'Try a failed delivery again', request: { params: z.object({ id: z.coerce.number().int().positive() }) },
  responses: { 200: { content: { 'application/json': { schema: z.object({ id: z.number().int() }) } }, description: 'Its turn comes within a second.' }, 403: refused('For owners and admins.'), 404: refused('No failed delivery has this id.') },
}), async c => {
  managersOnly(c.var.viewer)
  const { id } = c.req.valid('param')
  const found = await c.var.house.db.transaction().execute(trx => retryFault(trx, id))
  return found ? c.json({ id }, 200) : problem(404, 'not_found', 'There is no such failed delivery', 'It was taken up already, or never failed. Nothing was done.')
})

function managersOnly(viewer: Viewer): void {
  if (!isManager(viewer)) problem(403, 'not_allowed', 'Not allowed', 'This is for owners and admins. Nothing was done; ask one of them.')
}
