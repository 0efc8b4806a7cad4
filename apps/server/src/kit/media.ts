import type { FileHandle } from 'node:fs/promises'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { Clock } from './clock.ts'
import { wallNow } from './clock.ts'
import type { Db, Trx } from './db.ts'
import { keepBytes, syncFolder, type Source } from './media-keeping.ts'
import { linksTo, type MediaLinks } from './media-links.ts'
import { problem } from './problem.ts'
import type { Secrets } from './secrets.ts'

export type MediaFile = { mediaId: number; bytes: number; mime: string; sha256: string; accountId: number | null; createdAt: Date }
export type Media = MediaLinks & {
  /** Keeps the bytes on disk (written, synced, then known) or keeps nothing and ends in a problem: 413 too_large, 507 disk_full or media_quota. */
  put(source: Source, about: { mime: string; accountId: number | null; maxBytes?: number }): Promise<{ mediaId: number; bytes: number; sha256: string }>
  /** The same for a file that already lies on this disk, such as a finished upload: it is moved, not copied. */
  adopt(path: string, about: { mime: string; accountId: number | null; maxBytes?: number }): Promise<{ mediaId: number; bytes: number; sha256: string }>
  stat(mediaId: number): Promise<MediaFile | undefined>
  /** Bytes from `start` to `end`, both included. */
  read(mediaId: number, range?: { start?: number; end?: number }): Promise<ReadableStream<Uint8Array>>
  /** For positional reads; the caller closes it. */
  handle(mediaId: number): Promise<FileHandle>
  remove(mediaId: number): Promise<void>
  /** Bytes kept in all. */
  total(): Promise<number>
  /** Files that no row knows (a crash between the two) and unfinished ones, older than a day. Returns how many went. */
  sweep(): Promise<number>
}

type MediaTable = { id: import('kysely').Generated<number>; file: string; mime: string; bytes: number; sha256: string; account_id: number | null; created_at: Date }
declare module './db.ts' { interface Tables { media: MediaTable } }

const DAY_MS = 86_400_000
const LARGEST_BYTES = 8 * 1024 ** 3

export function openMedia(db: Db, clock: Clock, secrets: Secrets, settings: { dataDir: string; mediaQuotaBytes: number | null }): Media {
  const folder = join(settings.dataDir, 'media')
  const placeOf = (file: string) => join(folder, file.slice(0, 2), file)
  const total = async () => {
    const row = await db.selectFrom('media').select(({ fn }) => fn.sum<string | null>('bytes').as('bytes')).executeTakeFirst()
    return Number(row?.bytes ?? 0)
  }
  const find = async (mediaId: number) => await db.selectFrom('media').selectAll().where('id', '=', mediaId).executeTakeFirst()
    ?? problem(404, 'media_gone', 'This file is not here', 'It was removed, or it never existed. Upload it again.')
  const room = async (maxBytes = LARGEST_BYTES) => ({ maxBytes, quotaLeft: settings.mediaQuotaBytes === null ? null : Math.max(0, settings.mediaQuotaBytes - await total()) })

  const settle = async (draft: string, kept: { bytes: number; sha256: string }, about: { mime: string; accountId: number | null }) => {
    const file = randomUUID()
    const place = placeOf(file)
    await mkdir(join(folder, file.slice(0, 2)), { recursive: true, mode: 0o700 })
    await rename(draft, place)
    await syncFolder(join(folder, file.slice(0, 2)))
    const row = await db.insertInto('media').values({ file, mime: about.mime, bytes: kept.bytes, sha256: kept.sha256, account_id: about.accountId, created_at: clock.now() })
      .returning('id').executeTakeFirstOrThrow().catch(async (why: unknown) => { await rm(place, { force: true }); throw why })
    return { mediaId: row.id, ...kept }
  }

  return {
    ...linksTo(db, clock, secrets),
    async put(source, about) {
      const draft = join(folder, 'unfinished', randomUUID())
      await mkdir(join(folder, 'unfinished'), { recursive: true, mode: 0o700 })
      return settle(draft, await keepBytes(draft, source, await room(about.maxBytes)), about)
    },
    async adopt(path, about) {
      const limits = await room(about.maxBytes)
      const draft = join(folder, 'unfinished', randomUUID())
      await mkdir(join(folder, 'unfinished'), { recursive: true, mode: 0o700 })
      const moved = await rename(path, draft).then(() => true, (why: NodeJS.ErrnoException) => { if (why.code === 'EXDEV') return false; throw why })
      if (!moved) {
        const file = await open(path)
        const kept = await keepBytes(draft, file.createReadStream({ highWaterMark: 1024 * 1024 }), limits) // the stream closes the file
        await rm(path, { force: true })
        return settle(draft, kept, about)
      }
      return settle(draft, await keepBytes(draft, 'already there', limits), about)
    },
    async stat(mediaId) {
      const row = await db.selectFrom('media').selectAll().where('id', '=', mediaId).executeTakeFirst()
      return row && { mediaId: row.id, bytes: row.bytes, mime: row.mime, sha256: row.sha256, accountId: row.account_id, createdAt: row.created_at }
    },
    async read(mediaId, { start = 0, end } = {}) {
      const row = await find(mediaId)
      const file = await open(placeOf(row.file))
      return Readable.toWeb(file.createReadStream({ start, end: end ?? Math.max(row.bytes - 1, 0), highWaterMark: 256 * 1024 })) as ReadableStream<Uint8Array>
    },
    async handle(mediaId) { return open(placeOf((await find(mediaId)).file)) },
    async remove(mediaId) {
      const row = await db.transaction().execute(async (trx: Trx) => {
        await trx.deleteFrom('media_link').where('media_id', '=', mediaId).execute()
        return trx.deleteFrom('media').where('id', '=', mediaId).returning('file').executeTakeFirst()
      })
      if (row) await rm(placeOf(row.file), { force: true })
    },
    total,
    async sweep() {
      let gone = 0
      for (const part of await readdir(folder).catch(() => [] as string[]))
        for (const file of await readdir(join(folder, part)).catch(() => [] as string[])) {
          const place = join(folder, part, file)
          const about = await stat(place).catch(() => undefined)
          if (!about || wallNow().getTime() - about.mtimeMs < DAY_MS) continue
          const known = part !== 'unfinished' && await db.selectFrom('media').select('id').where('file', '=', file).executeTakeFirst()
          if (!known) { await rm(place, { force: true }); gone++ }
        }
      return gone
    },
  }
}
