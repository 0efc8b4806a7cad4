import { sql } from 'kysely'
import type { Db } from '../kit/db.ts'
import type { House } from '../kit/house.ts'
import type { Viewer } from '../kit/viewer.ts'
import { authOf, type Role } from './auth.ts'
import { findToken, tokenScopes } from './tokens.ts'

/** Who a request comes from. `personId`: the person, or the person behind the token. `cookies`: what the session wants renewed. */
export type Who = { viewer: Viewer; personId: string; sessionId: string | null; cookies: string[] }
type Person = { id: string; name: string; role: Role; banned: boolean }

/**
 * Reads the session cookie or the API token of a request, afresh each time: an ended session, a disabled person or a revoked token
 * is refused at once. Long streams ask again with the same headers.
 */
export async function whoIsThere(house: House, headers: Headers): Promise<Who | undefined> {
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1]
  return bearer === undefined ? await whoseSession(house, headers) : await whoseToken(house, bearer)
}

async function whoseSession(house: House, headers: Headers): Promise<Who | undefined> {
  if (!headers.has('cookie')) return undefined
  const auth = await authOf(house)
  const { headers: said, response } = await auth.api.getSession({ headers, returnHeaders: true })
  if (!response || response.user.banned) return undefined
  const role = roleOf(response.user.role)
  const accounts = await accountsOf(house.db, response.user.id, role)
  return {
    viewer: { kind: 'person', id: response.user.id, personId: response.user.id, name: response.user.name, role, scopes: scopesOf(role), accounts },
    personId: response.user.id, sessionId: response.session.id, cookies: said.getSetCookie(),
  }
}

async function whoseToken(house: House, text: string): Promise<Who | undefined> {
  const token = await findToken(house.db, text)
  if (!token || token.person_banned === true) return undefined
  const role = roleOf(token.person_role)
  const own = await accountsOf(house.db, token.person_id, role)
  const allowed = scopesOf(role)
  return {
    viewer: { kind: 'token', id: String(token.id), personId: token.person_id, name: token.name, role, scopes: token.scopes.filter(scope => allowed.includes(scope)), accounts: both(own, token.accounts) },
    personId: token.person_id, sessionId: null, cookies: [],
  }
}

/** What a person may see now, for what goes out in their name while they are away. Nothing: disabled or gone. */
export async function viewerOfPerson(db: Db, personId: string, only: number[] | null): Promise<Viewer | undefined> {
  const person = await personById(db, personId)
  if (!person || person.banned) return undefined
  return { kind: 'person', id: person.id, personId: person.id, name: person.name, role: person.role, scopes: scopesOf(person.role), accounts: both(await accountsOf(db, person.id, person.role), only) }
}

/** Owner and admin may do all of it; an agent works with messages and posts. */
export const scopesOf = (role: Role): string[] => tokenScopes.filter(scope => scope !== 'manage' || role !== 'agent')
const roleOf = (text: string | null | undefined): Role => text === 'owner' || text === 'admin' ? text : 'agent'

/** Owner and admin see every account; an agent those given one by one or through a group. */
async function accountsOf(db: Db, personId: string, role: Role): Promise<Viewer['accounts']> {
  if (role !== 'agent') return 'all'
  const { rows } = await sql<{ id: number }>`
    select account_id as id from account_person where person_id = ${personId}
    union select ga.account_id from account_group_person gp join account_group_account ga using (group_id) where gp.person_id = ${personId}`.execute(db)
  return rows.map(row => row.id)
}

/** A token never sees more than its person. */
const both = (own: Viewer['accounts'], given: number[] | null): Viewer['accounts'] =>
  given === null ? own : own === 'all' ? given : given.filter(id => own.includes(id))

async function personById(db: Db, id: string): Promise<Person | undefined> {
  const { rows } = await sql<{ id: string; name: string; role: string | null; banned: boolean | null }>`select id, name, role, banned from auth."user" where id = ${id}`.execute(db)
  const row = rows[0]
  return row && { id: row.id, name: row.name, role: roleOf(row.role), banned: row.banned === true }
}
