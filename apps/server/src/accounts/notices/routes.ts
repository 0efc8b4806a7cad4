import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { wallNow } from '../../kit/clock.ts'
import { eventBounds } from '../../kit/events.ts'
import { cursorQuery, pageOf, problem, room, writeCursor } from '../../kit/http.ts'
import { actorOf } from '../../identity/actor-of.ts'
import { done, idCursor, idParam, iso, isoOf, otherwise, says, takes } from '../../identity/answers.ts'
import { whoAsks, type Env } from '../../identity/signed-in.ts'
import { DELIVER } from './deliver.ts'
import { deliveriesOf, listNotices, waitingOf, noticeById, secretName, updateNotice, type DeliveryRow, type NoticeRow } from './notices.ts'
import { newSecret } from './sign.ts'

const url = z.url({ protocol: /^https?$/ }).max(2000)
const events = z.array(z.string().regex(/^(\*|[a-z_]+(\.([a-z_]+|\*))?)$/)).min(1).max(50)
const accounts = z.array(z.number().int().positive()).max(1000).nullable()
const noticeSchema = z.object({
  id: z.number().int(), name: z.string(), url: z.string(), events: z.array(z.string()), accounts: z.array(z.number().int()).nullable(),
  state: z.enum(['on', 'paused', 'stopped']), failingSince: iso.nullable(), why: z.string().nullable(), createdAt: iso,
}).openapi('Notice')
const newNoticeSchema = z.object({ name: z.string().trim().min(1).max(100), url, events, accounts: accounts.default(null) }).openapi('NewNotice')
const changeSchema = z.object({ name: z.string().trim().min(1).max(100).optional(), url: url.optional(), events: events.optional(), accounts: accounts.optional(), state: z.enum(['on', 'paused']).optional() }).openapi('NoticeChange')
const deliverySchema = z.object({
  id: z.number().int(), eventId: z.number().int(), type: z.string(), state: z.enum(['waiting', 'delivered', 'given up']), attempts: z.number().int(), firstAt: iso,
  nextAt: iso.nullable(), lastAt: iso.nullable(), lastStatus: z.number().int().nullable(), lastProblem: z.string().nullable(), replayOf: z.number().int().nullable(), body: z.string(),
}).openapi('NoticeDelivery')
const madeSchema = z.object({ notice: noticeSchema, secret: z.string().openapi({ description: 'What signatures are checked with; shown this once' }) }).openapi('MadeNotice')
const replayParam = z.object({ id: idParam.shape.id, deliveryId: z.coerce.number().int().positive() })

/** Webhooks we send ("notices"), for owners and admins. */
export const noticeRoutes = room()
  .openapi(createRoute({ method: 'get', path: '/notices', tags: ['Notices'], summary: 'Webhooks we send', request: { query: cursorQuery }, responses: { 200: says(pageOf(noticeSchema), 'Newest first'), ...otherwise } }), async c => {
    const { cursor, limit } = c.req.valid('query')
    const before = idCursor(cursor)
    const rows = await listNotices(c.var.house.db, before, limit + 1)
    return c.json({ items: rows.slice(0, limit).map(view), next: rows.length > limit ? writeCursor([rows[limit - 1]?.id ?? 0]) : null }, 200)
  })
  .openapi(createRoute({ method: 'post', path: '/notices', tags: ['Notices'], summary: 'Send chosen events to an address, signed', request: takes(newNoticeSchema), responses: { 201: says(madeSchema, 'The notice and its secret'), ...otherwise } }), async c => {
    const { house, viewer } = c.var
    const wish = c.req.valid('json')
    checkAccounts(c, wish.accounts)
    const secret = newSecret()
    const row = await house.commit(async (trx, tell) => {
      const { id } = await trx.insertInto('notice').values({
        name: wish.name, url: wish.url, events: wish.events, accounts: wish.accounts ?? (viewer.accounts === 'all' ? null : viewer.accounts), secret_sealed: '', person_id: whoAsks(c).personId, state: 'on',
        failing_since: null, warned_at: null, why: null, after_event_id: (await eventBounds(trx)).last, created_at: wallNow(),
      }).returning('id').executeTakeFirstOrThrow()
      tell({ type: 'notice.made', accountId: null, audience: 'managers', subject: `notice:${id}`, actor: actorOf(viewer), body: { name: wish.name, host: new URL(wish.url).host, events: wish.events } })
      return await updateNotice(trx, id, { secret_sealed: house.secrets.seal(secret, secretName(id)) }) ?? missing()
    })
    return c.json({ notice: view(row), secret }, 201)
  })
  .openapi(createRoute({ method: 'patch', path: '/notices/{id}', tags: ['Notices'], summary: 'Change, pause or switch on again', request: { params: idParam, ...takes(changeSchema) }, responses: { 200: says(noticeSchema, 'The notice now'), ...otherwise } }), async c => {
    const wish = c.req.valid('json')
    checkAccounts(c, wish.accounts)
    const row = await c.var.house.commit(async (trx, tell) => {
      const { id } = c.req.valid('param')
      const before = await noticeById(trx, id) ?? missing()
      const wakes = wish.state === 'on' && before.state !== 'on'
      const changed = await updateNotice(trx, id, {
        ...(wish.name ? { name: wish.name } : {}), ...(wish.url ? { url: wish.url } : {}), ...(wish.events ? { events: wish.events } : {}), ...(wish.accounts === undefined ? {} : { accounts: wish.accounts }),
        ...(wish.state ? { state: wish.state, failing_since: null, warned_at: null, why: null } : {}),
        ...(wakes ? { after_event_id: (await eventBounds(trx)).last } : {}), // what happened while it was off is not told late
      })
      if (!changed) return missing()
      if (wakes) for (const delivery of await waitingOf(trx, id)) await c.var.house.jobs.enqueue(trx, DELIVER, { deliveryId: delivery.id })
      tell({ type: 'notice.changed', accountId: null, audience: 'managers', subject: `notice:${changed.id}`, actor: actorOf(c.var.viewer), body: { name: changed.name, state: changed.state } })
      return changed
    })
    return c.json(view(row), 200)
  })
  .openapi(createRoute({ method: 'delete', path: '/notices/{id}', tags: ['Notices'], summary: 'End a notice and forget its log', request: { params: idParam }, responses: { 200: says(done, 'It is gone'), ...otherwise } }), async c => {
    await c.var.house.commit(async (trx, tell) => {
      const row = await trx.deleteFrom('notice').where('id', '=', c.req.valid('param').id).returningAll().executeTakeFirst() ?? missing()
      tell({ type: 'notice.ended', accountId: null, audience: 'managers', subject: `notice:${row.id}`, actor: actorOf(c.var.viewer), body: { name: row.name } })
    })
    return c.json({ done: true } as const, 200)
  })
  .openapi(createRoute({ method: 'get', path: '/notices/{id}/deliveries', tags: ['Notices'], summary: 'What was sent, and how it went', request: { params: idParam, query: cursorQuery }, responses: { 200: says(pageOf(deliverySchema), 'Newest first'), ...otherwise } }), async c => {
    const { cursor, limit } = c.req.valid('query')
    const before = idCursor(cursor)
    const notice = await noticeById(c.var.house.db, c.req.valid('param').id) ?? missing()
    const rows = await deliveriesOf(c.var.house.db, notice.id, before, limit + 1)
    return c.json({ items: rows.slice(0, limit).map(viewDelivery), next: rows.length > limit ? writeCursor([rows[limit - 1]?.id ?? 0]) : null }, 200)
  })
  .openapi(createRoute({ method: 'post', path: '/notices/{id}/deliveries/{deliveryId}/replay', tags: ['Notices'], summary: 'Send one again', request: { params: replayParam }, responses: { 202: says(deliverySchema, 'A new delivery of the same body'), ...otherwise } }), async c => {
    const { id, deliveryId } = c.req.valid('param')
    const row = await c.var.house.commit(async (trx, tell) => {
      const old = await trx.selectFrom('notice_delivery').selectAll().where('id', '=', deliveryId).where('notice_id', '=', id).executeTakeFirst()
      if (!old) return missing()
      const now = wallNow()
      const fresh = await trx.insertInto('notice_delivery').values({ notice_id: id, event_id: old.event_id, type: old.type, body: old.body, state: 'waiting', attempts: 0, first_at: now, next_at: now, last_at: null, last_status: null, last_problem: null, replay_of: old.id }).returningAll().executeTakeFirstOrThrow()
      await c.var.house.jobs.enqueue(trx, DELIVER, { deliveryId: fresh.id })
      tell({ type: 'notice.replayed', accountId: null, audience: 'managers', subject: `notice:${id}`, actor: actorOf(c.var.viewer), body: { deliveryId: old.id } })
      return fresh
    })
    return c.json(viewDelivery(row), 202)
  })

const missing = (): never => problem(404, 'not_found', 'There is no such notice or delivery', 'Nothing was changed.')

function checkAccounts(c: Context<Env>, wished: number[] | null | undefined) {
  const { accounts } = c.var.viewer
  if (accounts !== 'all' && (wished ?? []).some(id => !accounts.includes(id))) problem(422, 'unknown_account', 'One of these accounts is not known', 'Nothing was changed. Choose among the accounts you see.')
}

const view = (row: NoticeRow) => ({ id: row.id, name: row.name, url: row.url, events: row.events, accounts: row.accounts, state: row.state, failingSince: isoOf(row.failing_since), why: row.why, createdAt: row.created_at.toISOString() })
const viewDelivery = (row: DeliveryRow) => ({
  id: row.id, eventId: row.event_id, type: row.type, state: row.state, attempts: row.attempts, firstAt: row.first_at.toISOString(), nextAt: isoOf(row.next_at), lastAt: isoOf(row.last_at),
  lastStatus: row.last_status, lastProblem: row.last_problem, replayOf: row.replay_of, body: row.body,
})
