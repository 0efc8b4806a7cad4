import { link, open, rm, stat } from 'node:fs/promises'
import { theHouse } from '../kit/actor.ts'
import type { House } from '../kit/house.ts'
import type { JsonValue } from '../kit/json.ts'
import { problem } from '../kit/problem.ts'
import type { Tell } from '../kit/house.ts'
import { assetOfUpload, assetView, insertAsset, type AssetRow } from './assets.ts'
import type { Locks } from './locks.ts'
import { sleep } from './sleep.ts'
import { uploadPath } from './tus-store.ts'
import { deleteUpload, markFinished, uploadById, type UploadRow } from './uploads.ts'

/** Looks at a file that arrived. */
export const CHECK = 'publishing.check'
const PATIENCE_MS = 120_000

/**
 * A whole upload becomes an asset: synced, moved to the media, then row, job and event in one commit. May be repeated at any point: until that
 * commit the upload's own file stays, and after it the asset is found. Throws problems 507 when there is no room; nothing is lost then either.
 */
export async function finishUpload(house: House, locks: Locks, uploadId: string): Promise<AssetRow> {
  for (let waited = 0; ; waited += 100) {
    const known = await assetOfUpload(house.db, uploadId)
    if (known) return known
    const held = await locks.hold(`finish ${uploadId}`)
    if (held) try { return await moveIn(house, uploadId) } finally { await held.release() }
    if (waited > PATIENCE_MS) return problem(503, 'still_finishing', 'The file is still being taken in', 'It has arrived whole and is kept. Ask again in a moment.')
    await sleep(100)
  }
}

async function moveIn(house: House, uploadId: string): Promise<AssetRow> {
  const upload = await uploadById(house.db, uploadId)
  if (!upload) return problem(404, 'no_such_upload', 'This upload is not here', 'It expired. Choose the file again.')
  const known = upload.finished_at === null ? undefined : await assetOfUpload(house.db, uploadId)
  if (known) return known
  const path = uploadPath(house, uploadId)
  await syncFile(path)
  const kept = await house.media.adopt(await secondName(path), { mime: upload.mime, accountId: null })
  const asset = await house.commit(async (trx, tell) => {
    const { row, isNew } = await insertAsset(trx, {
      uploadId, mediaId: kept.mediaId, owner: { kind: upload.owner_kind, id: upload.owner_id, name: upload.owner_name, personId: upload.person_id },
      name: upload.name, mime: upload.mime, kind: upload.mime.startsWith('image/') ? 'photo' : 'video', bytes: kept.bytes,
    }, house.clock.now())
    await markFinished(trx, uploadId, house.clock.now())
    await house.due.cancel(trx, 'publishing.expire-upload', `upload:${uploadId}`)
    if (isNew) await house.jobs.enqueue(trx, CHECK, { assetId: row.id })
    tellAsset(tell, row)
    return row
  })
  await rm(path, { force: true })
  return asset
}

/** The maker of a file hears how it stands; the others hear of it when it is posted. */
export function tellAsset(tell: Tell, row: AssetRow) {
  tell({ type: 'asset.updated', accountId: null, personId: row.person_id, audience: 'person', subject: `asset:${row.id}`, actor: theHouse, body: assetView(row) as unknown as JsonValue })
}

/** An upload's time is over: what is whole is kept, the rest is removed. */
export async function expireUpload(house: House, locks: Locks, uploadId: string): Promise<void> {
  const upload = await uploadById(house.db, uploadId)
  if (!upload || upload.finished_at) return
  if (await bytesAt(house, upload) === upload.bytes) { await finishUpload(house, locks, uploadId); return }
  await rm(uploadPath(house, uploadId), { force: true })
  await deleteUpload(house.db, uploadId)
}

const bytesAt = async (house: House, upload: UploadRow) => (await stat(uploadPath(house, upload.id)).catch(() => undefined))?.size ?? 0

/** The media take the file over by moving it: they get a second name of it, and the first stays until the commit. */
async function secondName(path: string): Promise<string> {
  const other = `${path}.whole`
  await rm(other, { force: true })
  return await link(path, other).then(() => other, () => path) // a file system without links: moved at once
}

async function syncFile(path: string) {
  const file = await open(path, 'r+')
  try { await file.sync() } finally { await file.close() }
}

