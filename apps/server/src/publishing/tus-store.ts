import { createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { FileStore, type Configstore } from '@tus/file-store'
import { Upload } from '@tus/server'
import type { House } from '../kit/house.ts'
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

  /** The store's own way of writing hides why it failed (a full disk) and syncs nothing: what we say we have, we have after a power cut too. */
  override async write(readable: Readable, id: string, offset: number): Promise<number> {
    const path = join(this.folder, id)
    let bytes = 0
    const counted = async function* (source: AsyncIterable<Buffer>) {
      for await (const part of source) { bytes += part.length; yield part }
    }
    await pipeline(readable, counted, createWriteStream(path, { flags: 'r+', start: offset }))
    await sync(path)
    return offset + bytes
  }
}

async function sync(path: string) {
  const file = await open(path)
  try { await file.sync() } finally { await file.close() }
}
