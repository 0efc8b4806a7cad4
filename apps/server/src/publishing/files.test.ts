import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { grow } from '../../test/media/grow.ts'
import { openHouse, type Session, type TestHouse } from '../../test/open-house.ts'
import { begin, beginFile, mediaPath, sendFile } from '../../test/publish.ts'
import type { AssetView } from './assets.ts'

let stage: TestHouse, me: Session
beforeAll(async () => {
  stage = await openHouse({ env: { MEDIA_QUOTA: '400 MB' } })
  me = await stage.signIn()
})
afterAll(async () => { await stage.close() })

const tus = { 'tus-resumable': '1.0.0' }
const part = (path: string, bytes: Uint8Array, offset: number) => stage.request('PATCH', path, bytes, { headers: { ...tus, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' } })
const head = (path: string) => stage.request('HEAD', path, undefined, { headers: tus })
const checked = async (id: number) => { await stage.house.jobs.drain(); return await stage.get<AssetView>(`/api/v1/assets/${id}`) }
const unfinished = () => readdir(join(stage.house.config.dataDir, 'uploads'))

test('an upload that breaks off goes on from where it was, and its bytes are exact', async () => {
  const bytes = await grown(3_000_000), path = await beginFile(stage, bytes.length, 'long.mp4')
  expect((await part(path, bytes.subarray(0, 1_000_000), 0)).headers.get('upload-offset')).toBe('1000000')
  await cutOff(path, bytes.subarray(1_000_000), 1_000_000, 500_000)
  const at = Number((await head(path)).headers.get('upload-offset'))
  expect(at).toBeGreaterThanOrEqual(1_000_000)
  const last = await part(path, bytes.subarray(at), at)
  expect(last.status).toBe(204)
  const id = Number(last.headers.get('stagedoor-asset'))
  const served = Buffer.from(await (await stage.request('GET', `/api/v1/assets/${id}/file`)).arrayBuffer())
  expect(createHash('sha256').update(served).digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'))
  expect(await unfinished()).toEqual([])
})

/** A real video, made longer by noise in a box that players skip. */
async function grown(bytes: number): Promise<Buffer> {
  const file = join(tmpdir(), `${randomUUID()}.mp4`)
  await grow(mediaPath('fine.mp4'), file, bytes, true)
  try { return await readFile(file) } finally { await rm(file, { force: true }) }
}

/** Sends a part and drops the connection after some bytes of it, as a lost network does. */
async function cutOff(path: string, bytes: Uint8Array, offset: number, after: number) {
  const socket = await beginPart(path, bytes.length, offset)
  await new Promise<void>(written => { socket.write(bytes.subarray(0, after), () => { setTimeout(written, 100) }) })
  socket.destroy()
}

/** The head of a PATCH by the owner, on a connection that is then in the test's hands. */
async function beginPart(path: string, length: number, offset: number): Promise<Socket> {
  const { hostname, port, host } = new URL(stage.url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  await new Promise<void>(connected => { socket.once('connect', () => { connected() }) })
  socket.write(`PATCH ${path} HTTP/1.1\r\nhost: ${host}\r\norigin: ${stage.url}\r\ncookie: ${me.cookie}\r\ntus-resumable: 1.0.0\r\nupload-offset: ${offset}\r\ncontent-type: application/offset+octet-stream\r\ncontent-length: ${length}\r\n\r\n`)
  return socket
}

test('the end of an upload is told again to whoever asks: a lost last answer loses nothing', async () => {
  const bytes = await readFile(mediaPath('fine.mp4')), path = await beginFile(stage, bytes.length, 'fine.mp4')
  const id = (await part(path, bytes, 0)).headers.get('stagedoor-asset')
  const again = await head(path)
  expect([again.status, again.headers.get('upload-offset'), again.headers.get('stagedoor-asset')]).toEqual([200, String(bytes.length), id])
  expect(await checked(Number(id))).toMatchObject({ state: 'ready', probe: { width: 360, height: 640 } })
})

test.each([
  ['a text file called a video', 'notes.mp4', () => Promise.resolve(Buffer.from('these are my notes\n'.repeat(500))), 'readable', 'is not a video that can be read'],
  ['a video that was cut off', 'half.mp4', async () => (await readFile(mediaPath('fine.mp4'))).subarray(0, 60_000), 'readable', 'ends before its own index says'],
  ['sound without a picture', 'song.mp4', () => readFile(mediaPath('sound-only.mp4')), 'readable', 'no picture in it'],
])('%s is refused with a sentence, and not kept', async (_, name, make, rule, sentence) => {
  const asset = await checked(await sendFile(stage, await make(), name))
  expect(asset).toMatchObject({ state: 'refused', findings: [{ rule, verdict: 'fail' }], url: null })
  expect(asset.findings[0]?.sentence).toContain(sentence)
})

test('a file that only breaks a rule of TikTok’s says which, and stays', async () => {
  const asset = await checked(await sendFile(stage, await readFile(mediaPath('slow.mp4')), 'slow.mp4'))
  expect(asset).toMatchObject({ state: 'ready', probe: { frameRate: 10 } })
  expect(asset.findings.filter(one => one.verdict !== 'pass').map(one => one.rule)).toEqual(['frame rate'])
})

test.each([
  ['empty', 0, 422, 'empty_file'], ['over 4 GB', 4_000_000_001, 413, 'too_large'], ['too large for the room that is left', 500_000_000, 507, 'media_quota'],
])('a file that is %s is refused before its first byte', async (_, bytes, status, code) => {
  const answer = await begin(stage, bytes, 'video.mp4')
  expect([answer.status, await answer.json()]).toMatchObject([status, { code }])
})

test('room is promised to uploads that are under way', async () => {
  const path = await beginFile(stage, 300_000_000, 'first.mp4')
  expect((await begin(stage, 300_000_000, 'second.mp4')).status).toBe(507)
  expect((await stage.request('DELETE', path, undefined, { headers: tus })).status).toBe(204)
  const second = await beginFile(stage, 300_000_000, 'second.mp4')
  await stage.request('DELETE', second, undefined, { headers: tus })
})

test('an upload is its owner’s alone, whatever its description says', async () => {
  const bytes = randomBytes(1000)
  const answer = await begin(stage, bytes.length, 'mine.mp4', undefined, { 'upload-metadata': `filename ${Buffer.from('mine.mp4').toString('base64')},owner ${Buffer.from('somebody else').toString('base64')}` })
  const path = answer.headers.get('location') ?? ''
  const stranger = await stage.signIn('agent', { accounts: [], name: 'stranger' })
  for (const method of ['HEAD', 'PATCH', 'DELETE']) {
    const refused = await stage.request(method, path, method === 'PATCH' ? bytes : undefined, { headers: { ...tus, ...(method === 'PATCH' ? { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' } : {}) }, as: stranger })
    expect([method, refused.status]).toEqual([method, 404])
  }
  const nobody = await fetch(stage.url + path, { method: 'HEAD', headers: tus })
  expect(nobody.status).toBe(401)
  expect((await part(path, bytes, 0)).status).toBe(204)
})

test('what does not follow the protocol is a problem with a next step, and loses nothing', async () => {
  const bytes = randomBytes(2000), path = await beginFile(stage, bytes.length, 'steps.mp4')
  expect((await part(path, bytes.subarray(0, 500), 0)).status).toBe(204)
  const wrong = await part(path, bytes.subarray(0, 500), 0)
  expect([wrong.status, await wrong.json()]).toMatchObject([409, { code: 'upload_offset' }])
  const tooMany = await part(path, randomBytes(5000), 500)
  expect(tooMany.status).toBe(413)
  const noSize = await stage.request('POST', '/api/v1/uploads', undefined, { headers: tus })
  expect([noSize.status, await noSize.json()]).toMatchObject([400, { code: 'size_unknown' }])
  const noVersion = await stage.request('PATCH', path, bytes.subarray(500), { headers: { 'upload-offset': '500', 'content-type': 'application/offset+octet-stream' } })
  expect(noVersion.status).toBe(412)
  expect((await head(path)).headers.get('upload-offset')).toBe('500')
  expect((await part(path, bytes.subarray(500), 500)).status).toBe(204)
  expect((await stage.request('OPTIONS', '/api/v1/uploads', undefined, { headers: tus })).headers.get('access-control-allow-origin')).toBeNull()
})

test('an upload begun twice with one key is one upload', async () => {
  const key = randomUUID()
  const one = await begin(stage, 700, 'once.mp4', undefined, { 'idempotency-key': key }), two = await begin(stage, 700, 'once.mp4', undefined, { 'idempotency-key': key })
  expect(two.headers.get('location')).toBe(one.headers.get('location'))
  expect((await begin(stage, 701, 'once.mp4', undefined, { 'idempotency-key': key })).status).toBe(409)
})

test('a second request takes an upload over from a dead connection, in another process too', async () => {
  const other = await stage.another()
  const bytes = randomBytes(4_000_000), path = await beginFile(stage, bytes.length, 'handover.mp4')
  const hanging = await beginPart(path, bytes.length, 0)
  hanging.write(bytes.subarray(0, 1_500_000))
  await new Promise(later => { setTimeout(later, 300) })
  const asked = await fetch(other.url + path, { method: 'HEAD', headers: { ...tus, origin: other.url, cookie: me.cookie } })
  expect([asked.status, asked.headers.get('upload-offset')]).toEqual([200, '1500000'])
  hanging.destroy()
  const done = await fetch(other.url + path, { method: 'PATCH', body: bytes.subarray(1_500_000), headers: { ...tus, origin: other.url, cookie: me.cookie, 'upload-offset': '1500000', 'content-type': 'application/offset+octet-stream' } })
  expect([done.status, done.headers.get('stagedoor-asset')]).toEqual([204, expect.stringMatching(/^\d+$/)])
  await leave(other)
}, 40_000)

async function leave(other: TestHouse) {
  other.app.close()
  await other.app.stopped()
  await other.house.close()
}

test('an unfinished upload is forgotten after a day, a whole one is kept', async () => {
  const path = await beginFile(stage, 2000, 'forgotten.mp4')
  await part(path, randomBytes(100), 0)
  await stage.tiktok.clock.advance(25 * 3_600_000)
  await stage.settled()
  const over = await head(path)
  expect([404, 410]).toContain(over.status)
  expect((await unfinished()).filter(name => path.endsWith(name))).toEqual([])
})

test('a disk that fills up in the middle of an upload is told, and what had arrived is kept', async () => {
  const disk = await mkdtemp(join(tmpdir(), 'stagedoor-disk-'))
  // A small file system of its own where the machine allows it; else the quota says the same.
  const isSmall = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk]).status === 0
  onTestFinished(async () => { if (isSmall) spawnSync('umount', [disk]); await rm(disk, { recursive: true, force: true }) })
  const small = await openHouse({ dataDir: disk, ...(isSmall ? {} : { env: { MEDIA_QUOTA: '2 MB' } }) })
  onTestFinished(() => small.close())
  await small.signIn()
  const bytes = await grown(4_000_000), send = (path: string, from: number) => small.request('PATCH', path, bytes.subarray(from), { headers: { ...tus, 'upload-offset': String(from), 'content-type': 'application/offset+octet-stream' } })
  const offset = async (path: string) => Number((await small.request('HEAD', path, undefined, { headers: tus })).headers.get('upload-offset'))
  const begun = await begin(small, bytes.length, 'film.mp4'), path = begun.headers.get('location')
  if (isSmall) await writeFile(join(disk, 'filler'), Buffer.alloc(5_500_000))
  const full = path === null ? begun : await send(path, 0)
  expect([full.status, ((await full.json()) as { code: string }).code]).toEqual(isSmall ? [507, 'disk_full'] : [507, 'media_quota'])
  await rm(join(disk, 'filler'), { force: true })
  const kept = path === null ? 1 : await offset(path)
  expect(kept).toBeGreaterThan(0)
  const done = path === null ? null : await send(path, kept)
  expect([204, undefined]).toContain(done?.status)
}, 60_000)

test('a file is deleted when nothing needs it, and its bytes with it', async () => {
  const id = await sendFile(stage, await readFile(mediaPath('fine.mp4')), 'gone.mp4')
  await checked(id)
  expect((await stage.request('DELETE', `/api/v1/assets/${id}`)).status).toBe(204)
  expect((await stage.request('GET', `/api/v1/assets/${id}`)).status).toBe(404)
  expect((await stage.request('GET', `/api/v1/assets/${id}/file`)).status).toBe(404)
})
