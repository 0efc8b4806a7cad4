import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findings, mayBePosted, refusal } from './findings.ts'
import { probeVideo } from './probe.ts'

const media = join(import.meta.dirname, '../../test/media')
const of = (bytes: Uint8Array) => ({ bytes: bytes.length, read: (start: number, end: number) => Promise.resolve(new Uint8Array(bytes.subarray(start, end))) })
const probe = async (name: string) => probeVideo(of(await readFile(join(media, name))))
const verdicts = async (name: string) => {
  const probed = await probe(name)
  return probed.ok ? findings(probed.probe).filter(one => one.verdict !== 'pass').map(one => one.rule) : probed.code
}

test('a real MP4 is read: container, codec, sides, frame rate, duration, sound', async () => {
  expect(await probe('fine.mp4')).toMatchObject({ ok: true, probe: { container: 'MP4', codec: 'avc', width: 360, height: 640, frameRate: 30, durationMs: 4000, rotation: 0, hasSound: true } })
})

test.each([
  ['fine.mp4', []], ['tail-index.mp4', []], ['fine.webm', []], ['hevc.mov', []], ['turned.mp4', []],
  ['slow.mp4', ['frame rate']], ['tiny.mp4', ['sides']], ['mpeg4.mp4', ['codec']], ['sound-only.mp4', 'no video'],
])('%s against TikTok’s rules: %j', async (name, expected) => { expect(await verdicts(name)).toEqual(expected) })

test('a video on its side is judged as it is seen, and the rotation is told', async () => {
  const probed = await probe('turned.mp4')
  expect(probed).toMatchObject({ ok: true, probe: { width: 640, height: 360, rotation: 90 } })
  expect(probed.ok ? findings(probed.probe).map(one => one.sentence).join(' ') : '').toContain('90°')
})

test('a file that is no video, empty, or cut off is a clear answer and no accident', async () => {
  const whole = await readFile(join(media, 'fine.mp4')), tail = await readFile(join(media, 'tail-index.mp4')), webm = await readFile(join(media, 'fine.webm'))
  const code = async (bytes: Uint8Array) => { const said = await probeVideo(of(bytes)); return said.ok ? 'fine' : said.code }
  expect(await code(new Uint8Array(0))).toBe('empty')
  expect(await code(Buffer.from('hello'))).toBe('not media')
  expect(await code(Buffer.from('%PDF-1.7\n'.repeat(400)))).toBe('not media')
  expect(await code(whole.subarray(0, 50_000))).toBe('truncated')
  expect(await code(whole.subarray(0, 40))).toBe('truncated')
  expect(await code(tail.subarray(0, 10_000))).toBe('truncated')
  expect(await code(webm.subarray(0, 4000))).toBe('truncated')
  expect(await code(await readFile(join(media, 'sound-only.mp4')))).toBe('no video')
})

test('noise in a real file’s place never throws', async () => {
  const whole = await readFile(join(media, 'tail-index.mp4'))
  for (let at = 0; at < whole.length; at += 997) {
    const bent = Uint8Array.from(whole)
    bent.fill(0xff, at, at + 16)
    await expect(probeVideo(of(bent))).resolves.toBeDefined()
  }
})

test('every refusal names the file and says what to do', () => {
  for (const code of ['empty', 'no video', 'not media', 'truncated'] as const) expect(refusal(code, 'glaze.mp4').sentence).toMatch(/“glaze\.mp4”.*(Choose|Copy)/)
})

test('more than 4 GB and more than ten minutes can be fixed, nothing of it is sent', () => {
  const long = findings({ container: 'MP4', codec: 'avc', width: 1080, height: 1920, frameRate: 30, durationMs: 600_001, rotation: 0, hasSound: true, bytes: 4_000_000_001 })
  expect(mayBePosted(long)).toBe(false)
  expect(long.filter(one => one.verdict === 'fixable').map(one => one.rule)).toEqual(['duration', 'bytes'])
})
