import { sql, type Generated, type Selectable } from 'kysely'
import type { Db, Trx } from '../kit/db.ts'
import type { Viewer } from '../kit/viewer.ts'
import { seesAccount } from '../accounts/visible.ts'
import type { Mode, Options, Wish } from './wishes.ts'

type TargetTable = { id: Generated<number>; post_id: number; account_id: number; mode: Mode; caption: string; options: Options }
declare module '../kit/db.ts' {
  interface Tables { target: TargetTable }
}
export type TargetRow = Selectable<TargetTable>

export const insertTarget = (trx: Trx, postId: number, accountId: number, wish: Wish) =>
  trx.insertInto('target').values({ post_id: postId, account_id: accountId, mode: wish.mode, caption: wish.caption, options: wish.options }).returningAll().executeTakeFirstOrThrow()

export const targetById = (db: Db, id: number) => db.selectFrom('target').selectAll().where('id', '=', id).executeTakeFirst()

export const visibleTarget = (db: Db, viewer: Viewer, id: number) =>
  db.selectFrom('target').selectAll().where('id', '=', id).where(seesAccount(viewer, 'target.account_id')).executeTakeFirst()

/** Held until the commit: two retries of one target come one after the other. */
export const lockTarget = (trx: Trx, id: number) => trx.selectFrom('target').select('id').where('id', '=', id).forUpdate().executeTakeFirst()

export const targetsOfPosts = (db: Db, postIds: number[], viewer: Viewer | null): Promise<TargetRow[]> =>
  postIds.length === 0 ? Promise.resolve([])
    : db.selectFrom('target').selectAll().where(sql<boolean>`post_id = any(${postIds}::bigint[])`).$if(viewer !== null, q => viewer ? q.where(seesAccount(viewer, 'target.account_id')) : q).orderBy('id').execute()
