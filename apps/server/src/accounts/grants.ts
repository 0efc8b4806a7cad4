import type { Generated, Selectable } from 'kysely'
import type { Db, Trx } from '../kit/db.ts'
import type { House } from '../kit/house.ts'

export type GrantTable = {
  id: Generated<number>
  app_id: number
  account_id: number
  open_id: string
  scopes: string[]
  access_sealed: string | null
  refresh_sealed: string | null
  expires_at: Date
  refresh_expires_at: Date
  refreshed_at: Date
  /** Grows with each new pair of tokens: who holds an older number holds an older pair. */
  generation: Generated<number>
  state: GrantState
  why: string | null
  connected_at: Date
}
export type GrantState = 'working' | 'reconnect' | 'removed'
export type GrantRow = Selectable<GrantTable>
/** A grant without its tokens. */
export type Grant = { id: number; appId: number; accountId: number; openId: string; scopes: string[]; expiresAt: Date; state: GrantState; generation: number }
/** What a token endpoint gave, in our words. Times are counted from the moment of asking. */
export type Pair = { accessToken: string; refreshToken: string; expiresAt: Date; refreshExpiresAt: Date; scopes: string[] }

declare module '../kit/db.ts' {
  interface Tables { grant_: GrantTable }
}

/** The grant behind an open_id that TikTok names in a webhook; open_id differs per app. */
export async function findGrantByOpenId(db: Db, appId: number, openId: string): Promise<Grant | undefined> {
  const row = await db.selectFrom('grant_').selectAll().where('app_id', '=', appId).where('open_id', '=', openId).executeTakeFirst()
  return row && asGrant(row)
}

/** The grant of an account on a platform that calls should use: a working one before a broken one, the newest first. */
export const grantFor = (db: Db, accountId: number, platform: 'developers' | 'business') =>
  db.selectFrom('grant_').innerJoin('app', 'app.id', 'grant_.app_id').selectAll('grant_')
    .where('grant_.account_id', '=', accountId).where('app.platform', '=', platform).where('grant_.state', '!=', 'removed')
    .orderBy(eb => eb.case().when('grant_.state', '=', 'working').then(0).else(1).end()).orderBy('grant_.connected_at', 'desc').orderBy('grant_.id', 'desc')
    .limit(1).executeTakeFirst()

export const grantById = (db: Db, id: number) => db.selectFrom('grant_').selectAll().where('id', '=', id).executeTakeFirst()
export const lockGrant = (trx: Trx, id: number) => trx.selectFrom('grant_').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()

export type NewGrant = { appId: number; accountId: number; openId: string; pair: Pair }

/** A consent gave tokens: a new grant, or new tokens for the one that the same account gave the same app before. */
export async function saveGrant(house: House, trx: Trx, grant: NewGrant): Promise<GrantRow> {
  const now = house.clock.now()
  const { id } = await trx.insertInto('grant_').values({
    app_id: grant.appId, account_id: grant.accountId, open_id: grant.openId, scopes: grant.pair.scopes, access_sealed: null, refresh_sealed: null,
    expires_at: grant.pair.expiresAt, refresh_expires_at: grant.pair.refreshExpiresAt, refreshed_at: now, state: 'working', why: null, connected_at: now,
  }).onConflict(oc => oc.columns(['app_id', 'open_id']).doUpdateSet({ account_id: grant.accountId, connected_at: now }))
    .returning('id').executeTakeFirstOrThrow()
  return await savePair(house, trx, id, grant.pair)
}

/** The newest pair wins; the older one is gone with this commit. */
export const savePair = (house: House, trx: Trx, id: number, pair: Pair): Promise<GrantRow> =>
  trx.updateTable('grant_').set(eb => ({
    access_sealed: house.secrets.seal(pair.accessToken, accessName(id)),
    refresh_sealed: house.secrets.seal(pair.refreshToken, refreshName(id)),
    expires_at: pair.expiresAt, refresh_expires_at: pair.refreshExpiresAt, scopes: pair.scopes,
    refreshed_at: house.clock.now(), generation: eb('generation', '+', 1), state: 'working' as const, why: null,
  })).where('id', '=', id).returningAll().executeTakeFirstOrThrow()

/** The grant no longer works; `why` is a stable code. A removed one keeps no token. */
export const endGrant = (trx: Trx, id: number, state: 'reconnect' | 'removed', why: string) =>
  trx.updateTable('grant_').set({ state, why, ...(state === 'removed' ? { access_sealed: null, refresh_sealed: null } : {}) })
    .where('id', '=', id).returningAll().executeTakeFirst()

export const openAccess = (house: House, row: GrantRow) => row.access_sealed === null ? undefined : house.secrets.open(row.access_sealed, accessName(row.id))
export const openRefresh = (house: House, row: GrantRow) => row.refresh_sealed === null ? undefined : house.secrets.open(row.refresh_sealed, refreshName(row.id))

export const asGrant = (row: GrantRow): Grant =>
  ({ id: row.id, appId: row.app_id, accountId: row.account_id, openId: row.open_id, scopes: row.scopes, expiresAt: row.expires_at, state: row.state, generation: row.generation })

const accessName = (id: number) => `grant:${id}:access`
const refreshName = (id: number) => `grant:${id}:refresh`
