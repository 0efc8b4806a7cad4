import { randomUUID } from 'node:crypto'
import { createRoute, z } from '@hono/zod-openapi'
import { cursorQuery, pageOf, problem, room } from '../kit/http.ts'
import { seesAccount } from '../accounts/visible.ts'
import { visibleConversation } from './conversation.ts'
import { markRead, setState } from './conversations.ts'
import { discardMessage, lookAgain, retryMessage } from './decide.ts'
import { listConversations, listGhosts, listMessages } from './lists.ts'
import { actorOf, queueMessage } from './send.ts'
import { conversationSchema, ghostSchema, idParam, json, messageSchema, refusals } from './shapes.ts'
import { tellConversations } from './tell.ts'
import { showConversations } from './views.ts'
import type { House } from '../kit/house.ts'
import type { Viewer } from '../kit/viewer.ts'

const tags = ['Inbox']
const listQuery = cursorQuery.extend({ account: z.coerce.number().int().positive().optional(), folder: z.enum(['open', 'requests', 'closed']).default('open'), sort: z.enum(['recent', 'closes']).default('recent') })
const words = z.object({ text: z.string() })
const keyHeader = z.object({ 'idempotency-key': z.string().min(1).max(200).optional() })
const act = (path: string, summary: string) => createRoute({
  method: 'post', path, tags, summary, request: { params: idParam }, responses: { 200: json(messageSchema, 'The message as it is now.'), ...refusals },
})

/** The inbox's doors below /api/v1. Every one answers as if what the viewer may not see did not exist (law 12). */
export const inboxRoutes = room()

inboxRoutes.openapi(createRoute({
  method: 'get', path: '/conversations', tags, summary: 'Conversations, newest first or by when their window closes', request: { query: listQuery },
  description: '`open` holds all that is not closed; `requests` those the business never answered; `sort=closes` shows those whose window is still open, soonest first.',
  responses: { 200: json(pageOf(conversationSchema), 'One page.') },
}), async c => c.json(await listConversations(c.var.house, c.var.viewer, c.req.valid('query')), 200))

inboxRoutes.openapi(createRoute({
  method: 'get', path: '/conversations/{id}', tags, summary: 'One conversation', request: { params: idParam }, responses: { 200: json(conversationSchema, 'The conversation.'), 404: refusals[404] },
}), async c => {
  const found = await visibleConversation(c.var.house.db, c.var.viewer, c.req.valid('param').id)
  const [shown] = await showConversations(c.var.house.db, [found.id])
  return shown ? c.json(shown, 200) : problem(404, 'not_found', 'There is no such conversation', 'Nothing was done.')
})

inboxRoutes.openapi(createRoute({
  method: 'get', path: '/conversations/{id}/messages', tags, summary: 'Messages of a conversation, newest first', request: { params: idParam, query: cursorQuery },
  responses: { 200: json(pageOf(messageSchema), 'One page.'), 404: refusals[404] },
}), async c => c.json(await listMessages(c.var.house, c.var.viewer, c.req.valid('param').id, c.req.valid('query')), 200))

inboxRoutes.openapi(createRoute({
  method: 'post', path: '/conversations/{id}/messages', tags, summary: 'Queue a reply', description: 'It is sent once, in order. Send an Idempotency-Key: the same key answers with the same message.',
  request: { params: idParam, headers: keyHeader, body: { content: { 'application/json': { schema: words } }, required: true } },
  responses: { 202: json(messageSchema, 'It is queued; events tell what becomes of it.'), ...refusals },
}), async c => c.json(await queueMessage(c.var.house, c.var.viewer, c.req.valid('param').id, { text: c.req.valid('json').text, clientKey: c.req.header('idempotency-key') ?? randomUUID() }), 202))

const conversationActs = [
  { act: 'read', summary: 'Mark as read', verb: (house: House, viewer: Viewer, id: number) => change(house, viewer, id, markRead) },
  { act: 'close', summary: 'Close', verb: (house: House, viewer: Viewer, id: number) => change(house, viewer, id, (trx, known) => setState(trx, known, 'closed')) },
  { act: 'reopen', summary: 'Open again', verb: (house: House, viewer: Viewer, id: number) => change(house, viewer, id, (trx, known) => setState(trx, known, 'open')) },
] as const
for (const { act: name, summary, verb } of conversationActs) {
  inboxRoutes.openapi(createRoute({
    method: 'post', path: `/conversations/{id}/${name}`, tags, summary, request: { params: idParam }, responses: { 200: json(conversationSchema, 'The conversation as it is now.'), 404: refusals[404] },
  }), async c => c.json(await verb(c.var.house, c.var.viewer, c.req.valid('param').id), 200))
}

inboxRoutes.openapi(act('/messages/{id}/retry', 'Send a refused or an unsure message (again)'), async c => c.json(await retryMessage(c.var.house, c.var.viewer, c.req.valid('param').id), 200))
inboxRoutes.openapi(act('/messages/{id}/look', 'Look once more whether an unsure message arrived'), async c => c.json(await lookAgain(c.var.house, c.var.viewer, c.req.valid('param').id), 200))
inboxRoutes.openapi(act('/messages/{id}/discard', 'Let a waiting or unsure message be'), async c => c.json(await discardMessage(c.var.house, c.var.viewer, c.req.valid('param').id), 200))

inboxRoutes.openapi(createRoute({
  method: 'get', path: '/ghosts', tags, summary: 'Messages of people in the EEA, Switzerland and the UK, of which TikTok tells only the time', request: { query: cursorQuery },
  responses: { 200: json(pageOf(ghostSchema), 'One page.') },
}), async c => c.json(await listGhosts(c.var.house, c.var.viewer, c.req.valid('query')), 200))

/** The picture of a contact, from our own origin, to people who may see one of their conversations. */
inboxRoutes.get('/contacts/:id/avatar', async c => {
  const id = Number(c.req.param('id'))
  const found = Number.isSafeInteger(id) ? await c.var.house.db.selectFrom('contact').select('avatar_media_id').where('contact.id', '=', id).where('avatar_media_id', 'is not', null)
    .where(eb => eb.exists(eb.selectFrom('conversation').select('conversation.id').whereRef('conversation.contact_id', '=', 'contact.id').where(seesAccount(c.var.viewer, 'conversation.account_id')))).executeTakeFirst() : undefined
  const file = found?.avatar_media_id ? await c.var.house.media.stat(found.avatar_media_id) : undefined
  if (!file) return problem(404, 'not_found', 'There is no such picture', 'Nothing was done.')
  return c.body(await c.var.house.media.read(file.mediaId), 200, {
    'content-type': file.mime, 'content-length': String(file.bytes), 'cache-control': 'private, max-age=86400, immutable', 'x-content-type-options': 'nosniff', 'content-security-policy': "sandbox; default-src 'none'",
  })
})

type Change = Parameters<House['commit']>[0] extends (trx: infer Trx, ...rest: never[]) => unknown ? (trx: Trx, id: number) => Promise<unknown> : never
const change = (house: House, viewer: Viewer, id: number, apply: Change) => house.commit(async (trx, tell) => {
  const known = await visibleConversation(trx, viewer, id)
  const changed = await apply(trx, known.id)
  if (changed) await tellConversations(trx, tell, [id], actorOf(viewer))
  const [shown] = await showConversations(trx, [id])
  return shown ?? problem(404, 'not_found', 'There is no such conversation', 'Nothing was done.')
})
