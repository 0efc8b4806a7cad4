import { Hono, type Context } from 'hono'
import type { Actor } from '../kit/actor.ts'
import { theHouse } from '../kit/actor.ts'
import { clientAddress, problem } from '../kit/http.ts'
import { ADDRESS_HEADER, authOf } from './auth.ts'
import { personByEmail } from './people.ts'
import type { Env } from './signed-in.ts'
import { forgiveTries, perAccount, perAddress, takeTry } from './tries.ts'
import { whoIsThere } from './who.ts'

/** What of better-auth may be reached. Everything about other people goes through /api/v1/people, where it is checked and written down. */
const reachable: Record<string, string | null> = {
  'GET /get-session': null, 'GET /list-sessions': null,
  'POST /sign-in/email': null, 'POST /sign-out': 'person.signed_out',
  'POST /revoke-session': 'person.ended_session', 'POST /revoke-sessions': 'person.ended_sessions', 'POST /revoke-other-sessions': 'person.ended_sessions',
  'POST /change-password': 'person.changed_password', 'POST /update-user': 'person.changed_name',
  'POST /two-factor/enable': null, 'POST /two-factor/disable': 'person.two_factor_off', 'POST /two-factor/get-totp-uri': null,
  'POST /two-factor/verify-totp': null, 'POST /two-factor/verify-backup-code': null, 'POST /two-factor/generate-backup-codes': 'person.new_backup_codes',
}

/** better-auth at /api/auth/*: only what is listed above, with limits per account and address, and audited. */
export const authRoutes = new Hono<Env>().all('/*', async c => {
  const path = new URL(c.req.url).pathname.replace(/^.*?\/api\/auth/, '')
  const act = `${c.req.method} ${path}`
  if (!(act in reachable)) return problem(404, 'not_found', 'Nothing here', 'There is no such address. The API is described at /api/docs.')
  const request = await named(c)
  if (path === '/sign-in/email') return await signIn(c, request)
  const who = await whoIsThere(c.var.house, c.req.raw.headers)
  const answer = await (await authOf(c.var.house)).handler(request)
  if (answer.ok) await tellAct(c, path, who && { kind: 'person', id: who.personId, name: who.viewer.name }, answer)
  return answer
})

/** The request with the true address of the caller; whatever the caller wrote there is replaced. */
async function named(c: Context<Env>): Promise<Request> {
  const headers = new Headers(c.req.raw.headers)
  headers.set(ADDRESS_HEADER, clientAddress(c.var.house.config, c))
  headers.delete('x-forwarded-host')
  headers.delete('x-forwarded-proto')
  const body = c.req.method === 'GET' ? undefined : await c.req.arrayBuffer()
  return new Request(c.req.url, { method: c.req.method, headers, ...(body && body.byteLength > 0 ? { body } : {}) })
}

/** The same sentence and the same time whether the address is known or not: nobody learns who works here. */
async function signIn(c: Context<Env>, request: Request): Promise<Response> {
  const { house } = c.var
  const email = await emailOf(request.clone())
  const accountKey = house.secrets.mac('sign-in tries', email)
  const addressKey = `address:${request.headers.get(ADDRESS_HEADER)}`
  for (const [key, limit] of [[addressKey, perAddress], [accountKey, perAccount]] as const) {
    const leave = await takeTry(house.db, key, limit)
    if (leave.go) continue
    if (leave.lockedNow) await house.commit(async (_trx, tell) => {
      tell({ type: 'sign_in.locked', accountId: null, audience: 'managers', subject: 'sign-in', actor: theHouse, body: { what: key === accountKey ? 'account' : 'address', email: email.slice(0, 200), address: request.headers.get(ADDRESS_HEADER), waitSeconds: leave.waitSeconds } })
    })
    c.header('retry-after', String(leave.waitSeconds))
    return problem(429, 'too_many_tries', 'Too many tries', `Nothing was checked. Wait ${leave.waitSeconds} seconds, then try again, or ask an owner for a link to set a new password.`, { retryAfterSeconds: leave.waitSeconds })
  }
  const answer = await (await authOf(house)).handler(request)
  if (answer.ok) {
    await forgiveTries(house.db, accountKey, addressKey)
    const needsCode = await answer.clone().json().then((said: { twoFactorRedirect?: boolean }) => said.twoFactorRedirect === true, () => false)
    if (!needsCode) await tellSignIn(c, email)
    return answer
  }
  if (answer.status === 429) return problem(429, 'too_many_tries', 'Too many tries', 'Nothing was checked. Wait a minute, then try again.')
  return problem(401, 'wrong_credentials', 'That did not work', 'E-mail or password is not right. Try again, or ask an owner for a link to set a new password.')
}

async function emailOf(request: Request): Promise<string> {
  const body: unknown = await request.json().catch(() => null)
  const email = typeof body === 'object' && body !== null && 'email' in body ? body.email : null
  return typeof email === 'string' ? email.trim().toLowerCase().slice(0, 320) : ''
}

async function tellSignIn(c: Context<Env>, email: string) {
  const person = await personByEmail(c.var.house.db, email)
  if (person) await tell(c, 'person.signed_in', { kind: 'person', id: person.id, name: person.name })
}

async function tellAct(c: Context<Env>, path: string, actor: Actor | undefined, answer: Response) {
  const type = reachable[`${c.req.method} ${path}`]
  if (type && actor) return await tell(c, type, actor)
  if (path !== '/two-factor/verify-totp' && path !== '/two-factor/verify-backup-code') return
  // The code either completes a sign-in (nobody was there before) or turns the second factor on.
  const said = await answer.clone().json().catch(() => null) as { user?: { id?: string; name?: string } } | null
  if (said?.user?.id) await tell(c, actor ? 'person.two_factor_on' : 'person.signed_in', { kind: 'person', id: said.user.id, name: said.user.name ?? '' })
}

const tell = (c: Context<Env>, type: string, actor: Actor) => c.var.house.commit(async (_trx, say) => {
  say({ type, accountId: null, audience: 'managers', subject: `person:${actor.id}`, actor, body: { address: clientAddress(c.var.house.config, c) } })
})
