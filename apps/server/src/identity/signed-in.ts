import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { problem, type Variables } from '../kit/http.ts'
import { isManager } from '../kit/viewer.ts'
import { rightFor } from './rights.ts'
import { whoIsThere, type Who } from './who.ts'

export type Env = { Variables: Variables }

const BASE = '/api/v1'
/** Doors through which one comes in: links, resets, the description of the API. */
const open = [`${BASE}/entry`]
const secretNames = ['token', 'access_token', 'api_key', 'apikey', 'key', 'authorization']

/**
 * Every request below /api/v1 passes here: who is it, and may they. Sets `c.var.viewer`. Names and origins were looked at before (`sameOrigin`).
 * A stranger gets 401, a missing right 403 (the same whether the thing exists or not); what a person may not
 * see is answered by the rooms as 404.
 */
export const signedIn = createMiddleware<Env>(async (c, next) => {
  refuseTokenInUrl(c)
  await refuseUnstorable(c)
  if (open.some(path => c.req.path === path || c.req.path.startsWith(`${path}/`))) return await next()
  const who = await whoIsThere(c.var.house, c.req.raw.headers)
  if (!who) return problem(401, 'not_signed_in', 'Not signed in', 'Nothing was done. Sign in, or send an API token as "Authorization: Bearer …".')
  const right = rightFor(c.req.method, c.req.path.slice(BASE.length))
  if (right.personsOnly && who.viewer.kind !== 'person') return problem(403, 'person_only', 'This needs a person', 'Sign in and do it yourself; a token may not. Nothing was done.')
  if (right.managersOnly && !isManager(who.viewer)) return problem(403, 'not_allowed', 'Not allowed', 'This is for owners and admins. Nothing was done; ask one of them.')
  if (!who.viewer.scopes.includes(right.scope)) return problem(403, 'scope_missing', 'This token may not do that', `The token lacks the scope "${right.scope}". Nothing was done; make one with that scope.`)
  whoOf.set(c.req.raw, who)
  c.set('viewer', who.viewer)
  await next()
  for (const cookie of who.cookies) c.header('set-cookie', cookie, { append: true })
})

const whoOf = new WeakMap<Request, Who>()
/** The session and the person behind the viewer of a request that passed `signedIn`. */
export function whoAsks(c: Context<Env>): Who {
  const who = whoOf.get(c.req.raw)
  return who ?? problem(401, 'not_signed_in', 'Not signed in', 'Nothing was done. Sign in first.')
}

/** An address ends up in histories and logs. The token it carried is to be thought of as public. */
function refuseTokenInUrl(c: Context<Env>): void {
  for (const name of new URL(c.req.url).searchParams.keys()) {
    if (secretNames.includes(name.toLowerCase())) {
      problem(400, 'token_in_url', 'A token does not belong in an address', 'Nothing was done. Send it as "Authorization: Bearer …", and make a new one: this one may be in a log by now.')
    }
  }
}

/** U+0000 and halves of letters cannot be kept as text in PostgreSQL; no person types them. */
async function refuseUnstorable(c: Context<Env>): Promise<void> {
  const body = c.req.header('content-type')?.includes('json') ? await c.req.text() : ''
  if (/%00/.test(c.req.url) || unstorable.test(body)) problem(422, 'invalid_input', 'This input does not fit', 'It holds a character that is no letter (U+0000 or half of a surrogate pair). Nothing was done.')
}
const unstorable = /(?<!\\)(?:\\\\)*(?:\\u0000|\\ud[89ab][0-9a-f]{2}(?!\\ud[c-f][0-9a-f]{2})|(?<!\\ud[89ab][0-9a-f]{2})\\ud[c-f][0-9a-f]{2})/i
