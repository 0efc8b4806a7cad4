import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { openFetch } from './fetch.ts'
import { checkedAddress, isPublic } from './fetch-guard.ts'

const servers: Server[] = []
afterEach(() => { for (const server of servers.splice(0)) { server.closeAllConnections(); server.close() } })

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>(done => { server.listen(0, '127.0.0.1', done) })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

test.each(['http://127.0.0.1/', 'http://localhost:4300/', 'http://[::1]/', 'http://10.1.2.3/', 'http://192.168.1.1/', 'http://172.16.0.1/', 'http://169.254.169.254/latest/meta-data/', 'http://[fe80::1]/',
  'http://[fd00::1]/', 'http://[::ffff:127.0.0.1]/', 'http://0.0.0.0/', 'http://100.64.0.1/', 'http://2130706433/', 'http://0x7f.1/', 'http://[64:ff9b::7f00:1]/', 'http://224.0.0.1/', 'file:///etc/passwd', 'ftp://example.com/'])(
  'the guarded fetch does not go to %s', async url => {
    const fetch = openFetch([])
    await expect(fetch(url)).rejects.toThrow(/not allowed.*Nothing was sent/)
    await fetch.close()
  })

test('a name that leads to a private address is refused, whatever it is called', async () => {
  await expect(checkedAddress('localhost', '80', [])).rejects.toThrow(/private address/)
  expect(await checkedAddress('localhost', '80', ['localhost:80'])).toMatch(/^(127\.0\.0\.1|::1)$/)
  await expect(checkedAddress('localhost', '81', ['localhost:80'])).rejects.toThrow(/private address/)
  expect(isPublic('8.8.8.8')).toBe(true)
  expect(isPublic('2606:4700::1111')).toBe(true)
})

test('a name server that changes its mind gains nothing: a name is looked up once, and every address it has must be public', async () => {
  const host = await serve((_, answer) => { answer.end('hello') })
  const port = host.split(':')[1] ?? ''
  let asked = 0
  const fetch = openFetch([`shop.test:${port}`], name => { asked++; return Promise.resolve(name === 'shop.test' ? ['127.0.0.1'] : ['93.184.216.34', '127.0.0.1']) })
  // The name exists nowhere else: the answer came over the very address that was checked.
  expect(await (await fetch(`http://shop.test:${port}/`)).text()).toBe('hello')
  expect(asked).toBe(1)
  await expect(fetch(`http://mixed.test:${port}/`)).rejects.toThrow(/mixed.test is the private address 127.0.0.1/)
  await fetch.close()
})

test('only what is named in ALLOW_PRIVATE is reached, and one call may name its own', async () => {
  const host = await serve((_, answer) => { answer.end('hello') })
  const fetch = openFetch([host])
  expect(await (await fetch(`http://${host}/`)).text()).toBe('hello')
  const closed = openFetch([])
  await expect(closed(`http://${host}/`)).rejects.toThrow(/not allowed/)
  expect(await (await closed(`http://${host}/`, { allow: [host] })).text()).toBe('hello')
  await Promise.all([fetch.close(), closed.close()])
})

test('redirects are not followed unless asked, each hop is checked again, and no token goes to another origin', async () => {
  const seen: (string | undefined)[] = []
  const secret = await serve((request, answer) => { seen.push(request.headers.authorization); answer.end('private') })
  const door = await serve((request, answer) => { answer.writeHead(302, { location: request.url === '/in' ? `http://${secret}/` : request.url === '/loop' ? '/loop' : '/in' }).end() })
  const fetch = openFetch([door])
  expect((await fetch(`http://${door}/in`)).status).toBe(302)
  await expect(fetch(`http://${door}/in`, { hops: 3 })).rejects.toThrow(/not allowed/)
  expect(seen).toEqual([])
  expect((await fetch(`http://${door}/loop`, { hops: 4 })).status).toBe(302)
  const both = openFetch([door, secret])
  expect(await (await both(`http://${door}/in`, { hops: 3, headers: { authorization: 'Bearer act.x' } })).text()).toBe('private')
  expect(seen).toEqual([undefined])
  await Promise.all([fetch.close(), both.close()])
})

test('an endless answer, a bomb and a lying length end at the limit', async () => {
  const host = await serve((request, answer) => {
    if (request.url === '/endless') { const pour = () => { let more = true; while (more) more = answer.write(Buffer.alloc(65_536)); answer.once('drain', pour) }; pour(); return }
    if (request.url === '/long') { answer.writeHead(200, { 'content-length': 10_000_000 }); answer.write('x'); return }
    answer.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(20_000_000)))
  })
  const fetch = openFetch([host])
  const read = async (path: string) => (await fetch(`http://${host}${path}`, { maxBytes: 1_000_000 })).arrayBuffer()
  for (const path of ['/endless', '/bomb', '/long']) await expect(read(path)).rejects.toThrow(/larger than 1000000 bytes/)
  await fetch.close()
})

test('an answer that never comes, or never ends, ends with the patience', async () => {
  const host = await serve((request, answer) => { if (request.url === '/drip') answer.write('x') })
  const fetch = openFetch([host])
  await expect(fetch(`http://${host}/never`, { timeoutMs: 100 })).rejects.toThrow(/timeout|aborted/i)
  const answer = await fetch(`http://${host}/drip`, { timeoutMs: 200 })
  await expect(answer.text()).rejects.toThrow(/timeout|aborted/i)
  await fetch.close()
})

test('forms, bytes and streams arrive as they were given', async () => {
  const host = await serve((request, answer) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part)).on('end', () => { answer.setHeader('content-type', 'application/json'); answer.end(JSON.stringify({ type: request.headers['content-type'], body: Buffer.concat(parts).toString() })) })
  })
  const fetch = openFetch([host])
  const send = async (init: RequestInit) => await (await fetch(`http://${host}/`, { method: 'POST', ...init })).json() as { type?: string; body: string }
  const form = new FormData()
  form.set('file', new Blob(['hello'], { type: 'image/png' }), 'a.png')
  const sent = await send({ body: form, headers: { 'access-token': 'x' } })
  expect(sent.type).toMatch(/^multipart\/form-data; boundary=/)
  expect(sent.body).toContain('filename="a.png"')
  expect(await send({ body: JSON.stringify({ a: 1 }), headers: { 'content-type': 'application/json' } })).toEqual({ type: 'application/json', body: '{"a":1}' })
  expect((await send({ body: new URLSearchParams({ a: '1' }) })).body).toBe('a=1')
  expect((await send({ body: new Response('hello').body, duplex: 'half' } as RequestInit)).body).toBe('hello')
  await fetch.close()
})
