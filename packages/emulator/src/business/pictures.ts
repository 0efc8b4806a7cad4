import type { Call, Ground, Route as FaceRoute } from '../face.ts'

const TINTS = ['#3b4a92', '#2b6145', '#7c4d14', '#863b54', '#265f6d', '#63468a']
const svg = (body: string, size = 240) => new Response(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" width="${size}" height="${size}">${body}</svg>`, { headers: { 'content-type': 'image/svg+xml', 'cache-control': 'max-age=3600' } })
const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const WAVE = '<circle cx="120" cy="120" r="96" fill="#f6c667"/><circle cx="88" cy="104" r="10" fill="#55420f"/><path d="M136 104h28" stroke="#55420f" stroke-width="10" stroke-linecap="round"/><path d="M76 136q44 52 88 0z" fill="#863b54"/>'

/** Pictures this world makes up: profile pictures, stickers, emoji, covers. They die by their own x-expires. */
export const pictureRoutes = (ground: Ground): FaceRoute[] => [
  { name: 'business.avatar', method: 'GET', path: '/avatar/:handle', says: 'A profile picture', handler: call => fresh(ground, call, () => avatar(ground, call)) },
  { name: 'business.sticker', method: 'GET', path: '/business-media/sticker/:name', says: 'A sticker, for 30 days', handler: call => fresh(ground, call, () => svg(WAVE)) },
  { name: 'business.emoji', method: 'GET', path: '/business-media/emoji/:name', says: 'A large emoji; does not expire', handler: call => svg(`<text x="120" y="172" font-size="150" text-anchor="middle">&#x${/^[0-9a-f]+/.exec(call.params['name'] ?? '')?.[0] ?? '1f389'};</text>`) },
  { name: 'business.cover', method: 'GET', path: '/business-media/cover/:id', says: 'The cover of a post', handler: call => fresh(ground, call, () => cover(ground, call)) },
]

function fresh(ground: Ground, call: Call, make: () => Response): Response {
  const expires = call.url.searchParams.get('x-expires')
  if (expires === null || ground.clock.now() < Number(expires) * 1000) return make()
  call.why('The address is older than its x-expires.')
  return new Response('Forbidden', { status: 403, headers: { 'content-type': 'text/plain' } })
}

function avatar(ground: Ground, call: Call): Response {
  const handle = (call.params['handle'] ?? '').replace(/\.\w+$/, '')
  const name = ground.store.shelf('account').find(a => a.handle === handle)?.displayName ?? ground.store.shelf('customer').find(c => c.handle === handle)?.displayName ?? handle
  const initials = name.split(/\s+/).slice(0, 2).map(word => [...word][0] ?? '').join('').toUpperCase()
  const tint = TINTS[[...handle].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % TINTS.length]
  return svg(`<rect width="240" height="240" fill="${tint}"/><text x="120" y="150" font-family="sans-serif" font-size="92" font-weight="600" fill="#fff" text-anchor="middle">${escape(initials)}</text>`)
}

function cover(ground: Ground, call: Call): Response {
  const post = ground.store.shelf('post').get(call.params['id'] ?? '')
  const tint = TINTS[Number((call.params['id'] ?? '0').slice(-2)) % TINTS.length]
  return svg(`<rect width="240" height="240" fill="${tint}"/><text x="16" y="216" font-family="sans-serif" font-size="20" fill="#fff">${escape((post?.caption ?? '').slice(0, 22))}</text>`)
}
