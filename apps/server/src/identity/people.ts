import { sql } from 'kysely'
import { wallNow } from '../kit/clock.ts'
import type { Db } from '../kit/db.ts'
import type { House } from '../kit/house.ts'
import { problem } from '../kit/http.ts'
import { authOf, SHORTEST_PASSWORD, type Role } from './auth.ts'

/** A person as the list shows them. `id` is better-auth's. */
export type Person = { id: string; name: string; email: string; role: Role; disabled: boolean; twoFactor: boolean; createdAt: Date; lastSeenAt: Date | null }

const columns = sql`u.id, u.name, u.email, u.role, coalesce(u.banned, false) as disabled, coalesce(u."twoFactorEnabled", false) as "twoFactor", u."createdAt",
  (select max(s."updatedAt") from auth.session s where s."userId" = u.id) as "lastSeenAt"`

/** By name; `after` is the last name and id of the page before. */
export async function listPeople(db: Db, after: { name: string; id: string } | null, limit: number): Promise<Person[]> {
  const from = after ? sql`where (lower(u.name), u.id) > (${after.name.toLowerCase()}, ${after.id})` : sql``
  return (await sql<Person>`select ${columns} from auth."user" u ${from} order by lower(u.name), u.id limit ${limit}`.execute(db)).rows
}

export const personById = async (db: Db, id: string): Promise<Person | undefined> => (await sql<Person>`select ${columns} from auth."user" u where u.id = ${id}`.execute(db)).rows[0]
export const personByEmail = async (db: Db, email: string): Promise<Person | undefined> => (await sql<Person>`select ${columns} from auth."user" u where u.email = ${email.toLowerCase()}`.execute(db)).rows[0]
export const countPeople = async (db: Db): Promise<number> => (await sql<{ n: number }>`select count(*) as n from auth."user"`.execute(db)).rows[0]?.n ?? 0

/** Owners who can still come in. */
export const countOwners = async (db: Db): Promise<number> =>
  (await sql<{ n: number }>`select count(*) as n from auth."user" where role = 'owner' and not coalesce(banned, false)`.execute(db)).rows[0]?.n ?? 0

export type NewPerson = { email: string; name: string; role: Role; password: string }

/** Throws problem 409 `email_taken` or 422 `weak_password`; nobody was added then. */
export async function addPerson(house: House, person: NewPerson): Promise<Person> {
  checkPassword(person.password)
  if (await personByEmail(house.db, person.email)) problem(409, 'email_taken', 'There is somebody with that e-mail', 'Nobody was added. Sign in with it, or ask an owner for a link to set a new password.')
  const auth = await authOf(house)
  const { user } = await auth.api.createUser({ body: { email: person.email, name: person.name, password: person.password, role: person.role } })
  const added = await personById(house.db, user.id)
  if (!added) throw new Error('A person was added and is not there.')
  return added
}

export function checkPassword(password: string): void {
  if (password.length < SHORTEST_PASSWORD) problem(422, 'weak_password', 'That password is too short', `Use at least ${SHORTEST_PASSWORD} characters; a few words are fine. Nothing was changed.`)
  if (password.length > 200) problem(422, 'weak_password', 'That password is too long', 'Use at most 200 characters. Nothing was changed.')
}

/** Sets a new password and ends every session of the person. */
export async function setPassword(house: House, personId: string, password: string): Promise<void> {
  checkPassword(password)
  const { password: hasher, internalAdapter } = await (await authOf(house)).$context
  const hash = await hasher.hash(password)
  const credential = (await internalAdapter.findAccounts(personId)).find(account => account.providerId === 'credential')
  if (credential) await internalAdapter.updatePassword(personId, hash)
  else await internalAdapter.linkAccount({ userId: personId, providerId: 'credential', accountId: personId, password: hash })
  await internalAdapter.deleteUserSessions(personId)
}

export type PersonChange = { role?: Role; banned?: boolean; banReason?: string | null; name?: string }

export async function changePerson(house: House, personId: string, change: PersonChange): Promise<void> {
  const { internalAdapter } = await (await authOf(house)).$context
  await internalAdapter.updateUser(personId, { ...change })
  if (change.banned === true) await internalAdapter.deleteUserSessions(personId)
}

/** For somebody who lost their phone and their codes; they set it up anew. */
export async function removeTwoFactor(house: House, personId: string): Promise<void> {
  const { internalAdapter, adapter } = await (await authOf(house)).$context
  await adapter.deleteMany({ model: 'twoFactor', where: [{ field: 'userId', value: personId }] })
  await internalAdapter.updateUser(personId, { twoFactorEnabled: false })
}

export type Session = { id: string; createdAt: Date; lastSeenAt: Date; expiresAt: Date; address: string | null; browser: string | null }

export const sessionsOf = async (db: Db, personId: string): Promise<Session[]> => (await sql<Session>`
  select id, "createdAt", "updatedAt" as "lastSeenAt", "expiresAt", "ipAddress" as address, "userAgent" as browser
  from auth.session where "userId" = ${personId} and "expiresAt" > ${wallNow()} order by "updatedAt" desc limit 100`.execute(db)).rows

/** Ends one session, or all but `except`. Returns how many ended. */
export async function endSessions(house: House, personId: string, which: { id: string } | { except: string | null }): Promise<number> {
  const { internalAdapter } = await (await authOf(house)).$context
  const condition = 'id' in which ? sql`id = ${which.id}` : sql`id is distinct from ${which.except}`
  const { rows } = await sql<{ token: string }>`select token from auth.session where "userId" = ${personId} and ${condition}`.execute(house.db)
  for (const { token } of rows) await internalAdapter.deleteSession(token)
  return rows.length
}
