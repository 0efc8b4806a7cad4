import { sql, type Generated, type Selectable } from 'kysely'
import type { Db, Trx } from '../kit/db.ts'
import type { Viewer } from '../kit/viewer.ts'
import { seesAccount } from './visible.ts'

export type AccountTable = {
  id: Generated<number>
  /** Without @. Null: the person did not share it. */
  handle: string | null
  display_name: string
  avatar_media_id: number | null
  is_business: boolean | null
  connected_at: Date
  updated_at: Date
}
export type AccountRow = Selectable<AccountTable>

declare module '../kit/db.ts' {
  interface Tables { account: AccountTable }
}

export { findGrantByOpenId, type Grant } from './grants.ts'

/** One account as this viewer may see it; nothing when it does not exist or is not theirs. */
export const visibleAccount = (db: Db, viewer: Viewer, id: number) =>
  db.selectFrom('account').selectAll().where('id', '=', id).where(seesAccount(viewer, 'account.id')).executeTakeFirst()

export const accountById = (db: Db, id: number) => db.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirst()

/** Accounts with this handle; more than one only while a suggestion is undecided. */
export const accountsByHandle = (db: Db, handle: string) =>
  db.selectFrom('account').selectAll().where(sql`lower(handle)`, '=', handle.toLowerCase()).orderBy('id').execute()

export type Profile = { handle: string | null; displayName: string; isBusiness: boolean | null }

export const insertAccount = (trx: Trx, profile: Profile, now: Date) =>
  trx.insertInto('account').values({ handle: profile.handle, display_name: profile.displayName, avatar_media_id: null, is_business: profile.isBusiness, connected_at: now, updated_at: now })
    .returningAll().executeTakeFirstOrThrow()

/** What TikTok says now; what it does not say stays as it was. */
export const updateProfile = (trx: Trx, id: number, profile: Partial<Profile> & { avatarMediaId?: number }, now: Date) =>
  trx.updateTable('account').set({
    updated_at: now,
    ...(profile.handle ? { handle: profile.handle } : {}),
    ...(profile.displayName ? { display_name: profile.displayName } : {}),
    ...(profile.isBusiness === undefined || profile.isBusiness === null ? {} : { is_business: profile.isBusiness }),
    ...(profile.avatarMediaId ? { avatar_media_id: profile.avatarMediaId } : {}),
  }).where('id', '=', id).returningAll().executeTakeFirstOrThrow()

export const deleteAccountRow = (trx: Trx, id: number) => trx.deleteFrom('account').where('id', '=', id).execute()
