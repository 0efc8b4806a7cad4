import { Hono } from 'hono'
import type { House } from './house.ts'

/**
 * GET and HEAD /m/<token>: the bytes behind a media link, with ranges. The link is the permission; nothing is cached, sniffed, framed
 * or run. A link that is over and one that never was answer alike.
 */
export const mediaDoor = (house: House) => new Hono().on(['GET', 'HEAD'], '/m/:token', async c => {
  const mediaId = await house.media.follow(c.req.param('token'))
  const file = mediaId === undefined ? undefined : await house.media.stat(mediaId)
  if (!file) return c.json({ type: '/docs/errors#link_over', title: 'This link is over', status: 404, code: 'link_over', detail: 'It has expired, was revoked, or never existed. Open the file from Stagedoor again.' }, 404, { 'content-type': 'application/problem+json', 'cache-control': 'no-store' })
  const headers: Record<string, string> = {
    'content-type': shown.test(file.mime) ? file.mime : 'application/octet-stream', 'accept-ranges': 'bytes', 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff',
    'content-disposition': shown.test(file.mime) ? 'inline' : 'attachment', 'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin', 'referrer-policy': 'no-referrer', etag: `"${file.sha256}"`,
  }
  const range = rangeOf(c.req.header('range'), c.req.header('if-range'), headers.etag ?? '', file.bytes)
  if (range === 'unsatisfiable') return c.body(null, 416, { ...headers, 'content-range': `bytes */${file.bytes}` })
  const { start, end } = range ?? { start: 0, end: file.bytes - 1 }
  headers['content-length'] = String(end - start + 1)
  if (range) headers['content-range'] = `bytes ${start}-${end}/${file.bytes}`
  const body = c.req.method === 'HEAD' || file.bytes === 0 ? null : await house.media.read(file.mediaId, { start, end })
  return new Response(body, { status: range ? 206 : 200, headers })
})

const shown = /^(image\/(jpeg|png|webp|gif|avif)|video\/(mp4|webm|quicktime)|audio\/(mpeg|mp4|ogg|webm))$/

/** One range by RFC 9110; several at once, or nonsense, get the whole file, as the RFC allows. */
export function rangeOf(header: string | undefined, ifRange: string | undefined, etag: string, size: number): { start: number; end: number } | 'unsatisfiable' | undefined {
  const parts = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  if (!parts || (parts[1] === '' && parts[2] === '') || (ifRange !== undefined && ifRange !== etag)) return undefined
  if (parts[1] === '') {
    const length = Math.min(Number(parts[2]), size)
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 }
  }
  const start = Number(parts[1])
  const end = parts[2] === '' ? size - 1 : Math.min(Number(parts[2]), size - 1)
  if (parts[2] !== '' && Number(parts[2]) < start) return undefined
  return start >= size ? 'unsatisfiable' : { start, end }
}
