import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { openHouse } from './api.ts'
import { follow } from './listen.ts'
import { Trouble } from './trouble.ts'

const ends: (() => unknown)[] = []
afterEach(async () => { for (const end of ends.splice(0)) await end() })

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer)
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  ends.push(() => { server.closeAllConnections(); server.close() })
  return openHouse({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: 'sdt_one' })
}
const frame = (id: number, state: string) => `id: ${id}\ndata: ${JSON.stringify({ id, at: '', type: 'message.updated', accountId: 1, subject: 'message:7', actor: { kind: 'system', id: null, name: 'Stagedoor' }, body: { state } })}\n\n`

test('who follows a message loses the connection, comes back by the last event, and misses nothing', async () => {
  const asked: (string | undefined)[] = [], looks: string[] = []
  const house = await serve((request, response) => {
    asked.push(request.headers['last-event-id'] as string | undefined)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    if (asked.length === 1) {
      // Cut in the middle of a frame.
      response.write(`retry: 1000\nid: 4\nevent: hello\ndata: {}\n\n${frame(5, 'sending')}${frame(6, 'sent').slice(0, 20)}`, () => { setTimeout(() => { response.destroy() }, 20) })
    } else response.write(`retry: 1000\n\n${frame(6, 'sent')}`)
  })
  const shown: string[] = []
  const end = await follow(house, {
    begin: () => Promise.resolve('queued'), look: now => { looks.push(now); return Promise.resolve(now) }, isOver: now => now === 'sent', patienceMs: 20_000, show: now => { shown.push(now) },
    hear: event => (event.body as { state: string }).state,
  })
  expect(end).toBe('sent')
  expect(asked).toEqual([undefined, '5'])
  expect(shown).toEqual(['queued', 'sending', 'sending', 'sent'])
  expect(looks).toEqual(['sending'])
})

test('nothing is begun by who may not listen', async () => {
  const house = await serve((_request, response) => { response.writeHead(403, { 'content-type': 'application/problem+json' }).end(JSON.stringify({ code: 'scope_missing', title: 'This token may not do that', detail: 'The token lacks the scope "read".' })) })
  let begun = false
  const following = follow(house, { begin: () => { begun = true; return Promise.resolve(1) }, look: now => Promise.resolve(now), hear: () => undefined, isOver: () => true, patienceMs: 5000 })
  await expect(following).rejects.toMatchObject({ code: 'scope_missing', ending: 'may not' })
  expect(begun).toBe(false)
})

test('a deed whose answer is lost is repeated with its key, and a house that never answers leaves it unsure', async () => {
  const keys: unknown[] = []
  const house = await serve((request, response) => {
    keys.push(request.headers['idempotency-key'])
    if (keys.length < 3) request.socket.destroy()
    else response.writeHead(202, { 'content-type': 'application/json' }).end('{"id":1}')
  })
  expect(await house.deed('/api/v1/posts', {}, 'one-key')).toEqual({ id: 1 })
  expect(keys).toEqual(['one-key', 'one-key', 'one-key'])
  const page = await serve((_request, response) => { response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome to nginx</h1>') })
  await expect(page.get('/api/v1/me')).rejects.toThrow(Trouble)
  await expect(page.get('/api/v1/me')).rejects.toMatchObject({ code: 'not_stagedoor' })
})
