import { createRoute, z } from '@hono/zod-openapi'
import { sql } from 'kysely'
import type { House } from '../kit/house.ts'
import { cursorQuery, pageOf, problem, readCursor, room, writeCursor } from '../kit/http.ts'
import type { Viewer } from '../kit/viewer.ts'
import { actorOf } from './actor-of.ts'
import { done, idCursor, idParam, isoOf, otherwise, says, takes, textIdParam } from './answers.ts'
import type { Role } from './auth.ts'
import { linkUrl } from './enter.ts'
import { RESET_HOURS } from './entry-routes.ts'
import { give, givenTo } from './given.ts'
import { insertLink, openInvitations, withdrawLink, withdrawLinks, type LinkRow } from './links.ts'
import { invitationMail, resetMail, sendMail } from './mail.ts'
import { changePerson, countOwners, endSessions, listPeople, personByEmail, personById, removeTwoFactor, sessionsOf, type Person } from './people.ts'
import { emailSchema, givenSchema, invitationSchema, linkSchema, nameSchema, personSchema, roleSchema, sessionSchema } from './shapes.ts'

const INVITATION_HOURS = 7 * 24
const changeSchema = z.object({ role: roleSchema.optional(), name: nameSchema.optional(), disabled: z.boolean().optional(), twoFactor: z.literal(false).optional().openapi({ description: 'Removes a lost second factor' }) }).openapi('PersonChange')
const inviteSchema = z.object({ email: emailSchema, name: nameSchema.optional(), role: roleSchema.default('agent') }).extend(givenSchema.shape).openapi('NewInvitation')
const invited = z.object({ invitation: invitationSchema, link: linkSchema }).openapi('Invited')

/** People, for owners and admins. Everything here is an event with its actor. */
export const peopleRoutes = room()
  .openapi(createRoute({ method: 'get', path: '/people', tags: ['People'], summary: 'Everybody who works here', request: { query: cursorQuery }, responses: { 200: says(pageOf(personSchema), 'By name'), ...otherwise } }), async c => {
    const { cursor, limit } = c.req.valid('query')
    const after = readCursor(cursor, 2)
    const rows = await listPeople(c.var.house.db, after ? { name: String(after[0]), id: String(after[1]) } : null, limit + 1)
    const shown = rows.slice(0, limit)
    const last = shown.at(-1)
    return c.json({ items: await Promise.all(shown.map(person => view(c.var.house, person))), next: rows.length > limit && last ? writeCursor([last.name, last.id]) : null }, 200)
  })
  .openapi(createRoute({ method: 'get', path: '/people/{id}', tags: ['People'], summary: 'One person', request: { params: textIdParam }, responses: { 200: says(personSchema, 'The person'), ...otherwise } }), async c =>
    c.json(await view(c.var.house, await found(c.var.house, c.req.valid('param').id)), 200))
  .openapi(createRoute({ method: 'patch', path: '/people/{id}', tags: ['People'], summary: 'Change role or name; disable or enable', request: { params: textIdParam, ...takes(changeSchema) }, responses: { 200: says(personSchema, 'The person now'), ...otherwise } }), async c => {
    const { house, viewer } = c.var
    const wish = c.req.valid('json')
    const person = await oneAtATime(house, async () => {
      const who = await found(house, c.req.valid('param').id)
      mayTouch(viewer, who.role, wish.role ?? who.role)
      if (who.id === viewer.personId && (wish.role !== undefined || wish.disabled !== undefined)) problem(409, 'not_yourself', 'Not on yourself', 'Somebody else must change your role or disable you. Nothing was changed.')
      const losesOwner = who.role === 'owner' && !who.disabled && (wish.disabled === true || (wish.role !== undefined && wish.role !== 'owner'))
      if (losesOwner && await countOwners(house.db) <= 1) problem(409, 'last_owner', 'There must be an owner', 'This is the last one. Nothing was changed; make somebody else owner first.')
      await changePerson(house, who.id, {
        ...(wish.role ? { role: wish.role } : {}), ...(wish.name ? { name: wish.name } : {}),
        ...(wish.disabled === undefined ? {} : { banned: wish.disabled, banReason: wish.disabled ? 'disabled' : null }),
      })
      return who
    })
    if (wish.twoFactor === false) await removeTwoFactor(house, person.id)
    await tell(house, viewer, 'person.changed', person, { ...wish })
    return c.json(await view(house, await found(house, person.id)), 200)
  })
  .openapi(createRoute({ method: 'put', path: '/people/{id}/accounts', tags: ['People'], summary: 'Which accounts and groups an agent works for', request: { params: textIdParam, ...takes(givenSchema) }, responses: { 200: says(personSchema, 'The person now'), ...otherwise } }), async c => {
    const { house, viewer } = c.var
    const person = await found(house, c.req.valid('param').id)
    mayTouch(viewer, person.role, person.role)
    const wish = c.req.valid('json')
    await house.commit(async (trx, say) => {
      await give(trx, person.id, wish)
      say({ type: 'person.accounts_given', accountId: null, audience: 'managers', subject: `person:${person.id}`, actor: actorOf(viewer), body: { name: person.name, ...wish } })
    })
    return c.json(await view(house, person), 200)
  })
  .openapi(createRoute({ method: 'post', path: '/people/{id}/reset', tags: ['People'], summary: 'A one-time link with which this person sets a new password', request: { params: textIdParam }, responses: { 201: says(linkSchema, 'The link; pass it on unless it was mailed'), ...otherwise } }), async c => {
    const { house, viewer } = c.var
    const person = await found(house, c.req.valid('param').id)
    mayTouch(viewer, person.role, person.role)
    const { row, token } = await house.commit(async (trx, say) => {
      await withdrawLinks(trx, { kind: 'reset', personId: person.id })
      say({ type: 'person.reset_link_made', accountId: null, audience: 'managers', subject: `person:${person.id}`, actor: actorOf(viewer), body: { name: person.name } })
      return await insertLink(trx, { kind: 'reset', personId: person.id, by: actorOf(viewer), hours: RESET_HOURS })
    })
    const url = linkUrl(house, token)
    return c.json({ url, expiresAt: row.expires_at.toISOString(), mailed: await sendMail(house, resetMail(person.email, url)) }, 201)
  })
  .openapi(createRoute({ method: 'get', path: '/people/{id}/sessions', tags: ['People'], summary: 'Where this person is signed in', request: { params: textIdParam }, responses: { 200: says(pageOf(sessionSchema), 'Sessions'), ...otherwise } }), async c => {
    const person = await found(c.var.house, c.req.valid('param').id)
    mayTouch(c.var.viewer, person.role, person.role)
    const items = (await sessionsOf(c.var.house.db, person.id)).map(session => ({ ...session, current: false, createdAt: session.createdAt.toISOString(), lastSeenAt: session.lastSeenAt.toISOString(), expiresAt: session.expiresAt.toISOString() }))
    return c.json({ items, next: null }, 200)
  })
  .openapi(createRoute({ method: 'delete', path: '/people/{id}/sessions', tags: ['People'], summary: 'Sign this person out everywhere', request: { params: textIdParam }, responses: { 200: says(z.object({ ended: z.number().int() }), 'How many ended'), ...otherwise } }), async c => {
    const person = await found(c.var.house, c.req.valid('param').id)
    mayTouch(c.var.viewer, person.role, person.role)
    const ended = await endSessions(c.var.house, person.id, { except: null })
    await tell(c.var.house, c.var.viewer, 'person.signed_out_everywhere', person, { ended })
    return c.json({ ended }, 200)
  })
  .openapi(createRoute({ method: 'get', path: '/invitations', tags: ['People'], summary: 'Invitations nobody has used yet', request: { query: cursorQuery }, responses: { 200: says(pageOf(invitationSchema), 'Newest first'), ...otherwise } }), async c => {
    const { cursor, limit } = c.req.valid('query')
    const before = idCursor(cursor)
    const rows = await openInvitations(c.var.house.db, before, limit + 1)
    const items = rows.slice(0, limit)
    return c.json({ items: items.map(viewInvitation), next: rows.length > limit ? writeCursor([items.at(-1)?.id ?? 0]) : null }, 200)
  })
  .openapi(createRoute({ method: 'post', path: '/invitations', tags: ['People'], summary: 'Invite somebody; gives a link to pass on', request: takes(inviteSchema), responses: { 201: says(invited, 'The invitation and its link, shown once'), ...otherwise } }), async c => {
    const { house, viewer } = c.var
    const wish = c.req.valid('json')
    mayTouch(viewer, 'agent', wish.role)
    if (await personByEmail(house.db, wish.email)) problem(409, 'email_taken', 'This person works here already', 'Nobody was invited. Change their role under People, or make them a link for a new password.')
    const { row, token } = await house.commit(async (trx, say) => {
      await withdrawLinks(trx, { kind: 'invitation', email: wish.email })
      const link = await insertLink(trx, { kind: 'invitation', email: wish.email, role: wish.role, accounts: wish.accounts, groups: wish.groups, by: actorOf(viewer), hours: INVITATION_HOURS, ...(wish.name ? { name: wish.name } : {}) })
      say({ type: 'person.invited', accountId: null, audience: 'managers', subject: `invitation:${link.row.id}`, actor: actorOf(viewer), body: { email: wish.email, role: wish.role } })
      return link
    })
    const url = linkUrl(house, token)
    return c.json({ invitation: viewInvitation(row), link: { url, expiresAt: row.expires_at.toISOString(), mailed: await sendMail(house, invitationMail(wish.email, viewer.name, url)) } }, 201)
  })
  .openapi(createRoute({ method: 'delete', path: '/invitations/{id}', tags: ['People'], summary: 'Withdraw an invitation', request: { params: idParam }, responses: { 200: says(done, 'Its link no longer works'), ...otherwise } }), async c => {
    await c.var.house.commit(async (trx, say) => {
      const row = await withdrawLink(trx, c.req.valid('param').id) ?? problem(404, 'not_found', 'There is no such invitation', 'It may be used or withdrawn already. Nothing was changed.')
      say({ type: 'person.invitation_withdrawn', accountId: null, audience: 'managers', subject: `invitation:${row.id}`, actor: actorOf(c.var.viewer), body: { email: row.email } })
    })
    return c.json({ done: true } as const, 200)
  })

const found = async (house: House, id: string): Promise<Person> =>
  await personById(house.db, id) ?? problem(404, 'not_found', 'There is no such person', 'Nothing was changed.')

/** Two owners who disable each other at the same moment must not both succeed. */
const oneAtATime = <T>(house: House, work: () => Promise<T>): Promise<T> => house.db.transaction().execute(async trx => {
  await sql`select pg_advisory_xact_lock(${CHANGING})`.execute(trx)
  return await work()
})
const CHANGING = 4_300_104

/** An admin has no power over owners, and cannot make one. */
function mayTouch(viewer: Viewer, has: Role, gets: Role): void {
  if (viewer.role !== 'owner' && (has === 'owner' || gets === 'owner')) problem(403, 'owners_only', 'Only an owner may do that', 'Nothing was changed. Ask an owner.')
}

const view = async (house: House, person: Person) => ({
  id: person.id, name: person.name, email: person.email, role: person.role, disabled: person.disabled, twoFactor: person.twoFactor,
  createdAt: person.createdAt.toISOString(), lastSeenAt: isoOf(person.lastSeenAt), ...await givenTo(house.db, person.id),
})

const viewInvitation = (row: LinkRow) => ({
  id: row.id, email: row.email ?? '', name: row.name, role: row.role ?? 'agent', accounts: row.accounts, groups: row.groups,
  invitedBy: row.made_by.name, createdAt: row.created_at.toISOString(), expiresAt: row.expires_at.toISOString(),
})

const tell = (house: House, viewer: Viewer, type: string, person: Person, body: Record<string, string | number | boolean | undefined>) => house.commit(async (_trx, say) => {
  say({ type, accountId: null, audience: 'managers', subject: `person:${person.id}`, actor: actorOf(viewer), body: { name: person.name, ...body } })
})
