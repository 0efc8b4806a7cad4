import { randomBytes } from 'node:crypto'
import { sql, type Generated, type Selectable } from 'kysely'
import type { Actor } from '../kit/actor.ts'
import { wallNow } from '../kit/clock.ts'
import type { Db, Trx } from '../kit/db.ts'
import type { Role } from './auth.ts'
import { hashOf } from './tokens.ts'

export type LinkKind = 'owner' | 'invitation' | 'reset'
export type LinkTable = {
  id: Generated<number>
  token_hash: Buffer
  kind: LinkKind
  email: string | null
  name: string | null
  role: Role | null
  person_id: string | null
  accounts: number[]
  groups: number[]
  made_by: Actor
  created_at: Date
  expires_at: Date
  used_at: Date | null
  withdrawn_at: Date | null
}
export type LinkRow = Selectable<LinkTable>

declare module '../kit/db.ts' {
  interface Tables { entry_link: LinkTable }
}

export type NewLink = { kind: LinkKind; email?: string; name?: string; role?: Role; personId?: string; accounts?: number[]; groups?: number[]; by: Actor; hours: number }

/** A link that lets somebody in once. Its token is returned and only its hash kept. */
export async function insertLink(trx: Trx, link: NewLink): Promise<{ row: LinkRow; token: string }> {
  const token = randomBytes(32).toString('base64url')
  const now = wallNow()
  const row = await trx.insertInto('entry_link').values({
    token_hash: hashOf(token), kind: link.kind, email: link.email?.toLowerCase() ?? null, name: link.name ?? null, role: link.role ?? null, person_id: link.personId ?? null,
    accounts: link.accounts ?? [], groups: link.groups ?? [], made_by: JSON.stringify(link.by) as unknown as Actor,
    created_at: now, expires_at: new Date(now.getTime() + link.hours * 3_600_000), used_at: null, withdrawn_at: null,
  }).returningAll().executeTakeFirstOrThrow()
  return { row, token }
}

const usable = (db: Db, token: string) => db.selectFrom('entry_link').selectAll().where('token_hash', '=', hashOf(token)).where('used_at', 'is', null)
  .where('withdrawn_at', 'is', null).where('expires_at', '>', wallNow())

/** The link behind a token, if it can still be used. */
export const findLink = (db: Db, token: string): Promise<LinkRow | undefined> => usable(db, token).executeTakeFirst()

/** Uses a link up. Of two at once, one gets it and the other nothing. */
export const takeLink = (db: Db, token: string): Promise<LinkRow | undefined> =>
  db.updateTable('entry_link').set({ used_at: wallNow() }).where('token_hash', '=', hashOf(token)).where('used_at', 'is', null)
    .where('withdrawn_at', 'is', null).where('expires_at', '>', wallNow()).returningAll().executeTakeFirst()

/** What the link was for did not come about (a weak password, a taken address): it can be used again. */
export const giveLinkBack = (db: Db, id: number) => db.updateTable('entry_link').set({ used_at: null }).where('id', '=', id).execute()

/** A newer link of the same purpose replaces the older ones. */
export const withdrawLinks = (trx: Trx, which: { kind: LinkKind; email?: string; personId?: string }) => {
  let query = trx.updateTable('entry_link').set({ withdrawn_at: wallNow() }).where('kind', '=', which.kind).where('used_at', 'is', null).where('withdrawn_at', 'is', null)
  if (which.email !== undefined) query = query.where(sql`lower(email)`, '=', which.email.toLowerCase())
  if (which.personId !== undefined) query = query.where('person_id', '=', which.personId)
  return query.execute()
}

export const withdrawLink = (trx: Trx, id: number): Promise<LinkRow | undefined> =>
  trx.updateTable('entry_link').set({ withdrawn_at: wallNow() }).where('id', '=', id).where('kind', '=', 'invitation').where('used_at', 'is', null).where('withdrawn_at', 'is', null)
    .returningAll().executeTakeFirst()

export const openInvitations = (db: Db, before: number | null, limit: number): Promise<LinkRow[]> => {
  let query = db.selectFrom('entry_link').selectAll().where('kind', '=', 'invitation').where('used_at', 'is', null).where('withdrawn_at', 'is', null)
  if (before !== null) query = query.where('id', '<', before)
  return query.orderBy('id', 'desc').limit(limit).execute()
}
