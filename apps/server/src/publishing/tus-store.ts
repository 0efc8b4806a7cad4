import { open, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { FileStore, type Configstore } from '@tus/file-store'
import { Upload } from '@tus/server'
import type { House } from '../kit/house.ts'
import { isDiskFull } from '../kit/media-keeping.ts'
import { deleteUpload, uploadById } from './uploads.ts'

/** Where unfinished files lie, beside the media folder and on its disk, so that a finished one is moved and not copied. */
export const uploadsFolder = (house: Pick<House, 'config'>) => join(house.config.dataDir, 'uploads')
export const uploadPath = (house: Pick<House, 'config'>, id: string) => join(uploadsFolder(house), id)

/** Files on disk, everything about them in the table: any process on this folder serves any upload. Expiry is ours, on the one clock. */
export class UploadStore extends FileStore {
  readonly folder: string
  constructor(house: House) {
    const configstore: Configstore = {
      async get(id) {
        const row = await uploadById(house.db, id)
        return row && new Upload({ id, size: row.bytes, offset: 0, metadata: { filename: row.name, filetype: row.mime }, creation_date: row.created_at.toISOString() })
      },
      set: () => Promise.resolve(), // the row was written when the upload was allowed
      async delete(id) { await deleteUpload(house.db, id) },
    }
    super({ directory: uploadsFolder(house), configstore })
    this.folder = uploadsFolder(house)
    this.extensions = ['creation', 'creation-with-upload', 'termination', 'expiration']
  }

  /** tus hides why a write failed; a full disk is told as what it is. */
  override async write(readable: Parameters<FileStore['write']>[0], id: string, offset: number): Promise<number> {
    try {
      const end = await super.write(readable, id, offset)
      await sync(join(this.folder, id)) // what we say we have, we have after a power cut too
      return end
    } catch (error) {
      const { bavail, bsize } = await statfs(this.folder)
      if (isDiskFull(error) || bavail * bsize < 1 << 20) throw Object.assign(new Error('The disk is full'), { status_code: 507, body: 'disk_full' })
      throw error
    }
  }
}

async function sync(path: string) {
  const file = await open(path)
  try { await file.sync() } finally { await file.close() }
}
