import { createRoute, z } from '@hono/zod-openapi'
import { sql } from 'kysely'
import type { House } from '../kit/house.ts'
import { pageOf, problem, room } from '../kit/http.ts'
import { actorOf } from '../identity/actor-of.ts'
import { done, idParam, iso, isoOf, otherwise, says, takes } from '../identity/answers.ts'
import { listApps, retireApp, saveApp, type AppRow } from './apps.ts'
import { wayBack } from './connect.ts'
import { HOOKS, hookUrl, registerHooks } from './hooks.ts'

const key = z.string().trim().min(4).max(200).regex(/^[\w-]+$/)
const secret = z.string().trim().min(4).max(400)
const appSchema = z.object({
  id: z.number().int(), slug: z.string(), name: z.string(), platform: z.enum(['developers', 'business']), environment: z.enum(['production', 'sandbox']), clientKey: z.string(), source: z.enum(['environment', 'wizard']),
  accounts: z.number().int(), redirectUri: z.string().nullable(), hookUrl: z.string().nullable(), hookCheckedAt: iso.nullable(), hookProblem: z.string().nullable(), previousSecretUntil: iso.nullable(), createdAt: iso,
}).openapi('App')
const newAppSchema = z.object({ platform: z.enum(['developers', 'business']), clientKey: key, secret, name: z.string().trim().min(1).max(100).optional(), environment: z.enum(['production', 'sandbox']).default('production') }).openapi('NewApp')
const changeSchema = z.object({ name: z.string().trim().min(1).max(100).optional(), secret: secret.optional() }).openapi('AppChange')

/** Our registrations on TikTok's platforms, for owners and admins. Secrets go in and never come out. */
export const appRoutes = room()
  .openapi(createRoute({ method: 'get', path: '/apps', tags: ['Apps'], summary: 'Our apps on TikTok', responses: { 200: says(pageOf(appSchema), 'All of them'), ...otherwise } }), async c => {
    const rows = await listApps(c.var.house.db)
    return c.json({ items: await Promise.all(rows.map(row => view(c.var.house, row))), next: null }, 200)
  })
  .openapi(createRoute({ method: 'post', path: '/apps', tags: ['Apps'], summary: 'Enter an app’s key and secret', request: takes(newAppSchema), responses: { 201: says(appSchema, 'The app'), ...otherwise } }), async c => {
    const { house, viewer } = c.var
    const wish = c.req.valid('json')
    const row = await house.commit(async (trx, tell) => {
      const saved = await saveApp(house, trx, { ...wish, name: wish.name ?? names[wish.platform], source: 'wizard' })
      if (wish.platform === 'business') await house.due.at(trx, HOOKS, String(saved.row.id), house.clock.now())
      tell({ type: `app.${saved.change === 'added' ? 'added' : 'changed'}`, accountId: null, audience: 'managers', subject: `app:${saved.row.id}`, actor: actorOf(viewer), body: { appId: saved.row.id, slug: saved.row.slug, platform: saved.row.platform } })
      return saved.row
    })
    return c.json(await view(house, row), 201)
  })
  .openapi(createRoute({ method: 'patch', path: '/apps/{id}', tags: ['Apps'], summary: 'Rename, or give the new secret; the old one stays valid for two weeks', request: { params: idParam, ...takes(changeSchema) }, responses: { 200: says(appSchema, 'The app now'), ...otherwise } }), async c => {
    const { house, viewer } = c.var
    const wish = c.req.valid('json')
    const row = await house.commit(async (trx, tell) => {
      const old = await trx.selectFrom('app').selectAll().where('id', '=', c.req.valid('param').id).where('retired_at', 'is', null).executeTakeFirst() ?? missing()
      const current = house.secrets.open(old.secret_sealed, `app:${old.id}:secret`)
      const saved = await saveApp(house, trx, { platform: old.platform, clientKey: old.client_key, environment: old.environment, source: old.source, name: wish.name ?? old.name, secret: wish.secret ?? current })
      tell({ type: 'app.changed', accountId: null, audience: 'managers', subject: `app:${old.id}`, actor: actorOf(viewer), body: { appId: old.id, slug: old.slug, newSecret: wish.secret !== undefined && wish.secret !== current } })
      return saved.row
    })
    return c.json(await view(house, row), 200)
  })
  .openapi(createRoute({ method: 'post', path: '/apps/{id}/check', tags: ['Apps'], summary: 'Ask TikTok now where it delivers messages to', request: { params: idParam }, responses: { 200: says(appSchema, 'The app, with what TikTok said'), ...otherwise } }), async c => {
    const { house } = c.var
    const { id } = c.req.valid('param')
    await registerHooks(house, id)
    return c.json(await view(house, await house.db.selectFrom('app').selectAll().where('id', '=', id).where('retired_at', 'is', null).executeTakeFirst() ?? missing()), 200)
  })
  .openapi(createRoute({ method: 'delete', path: '/apps/{id}', tags: ['Apps'], summary: 'Retire an app: no new consents, no webhooks; its history stays', request: { params: idParam }, responses: { 200: says(done, 'It is retired'), ...otherwise } }), async c => {
    const { house, viewer } = c.var
    await house.commit(async (trx, tell) => {
      const row = await retireApp(trx, c.req.valid('param').id, house.clock.now()) ?? missing()
      await house.due.cancel(trx, HOOKS, String(row.id))
      tell({ type: 'app.retired', accountId: null, audience: 'managers', subject: `app:${row.id}`, actor: actorOf(viewer), body: { appId: row.id, slug: row.slug } })
    })
    return c.json({ done: true } as const, 200)
  })

const names = { developers: 'TikTok for Developers', business: 'TikTok for Business' }
const missing = (): never => problem(404, 'not_found', 'There is no such app', 'Nothing was changed.')

async function view(house: House, row: AppRow) {
  const { rows } = await sql<{ n: number }>`select count(distinct account_id) as n from grant_ where app_id = ${row.id} and state <> 'removed'`.execute(house.db)
  const way = wayBack(house.config, row.platform)
  return {
    id: row.id, slug: row.slug, name: row.name, platform: row.platform, environment: row.environment, clientKey: row.client_key, source: row.source, accounts: rows[0]?.n ?? 0,
    redirectUri: way.possible ? way.redirectUri : null, hookUrl: hookUrl(house, row), hookCheckedAt: isoOf(row.webhook_checked_at), hookProblem: row.webhook_problem,
    previousSecretUntil: isoOf(row.previous_until), createdAt: row.created_at.toISOString(),
  }
}
