import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { pageOf, problem, room } from '../kit/http.ts'
import { done, otherwise, says, textIdParam } from './answers.ts'
import { endSessions, personById, sessionsOf } from './people.ts'
import { meSchema, sessionSchema } from './shapes.ts'
import { whoAsks, type Env } from './signed-in.ts'

/** Who am I, and where am I signed in. */
export const meRoutes = room()
  .openapi(createRoute({ method: 'get', path: '/me', tags: ['People'], summary: 'Who asks, and what this installation is', responses: { 200: says(meSchema, 'The viewer and the installation'), ...otherwise } }), async c => {
    const { house, viewer } = c.var
    const { personId } = whoAsks(c)
    const person = await personById(house.db, personId)
    const { mode, emulatorUrl, publicUrl, smtp } = house.config
    return c.json({
      viewer: { id: viewer.id, kind: viewer.kind, name: viewer.name, email: person?.email ?? '', role: viewer.role, scopes: viewer.scopes, twoFactor: person?.twoFactor ?? false },
      mode, serverTime: house.clock.now().toISOString(), pace: house.clock.pace(), emulatorUrl, publicUrl, mail: smtp !== null,
    }, 200)
  })
  .openapi(createRoute({ method: 'get', path: '/sessions', tags: ['People'], summary: 'Where I am signed in', responses: { 200: says(pageOf(sessionSchema), 'Sessions, the last used first'), ...otherwise } }), async c => {
    const who = whoAsks(c)
    const items = (await sessionsOf(c.var.house.db, who.personId)).map(session => ({
      id: session.id, current: session.id === who.sessionId, createdAt: session.createdAt.toISOString(), lastSeenAt: session.lastSeenAt.toISOString(),
      expiresAt: session.expiresAt.toISOString(), address: session.address, browser: session.browser,
    }))
    return c.json({ items, next: null }, 200)
  })
  .openapi(createRoute({ method: 'delete', path: '/sessions/{id}', tags: ['People'], summary: 'End one of my sessions', request: { params: textIdParam }, responses: { 200: says(done, 'It is ended'), ...otherwise } }), async c => {
    const personId = whoAsks(c).personId
    const { id } = c.req.valid('param')
    if (await endSessions(c.var.house, personId, { id }) === 0) problem(404, 'not_found', 'There is no such session', 'It may have ended already. Nothing was changed.')
    await tellEnded(c, personId, 1)
    return c.json({ done: true } as const, 200)
  })
  .openapi(createRoute({ method: 'delete', path: '/sessions', tags: ['People'], summary: 'End all my other sessions', responses: { 200: says(z.object({ ended: z.number().int() }), 'How many ended'), ...otherwise } }), async c => {
    const personId = whoAsks(c).personId
    const ended = await endSessions(c.var.house, personId, { except: whoAsks(c).sessionId })
    await tellEnded(c, personId, ended)
    return c.json({ ended }, 200)
  })

type C = Context<Env>

const tellEnded = (c: C, personId: string, ended: number) => c.var.house.commit(async (_trx, tell) => {
  tell({ type: 'person.ended_sessions', accountId: null, audience: 'managers', subject: `person:${personId}`, actor: { kind: 'person', id: personId, name: c.var.viewer.name }, body: { ended } })
})

