import type { IncomingMessage, ServerResponse } from 'node:http'
import { resolve } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { accountsRoutes, connectRoutes } from './accounts/routes.ts'
import { authorizationRemoved } from './accounts/disconnect.ts'
import { startAccounts, upsertConfiguredApps } from './accounts/start.ts'
import { apiDescription } from './identity/api-description.ts'
import { authRoutes } from './identity/auth-door.ts'
import { identityRoutes } from './identity/routes.ts'
import { signedIn } from './identity/signed-in.ts'
import { inboxRoutes } from './inbox/routes.ts'
import { inboxListeners, startInbox } from './inbox/start.ts'
import { deliveryRoutes } from './delivery-routes.ts'
import { health } from './health.ts'
import { installationRoutes } from './installation.ts'
import { bodyLimit, notFound, requestIds, room, sameOrigin, securityHeaders } from './kit/http.ts'
import type { House } from './kit/house.ts'
import { mediaDoor } from './kit/media-door.ts'
import { publishingRoutes } from './publishing/routes.ts'
import { onPublishEvent, startPublishing } from './publishing/start.ts'
import { staticFiles } from './static.ts'
import { openStream } from './stream.ts'
import { answerHook, hookRoutes, startReceiving, type Listener } from './webhook.ts'

const MOST_BODY_BYTES = 1 << 20
/** Doors that bound their bodies themselves: webhooks (their own limit) and uploads (tus). */
const boundThemselves = (path: string) => path.startsWith('/hooks/') || path.startsWith('/api/v1/uploads')
const dashboard = resolve(import.meta.dirname, '../../web/dist')

/** Every route below /api/v1, joined. */
export const joinRooms = () => room()
  .route('/api/v1', identityRoutes)
  .route('/api/v1', accountsRoutes)
  .route('/api/v1', inboxRoutes)
  .route('/api/v1', deliveryRoutes)
  .route('/api/v1', publishingRoutes)
  .route('/api/v1', installationRoutes)

/** Joins the rooms, starts what runs by itself (jobs, due rows, the drainer), and gives the one door to serve. */
export async function openApp(house: House) {
  const stream = openStream(house)
  const app = room()
  app.use(async (c, next) => { c.set('house', house); await next() })
  app.route('/', hookRoutes) // first of all: it proves itself, bounds its own bodies, and needs none of what follows
  app.use(requestIds(house.log))
  app.use(securityHeaders(house.config), bodyLimit(MOST_BODY_BYTES, boundThemselves))
  app.route('/', health(house)) // probes of a proxy or a container know no name; it tells nothing about anybody
  app.use(sameOrigin(house.config, path => path.startsWith('/hooks/'))) // pages, pictures, sign-in and API alike
  app.route('/', mediaDoor(house))
  app.route('/api/auth', authRoutes)
  app.route('/connect', connectRoutes)
  app.use('/api/v1/*', signedIn)
  app.get('/api/v1/events', stream.door)
  const rooms = joinRooms()
  app.route('/', rooms)
  app.route('/', apiDescription(rooms))
  app.all('/api/*', notFound)
  app.route('/', staticFiles(dashboard))
  app.notFound(notFound)

  startAccounts(house)
  const inbox = startInbox(house)
  const publishing = startPublishing(house)
  await house.jobs.start()
  await house.due.start()
  await upsertConfiguredApps(house)
  const drainer = startReceiving(house, { ...inboxListeners, 'post.publish.*': onPublishEvent, 'authorization.removed': permissionRemoved })
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  return {
    /** For `createServer`: webhooks go straight to their door, everything else through the routes. */
    listener: (incoming: IncomingMessage, outgoing: ServerResponse) => { if (!answerHook(house, incoming, outgoing)) void answer(incoming, outgoing) },
    fetch: app.fetch, routes: app.routes, drainer,
    /** Every described route, for tests that hold answers against their description. */
    described: rooms.openAPIRegistry.definitions,
    /** No more streams: pages come back to whoever answers next. */
    close: () => stream.close(),
    /** Lets go of what runs, in order; everything goes on from its row. */
    async stopped() { await drainer.stop(); await inbox.stop(); await publishing.stop() },
  }
}
/** Accounts forget the permission, and uploads that cannot go on without it end. */
const permissionRemoved: Listener = async (house, trx, tell, list) => {
  await authorizationRemoved(house, trx, tell, list)
  await onPublishEvent(house, trx, tell, list)
}
export type App = Awaited<ReturnType<typeof openApp>>
