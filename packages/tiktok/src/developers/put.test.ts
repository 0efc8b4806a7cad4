import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { createServer as createTcp, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { failure, listen } from '../test/server.ts'
import type { Call } from '../types.ts'
import { nextRange } from './chunks.ts'
import { developers } from './client.ts'
import type { PositionalReader, PutChunk } from './types.ts'

const secretUrl = (base: string) => `${base}/upload?upload_id=7602997070760331285&upload_token=5ecret-t0ken`

async function fileOf(bytes: Buffer) {
  const folder = await mkdtemp(join(tmpdir(), 'put-'))
  await writeFile(join(folder, 'v.mp4'), bytes)
  const file = await open(join(folder, 'v.mp4'))
  onTestFinished(async () => { await file.close(); await rm(folder, { recursive: true }) })
  return file
}
const memory = (bytes: Buffer): PositionalReader => ({ read: (buffer, offset, length, position) => Promise.resolve({ bytesRead: bytes.copy(buffer, offset, position, position + length) }) })
const chunk = (uploadUrl: string, bytes: Buffer, more: Partial<PutChunk> = {}): PutChunk =>
  ({ uploadUrl, contentType: 'video/mp4', file: memory(bytes), range: { start: 0, end: bytes.length - 1, total: bytes.length }, ...more })

test('a real file arrives chunk by chunk, byte for byte', async () => {
  const bytes = randomBytes(2_300_123), plan = { video_size: bytes.length, chunk_size: 1_000_000, total_chunk_count: 2 }
  const file = await fileOf(bytes)
  const server = await listen((seen, response) => {
    const last = seen.headers['content-range']?.startsWith('bytes 1000000-')
    response.writeHead(last ? 201 : 206, { 'Content-Range': `bytes 0-${last ? bytes.length : 1_000_000}/${bytes.length}` }).end()
  })
  const tiktok = developers({ uploadHosts: [server.host] })
  const said = []
  for (let range = nextRange(plan, 0); range !== null; range = nextRange(plan, range.end + 1)) said.push(await tiktok.putChunk({ uploadUrl: secretUrl(server.url), range, contentType: 'video/mp4', file }))
  expect(said).toEqual([{ outcome: 'more', status: 206, contentRange: 'bytes 0-1000000/2300123' }, { outcome: 'complete', status: 201, contentRange: 'bytes 0-2300123/2300123' }])
  expect(server.requests.map(({ method, rawUrl, headers }) => [method, rawUrl, headers['content-type'], headers['content-length'], headers['content-range'], headers.authorization])).toEqual([
    ['PUT', '/upload?upload_id=7602997070760331285&upload_token=5ecret-t0ken', 'video/mp4', '1000000', 'bytes 0-999999/2300123', undefined],
    ['PUT', '/upload?upload_id=7602997070760331285&upload_token=5ecret-t0ken', 'video/mp4', '1300123', 'bytes 1000000-2300122/2300123', undefined],
  ])
  const sha = (of: Buffer) => createHash('sha256').update(of).digest('hex')
  expect(sha(Buffer.concat(server.requests.map(one => one.body)))).toBe(sha(bytes))
})

test('a reader that gives less than asked for is asked again', async () => {
  const bytes = randomBytes(700_001)
  const server = await listen((_seen, response) => { response.writeHead(201).end() })
  const sparing: PositionalReader = { read: (buffer, offset, length, position) => Promise.resolve({ bytesRead: bytes.copy(buffer, offset, position, position + Math.min(length, 99_999)) }) }
  expect(await developers({ uploadHosts: [server.host] }).putChunk(chunk(secretUrl(server.url), bytes, { file: sparing }))).toMatchObject({ outcome: 'complete' })
  expect(server.requests[0]?.body.equals(bytes)).toBe(true)
})

test('each refusal of a chunk has its name and keeps the server\u2019s range', async () => {
  const said = await Promise.all([400, 403, 404, 416, 502, 413, 200].map(async status => {
    const server = await listen((_seen, response) => { response.writeHead(status, status === 416 ? { 'Content-Range': 'bytes 0-5/10' } : {}).end('x') })
    return developers({ uploadHosts: [server.host] }).putChunk(chunk(secretUrl(server.url), Buffer.from('0123456789')))
  }))
  expect(said).toEqual([
    { outcome: 'refused', reason: 'malformed', status: 400, contentRange: null },
    { outcome: 'refused', reason: 'expired', status: 403, contentRange: null },
    { outcome: 'refused', reason: 'no such upload', status: 404, contentRange: null },
    { outcome: 'refused', reason: 'out of step', status: 416, contentRange: 'bytes 0-5/10' },
    { outcome: 'refused', reason: 'server error', status: 502, contentRange: null },
    { outcome: 'refused', reason: 'unknown', status: 413, contentRange: null },
    { outcome: 'complete', status: 200, contentRange: null },
  ])
})

/** A server below HTTP: it sees each connection's first bytes and does what it likes. */
async function rawServer(onData: (socket: Socket) => void) {
  const sockets: Socket[] = []
  const server = createTcp(socket => {
    sockets.push(socket)
    socket.on('error', () => {})
    socket.once('data', () => onData(socket))
  })
  await new Promise<void>(done => { server.listen(0, '127.0.0.1', done) })
  onTestFinished(() => { for (const socket of sockets) socket.destroy(); server.close() })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}`, sockets }
}

test('an answer before the end of the body stops the sending and counts', async () => {
  const size = 64 * 1024 * 1024
  let read = 0
  const endless: PositionalReader = { read: (_buffer, _offset, length) => { read += length; return Promise.resolve({ bytesRead: length }) } }
  const server = await rawServer(socket => { socket.pause(); socket.write('HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes 0-7/67108864\r\nContent-Length: 0\r\n\r\n') })
  const said = await developers({ uploadHosts: [server.host] }).putChunk({ uploadUrl: secretUrl(server.url), contentType: 'video/mp4', file: endless, range: { start: 0, end: size - 1, total: size } })
  expect(said).toEqual({ outcome: 'refused', reason: 'out of step', status: 416, contentRange: 'bytes 0-7/67108864' })
  expect(read).toBeLessThan(size)
})

test('a cut connection is unreachable: the chunk may be there', async () => {
  const server = await rawServer(socket => socket.resetAndDestroy())
  const calls: Call[] = []
  const error = await failure(developers({ uploadHosts: [server.host], onCall: call => calls.push(call) }).putChunk(chunk(secretUrl(server.url), randomBytes(4_000_000))))
  expect(error).toMatchObject({ name: 'Unreachable', path: '/upload' })
  expect((error as { reason?: string }).reason).toMatch(/ECONNRESET|EPIPE/)
  expect(calls).toMatchObject([{ endpoint: 'upload.put', outcome: 'unreachable', path: '/upload' }])
  expect(JSON.stringify([error, error.message, error.stack, calls])).not.toContain('5ecret')
})

test('a server that never answers is left after its time', async () => {
  const server = await rawServer(() => {})
  expect(await failure(developers({ uploadHosts: [server.host] }).putChunk(chunk(secretUrl(server.url), Buffer.from('x'), { patienceMs: 50 })))).toMatchObject({ name: 'Unreachable', reason: 'timeout' })
  const stop = new AbortController()
  const stopped = failure(developers({ uploadHosts: [server.host] }).putChunk(chunk(secretUrl(server.url), Buffer.from('x'), { signal: stop.signal })))
  stop.abort()
  expect(await stopped).toMatchObject({ name: 'Unreachable' })
})

test('a redirect is not followed', async () => {
  const elsewhere = await listen((_seen, response) => { response.writeHead(201).end() })
  const server = await listen((_seen, response) => { response.writeHead(307, { location: `${elsewhere.url}/upload` }).end() })
  expect(await failure(developers({ uploadHosts: [server.host, elsewhere.host] }).putChunk(chunk(secretUrl(server.url), Buffer.from('x'))))).toMatchObject({ name: 'Nonsense', status: 307 })
  expect(elsewhere.requests).toHaveLength(0)
})

test('the file goes to TikTok\u2019s upload hosts and nowhere else', async () => {
  const server = await listen((_seen, response) => { response.writeHead(201).end() })
  const wrong = [
    secretUrl(server.url), 'http://open-upload.tiktokapis.com/upload?upload_token=5ecret', 'https://open-upload.tiktokapis.com.evil.example/?upload_token=5ecret', 'https://eviltiktokapis.com/?upload_token=5ecret',
    'https://open-upload.tiktokapis.com:8443/?upload_token=5ecret', 'https://u:p@open-upload.tiktokapis.com/?upload_token=5ecret', 'file:///etc/passwd', '5ecret',
  ]
  for (const url of wrong) {
    const error = await failure(developers().putChunk(chunk(url, Buffer.from('x'))))
    expect(error).toMatchObject({ name: 'Nonsense', status: 0 })
    expect(JSON.stringify([error, error.message, error.stack])).not.toContain('5ecret')
  }
  expect(server.requests).toHaveLength(0)
})

test('a file that became shorter stops the chunk with its own error', async () => {
  const server = await rawServer(() => {})
  const error = await failure(developers({ uploadHosts: [server.host] }).putChunk(chunk(secretUrl(server.url), Buffer.from('abc'), { range: { start: 0, end: 9, total: 10 } })))
  expect(error.message).toBe('The file is shorter than it was when the upload was planned')
})

test('uploads side by side do not mix their bytes', async () => {
  const server = await listen((_seen, response) => { response.writeHead(201).end() })
  const files = Array.from({ length: 12 }, () => randomBytes(900_000))
  const tiktok = developers({ uploadHosts: [server.host] })
  await Promise.all(files.map((bytes, n) => tiktok.putChunk(chunk(`${server.url}/upload?n=${n}`, bytes))))
  for (const seen of server.requests) expect(seen.body.equals(files[Number(seen.query.get('n'))] ?? Buffer.alloc(0))).toBe(true)
  expect(server.requests).toHaveLength(12)
})
