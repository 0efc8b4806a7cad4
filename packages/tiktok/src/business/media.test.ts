import { expect, test } from 'vitest'
import { answer } from '../fixtures/index.ts'
import { answering, failure, listen } from '../test/server.ts'
import { business } from './client.ts'

const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

test('an image goes up as a part with a file name and its type', async () => {
  const server = await answering(answer('business.uploadImage', 'a media id').body)
  expect(await business({ apiUrl: server.url, token: 'act.1', businessId: '-000BIZ' }).uploadImage({ bytes: png, filename: 'tea "pot".png', type: 'image/png' })).toEqual({ media_id: 'MEDIA9' })
  const [seen] = server.requests
  expect(seen).toMatchObject({ method: 'POST', path: '/business/message/media/upload/', headers: { 'access-token': 'act.1' } })
  const form = await new Response(new Uint8Array(seen?.body ?? []), { headers: { 'content-type': seen?.headers['content-type'] ?? '' } }).formData()
  expect([form.get('business_id'), form.get('media_type')]).toEqual(['-000BIZ', 'IMAGE'])
  const file = form.get('file') as File
  expect([file.type, file.size]).toEqual(['image/png', png.length])
  expect(seen?.body.toString('latin1')).toMatch(/name="file"; filename="tea %22pot%22\.png"\r\nContent-Type: image\/png/)
})

test('a link is asked for and fetched with the token in x-user', async () => {
  const linked = await answering(answer('business.downloadUrl', 'a link').body)
  const tiktok = business({ apiUrl: linked.url, token: 'act.1', businessId: '-000BIZ' })
  expect(await tiktok.downloadUrl({ conversationId: 'c+', messageId: 'm', mediaId: 'MEDIA1', type: 'IMAGE' })).toEqual({ download_url: 'https://media.tiktok.com/d/MEDIA1' })
  expect(JSON.parse(linked.requests[0]?.body.toString() ?? '')).toEqual({ business_id: '-000BIZ', conversation_id: 'c+', message_id: 'm', media_id: 'MEDIA1', media_type: 'IMAGE' })
  const media = await listen((_seen, response) => { response.writeHead(200, { 'content-type': 'image/png', 'content-length': String(png.length) }).end(png) })
  const got = await business({ token: 'act.1', mediaHosts: [media.host] }).downloadMedia(`${media.url}/d/MEDIA1?x-signature=s`)
  expect(got).toMatchObject({ mime: 'image/png', bytes: 8 })
  expect(new Uint8Array(await new Response(got.body).arrayBuffer())).toEqual(png)
  expect(media.requests[0]?.headers).toMatchObject({ 'x-user': 'act.1' })
  expect(media.requests[0]?.headers['access-token']).toBeUndefined()
})

test('the token goes to TikTok\u2019s hosts and nowhere else', async () => {
  const thief = await answering('x')
  for (const url of [thief.url, 'http://media.tiktok.com/d/1', 'https://eviltiktok.com/d', 'https://media.tiktok.com.evil.example/', 'https://media.tiktok.com:444/', 'https://a:b@media.tiktok.com/', 'ftp://media.tiktok.com/', 'nonsense']) {
    expect(await failure(business({ token: 'act.1' }).downloadMedia(url))).toMatchObject({ name: 'Nonsense', status: 0 })
  }
  const redirecting = await listen((_seen, response) => { response.writeHead(302, { location: thief.url }).end() })
  expect(await failure(business({ token: 'act.1', mediaHosts: [redirecting.host, thief.host] }).downloadMedia(redirecting.url))).toMatchObject({ name: 'Nonsense', status: 302 })
  expect(thief.requests).toHaveLength(0)
  const asked: string[] = []
  await business({ token: 'act.1', fetch: url => { asked.push(url); return Promise.resolve(new Response('x')) } }).downloadMedia('https://p16-sign-sg.tiktokcdn.com/x')
  expect(asked).toEqual(['https://p16-sign-sg.tiktokcdn.com/x'])
})

test('an expired link, too large media and a broken stream each say what they are', async () => {
  const media = async (answerIt: Parameters<typeof listen>[0]) => {
    const server = await listen(answerIt)
    return { url: server.url, tiktok: business({ token: 'act.1', mediaHosts: [server.host] }) }
  }
  const expired = await media((_seen, response) => { response.writeHead(403).end() })
  expect(await failure(expired.tiktok.downloadMedia(expired.url))).toMatchObject({ name: 'Refused', code: 'http 403', path: '/media' })
  const declared = await media((_seen, response) => { response.writeHead(200, { 'content-length': '1000' }).end(Buffer.alloc(1000)) })
  expect(await failure(declared.tiktok.downloadMedia(declared.url, { maxBytes: 999 }))).toMatchObject({ name: 'Nonsense' })
  const undeclared = await media((_seen, response) => { response.write(Buffer.alloc(600)); response.end(Buffer.alloc(600)) })
  const got = await undeclared.tiktok.downloadMedia(undeclared.url, { maxBytes: 999 })
  expect(got.bytes).toBeNull()
  expect(await failure(new Response(got.body).arrayBuffer())).toMatchObject({ name: 'Nonsense' })
  const cut = await media((_seen, response) => { response.writeHead(200, { 'content-length': '1000' }).write(Buffer.alloc(10), () => setImmediate(() => response.socket?.destroy())) })
  expect(await failure(cut.tiktok.downloadMedia(cut.url).then(({ body }) => new Response(body).arrayBuffer()))).toMatchObject({ name: 'Unreachable' })
})
