import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { stat } from 'node:fs/promises'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { direct, fileSource, openStage, put, STATUS, VIDEO_INIT, type Stage } from '../test/stage.ts'

let stage: Stage
let token: string
beforeEach(async () => {
  stage = await openStage()
  token = await stage.connect()
})
const folders: string[] = []
const folder = () => {
  folders.push(mkdtempSync(join(tmpdir(), 'emulator-upload-')))
  return folders.at(-1)!
}
afterEach(async () => {
  await stage.tiktok.close()
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true })
})

/** 20,000,123 bytes in four chunks of five million, the last with the remainder. */
const SIZE = 20_000_123
const CHUNK = 5_000_000
const bytes = Buffer.alloc(SIZE, 1)
const init = async (size = SIZE, chunk = CHUNK) => {
  const { data } = await stage.call(VIDEO_INIT, token, { post_info: { privacy_level: 'SELF_ONLY' }, source_info: fileSource(size, chunk) })
  return { url: String(data['upload_url']), id: String(data['publish_id']) }
}
const chunkOf = (n: number) => bytes.subarray(n * CHUNK, n === 3 ? SIZE : (n + 1) * CHUNK)
const send = (url: string, n: number, headers: Record<string, string> = {}) => put(url, chunkOf(n), n * CHUNK, SIZE, headers)

describe('chunks', () => {
  test('go in order: 206 for each, 201 for the last, which takes the remainder', async () => {
    const { url, id } = await init()
    const answers = []
    for (let n = 0; n < 4; n++) {
      const answer = await send(url, n)
      answers.push([answer.status, answer.headers.get('content-range')])
    }
    expect(answers).toEqual([[206, `bytes 0-5000000/${SIZE}`], [206, `bytes 0-10000000/${SIZE}`], [206, `bytes 0-15000000/${SIZE}`], [201, `bytes 0-${SIZE}/${SIZE}`]])
    expect((await stage.call(STATUS, token, { publish_id: id })).data).toEqual({ status: 'PROCESSING_UPLOAD', uploaded_bytes: SIZE })
  })

  test('the rule content-range can answer the last index instead of a count', async () => {
    stage.tiktok.rules.set({ 'content-range': 'last index' })
    expect((await send((await init()).url, 0)).headers.get('content-range')).toBe(`bytes 0-4999999/${SIZE}`)
  })

  test('again, out of order or of another size are 416 and say how far it got', async () => {
    const { url } = await init()
    await send(url, 0)
    for (const answer of [await send(url, 0), await send(url, 2), await put(url, bytes.subarray(CHUNK, CHUNK + 1000), CHUNK, SIZE)]) {
      expect([answer.status, answer.headers.get('content-range')]).toEqual([416, `bytes 0-5000000/${SIZE}`])
    }
    expect((await send(url, 1)).status).toBe(206)
  })

  test('wrong headers are 400', async () => {
    const { url } = await init()
    const bad: Record<string, string>[] = [{ 'content-type': 'application/octet-stream' }, { 'content-range': 'bytes=0-1' }, { 'content-range': `bytes 0-4999999/${SIZE + 1}` }, { 'content-range': `bytes 0-4999998/${SIZE}` }]
    for (const headers of bad) expect((await send(url, 0, headers)).status).toBe(400)
  })

  test('the rule length-mismatch can answer an opaque 502', async () => {
    stage.tiktok.rules.set({ 'length-mismatch': '502' })
    expect((await send((await init()).url, 0, { 'content-range': `bytes 0-4999998/${SIZE}` })).status).toBe(502)
  })

  test('an unknown upload or token is 404, an old upload_url 403', async () => {
    const { url } = await init()
    expect((await send(url.replace(/upload_id=\d/, 'upload_id=0'), 0)).status).toBe(404)
    expect((await send(`${url}x`, 0)).status).toBe(404)
    await stage.tiktok.clock.advance(3_600_000)
    expect((await send(url, 0)).status).toBe(403)
  })

  test('a chunk that was cut off is as if it never came', async () => {
    const { url } = await init()
    const to = new URL(url)
    await new Promise<void>(done => {
      const socket = connect(Number(to.port), '127.0.0.1', () => {
        socket.write(`PUT ${to.pathname}${to.search} HTTP/1.1\r\nhost: ${to.host}\r\ncontent-type: video/mp4\r\ncontent-length: ${CHUNK}\r\ncontent-range: bytes 0-${CHUNK - 1}/${SIZE}\r\n\r\n`)
        socket.write(Buffer.alloc(100_000), () => socket.destroy())
      })
      socket.on('close', () => done())
      socket.on('error', () => undefined)
    })
    let answer = await send(url, 0)
    for (let i = 0; answer.status === 416 && i < 50; i++) answer = await send(url, 0) // the broken request may still be ending
    expect(answer.status).toBe(206)
  })

  test('both ends of a huge file are kept, the middle is a hole', async () => {
    const state = folder()
    await stage.tiktok.close()
    stage = await openStage({ state })
    token = await stage.connect()
    const size = 130_000_000
    const { url } = await init(size, 10_000_000)
    const block = Buffer.alloc(10_000_000, 7)
    for (let n = 0; n < 13; n++) expect((await put(url, block, n * 10_000_000, size)).status).toBe(n === 12 ? 201 : 206)
    const kept = await stat(join(state, 'media', new URL(url).searchParams.get('upload_id')!))
    expect(kept.size).toBe(size)
    expect(kept.blocks * 512).toBeLessThan(80_000_000)
  })

  test('an upload goes on where it was after the emulator was started again', async () => {
    const state = folder()
    await stage.tiktok.close()
    stage = await openStage({ state })
    token = await stage.connect()
    const { url } = await init()
    await send(url, 0)
    await stage.tiktok.close()
    stage = await openStage({ state })
    const moved = url.replace(/^http:\/\/[^/]+/, stage.tiktok.url)
    expect((await send(moved, 0)).status).toBe(416)
    expect((await send(moved, 1)).status).toBe(206)
  })
})

describe('faults of uploads', () => {
  test('500 on chunk 2 only; the same chunk again passes', async () => {
    stage.tiktok.faults.arm({ on: 'upload.put', does: '500', chunk: 2, times: 1 })
    const { url } = await init()
    expect([(await send(url, 0)).status, (await send(url, 1)).status, (await send(url, 1)).status]).toEqual([206, 500, 206])
  })

  test('lose answer: the chunk is there, sending it again is 416', async () => {
    stage.tiktok.faults.arm({ on: 'upload.put', does: 'lose answer', times: 1, account: 'halia.ceramics' })
    const { url } = await init()
    await expect(send(url, 0)).rejects.toThrow('fetch failed')
    expect((await send(url, 0)).status).toBe(416)
    expect((await send(url, 1)).status).toBe(206)
  })

  test('cut at byte N: the chunk is not there', async () => {
    stage.tiktok.faults.arm({ on: 'upload.put', does: 'cut', afterBytes: 1_000_000, times: 1 })
    const { url } = await init()
    await expect(send(url, 0)).rejects.toThrow('fetch failed')
    expect((await send(url, 0)).status).toBe(206)
  })

  test('expire token in mid-upload: the bytes go on, status needs a fresh token', async () => {
    stage.tiktok.faults.arm({ on: 'upload.put', does: 'expire token', chunk: 2, times: 1 })
    const { url, id } = await init()
    for (let n = 0; n < 4; n++) expect((await send(url, n)).status).toBe(n === 3 ? 201 : 206)
    expect(await stage.call(STATUS, token, { publish_id: id })).toMatchObject({ status: 401, code: 'access_token_invalid' })
  })

  test('webhook before answer: the outcome is delivered before the last 201', async () => {
    const order: string[] = []
    const receiver = createServer((request, response) => {
      request.resume().on('end', () => {
        order.push('webhook')
        response.end()
      })
    })
    await new Promise<void>(done => receiver.listen(0, '127.0.0.1', done))
    stage.tiktok.world.changeApp(stage.app.id, { webhookUrl: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/` })
    stage.tiktok.faults.arm({ on: 'upload.put', does: 'webhook before answer', times: 1 })
    const { data } = await stage.call(VIDEO_INIT, token, direct(7))
    await put(String(data['upload_url']), Buffer.from('nothing'), 0, 7).then(() => order.push('answer'))
    expect(order).toEqual(['webhook', 'answer'])
    receiver.closeAllConnections()
    receiver.close()
  })
})
