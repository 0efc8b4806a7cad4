import { Hono, type Context } from 'hono'
import { problem } from '../kit/http.ts'
import type { Env } from '../identity/signed-in.ts'
import { finishConnect, type Ending } from './finish.ts'

/** Where TikTok sends browsers back to; mounted at /connect. Each way ends on a page of the dashboard that says what happened. */
export const connectRoutes = new Hono<Env>()
  .get('/login/', back).get('/login', back)
  .get('/business/', back).get('/business', back)

async function back(c: Context<Env>): Promise<Response> {
  const { house } = c.var
  c.header('cache-control', 'no-store')
  return c.redirect(place(await finishConnect(house, outsideUrl(c), c.req.raw.headers)), 303)
}

/** The address as the browser knows it: behind a proxy the request itself says http and a name of its own. */
function outsideUrl(c: Context<Env>): URL {
  const url = new URL(c.req.url)
  const { publicUrl } = c.var.house.config
  if (publicUrl && c.req.header('host') === new URL(publicUrl).host) return new URL(url.pathname + url.search, publicUrl)
  return URL.canParse(url.href) ? url : problem(400, 'malformed', 'This address cannot be read', 'Nothing was done.')
}

function place(ending: Ending): string {
  if (ending.ended === 'elsewhere') return ending.url
  if (ending.ended === 'failed') return `/connect/result?${new URLSearchParams({ reason: ending.reason, ...(ending.code === null ? {} : { code: ending.code }) })}`
  return `/accounts?${new URLSearchParams({
    connected: String(ending.accountId), ...(ending.isNew ? { new: '1' } : {}), ...(ending.missing ? { missing: '1' } : {}),
    ...(ending.expected !== null && ending.expected !== ending.accountId ? { expected: String(ending.expected) } : {}),
  })}`
}
