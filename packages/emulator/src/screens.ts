import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { drawEmoji, drawSticker } from './business/pictures.ts'
import { draw } from './display/pictures.ts'
import type { Call, Face, Ground } from './face.ts'

const TYPES: Record<string, string> = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', woff2: 'font/woff2', svg: 'image/svg+xml', png: 'image/png' }
/** Beside the built program, or in dist while the sources run. */
const folders = ['./screens/', '../dist/screens/'].map(path => fileURLToPath(new URL(path, import.meta.url)))
const NOT_BUILT = '<!doctype html><html lang="en"><title>Rehearsal</title><p>The screens are not built. Run <code>npm run build</code>, then load this page again. The control API is at <a href="/_emulator/openapi.json">/_emulator/openapi.json</a>.</p></html>'
const POLICY = "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"

/** The screens at `/`: static files, and the bytes of pictures in messages. Loopback only. */
export function screens(ground: Ground): Face {
  const file = (name: string, lasting: boolean): Response => {
    const path = folders.map(folder => folder + name).find(existsSync)
    if (!path) return name === 'index.html' ? new Response(NOT_BUILT, { headers: { 'content-type': 'text/html; charset=utf-8' } }) : new Response('404 page not found\n', { status: 404 })
    return new Response(readFileSync(path), { headers: { 'content-type': TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream', 'cache-control': lasting ? 'max-age=31536000, immutable' : 'no-cache', 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' } })
  }
  const media = (call: Call): Response => {
    const found = ground.store.shelf('dmMedia').get(call.params['id'] ?? '')
    // A customer's picture may be anything: never as HTML, never sniffed.
    const safe = found && /^(image\/(jpeg|png|gif|webp)|video\/(mp4|webm|quicktime))$/.test(found.mime) ? found.mime : 'application/octet-stream'
    return found ? new Response(Buffer.from(found.base64, 'base64'), { headers: { 'content-type': safe, 'x-content-type-options': 'nosniff', 'cache-control': 'private, max-age=86400' } }) : new Response('404\n', { status: 404 })
  }
  return {
    name: 'screens', hosts: [], prefixes: ['/assets/'], local: true,
    routes: [
      { name: 'screens.page', method: 'GET', path: '/', says: 'The screens', handler: () => file('index.html', false) },
      { name: 'screens.icon', method: 'GET', path: '/favicon.ico', says: 'None: the page carries its own', handler: () => new Response(null, { status: 204 }) },
      { name: 'screens.asset', method: 'GET', path: '/assets/:file', says: 'Their files', handler: call => /^[\w.-]+$/.test(call.params['file'] ?? '') ? file(`assets/${call.params['file']}`, true) : new Response('404\n', { status: 404 }) },
      { name: 'screens.sticker', method: 'GET', path: '/_emulator/pictures/sticker/:name', says: 'A sticker, for the phone', handler: drawSticker },
      { name: 'screens.emoji', method: 'GET', path: '/_emulator/pictures/emoji/:name', says: 'An emoji, for the phone', handler: drawEmoji },
      { name: 'screens.cover', method: 'GET', path: '/_emulator/pictures/cover/:id', says: 'The cover of a post, for the feed', handler: async call => new Response(new Uint8Array(await draw('cover', call.params['id'] ?? '', 240)), { headers: { 'content-type': 'image/jpeg', 'cache-control': 'max-age=86400' } }) },
      { name: 'screens.media', method: 'GET', path: '/_emulator/dm-media/:id', says: 'A picture or video of a message, for the phone', handler: media },
    ],
  }
}
