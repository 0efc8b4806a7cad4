import { existsSync, readFileSync, statSync } from 'node:fs'
import { extname, join, resolve, sep } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { Hono } from 'hono'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.json': 'application/json', '.map': 'application/json',
  '.svg': 'image/svg+xml', '.png': 'image/png', '.ico': 'image/x-icon', '.woff2': 'font/woff2', '.webmanifest': 'application/manifest+json', '.txt': 'text/plain; charset=utf-8',
}
const worthPacking = new Set(['.html', '.js', '.css', '.json', '.svg', '.txt', '.webmanifest'])

type Packed = { raw: Buffer; br: Buffer | undefined; gzip: Buffer | undefined; type: string }

/**
 * The dashboard's built files. Names under /assets carry a hash and are kept for a year; everything else that is no file is the page
 * itself, so that any address of the dashboard can be opened or reloaded. Files are packed once, on first use.
 */
export function staticFiles(folder: string) {
  const root = resolve(folder)
  const known = new Map<string, Packed>()
  const read = (path: string): Packed | undefined => {
    const seen = known.get(path)
    if (seen) return seen
    const file = resolve(join(root, path))
    if (!file.startsWith(root + sep) || !existsSync(file) || !statSync(file).isFile()) return undefined
    const raw = readFileSync(file)
    const packs = worthPacking.has(extname(file)) && raw.length > 1000
    const packed: Packed = {
      raw, type: types[extname(file)] ?? 'application/octet-stream',
      br: packs ? brotliCompressSync(raw, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }) : undefined,
      gzip: packs ? gzipSync(raw) : undefined,
    }
    known.set(path, packed)
    return packed
  }
  return new Hono().get('*', c => {
    const path = new URL(c.req.url).pathname
    const asset = path.startsWith('/assets/')
    const found = path !== '/' && !path.endsWith('/') ? read(decodeURIComponent(path).slice(1)) : undefined
    if (!found && (asset || /\.(js|css|map|png|ico|woff2)$/.test(path))) return c.notFound()
    const page = found ?? read('index.html')
    if (!page) return c.text('The dashboard is not built. Run "npm run build", then reload.', 503)
    const accepted = c.req.header('accept-encoding') ?? ''
    const encoding = page.br && /\bbr\b/.test(accepted) ? 'br' : page.gzip && /\bgzip\b/.test(accepted) ? 'gzip' : undefined
    const body = encoding === 'br' ? page.br : encoding === 'gzip' ? page.gzip : page.raw
    return c.body(new Uint8Array(body ?? page.raw), 200, {
      'content-type': page.type, vary: 'accept-encoding', ...(encoding ? { 'content-encoding': encoding } : {}),
      'cache-control': found && asset ? 'public, max-age=31536000, immutable' : 'no-cache',
    })
  })
}
