import { createRoute, z } from '@hono/zod-openapi'
import { actorOf } from './identity/actor-of.ts'
import { problem, room } from './kit/http.ts'

/** What the server says to its launcher; the launcher closes the demo and opens the live installation on the same port. */
const GO_LIVE = 'set up the real one'

/** The button "Set up the real one": the demo steps aside, its data stays. The live installation prints its owner's link in the terminal. */
export const installationRoutes = room().openapi(createRoute({
  method: 'post', path: '/installation/live', tags: ['Installation'], summary: 'Leave the demo and start the live installation',
  description: 'Only where a launcher started this server (`npm start`). The demo stops and keeps its data; the live installation opens on the same address and prints a one-time link for its owner in the terminal.',
  responses: { 202: { description: 'It is on its way: this server answers no more, the next one does.', content: { 'application/json': { schema: z.object({ next: z.string() }) } } } },
}), async c => {
  const { house, viewer } = c.var
  if (viewer.role !== 'owner') problem(403, 'not_allowed', 'Not allowed', 'This is for the owner. Nothing was done.')
  if (house.config.mode !== 'demo') problem(409, 'already_live', 'This is the live installation', 'There is nothing to set up. Nothing was done.')
  if (!process.send || !process.connected) problem(409, 'no_launcher', 'This server was started by itself', 'Stop it and run "npm run live" instead. Nothing was done.')
  await house.commit(async (_trx, tell) => { tell({ type: 'installation.live', accountId: null, audience: 'managers', subject: 'house', actor: actorOf(viewer), body: {} }) })
  // The answer goes out first.
  setTimeout(() => process.send?.(GO_LIVE), 200)
  return c.json({ next: 'Look in the terminal: it prints the link that makes you the owner of the live installation.' }, 202)
})
