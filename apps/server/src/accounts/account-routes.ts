import { createRoute, z } from '@hono/zod-openapi'
import type { House } from '../kit/house.ts'
import { cursorQuery, pageOf, problem, room, writeCursor } from '../kit/http.ts'
import type { Viewer } from '../kit/viewer.ts'
import { actorOf } from '../identity/actor-of.ts'
import { idCursor, idParam, otherwise, says, takes } from '../identity/answers.ts'
import { whoAsks } from '../identity/signed-in.ts'
import { accountSchema, type AccountView } from './account-shape.ts'
import { knownAccounts, viewAccounts } from './account-view.ts'
import { visibleAccount, type AccountRow } from './accounts.ts'
import { beginConnect, connectOptions } from './connect.ts'
import { disconnect } from './disconnect.ts'
import { mergeAccounts } from './merge.ts'
import { seesAccount } from './visible.ts'

const platform = z.enum(['developers', 'business'])
const optionSchema = z.object({ platform, possible: z.boolean(), why: z.string().nullable(), setting: z.string().nullable(), flavour: z.enum(['web', 'desktop']).nullable(), redirectUri: z.string().nullable() }).openapi('ConnectOption')
const connectSchema = z.object({ platform, accountId: z.number().int().positive().optional(), appId: z.number().int().positive().optional(), scopes: z.array(z.string()).max(30).optional(), alwaysAsk: z.boolean().optional() }).openapi('Connect')
const disconnectedSchema = z.object({ account: accountSchema, ended: z.number().int(), revoked: z.boolean() }).openapi('Disconnected')
const DAY_SECONDS = 86_400

/** TikTok accounts, and connecting them. */
export const accountRoutes = room()
  .openapi(createRoute({ method: 'get', path: '/accounts', tags: ['Accounts'], summary: 'The accounts I see', request: { query: cursorQuery }, responses: { 200: says(pageOf(accountSchema), 'In the order they were connected'), ...otherwise } }), async c => {
    const { house, viewer } = c.var
    const { cursor, limit } = c.req.valid('query')
    const after = idCursor(cursor) ?? 0
    const rows = await house.db.selectFrom('account').selectAll().where(seesAccount(viewer, 'account.id')).where('id', '>', after).orderBy('id').limit(limit + 1).execute()
    return c.json({ items: await views(house, viewer, rows.slice(0, limit)), next: rows.length > limit ? writeCursor([rows[limit - 1]?.id ?? 0]) : null }, 200)
  })
  .openapi(createRoute({ method: 'get', path: '/accounts/{id}', tags: ['Accounts'], summary: 'One account', request: { params: idParam }, responses: { 200: says(accountSchema, 'The account'), ...otherwise } }), async c => {
    const row = await found(c.var.house, c.var.viewer, c.req.valid('param').id)
    return c.json(await view(c.var.house, c.var.viewer, row), 200)
  })
  .openapi(createRoute({ method: 'get', path: '/accounts/{id}/avatar', tags: ['Accounts'], summary: 'Its picture', request: { params: idParam }, responses: { 200: { description: 'An image', content: { 'image/*': { schema: z.string().openapi({ format: 'binary' }) } } }, ...otherwise } }), async c => {
    const { house, viewer } = c.var
    const row = await found(house, viewer, c.req.valid('param').id)
    const file = row.avatar_media_id === null ? undefined : await house.media.stat(row.avatar_media_id)
    if (!file) return problem(404, 'not_found', 'There is no picture', 'TikTok gave none for this account.')
    return c.body(await house.media.read(file.mediaId), 200, { 'content-type': file.mime, 'content-length': String(file.bytes), 'cache-control': `private, max-age=${DAY_SECONDS}, immutable`, 'content-security-policy': "default-src 'none'; sandbox" })
  })
  .openapi(createRoute({ method: 'post', path: '/accounts/{id}/disconnect', tags: ['Accounts'], summary: 'Give TikTok our permission back; what was written and posted stays', request: { params: idParam, ...takes(z.object({ platform: platform.optional() })) }, responses: { 200: says(disconnectedSchema, 'What ended; `revoked` false: TikTok could not be told'), ...otherwise } }), async c => {
    const { house, viewer } = c.var
    const row = await found(house, viewer, c.req.valid('param').id)
    const said = await disconnect(house, row.id, c.req.valid('json').platform ?? null, actorOf(viewer))
    return c.json({ account: await view(house, viewer, row), ...said }, 200)
  })
  .openapi(createRoute({ method: 'post', path: '/accounts/{id}/merge', tags: ['Accounts'], summary: 'Say that another account is this one: everything of it moves here', request: { params: idParam, ...takes(z.object({ otherId: z.number().int().positive() })) }, responses: { 200: says(accountSchema, 'The account that stays'), ...otherwise } }), async c => {
    const { house, viewer } = c.var
    const row = await found(house, viewer, c.req.valid('param').id)
    const other = await found(house, viewer, c.req.valid('json').otherId)
    await mergeAccounts(house, row.id, other.id, actorOf(viewer))
    return c.json(await view(house, viewer, await found(house, viewer, row.id)), 200)
  })
  .openapi(createRoute({ method: 'get', path: '/connect/options', tags: ['Accounts'], summary: 'What can be connected now, and what is in the way', responses: { 200: says(z.object({ items: z.array(optionSchema) }), 'Both platforms'), ...otherwise } }), async c =>
    c.json({ items: await connectOptions(c.var.house) }, 200))
  .openapi(createRoute({ method: 'post', path: '/connect', tags: ['Accounts'], summary: 'Begin a consent; send the browser to the address', request: takes(connectSchema), responses: { 200: says(z.object({ url: z.string() }), 'TikTok’s page'), ...otherwise } }), async c => {
    const { house, viewer } = c.var
    const { sessionId, personId } = whoAsks(c)
    if (sessionId === null) return problem(403, 'person_only', 'This needs a person', 'A consent is bound to a browser session. Nothing was begun; sign in and connect there.')
    const wish = c.req.valid('json')
    if (wish.accountId !== undefined) await found(house, viewer, wish.accountId)
    const url = await beginConnect(house, {
      platform: wish.platform, accountId: wish.accountId ?? null, sessionId, personId, returnOrigin: c.req.header('origin') ?? new URL(c.req.url).origin,
      ...(wish.appId === undefined ? {} : { appId: wish.appId }), ...(wish.scopes ? { scopes: wish.scopes } : {}), ...(wish.alwaysAsk ? { alwaysAsk: true } : {}),
    })
    await house.commit(async (_trx, tell) => {
      tell({ type: 'consent.begun', accountId: wish.accountId ?? null, audience: 'managers', subject: `person:${personId}`, actor: actorOf(viewer), body: { platform: wish.platform } })
    })
    return c.json({ url }, 200)
  })

async function found(house: House, viewer: Viewer, id: number): Promise<AccountRow> {
  return await visibleAccount(house.db, viewer, id) ?? problem(404, 'not_found', 'There is no such account', 'It does not exist, or it is not among yours. Nothing was done.')
}

async function views(house: House, viewer: Viewer, rows: AccountRow[]): Promise<AccountView[]> {
  return await viewAccounts(house.db, rows, await knownAccounts(house.db, viewer.accounts))
}

async function view(house: House, viewer: Viewer, row: AccountRow): Promise<AccountView> {
  const [one] = await views(house, viewer, [row])
  return one ?? problem(404, 'not_found', 'There is no such account', 'Nothing was done.')
}
