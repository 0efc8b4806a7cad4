import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { cursorQuery, pageOf, problem, problemSchema, readCursor, room, writeCursor, type Variables } from '../kit/http.ts'
import { rangeOf } from '../kit/media-door.ts'
import { assetView, markDeleted, visibleAssets, type AssetRow, type Owner } from './assets.ts'
import { tellAsset } from './finish.ts'
import { attemptsNeeding } from './posts.ts'
import { assetShape, idParam } from './shapes.ts'
import { publishingOf } from './start.ts'

type Asked = Context<{ Variables: Variables }>
const problems = { 404: { description: 'Not here, or not yours', content: { 'application/problem+json': { schema: problemSchema } } } }

const list = createRoute({ method: 'get', path: '/assets', summary: 'Files, newest first', tags: ['Publishing'], request: { query: cursorQuery }, responses: { 200: { description: 'A page of files', content: { 'application/json': { schema: pageOf(assetShape) } } } } })
const one = createRoute({ method: 'get', path: '/assets/{id}', summary: 'One file and how it stands to TikTok’s rules', tags: ['Publishing'], request: { params: idParam }, responses: { 200: { description: 'The file', content: { 'application/json': { schema: assetShape } } }, ...problems } })
const remove = createRoute({ method: 'delete', path: '/assets/{id}', summary: 'Delete a file; refused while an upload needs it', tags: ['Publishing'], request: { params: idParam }, responses: { 204: { description: 'Deleted' }, ...problems } })
const bytes = createRoute({ method: 'get', path: '/assets/{id}/file', summary: 'The file’s bytes, with ranges', tags: ['Publishing'], request: { params: idParam }, responses: { 200: { description: 'All of it', content: { 'video/mp4': { schema: z.any() } } }, 206: { description: 'A part', content: { 'video/mp4': { schema: z.any() } } }, ...problems } })

/** Files: how they come in (tus), how they stand, what they look like. */
export const assetRoutes = room()
  .openapi(list, async c => {
    const { cursor, limit } = c.req.valid('query')
    const before = readCursor(cursor, 1)?.[0]
    const rows = await visibleAssets(c.var.house.db, c.var.viewer, { before: typeof before === 'number' ? before : undefined, limit: limit + 1 })
    const items = rows.slice(0, limit), last = items.at(-1)
    return c.json({ items: items.map(assetView), next: rows.length > limit && last ? writeCursor([last.id]) : null }, 200)
  })
  .openapi(one, async c => c.json(assetView(await assetOf(c, c.req.valid('param').id)), 200))
  .openapi(remove, async c => {
    const { house } = c.var, asset = await assetOf(c, c.req.valid('param').id)
    await house.commit(async (trx, tell) => {
      if (await attemptsNeeding(trx, asset.id) > 0) problem(409, 'file_in_use', 'This file is being posted', 'An upload of it is under way. Nothing was done; delete it when that has ended.')
      const gone = await markDeleted(trx, asset.id, house.clock.now())
      if (gone) tellAsset(tell, gone)
    })
    if (asset.media_id !== null) await house.media.remove(asset.media_id)
    return c.body(null, 204)
  })
  .openapi(bytes, async c => await serve(c, await assetOf(c, c.req.valid('param').id)) as never)

// tus speaks its own protocol over these; it is described at https://tus.io/protocols/resumable-upload
const upload = async (c: Asked) => await (await publishingOf(c.var.house).receiver()).handle(c.req.raw, ownerOf(c))
for (const path of ['/uploads', '/uploads/:id']) assetRoutes.on(['POST', 'PATCH', 'HEAD', 'GET', 'DELETE', 'OPTIONS'], path, c => c.req.method === 'GET' ? notByGet() : upload(c))

const notByGet = () => problem(405, 'use_tus', 'Uploads speak tus', 'Ask with HEAD how far an upload is, and send its bytes with PATCH. Finished files are at /api/v1/assets.')

async function assetOf(c: Asked, id: number): Promise<AssetRow> {
  const [asset] = await visibleAssets(c.var.house.db, c.var.viewer, { id, limit: 1 })
  return asset ?? problem(404, 'no_such_asset', 'This file is not here', 'It was deleted, or it is not yours to see.')
}

function ownerOf(c: Asked): Owner {
  const { kind, id, name, personId } = c.var.viewer
  return { kind, id, name, personId }
}

async function serve(c: Asked, asset: AssetRow): Promise<Response> {
  const file = asset.media_id === null ? undefined : await c.var.house.media.stat(asset.media_id)
  if (!file) return problem(404, 'file_gone', 'The file is gone', 'Its bytes are no longer kept here.')
  const isVideo = /^video\/(mp4|webm|quicktime)$/.test(asset.mime), etag = `"${file.sha256}"`
  const headers: Record<string, string> = {
    'content-type': isVideo ? asset.mime : 'application/octet-stream', 'content-disposition': isVideo ? 'inline' : 'attachment', 'accept-ranges': 'bytes', etag,
    'cache-control': 'private, no-cache', 'x-content-type-options': 'nosniff', 'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
  }
  const range = rangeOf(c.req.header('range'), c.req.header('if-range'), etag, file.bytes)
  if (range === 'unsatisfiable') return c.body(null, 416, { ...headers, 'content-range': `bytes */${file.bytes}` })
  const { start, end } = range ?? { start: 0, end: file.bytes - 1 }
  headers['content-length'] = String(end - start + 1)
  if (range) headers['content-range'] = `bytes ${start}-${end}/${file.bytes}`
  return new Response(c.req.method === 'HEAD' ? null : await c.var.house.media.read(file.mediaId, { start, end }), { status: range ? 206 : 200, headers })
}
