import { createRoute, z } from '@hono/zod-openapi'
import { cursorQuery, pageOf, problem, room, writeCursor } from '../kit/http.ts'
import { actorOf } from '../identity/actor-of.ts'
import { done, idCursor, idParam, iso, otherwise, says, takes } from '../identity/answers.ts'
import { deleteGroup, groupById, insertGroup, listGroups, renameGroup, setGroupAccounts, type Group } from './groups.ts'

const name = z.string().trim().min(1).max(100)
const accounts = z.array(z.number().int().positive()).max(1000)
const groupSchema = z.object({ id: z.number().int(), name: z.string(), accounts: z.array(z.number().int()), people: z.array(z.string()), createdAt: iso }).openapi('Group')

/** Groups of accounts, for agencies with many; who works for a group is set under People. */
export const groupRoutes = room()
  .openapi(createRoute({ method: 'get', path: '/groups', tags: ['Groups'], summary: 'Groups of accounts', request: { query: cursorQuery }, responses: { 200: says(pageOf(groupSchema), 'In the order they were made'), ...otherwise } }), async c => {
    const { cursor, limit } = c.req.valid('query')
    const rows = await listGroups(c.var.house.db, idCursor(cursor) ?? 0, limit + 1)
    return c.json({ items: rows.slice(0, limit).map(view), next: rows.length > limit ? writeCursor([rows[limit - 1]?.id ?? 0]) : null }, 200)
  })
  .openapi(createRoute({ method: 'post', path: '/groups', tags: ['Groups'], summary: 'Make a group', request: takes(z.object({ name, accounts: accounts.default([]) })), responses: { 201: says(groupSchema, 'The group'), ...otherwise } }), async c => {
    const { house, viewer } = c.var
    const wish = c.req.valid('json')
    const group = await house.commit(async (trx, tell) => {
      const made = await insertGroup(trx, wish.name, house.clock.now()) ?? problem(409, 'name_taken', 'There is a group of that name', 'Nothing was made. Choose another name.')
      await setGroupAccounts(trx, made.id, wish.accounts)
      tell({ type: 'group.made', accountId: null, audience: 'managers', subject: `group:${made.id}`, actor: actorOf(viewer), body: { name: wish.name } })
      return await groupById(trx, made.id) ?? missing()
    })
    return c.json(view(group), 201)
  })
  .openapi(createRoute({ method: 'patch', path: '/groups/{id}', tags: ['Groups'], summary: 'Rename, or set its accounts', request: { params: idParam, ...takes(z.object({ name: name.optional(), accounts: accounts.optional() })) }, responses: { 200: says(groupSchema, 'The group now'), ...otherwise } }), async c => {
    const { house, viewer } = c.var
    const { id } = c.req.valid('param')
    const wish = c.req.valid('json')
    const group = await house.commit(async (trx, tell) => {
      if (!await groupById(trx, id)) return missing()
      const taken = wish.name === undefined ? undefined : await trx.selectFrom('account_group').select('id').where(eb => eb.fn('lower', ['name']), '=', wish.name.toLowerCase()).where('id', '!=', id).executeTakeFirst()
      if (taken) problem(409, 'name_taken', 'There is a group of that name', 'Nothing was changed. Choose another name.')
      if (wish.name !== undefined) await renameGroup(trx, id, wish.name)
      if (wish.accounts !== undefined) await setGroupAccounts(trx, id, wish.accounts)
      tell({ type: 'group.changed', accountId: null, audience: 'managers', subject: `group:${id}`, actor: actorOf(viewer), body: { ...wish } })
      return await groupById(trx, id) ?? missing()
    })
    return c.json(view(group), 200)
  })
  .openapi(createRoute({ method: 'delete', path: '/groups/{id}', tags: ['Groups'], summary: 'Dissolve a group; its accounts stay', request: { params: idParam }, responses: { 200: says(done, 'It is gone'), ...otherwise } }), async c => {
    await c.var.house.commit(async (trx, tell) => {
      const gone = await deleteGroup(trx, c.req.valid('param').id) ?? missing()
      tell({ type: 'group.dissolved', accountId: null, audience: 'managers', subject: `group:${gone.id}`, actor: actorOf(c.var.viewer), body: { name: gone.name } })
    })
    return c.json({ done: true } as const, 200)
  })

const missing = (): never => problem(404, 'not_found', 'There is no such group', 'Nothing was changed.')
const view = (group: Group) => ({ ...group, createdAt: group.createdAt.toISOString() })
