import { createHash } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { problem, Problem } from './problem.ts'

export type Source = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> | Uint8Array
export type Room = { maxBytes: number; quotaLeft: number | null }

/**
 * Writes the bytes to `path` and syncs them, counting and digesting as they pass; on any trouble the file is removed again.
 * Throws problems 413 too_large, 507 media_quota and 507 disk_full.
 */
export async function keepBytes(path: string, source: Source | 'already there', room: Room): Promise<{ bytes: number; sha256: string }> {
  const isThere = source === 'already there'
  const file = await open(path, isThere ? 'r+' : 'wx', 0o600)
  const digest = createHash('sha256')
  let bytes = 0
  try {
    for await (const piece of isThere ? file.createReadStream({ autoClose: false, highWaterMark: 1024 * 1024 }) as AsyncIterable<Uint8Array> : piecesOf(source)) {
      bytes += piece.byteLength
      if (bytes > room.maxBytes) problem(413, 'too_large', 'This file is too large', `At most ${readable(room.maxBytes)} are taken. Nothing was kept; choose a smaller file.`)
      if (room.quotaLeft !== null && bytes > room.quotaLeft) problem(507, 'media_quota', 'There is no room left for media', `The limit set for media is reached (${readable(room.quotaLeft)} were left). Nothing was kept; delete old files, or ask for a larger MEDIA_QUOTA.`)
      digest.update(piece)
      if (!isThere) await writeAll(file, piece)
    }
    await file.sync()
    return { bytes, sha256: digest.digest('hex') }
  } catch (why) {
    await rm(path, { force: true })
    if (isDiskFull(why) && !(why instanceof Problem)) problem(507, 'disk_full', 'The disk is full', 'Nothing of this file was kept. Make room on the server, then try again.')
    throw why
  } finally {
    await file.close()
  }
}

/** A renamed file is only there for good once its folder is synced. Windows cannot open folders, and needs not. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path)
  try { await folder.sync() } finally { await folder.close() }
}

export const isDiskFull = (why: unknown) => why instanceof Error && 'code' in why && (why.code === 'ENOSPC' || why.code === 'EDQUOT' || why.code === 'EFBIG')

const readable = (bytes: number) => bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.ceil(bytes / 1e3)} kB`

async function* piecesOf(source: Source): AsyncIterable<Uint8Array> {
  if (source instanceof Uint8Array) yield source
  else yield* source as AsyncIterable<Uint8Array>
}

async function writeAll(file: Awaited<ReturnType<typeof open>>, piece: Uint8Array): Promise<void> {
  for (let at = 0; at < piece.byteLength;) at += (await file.write(piece, at)).bytesWritten
}
