import { pictureUrl } from '../display/pictures.ts'
import type { Call, Ground, Route as FaceRoute } from '../face.ts'

const HOUR_MS = 3_600_000
const svg = (body: string) => new Response(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240" width="240" height="240">${body}</svg>`, { headers: { 'content-type': 'image/svg+xml', 'cache-control': 'max-age=3600' } })
const WAVE = '<circle cx="120" cy="120" r="96" fill="#f6c667"/><circle cx="88" cy="104" r="10" fill="#55420f"/><path d="M136 104h28" stroke="#55420f" stroke-width="10" stroke-linecap="round"/><path d="M76 136q44 52 88 0z" fill="#863b80"/>'

/** A profile picture of an account or a customer; its address dies by its own `x-expires`. */
export const avatar = (ground: Ground, id: string): string => pictureUrl(ground, 'avatar', id.replaceAll(/[^\w-]/g, '').slice(0, 24), 48 * HOUR_MS)
export const cover = (ground: Ground, postId: string): string => pictureUrl(ground, 'cover', postId, 6 * HOUR_MS)

export const drawSticker = (): Response => svg(WAVE)
export const drawEmoji = (call: Call): Response => svg(`<text x="120" y="172" font-size="150" text-anchor="middle">&#x${/^[0-9a-f]+/.exec(call.params['name'] ?? '')?.[0] ?? '1f389'};</text>`)

/** Stickers (30 days) and large emoji (for ever) that customers send. */
export const pictureRoutes = (ground: Ground): FaceRoute[] => [
  { name: 'business.sticker', method: 'GET', path: '/business-media/sticker/:name', says: 'A sticker, for 30 days', handler: call => sticker(ground, call) },
  { name: 'business.emoji', method: 'GET', path: '/business-media/emoji/:name', says: 'A large emoji; does not expire', handler: drawEmoji },
]

function sticker(ground: Ground, call: Call): Response {
  const expires = call.url.searchParams.get('x-expires')
  if (expires !== null && ground.clock.now() < Number(expires) * 1000) return drawSticker()
  call.why('The address is older than its x-expires.')
  return new Response('Forbidden', { status: 403, headers: { 'content-type': 'text/plain' } })
}
