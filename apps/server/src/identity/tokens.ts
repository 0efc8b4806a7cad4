import { createHash, randomBytes } from 'node:crypto'
import { sql, type Generated, type Selectable } from 'kysely'
import { wallNow } from '../kit/clock.ts'
import type { Db, Trx } from '../kit/db.ts'

export const tokenScopes = ['read', 'send', 'publish', 'manage'] as const
export type TokenScope = (typeof tokenScopes)[number]
export type TokenTable = {
  id: Generated<number>
  name: string
  hash: Buffer
  /** The last four characters, so that a person can tell tokens apart. */
  ending: string
  person_id: string
  scopes: string[]
  /** Null: every account the person sees. */
  accounts: number[] | null
  created_at: Date
  expires_at: Date | null
  last_used_at: Date | null
  revoked_at: Date | null
}
export type TokenRow = Selectable<TokenTable>

declare module '../kit/db.ts' {
  interface Tables { api_token: TokenTable }
}

const PREFIX = 'sdt_'
export const hashOf = (text: string) => createHash('sha256').update(text).digest()
/** Reading "last used" to the minute is enough, and spares a write per request. */
const USED_EVERY_MS = 60_000

export type NewToken = { name: string; personId: string; scopes: TokenScope[]; accounts: number[] | null; expiresAt: Date | null }

/** Makes a token. Its text is returned once and never kept. */
export async function insertToken(trx: Trx, token: NewToken): Promise<{ row: TokenRow; text: string }> {
  const text = PREFIX + randomBytes(32).toString('base64url')
  const row = await trx.insertInto('api_token').values({
    name: token.name, hash: hashOf(text), ending: text.slice(-4), person_id: token.personId, scopes: token.scopes, accounts: token.accounts,
    created_at: wallNow(), expires_at: token.expiresAt, last_used_at: null, revoked_at: null,
  }).returningAll().executeTakeFirstOrThrow()
  return { row, text }
}

export type FoundToken = TokenRow & { person_name: string; person_role: string | null; person_banned: boolean | null }

/** The token behind a text, if it is still good, and its person, in one look. */
export async function findToken(db: Db, text: string): Promise<FoundToken | undefined> {
  if (!text.startsWith(PREFIX)) return undefined
  const now = wallNow()
  const { rows } = await sql<FoundToken>`select t.*, u.name as person_name, u.role as person_role, u.banned as person_banned
    from api_token t join auth."user" u on u.id = t.person_id where t.hash = ${hashOf(text)} and t.revoked_at is null`.execute(db)
  const [row] = rows
  if (!row || (row.expires_at && row.expires_at <= now)) return undefined
  if (!row.last_used_at || now.getTime() - row.last_used_at.getTime() > USED_EVERY_MS) {
    await sql`update api_token set last_used_at = ${now} where id = ${row.id}`.execute(db)
  }
  return row
}

/** A person's tokens, or everybody's; newest first. */
export const listTokens = (db: Db, who: { personId: string } | 'everybody', before: number | null, limit: number) => {
  let query = db.selectFrom('api_token').innerJoin(sql<{ id: string; name: string }>`auth."user"`.as('u'), 'u.id', 'api_token.person_id')
    .selectAll('api_token').select('u.name as person_name')
  if (who !== 'everybody') query = query.where('person_id', '=', who.personId)
  if (before !== null) query = query.where('api_token.id', '<', before)
  return query.orderBy('api_token.id', 'desc').limit(limit).execute()
}

export const revokeToken = (trx: Trx, id: number, who: { personId: string } | 'everybody') => {
  const query = trx.updateTable('api_token').set({ revoked_at: wallNow() }).where('id', '=', id).where('revoked_at', 'is', null)
  return (who === 'everybody' ? query : query.where('person_id', '=', who.personId)).returningAll().executeTakeFirst()
}
