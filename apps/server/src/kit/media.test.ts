import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { testGround, type TestGround } from '../../test/test-ground.ts'
import { mediaDoor } from './media-door.ts'

const HOUR = 3_600_000
const bytes = Buffer.from('0123456789abcdefghij')
const filesOf = async (house: TestGround) => (await readdir(join(house.config.dataDir, 'media'), { recursive: true, withFileTypes: true })).filter(item => item.isFile())
async function* pieces(...list: (string | Error)[]) { for (const item of list) { if (item instanceof Error) throw item; yield await Promise.resolve(Buffer.from(item)) } }
const picture = { mime: 'image/png', accountId: 1 }

test('what was put can be read whole, in part, and by position', async () => {
  const house = await testGround()
  const kept = await house.media.put(pieces('01234', '56789', 'abcdefghij'), picture)
  expect(kept).toMatchObject({ bytes: 20, sha256: createHash('sha256').update(bytes).digest('hex') })
  expect(await new Response(await house.media.read(kept.mediaId)).text()).toBe(bytes.toString())
  expect(await new Response(await house.media.read(kept.mediaId, { start: 5, end: 9 })).text()).toBe('56789')
  const file = await house.media.handle(kept.mediaId)
  const into = Buffer.alloc(4)
  await file.read(into, 0, 4, 10)
  await file.close()
  expect(into.toString()).toBe('abcd')
  expect(await house.media.stat(kept.mediaId)).toMatchObject({ bytes: 20, mime: 'image/png', accountId: 1 })
  await house.media.remove(kept.mediaId)
  expect(await filesOf(house)).toEqual([])
  await expect(house.media.read(kept.mediaId)).rejects.toMatchObject({ status: 404, code: 'media_gone' })
})

test('a finished upload is moved in, not copied', async () => {
  const house = await testGround()
  const path = join(house.config.dataDir, 'upload')
  await writeFile(path, bytes)
  const kept = await house.media.adopt(path, { mime: 'video/mp4', accountId: null })
  expect(kept).toMatchObject({ bytes: 20, sha256: createHash('sha256').update(bytes).digest('hex') })
  expect(await readdir(house.config.dataDir)).not.toContain('upload')
})

test('too large, over the quota, or cut off in the middle: a clear answer, and nothing half-kept', async () => {
  const house = await testGround({ mediaQuotaBytes: 30 })
  await expect(house.media.put(bytes, { ...picture, maxBytes: 19 })).rejects.toMatchObject({ status: 413, code: 'too_large' })
  await house.media.put(bytes, picture)
  await expect(house.media.put(bytes, picture)).rejects.toMatchObject({ status: 507, code: 'media_quota' })
  await expect(house.media.put(pieces('0123', new Error('the sender went away')), picture)).rejects.toThrow('the sender went away')
  expect(await filesOf(house)).toHaveLength(1)
  expect(await house.media.total()).toBe(20)
})

test('a full disk ends in a clear answer, and nothing half-kept', async () => {
  const disk = await mkdtemp(join(tmpdir(), 'stagedoor-disk-'))
  // A small file system of its own where the machine allows it; else a source that meets the disk's own error.
  const isSmall = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]).status === 0
  onTestFinished(async () => { if (isSmall) spawnSync('umount', [disk]); await rm(disk, { recursive: true, force: true }) })
  const house = await testGround({}, { dataDir: disk })
  const tooMuch = isSmall ? Buffer.alloc(1024 * 1024) : pieces('0123', Object.assign(new Error('no space left'), { code: 'ENOSPC' }))
  await expect(house.media.put(tooMuch, picture)).rejects.toMatchObject({ status: 507, code: 'disk_full', detail: expect.stringMatching(/Nothing of this file was kept. Make room/) as unknown })
  expect(await filesOf(house)).toEqual([])
  expect(await house.media.put(bytes, picture)).toMatchObject({ bytes: 20 })
})

test('files that no row knows are swept after a day', async () => {
  const house = await testGround()
  const { mediaId } = await house.media.put(bytes, picture)
  const stray = join(house.config.dataDir, 'media', 'unfinished', 'stray')
  await writeFile(stray, 'half')
  expect(await house.media.sweep()).toBe(0)
  const old = new Date('2020-01-01T00:00:00Z')
  for (const file of await filesOf(house)) await utimes(join(file.parentPath, file.name), old, old)
  expect(await house.media.sweep()).toBe(1)
  expect(await house.media.stat(mediaId)).toBeDefined()
  expect(await filesOf(house)).toHaveLength(1)
})

test('a media link opens its bytes until its time is over or it is revoked, and a guess opens nothing', async () => {
  const house = await testGround()
  const door = mediaDoor(house)
  const { mediaId } = await house.media.put(bytes, picture)
  const path = await house.media.link(house.db, mediaId, { expiresAt: new Date(house.clock.now().getTime() + HOUR), purpose: 'look' })
  const answer = await door.request(path)
  expect(answer.status).toBe(200)
  expect(Object.fromEntries(answer.headers)).toMatchObject({ 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff', 'content-length': '20', 'content-type': 'image/png', 'content-security-policy': expect.stringContaining('sandbox') as unknown })
  expect(await answer.text()).toBe(bytes.toString())

  const end = path.at(-1) === 'A' ? 'B' : 'A'
  for (const guess of [`${path.slice(0, -1)}${end}`, path.replace(/\/m\/\w+/, '/m/zz'), '/m/1', '/m/..%2f..%2fsecret', `${path}x`]) expect((await door.request(guess)).status).toBe(404)

  house.clock.advance(HOUR)
  expect((await door.request(path)).status).toBe(404)

  const second = await house.media.link(house.db, mediaId, { expiresAt: new Date(house.clock.now().getTime() + HOUR), purpose: 'look' })
  expect(second).not.toBe(path)
  expect(await house.media.link(house.db, mediaId, { expiresAt: new Date(house.clock.now().getTime() + HOUR), purpose: 'look' })).toBe(second)
  await house.media.revoke(house.db, { path: second })
  expect((await door.request(second)).status).toBe(404)
  const third = await house.media.link(house.db, mediaId, { expiresAt: new Date(house.clock.now().getTime() + HOUR), purpose: 'look' })
  await house.media.revoke(house.db, { mediaId })
  expect((await door.request(third)).status).toBe(404)
})

test('ranges are answered as players ask for them', async () => {
  const house = await testGround()
  const door = mediaDoor(house)
  const { mediaId } = await house.media.put(bytes, { mime: 'text/html', accountId: 1 })
  const path = await house.media.link(house.db, mediaId, { expiresAt: new Date(house.clock.now().getTime() + HOUR), purpose: 'play' })
  const ask = async (range: string, method = 'GET') => { const answer = await door.request(path, { method, headers: { range } }); return [answer.status, answer.headers.get('content-range'), await answer.text()] }
  expect(await ask('bytes=0-4')).toEqual([206, 'bytes 0-4/20', '01234'])
  expect(await ask('bytes=15-')).toEqual([206, 'bytes 15-19/20', 'fghij'])
  expect(await ask('bytes=-3')).toEqual([206, 'bytes 17-19/20', 'hij'])
  expect(await ask('bytes=18-400')).toEqual([206, 'bytes 18-19/20', 'ij'])
  expect(await ask('bytes=20-')).toEqual([416, 'bytes */20', ''])
  expect(await ask('bytes=4-2')).toEqual([200, null, bytes.toString()])
  expect(await ask('lines=1-2')).toEqual([200, null, bytes.toString()])
  expect(await ask('bytes=0-4', 'HEAD')).toEqual([206, 'bytes 0-4/20', ''])
  // what a browser could run is only ever a download
  expect(Object.fromEntries((await door.request(path)).headers)).toMatchObject({ 'content-type': 'application/octet-stream', 'content-disposition': 'attachment' })
})
