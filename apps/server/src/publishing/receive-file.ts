import { mkdir, statfs } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { Metadata, Server } from '@tus/server'
import type { House } from '../kit/house.ts'
import { cleanText } from '../kit/json.ts'
import { isDiskFull } from '../kit/media-keeping.ts'
import { Problem, problem } from '../kit/problem.ts'
import { assetOfUpload, type Owner } from './assets.ts'
import { finishUpload } from './finish.ts'
import { MOST_BYTES, size as readable } from './findings.ts'
import type { Locks } from './locks.ts'
import { openTusLocks } from './tus-locks.ts'
import { UploadStore, uploadsFolder } from './tus-store.ts'
import { bytesPromised, insertUpload, isOwner, uploadById, uploadByKey, type UploadRow } from './uploads.ts'

export const UPLOADS = '/api/v1/uploads'
/** Expiry of uploads that were never finished: a row on the one clock, subject `upload:<id>`. */
export const EXPIRE_UPLOAD = 'publishing.expire-upload'
const DAY_MS = 86_400_000

/** The way of a file from a browser to us: tus 1.0, resumable after any kill on either side. */
export type Receiver = { handle(request: Request, owner: Owner): Promise<Response>; close(): void }

type Begun = { name: string; mime: string; bytes: number; key: string | null; owner: Owner }

export async function openReceiver(house: House, locks: Locks): Promise<Receiver> {
  await mkdir(uploadsFolder(house), { recursive: true, mode: 0o700 })
  const begun = new WeakMap<Request, Begun>()
  const tusLocks = openTusLocks(house, locks)
  const tus = new Server({
    path: UPLOADS, relativeLocation: true, allowedOrigins: [], maxSize: MOST_BYTES, disableTerminationForFinishedUploads: true, datastore: new UploadStore(house), locker: tusLocks.locker,
    namingFunction: () => randomUUID(),
    onResponseError: (_, error) => isDiskFull(error) ? { status_code: 507, body: 'disk_full' } : undefined,
    async onUploadCreate(request, upload) {
      const about = begun.get(request)
      if (!about) throw new Error('An upload was begun past its door.')
      const now = house.clock.now(), expiresAt = new Date(now.getTime() + DAY_MS)
      await insertUpload(house.db, { id: upload.id, owner: about.owner, requestKey: about.key, name: about.name, mime: about.mime, bytes: about.bytes, now, expiresAt })
      await house.due.at(house.db, EXPIRE_UPLOAD, `upload:${upload.id}`, expiresAt)
      return { metadata: { filename: about.name, filetype: about.mime } } // what else the client wrote there is not ours to keep
    },
  })

  return {
    close: () => { tusLocks.close() },
    async handle(request, owner) {
      if (request.method === 'OPTIONS') return await tus.handleWeb(request)
      const row = await rowOf(house, request, owner)
      if (!row) {
        const about = await readBegin(house, request, owner)
        if ('again' in about) return new Response(null, { status: 201, headers: { 'Tus-Resumable': '1.0.0', Location: `${UPLOADS}/${about.again}` } })
        begun.set(request, about)
      }
      if (row?.finished_at) return await alreadyThere(house, row, request.method)
      if (row && row.expires_at <= house.clock.now()) return problem(410, 'upload_expired', 'This upload is over', 'It was not finished within a day and its bytes were removed. Choose the file again.')
      const answer = await tus.handleWeb(request)
      if (answer.status >= 400) return await asProblem(answer, request.method)
      return await finished(house, locks, row ?? await rowAt(house, answer.headers.get('location')), answer)
    },
  }
}

/** The upload a request is about, for its owner only; undefined for one that begins. */
async function rowOf(house: House, request: Request, owner: Owner): Promise<UploadRow | undefined> {
  const { pathname } = new URL(request.url)
  const id = pathname.slice(UPLOADS.length).replace(/^\//, '')
  if (id === '' && request.method === 'POST') return undefined
  const row = await rowAt(house, `${UPLOADS}/${id}`)
  if (!row || !isOwner(row, owner)) return problem(404, 'no_such_upload', 'This upload is not here', 'It expired, or it is not yours. Nothing was done; choose the file again.')
  return row
}

const rowAt = async (house: House, location: string | null) => {
  const id = location?.slice(UPLOADS.length + 1) ?? ''
  return /^[\da-f-]{36}$/.test(id) ? await uploadById(house.db, id) : undefined
}

/** What a new upload says of itself, refused here when it could never become a post. */
async function readBegin(house: House, request: Request, owner: Owner): Promise<Begun | { again: string }> {
  const told = request.headers.get('upload-length')
  const bytes = told !== null && /^\d{1,16}$/.test(told) ? Number(told) : problem(400, 'size_unknown', 'The size must be known', 'An upload says its size when it begins (Upload-Length). Nothing was kept.')
  const { filename, filetype } = readMetadata(request.headers.get('upload-metadata'))
  const name = cleanText((filename ?? '').split(/[\\/]/).at(-1)?.slice(0, 200) ?? '') || 'video', mime = cleanText((filetype ?? '').slice(0, 100)) || 'application/octet-stream'
  if (bytes === 0) problem(422, 'empty_file', 'This file is empty', `“${name}” has 0 bytes. Nothing was kept. Choose the file again; if it is still empty, it was not copied whole.`)
  if (bytes > MOST_BYTES) problem(413, 'too_large', 'This file is too large', `“${name}” has ${readable(bytes)}; TikTok takes up to 4 GB (4,000,000,000 bytes). Nothing was kept. Compress it and choose it again.`)
  const key = request.headers.get('idempotency-key')?.slice(0, 200) ?? null
  const before = key === null ? undefined : await uploadByKey(house.db, owner, key)
  if (before && (before.bytes !== bytes || before.name !== name)) problem(409, 'idempotency_key_reused', 'This key was used before', 'Another upload was begun with this Idempotency-Key. Nothing was done; use a new key.')
  if (before) return { again: before.id }
  await makeSureOfRoom(house, bytes)
  return { name, mime, bytes, key, owner }
}

function readMetadata(header: string | null): { filename?: string | null; filetype?: string | null } {
  try { return header === null ? {} : Metadata.parse(header) } catch { return problem(400, 'bad_metadata', 'The upload’s description cannot be read', 'Upload-Metadata must be pairs of a key and a base64 value. Nothing was kept.') }
}

/** Room is promised before the first byte, so that what was accepted can be kept. */
async function makeSureOfRoom(house: House, bytes: number) {
  const promised = await bytesPromised(house.db), quota = house.config.mediaQuotaBytes
  if (quota !== null && await house.media.total() + promised + bytes > quota) {
    problem(507, 'media_quota', 'There is no room left for media', `This installation keeps up to ${readable(quota)} of media (MEDIA_QUOTA), and this file would not fit. Nothing was kept. Delete files that are no longer needed, or have the limit raised.`)
  }
  const { bavail, bsize } = await statfs(uploadsFolder(house))
  if (bavail * bsize < bytes) problem(507, 'disk_full', 'The disk is full', `The file has ${readable(bytes)} and ${readable(bavail * bsize)} are free. Nothing was kept. Make room on the server, then try again.`)
}

/** The last byte arrived, or was found to have arrived before a kill: the file becomes an asset before anybody is told so. */
async function finished(house: House, locks: Locks, row: UploadRow | undefined, answer: Response): Promise<Response> {
  const headers = new Headers(answer.headers)
  if (row) headers.set('Upload-Expires', row.expires_at.toUTCString())
  if (row && Number(headers.get('upload-offset')) === row.bytes) headers.set('Stagedoor-Asset', String((await finishUpload(house, locks, row.id)).id))
  return new Response(answer.body, { status: answer.status, headers })
}

async function alreadyThere(house: House, row: UploadRow, method: string): Promise<Response> {
  const asset = await assetOfUpload(house.db, row.id)
  if (method === 'DELETE') return problem(409, 'upload_finished', 'This upload is finished', 'It is a file by now. Delete it among the files instead.')
  return new Response(null, {
    status: method === 'HEAD' ? 200 : 204,
    headers: { 'Tus-Resumable': '1.0.0', 'Cache-Control': 'no-store', 'Upload-Offset': String(row.bytes), 'Upload-Length': String(row.bytes), ...(asset ? { 'Stagedoor-Asset': String(asset.id) } : {}) },
  })
}

const words: Record<number, [code: string, title: string, detail: string]> = {
  400: ['upload_malformed', 'This is not how an upload goes', 'The request does not follow tus 1.0, or another request took the upload over. What had arrived is kept; ask for the offset and go on.'],
  403: ['upload_malformed', 'This is not how an upload goes', 'A header is missing (Upload-Offset, Content-Type). What had arrived is kept.'],
  404: ['no_such_upload', 'This upload is not here', 'It expired or was removed. Choose the file again.'],
  409: ['upload_offset', 'The upload stands elsewhere', 'The bytes do not follow what we have. What had arrived is kept; ask for the offset and go on from there.'],
  410: ['upload_expired', 'This upload is over', 'Its bytes are no longer here. Choose the file again.'],
  412: ['upload_version', 'Another version of tus', 'Send Tus-Resumable: 1.0.0. Nothing was done.'],
  413: ['too_large', 'More bytes than were announced', 'The upload may not grow beyond the size it began with. What belongs to it is kept.'],
  507: ['disk_full', 'The disk is full', 'What had arrived is kept. Make room on the server; the upload then goes on from there.'],
}

async function asProblem(answer: Response, method: string): Promise<Response> {
  const said = words[answer.status]
  if (!said) return problem(500, 'upload_trouble', 'The upload was interrupted', 'What had arrived is kept. The upload goes on by itself, or choose the file again.')
  const made = new Problem(answer.status as 400, ...said).getResponse()
  made.headers.set('Tus-Resumable', '1.0.0')
  if (method === 'PATCH' || method === 'POST') made.headers.set('Connection', 'close') // the rest of the body is not read
  await answer.body?.cancel()
  return method === 'HEAD' ? new Response(null, { status: made.status, headers: made.headers }) : made
}
