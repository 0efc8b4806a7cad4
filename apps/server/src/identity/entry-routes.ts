import { createRoute, z } from '@hono/zod-openapi'
import { theHouse } from '../kit/actor.ts'
import { clientAddress, problem, room } from '../kit/http.ts'
import { done, iso, otherwise, says, takes } from './answers.ts'
import { ADDRESS_HEADER, authOf } from './auth.ts'
import { enter, linkUrl, lookAtLink, needsOwner } from './enter.ts'
import { insertLink, withdrawLinks } from './links.ts'
import { resetMail, sendMail } from './mail.ts'
import { personByEmail } from './people.ts'
import { emailSchema, nameSchema, passwordSchema, roleSchema } from './shapes.ts'
import { perAddress, takeTry } from './tries.ts'

const token = z.string().min(20).max(100)
const lookSchema = z.object({ kind: z.enum(['owner', 'invitation', 'reset']), email: z.string().nullable(), name: z.string().nullable(), role: roleSchema.nullable(), expiresAt: iso }).openapi('EntryLinkFound')
const enteredSchema = z.object({ person: z.object({ id: z.string(), name: z.string(), email: z.string(), role: roleSchema }), signedIn: z.boolean() }).openapi('Entered')
export const RESET_HOURS = 24

/** The doors for people who are not in yet: links that work once, and "I forgot my password". No session needed, own pages only. */
export const entryRoutes = room()
  .openapi(createRoute({ method: 'get', path: '/entry', tags: ['Sign-in'], summary: 'Whether the house still waits for its owner, and whether it can send mail', security: [], responses: { 200: says(z.object({ needsOwner: z.boolean(), mail: z.boolean(), mode: z.enum(['demo', 'live']) }), 'What the sign-in page has to offer'), ...otherwise } }), async c => {
    const { house } = c.var
    return c.json({ needsOwner: await needsOwner(house), mail: house.config.smtp !== null, mode: house.config.mode }, 200)
  })
  .openapi(createRoute({ method: 'post', path: '/entry/look', tags: ['Sign-in'], summary: 'What a one-time link is for', security: [], request: takes(z.object({ token })), responses: { 200: says(lookSchema, 'The link'), ...otherwise } }), async c => {
    const link = await lookAtLink(c.var.house, c.req.valid('json').token)
    return c.json({ ...link, expiresAt: link.expiresAt.toISOString() }, 200)
  })
  .openapi(createRoute({ method: 'post', path: '/entry', tags: ['Sign-in'], summary: 'Use a one-time link: become owner, accept an invitation, or set a new password', security: [], request: takes(z.object({ token, password: passwordSchema, email: emailSchema.optional(), name: nameSchema.optional() })), responses: { 200: says(enteredSchema, 'In, and signed in unless a second factor is asked for'), ...otherwise } }), async c => {
    const { house } = c.var
    const wish = c.req.valid('json')
    const person = await enter(house, { token: wish.token, password: wish.password, ...(wish.email ? { email: wish.email } : {}), ...(wish.name ? { name: wish.name } : {}) })
    const headers = new Headers(c.req.raw.headers)
    headers.set(ADDRESS_HEADER, clientAddress(house.config, c))
    const answer = await (await authOf(house)).api.signInEmail({ body: { email: person.email, password: wish.password }, headers, asResponse: true })
    for (const cookie of answer.headers.getSetCookie()) c.header('set-cookie', cookie, { append: true })
    return c.json({ person: { id: person.id, name: person.name, email: person.email, role: person.role }, signedIn: answer.ok && !person.twoFactor }, 200)
  })
  .openapi(createRoute({ method: 'post', path: '/entry/forgot', tags: ['Sign-in'], summary: 'Ask for a link to set a new password, by mail', security: [], request: takes(z.object({ email: emailSchema })), responses: { 202: says(done, 'The same answer whether the address is known or not'), ...otherwise } }), async c => {
    const { house } = c.var
    if (!house.config.smtp) problem(409, 'no_mail', 'This Stagedoor cannot send mail', 'Nothing was sent. Ask an owner or admin for a link to set a new password.')
    const leave = await takeTry(house.db, `forgot:${clientAddress(house.config, c)}`, { ...perAddress, most: 5 })
    if (!leave.go) problem(429, 'too_many_tries', 'Too many tries', `Nothing was sent. Wait ${leave.waitSeconds} seconds, then try again.`, { retryAfterSeconds: leave.waitSeconds })
    // Not waited for: how long it takes would tell whether the address is known.
    void mailReset(house, c.req.valid('json').email).catch((why: unknown) => { house.log.warn({ err: why }, 'a reset link could not be made') })
    return c.json({ done: true } as const, 202)
  })

async function mailReset(house: Parameters<typeof needsOwner>[0], email: string) {
  const person = await personByEmail(house.db, email)
  if (!person || person.disabled) return
  const { token } = await house.commit(async (trx, tell) => {
    await withdrawLinks(trx, { kind: 'reset', personId: person.id })
    tell({ type: 'person.reset_link_made', accountId: null, audience: 'managers', subject: `person:${person.id}`, actor: theHouse, body: { asked: 'by the person' } })
    return await insertLink(trx, { kind: 'reset', personId: person.id, by: theHouse, hours: RESET_HOURS })
  })
  await sendMail(house, resetMail(person.email, linkUrl(house, token)))
}
