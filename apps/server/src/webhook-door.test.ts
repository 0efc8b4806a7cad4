import { createServer } from 'node:http'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { envelope, messageContent, openDesk, signed } from '../test/desk.ts'
import { answerHook } from './webhook.ts'

/** Node's own server before the desk, as main.ts puts it: what is not for the door is answered 418. */
async function openDoor() {
  const desk = await openDesk()
  const server = createServer((incoming, outgoing) => { if (!answerHook(desk.house, incoming, outgoing)) outgoing.writeHead(418).end() })
  await new Promise<void>(listening => { server.listen(0, '127.0.0.1', listening) })
  const port = (server.address() as { port: number }).port
  return { desk, port, url: `http://127.0.0.1:${port}`, async [Symbol.asyncDispose]() { server.closeAllConnections(); await new Promise(closed => { server.close(closed) }) } }
}

test('the fast door gives every answer the web’s door gives', async () => {
  const door = await openDoor()
  onTestFinished(() => door[Symbol.asyncDispose]())
  const { desk, url } = door
  const now = desk.house.clock.now()
  const body = envelope('im_receive_msg', messageContent('in'))
  const huge = envelope('im_receive_msg', messageContent('in', { text: { body: 'x'.repeat(1024 * 1024) } }))
  const slug = desk.account.slug
  const tries: [string, string, string | undefined][] = [
    [slug, body, signed(body, now)], [slug, body, signed(body, now)], [slug, body, signed(body, now, 'another secret')], [slug, body, undefined], [slug, body, 's=abc'],
    [slug, body, signed(body, new Date(now.getTime() - 301_000))], [slug, body.slice(0, -20), signed(body.slice(0, -20), now)], [slug, '', signed('', now)],
    [slug, huge, signed(huge, now)], ['nobody', body, signed(body, now)],
  ]
  for (const [to, sent, header] of tries) for (const end of ['/', '', '/?again=1']) {
    const web = await desk.knock(sent, header, to)
    const fast = await fetch(`${url}/hooks/${to}${end}`, { method: 'POST', body: sent, headers: header === undefined ? {} : { 'tiktok-signature': header } })
    expect([fast.status, await fast.text()]).toEqual([web.status, await web.text()])
  }
  expect(await desk.house.db.selectFrom('delivery').select('id').execute()).toHaveLength(1)
})

test('the fast door takes POSTs to one app’s path and nothing else', async () => {
  const door = await openDoor()
  onTestFinished(() => door[Symbol.asyncDispose]())
  const answers = await Promise.all(([['GET', '/hooks/business/'], ['POST', '/hooks/'], ['POST', '/hooks/a/b'], ['POST', '/hooks/%62usiness/'], ['POST', '/api/v1/me']] as const).map(async ([method, path]) => (await fetch(door.url + path, { method })).status))
  expect(answers).toEqual([418, 418, 418, 418, 418])
})

test('a body that never ends is refused at its limit, and the connection is closed', async () => {
  const door = await openDoor()
  onTestFinished(() => door[Symbol.asyncDispose]())
  const socket = connect(door.port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(`POST /hooks/${door.desk.account.slug}/ HTTP/1.1\r\nhost: here\r\ntransfer-encoding: chunked\r\n\r\n`)
  const piece = `10000\r\n${'x'.repeat(0x10000)}\r\n`
  for (let n = 0; n < 20; n++) socket.write(piece)
  const said = await new Promise<string>(closed => { let text = ''; socket.setEncoding('latin1').on('data', more => { text += String(more) }).on('close', () => { closed(text) }) })
  expect(said).toContain('HTTP/1.1 413')
  expect(said.match(/HTTP\/1\.1/g)).toHaveLength(1)
})

test('a delivery that cannot be kept is not answered 200', async () => {
  const door = await openDoor()
  onTestFinished(() => door[Symbol.asyncDispose]())
  const { desk, url } = door
  const body = envelope('im_receive_msg', messageContent('in'))
  await desk.house.db.schema.alterTable('delivery').renameTo('away').execute()
  const answer = await fetch(`${url}/hooks/${desk.account.slug}/`, { method: 'POST', body, headers: { 'tiktok-signature': signed(body, desk.house.clock.now()) } })
  expect([answer.status, await answer.json()]).toEqual([503, { reason: 'not kept' }])
  await desk.house.db.schema.alterTable('away').renameTo('delivery').execute()
})
