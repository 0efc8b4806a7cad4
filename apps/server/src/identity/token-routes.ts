import { createRoute, z } from '@hono/zod-openapi'
import { wallNow } from '../kit/clock.ts'
import { cursorQuery, pageOf, problem, room, writeCursor } from '../kit/http.ts'
import { isManager } from '../kit/viewer.ts'
import { actorOf } from './actor-of.ts'
import { done, idCursor, idParam, isoOf, otherwise, says, takes } from './answers.ts'
import { newTokenSchema, tokenSchema } from './shapes.ts'
import { whoAsks } from './signed-in.ts'
import { insertToken, listTokens, revokeToken, type TokenRow, type TokenScope } from './tokens.ts'

const DAY_MS = 86_400_000
const shown = z.object({ token: z.string().openapi({ description: 'Shown this once' }), about: tokenSchema }).openapi('ShownToken')

/** API tokens: everybody has their own; owners and admins see and revoke everybody's. */
export const tokenRoutes = room()
  .openapi(createRoute({ method: 'get', path: '/tokens', tags: ['Tokens'], summary: 'API tokens, mine or (for owners and admins) everybody’s', request: { query: cursorQuery }, responses: { 200: says(pageOf(tokenSchema), 'Newest first'), ...otherwise } }), async c => {
    const { cursor, limit } = c.req.valid('query')
    const before = idCursor(cursor)
    const rows = await listTokens(c.var.house.db, isManager(c.var.viewer) ? 'everybody' : { personId: whoAsks(c).personId }, before, limit + 1)
    const items = rows.slice(0, limit)
    return c.json({ items: items.map(row => view(row, row.person_name)), next: rows.length > limit ? writeCursor([items.at(-1)?.id ?? 0]) : null }, 200)
  })
  .openapi(createRoute({ method: 'post', path: '/tokens', tags: ['Tokens'], summary: 'Make an API token; its text is shown once', request: takes(newTokenSchema), responses: { 201: says(shown, 'The token'), ...otherwise } }), async c => {
    const personId = whoAsks(c).personId
    const wish = c.req.valid('json')
    const { viewer, house } = c.var
    const tooMuch = wish.scopes.filter(scope => !viewer.scopes.includes(scope))
    if (tooMuch.length > 0) problem(403, 'not_allowed', 'A token cannot do more than its person', `You may not ${tooMuch.join(', ')} yourself. No token was made.`)
    if (wish.accounts && viewer.accounts !== 'all' && wish.accounts.some(id => viewer.accounts !== 'all' && !viewer.accounts.includes(id))) {
      problem(422, 'unknown_account', 'One of these accounts is not known', 'No token was made. Choose among the accounts you see.')
    }
    const made = await house.commit(async (trx, tell) => {
      const { row, text } = await insertToken(trx, { name: wish.name, personId, scopes: wish.scopes, accounts: wish.accounts, expiresAt: wish.expiresInDays === null ? null : new Date(wallNow().getTime() + wish.expiresInDays * DAY_MS) })
      tell({ type: 'token.made', accountId: null, audience: 'managers', subject: `token:${row.id}`, actor: actorOf(viewer), body: { name: row.name, scopes: row.scopes, accounts: row.accounts, expiresAt: isoOf(row.expires_at) } })
      return { row, text }
    })
    c.header('cache-control', 'no-store')
    return c.json({ token: made.text, about: view(made.row, viewer.name) }, 201)
  })
  .openapi(createRoute({ method: 'delete', path: '/tokens/{id}', tags: ['Tokens'], summary: 'Revoke a token at once', request: { params: idParam }, responses: { 200: says(done, 'It no longer works'), ...otherwise } }), async c => {
    const personId = whoAsks(c).personId
    await c.var.house.commit(async (trx, tell) => {
      const row = await revokeToken(trx, c.req.valid('param').id, isManager(c.var.viewer) ? 'everybody' : { personId }) ?? problem(404, 'not_found', 'There is no such token', 'It may be revoked already. Nothing was changed.')
      tell({ type: 'token.revoked', accountId: null, audience: 'managers', subject: `token:${row.id}`, actor: actorOf(c.var.viewer), body: { name: row.name } })
    })
    return c.json({ done: true } as const, 200)
  })

const view = (row: TokenRow, personName: string) => ({
  id: row.id, name: row.name, ending: row.ending, person: { id: row.person_id, name: personName }, scopes: row.scopes as TokenScope[], accounts: row.accounts,
  createdAt: row.created_at.toISOString(), expiresAt: isoOf(row.expires_at), lastUsedAt: isoOf(row.last_used_at), revokedAt: isoOf(row.revoked_at),
})
