import type { Selectable } from 'kysely'
import type { Db, Trx } from '../kit/db.ts'
import type { Owner } from './assets.ts'

type UploadTable = {
  id: string
  owner_kind: string; owner_id: string; owner_name: string; person_id: string
  /** The Idempotency-Key it was begun with: begun twice, it is one upload. */
  request_key: string | null
  name: string; mime: string; bytes: number
  created_at: Date
  expires_at: Date
  finished_at: Date | null
}
declare module '../kit/db.ts' {
  interface Tables { upload: UploadTable }
}
export type UploadRow = Selectable<UploadTable>

export const insertUpload = (db: Db, upload: { id: string; owner: Owner; requestKey: string | null; name: string; mime: string; bytes: number; now: Date; expiresAt: Date }) =>
  db.insertInto('upload').values({
    id: upload.id, owner_kind: upload.owner.kind, owner_id: upload.owner.id, owner_name: upload.owner.name, person_id: upload.owner.personId, request_key: upload.requestKey,
    name: upload.name, mime: upload.mime, bytes: upload.bytes, created_at: upload.now, expires_at: upload.expiresAt,
  }).execute()

export const uploadById = (db: Db, id: string) => db.selectFrom('upload').selectAll().where('id', '=', id).executeTakeFirst()

export const uploadByKey = (db: Db, owner: Owner, key: string) =>
  db.selectFrom('upload').selectAll().where('owner_kind', '=', owner.kind).where('owner_id', '=', owner.id).where('request_key', '=', key).executeTakeFirst()

export const markFinished = (trx: Trx, id: string, now: Date) => trx.updateTable('upload').set({ finished_at: now }).where('id', '=', id).execute()
export const deleteUpload = (db: Db, id: string) => db.deleteFrom('upload').where('id', '=', id).where('finished_at', 'is', null).execute()

/** Bytes that unfinished uploads were promised room for. */
export async function bytesPromised(db: Db): Promise<number> {
  const row = await db.selectFrom('upload').select(eb => eb.fn.sum<string | null>('bytes').as('bytes')).where('finished_at', 'is', null).executeTakeFirst()
  return Number(row?.bytes ?? 0)
}

export const isOwner = (row: UploadRow, owner: Pick<Owner, 'kind' | 'id'>) => row.owner_kind === owner.kind && row.owner_id === owner.id
