import { createHash, randomUUID } from 'node:crypto'
import { open, realpath, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import type { House } from './api.ts'
import { kindOfFile } from './file-kind.ts'
import type { Asset } from './shapes.ts'
import { Trouble, troubleOf } from './trouble.ts'

/** `was`: how the file came to be there. */
export type Uploaded = { assetId: number; name: string; bytes: number; was: 'sent' | 'resumed' | 'there already' }
type Looking = { at?: (sent: number, total: number, note?: string) => void; again?: boolean }
type File = { handle: FileHandle; name: string; bytes: number; mime: string; identity: string }
type Place = { location: string; offset: number; asset: number | null }

const tus = { 'tus-resumable': '1.0.0' }
const LEAST_PART = 256 * 1024, FIRST_PART = 1 << 20, MOST_PART = 16 << 20
/** So long without a byte more, and the upload ends for now. */
const PATIENCE_MS = 120_000
/** Names of one file under which uploads may have been finished and deleted, or have run out. */
const MOST_LIVES = 50
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

/**
 * Brings a file into the house by tus. The Idempotency-Key is made of the file itself (place, size, time of change), so a second call, in
 * another process or on another day, finds the upload the first one began and goes on from there; a finished one is not sent again.
 */
export async function uploadFile(house: House, path: string, { at = () => undefined, again = false }: Looking = {}): Promise<Uploaded> {
  const handle = await open(path).catch((why: NodeJS.ErrnoException) => {
    throw new Trouble('usage', 'no_such_file', 'This file cannot be read', `"${path}": ${why.code === 'ENOENT' ? 'it is not there' : why.message}. Nothing was sent.`)
  })
  try {
    const file = await about(handle, path, again)
    const place = await begin(house, file)
    if (place.asset !== null) return { assetId: place.asset, name: file.name, bytes: file.bytes, was: 'there already' }
    const assetId = await send(house, file, place, at)
    return { assetId, name: file.name, bytes: file.bytes, was: place.offset > 0 ? 'resumed' : 'sent' }
  } finally {
    await handle.close()
  }
}

async function about(handle: FileHandle, path: string, again: boolean): Promise<File> {
  const stat = await handle.stat({ bigint: true })
  if (!stat.isFile()) throw new Trouble('usage', 'not_a_file', 'This is not a file', `"${path}" is a folder or a device. Nothing was sent.`)
  const name = basename(path), bytes = Number(stat.size)
  const identity = again ? randomUUID() : createHash('sha256').update(JSON.stringify([await realpath(path), String(stat.dev), String(stat.ino), String(stat.size), String(stat.mtimeNs)])).digest('hex')
  return { handle, name, bytes, mime: bytes === 0 ? 'video/mp4' : await kindOfFile(handle, name), identity }
}

async function begin(house: House, file: File): Promise<Place> {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  for (let life = 0; life < MOST_LIVES; life++) {
    const answer = await house.raw('POST', '/api/v1/uploads', { headers: {
      ...tus, 'upload-length': String(file.bytes), 'upload-metadata': `filename ${base64(file.name)},filetype ${base64(file.mime)}`, 'idempotency-key': `file-${file.identity}-${life}`,
    } })
    const location = answer.headers.get('location')
    if (answer.status !== 201 || location === null) throw await told(answer)
    const place = await look(house, new URL(location, house.url).pathname)
    if (place === 'over') continue // it ran out, or its file was deleted: the next name is free
    if (place.asset === null || await isThere(house, place.asset)) return place
  }
  throw new Trouble('refused', 'too_many_lives', 'This file was uploaded and deleted too often', 'Nothing was sent. Upload it with --again.')
}

const isThere = async (house: House, asset: number) => {
  const answer = await house.raw('GET', `/api/v1/assets/${asset}`)
  if (answer.status === 404) { await answer.body?.cancel(); return false }
  await house.json<Asset>(answer)
  return true
}

/** Where the upload stands, by the house's own count. */
async function look(house: House, location: string): Promise<Place | 'over'> {
  const answer = await house.raw('HEAD', location, { headers: tus })
  if (answer.status === 404 || answer.status === 410) return 'over'
  if (answer.status === 403) throw new Trouble('may not', 'scope_missing', 'This token may not do that', 'The token lacks the scope "read", with which one sees how far an upload is. Nothing was sent; make one with that scope.')
  if (!answer.ok) throw await told(answer)
  const asset = answer.headers.get('stagedoor-asset')
  return { location, offset: Number(answer.headers.get('upload-offset') ?? 0), asset: asset === null ? null : Number(asset) }
}

async function send(house: House, file: File, from: Place, at: NonNullable<Looking['at']>): Promise<number> {
  let { offset } = from, part = FIRST_PART, wait = 250, movedAt = performance.now()
  at(offset, file.bytes)
  for (;;) {
    const bytes = Buffer.allocUnsafe(Math.min(part, file.bytes - offset))
    const { bytesRead } = await file.handle.read(bytes, 0, bytes.length, offset)
    if (bytesRead < bytes.length) throw new Trouble('refused', 'file_changed', 'The file became shorter while it was sent', 'What had arrived is kept for a day. Upload it again when nothing writes to it any more.')
    const began = performance.now()
    const answer = await house.raw('PATCH', from.location, { body: bytes, headers: { ...tus, 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) }, signal: AbortSignal.timeout(PATIENCE_MS) }).catch((why: unknown) => why)
    if (answer instanceof Response && answer.ok) {
      offset = Number(answer.headers.get('upload-offset') ?? offset + bytes.length)
      at(offset, file.bytes)
      const asset = answer.headers.get('stagedoor-asset')
      if (asset !== null) return Number(asset)
      const took = performance.now() - began
      part = Math.max(LEAST_PART, Math.min(MOST_PART, took < 400 ? part * 2 : took > 2000 ? part / 2 : part))
      wait = 250
      movedAt = performance.now()
      continue
    }
    if (answer instanceof Response && answer.status < 500 && ![408, 409, 423, 429].includes(answer.status)) throw await told(answer)
    if (answer instanceof Response && answer.status === 507) throw await told(answer)
    if (performance.now() - movedAt > PATIENCE_MS) throw new Trouble('unreachable', 'upload_interrupted', 'The upload was interrupted', `${Math.floor((offset / file.bytes) * 100)} % arrived and is kept for a day. Run the same command again and it goes on from there.`)
    if (!(answer instanceof Response && answer.status === 409)) at(offset, file.bytes, 'no answer; trying again')
    await pause(wait)
    wait = Math.min(wait * 2, 5000)
    const now = await look(house, from.location).catch(() => undefined)
    if (now === 'over') throw new Trouble('refused', 'upload_expired', 'This upload is over', 'Its bytes are no longer there. Run the command again; it begins anew.')
    if (now?.asset != null) return now.asset
    if (now) offset = now.offset
  }
}

async function told(answer: Response): Promise<Trouble> {
  return troubleOf(answer.status, await answer.json().catch(() => ({})) as Parameters<typeof troubleOf>[1])
}
