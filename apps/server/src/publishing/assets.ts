import { sql, type Generated, type Selectable } from 'kysely'
import type { Db, Trx } from '../kit/db.ts'
import type { Viewer } from '../kit/viewer.ts'
import { seesAccount } from '../accounts/visible.ts'
import type { Finding } from './findings.ts'
import type { Probe } from './probe.ts'

type AssetTable = {
  id: Generated<number>
  /** The upload it came by: an upload that ends twice is one asset. */
  upload_id: string
  media_id: number | null
  owner_kind: string; owner_id: string; owner_name: string
  /** The person, or the person behind the token: who hears of it. */
  person_id: string
  name: string; mime: string; kind: 'video' | 'photo'; bytes: number
  state: 'checking' | 'ready' | 'refused'
  probe: Probe | null
  findings: Generated<Finding[]>
  created_at: Date
  checked_at: Date | null
  deleted_at: Date | null
}
declare module '../kit/db.ts' {
  interface Tables { asset: AssetTable }
}
export type AssetRow = Selectable<AssetTable>
export type AssetView = {
  id: number; name: string; bytes: number; mime: string; kind: 'video' | 'photo'; state: 'checking' | 'ready' | 'refused'
  probe: Probe | null; findings: Finding[]; url: string | null; createdAt: string
}

/** Who a file belongs to: a person or a token, and the person behind. */
export type Owner = { kind: string; id: string; name: string; personId: string }

type NewAsset = { uploadId: string; mediaId: number; owner: Owner; name: string; mime: string; kind: 'video' | 'photo'; bytes: number }

/** The asset of an upload: made once, found ever after. */
export async function insertAsset(trx: Trx, asset: NewAsset, now: Date): Promise<{ row: AssetRow; isNew: boolean }> {
  const made = await trx.insertInto('asset').values({
    upload_id: asset.uploadId, media_id: asset.mediaId, owner_kind: asset.owner.kind, owner_id: asset.owner.id, owner_name: asset.owner.name, person_id: asset.owner.personId,
    name: asset.name, mime: asset.mime, kind: asset.kind, bytes: asset.bytes, state: 'checking', created_at: now,
  }).onConflict(oc => oc.column('upload_id').doNothing()).returningAll().executeTakeFirst()
  if (made) return { row: made, isNew: true }
  return { row: await trx.selectFrom('asset').selectAll().where('upload_id', '=', asset.uploadId).executeTakeFirstOrThrow(), isNew: false }
}

/** What was found. A refused file has no bytes any more. */
export const saveCheck = (trx: Trx, id: number, check: { state: 'ready' | 'refused'; mime: string; probe: Probe | null; findings: Finding[] }, now: Date) =>
  trx.updateTable('asset').set({ state: check.state, mime: check.mime, probe: check.probe === null ? null : json(check.probe), findings: json(check.findings), checked_at: now, ...(check.state === 'refused' ? { media_id: null } : {}) })
    .where('id', '=', id).where('state', '=', 'checking').returningAll().executeTakeFirst()

/** The file goes with the commit's end; the row stays for the posts that name it. */
export const markDeleted = (trx: Trx, id: number, now: Date) =>
  trx.updateTable('asset').set({ deleted_at: now, media_id: null }).where('id', '=', id).where('deleted_at', 'is', null).returningAll().executeTakeFirst()

export const assetById = (db: Db, id: number) => db.selectFrom('asset').selectAll().where('id', '=', id).executeTakeFirst()
export const assetOfUpload = (db: Db, uploadId: string) => db.selectFrom('asset').selectAll().where('upload_id', '=', uploadId).executeTakeFirst()

export async function assetsById(db: Db, ids: number[]): Promise<Map<number, AssetRow>> {
  if (ids.length === 0) return new Map()
  const rows = await db.selectFrom('asset').selectAll().where(sql<boolean>`id = any(${ids}::bigint[])`).execute()
  return new Map(rows.map(row => [row.id, row]))
}

/** One's own files (a person's include those of their tokens, a token's are its own), and those posted to an account one may see. */
export const visibleAssets = (db: Db, viewer: Viewer, ask: { id?: number; before?: number | undefined; limit: number }): Promise<AssetRow[]> =>
  db.selectFrom('asset').selectAll().where('deleted_at', 'is', null)
    .$if(viewer.accounts !== 'all', q => q.where(eb => eb.or([
      viewer.kind === 'person' ? eb('person_id', '=', viewer.personId) : eb.and([eb('owner_kind', '=', viewer.kind), eb('owner_id', '=', viewer.id)]),
      eb.exists(eb.selectFrom('target').innerJoin('post', 'post.id', 'target.post_id').select('target.id').whereRef('post.asset_id', '=', 'asset.id').where(seesAccount(viewer, 'target.account_id'))),
    ])))
    .$if(ask.id !== undefined, q => q.where('id', '=', ask.id ?? 0))
    .$if(ask.before !== undefined, q => q.where('id', '<', ask.before ?? 0))
    .orderBy('id', 'desc').limit(ask.limit).execute()

/** Bytes of all files held. */
export async function bytesHeld(db: Db): Promise<number> {
  const row = await db.selectFrom('asset').select(eb => eb.fn.sum<number | null>('bytes').as('bytes')).where('deleted_at', 'is', null).executeTakeFirst()
  return Number(row?.bytes ?? 0)
}

export const assetView = (row: AssetRow): AssetView => ({
  id: row.id, name: row.name, bytes: row.bytes, mime: row.mime, kind: row.kind, state: row.state, probe: row.probe, findings: row.findings,
  url: row.media_id === null ? null : `/api/v1/assets/${row.id}/file`, createdAt: row.created_at.toISOString(),
})

const json = <T>(value: T) => sql<T>`${JSON.stringify(value)}::jsonb`
