import { createHash, createHmac } from 'node:crypto'
import type { Call, Face, Ground } from '../face.ts'

/** Pictures that TikTok's CDN would serve: avatars and covers, made from the id, behind links that expire. */
export type PictureKind = 'avatar' | 'cover'

const sizes: Record<PictureKind, { width: number; height: number }> = { avatar: { width: 168, height: 168 }, cover: { width: 405, height: 720 } }

const signatureOf = (path: string, expires: number) => createHmac('sha256', 'a picture').update(`${path}:${expires}`).digest('base64url').slice(0, 24)

/** A link to a picture of an account or post, good for `ttlMs` of emulator time. */
export function pictureUrl(ground: Ground, kind: PictureKind, id: string, ttlMs: number, size?: number): string {
  const path = `/tos-emulator-p/${kind}/${id}~${size ?? sizes[kind].width}.jpeg`
  const expires = Math.floor((ground.clock.now() + ttlMs) / 1000)
  return `${ground.url()}${path}?x-expires=${expires}&x-signature=${signatureOf(path, expires)}`
}

const drawn = new Map<string, Promise<Buffer>>()

/** A calm pattern that is the same for the same id. */
export function draw(kind: PictureKind, id: string, width: number): Promise<Buffer> {
  const key = `${kind}:${id}:${width}`
  const made = drawn.get(key)
  if (made) return made
  const seed = createHash('sha256').update(id).digest()
  const hue = (seed[0]! * 360) / 256
  const height = Math.round((width * sizes[kind].height) / sizes[kind].width)
  const circles = Array.from({ length: 5 }, (_, i) => `<circle cx="${(seed[i * 3 + 1]! / 255) * width}" cy="${(seed[i * 3 + 2]! / 255) * height}" r="${width * (0.12 + seed[i * 3 + 3]! / 900)}" fill="hsl(${(hue + i * 14) % 360} 45% ${40 + i * 9}%)" opacity=".75"/>`).join('')
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="hsl(${hue} 38% 72%)"/>${circles}</svg>`
  const picture = import('sharp').then(({ default: sharp }) => sharp(Buffer.from(svg)).jpeg({ quality: 82 }).toBuffer())
  drawn.set(key, picture)
  if (drawn.size > 500) drawn.delete(drawn.keys().next().value!)
  return picture
}

export function pictures(ground: Ground): Face {
  const serve = async (call: Call): Promise<Response> => {
    const [, kind, name] = /^\/tos-emulator-p\/(avatar|cover)\/([^/]+)\.jpeg$/.exec(call.url.pathname) ?? []
    if (!kind || !name) return new Response('404\n', { status: 404 })
    const expires = Number(call.url.searchParams.get('x-expires'))
    if (call.url.searchParams.get('x-signature') !== signatureOf(call.url.pathname, expires)) {
      call.why('The link was changed: its signature does not fit')
      return new Response('403\n', { status: 403 })
    }
    if (ground.clock.now() / 1000 >= expires) {
      call.why(`The link expired at ${new Date(expires * 1000).toISOString()}; ask for a fresh one`)
      return new Response('403\n', { status: 403 })
    }
    const [id = '', width = '168'] = name.split('~')
    return new Response(new Uint8Array(await draw(kind as PictureKind, id, Math.min(1080, Number(width) || 168))), { headers: { 'content-type': 'image/jpeg', 'cache-control': 'max-age=3600', 'access-control-allow-origin': '*' } })
  }
  return {
    name: 'pictures', hosts: ['p16-sign-va.tiktokcdn.com'], prefixes: ['/tos-emulator-p/'],
    routes: [{ name: 'pictures.get', method: 'GET', path: '/tos-emulator-p/:kind/:file', says: 'Avatars and covers behind links that expire', handler: serve }],
  }
}
