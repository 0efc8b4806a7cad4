import type { Generated, Selectable } from 'kysely'
import type { Db, Trx } from '../kit/db.ts'
import type { Viewer } from '../kit/viewer.ts'
import { seesAccount } from '../accounts/visible.ts'

type PostTable = { id: Generated<number>; asset_id: number; author_kind: string; author_id: string | null; author_name: string; created_at: Date }
declare module '../kit/db.ts' {
  interface Tables { post: PostTable }
}
export type PostRow = Selectable<PostTable>

export const insertPost = (trx: Trx, assetId: number, author: { kind: string; id: string | null; name: string }, now: Date) =>
  trx.insertInto('post').values({ asset_id: assetId, author_kind: author.kind, author_id: author.id, author_name: author.name, created_at: now }).returningAll().executeTakeFirstOrThrow()

export const postById = (db: Db, id: number) => db.selectFrom('post').selectAll().where('id', '=', id).executeTakeFirst()

/** Posts with at least one target this viewer may see, newest first. */
export const visiblePosts = (db: Db, viewer: Viewer, ask: { id?: number; accountId?: number | undefined; before?: number | undefined; limit: number }): Promise<PostRow[]> =>
  db.selectFrom('post').selectAll('post')
    .where(eb => eb.exists(eb.selectFrom('target').select('target.id').whereRef('target.post_id', '=', 'post.id').where(seesAccount(viewer, 'target.account_id'))
      .$if(ask.accountId !== undefined, q => q.where('target.account_id', '=', ask.accountId ?? 0))))
    .$if(ask.id !== undefined, q => q.where('post.id', '=', ask.id ?? 0))
    .$if(ask.before !== undefined, q => q.where('post.id', '<', ask.before ?? 0))
    .orderBy('post.id', 'desc').limit(ask.limit).execute()

/** Tries of this file that still need its bytes. */
export const attemptsNeeding = async (db: Db, assetId: number): Promise<number> => {
  const row = await db.selectFrom('attempt').innerJoin('target', 'target.id', 'attempt.target_id').innerJoin('post', 'post.id', 'target.post_id')
    .select(eb => eb.fn.countAll<number>().as('count')).where('post.asset_id', '=', assetId).where('attempt.state', 'in', ['opening', 'uploading', 'processing']).executeTakeFirst()
  return row?.count ?? 0
}
