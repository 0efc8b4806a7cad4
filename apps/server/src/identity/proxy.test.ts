import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { openHouse } from '../../test/open-house.ts'

test('behind https the session cookie is for https alone, and only our own name is answered to', async () => {
  const it = await openHouse({ env: { PUBLIC_URL: 'https://desk.example.com', TRUST_PROXY: 'loopback' } })
  onTestFinished(() => it.close())
  const owner = await it.signIn('owner', { password: 'a password for tests' })
  const knock = (headers: Record<string, string>) => it.app.fetch(new Request('http://desk.example.com/api/auth/sign-in/email', {
    method: 'POST', headers: { 'host': 'desk.example.com', 'content-type': 'application/json', ...headers }, body: JSON.stringify({ email: owner.email, password: 'a password for tests' }),
  }))
  const answer = await knock({ origin: 'https://desk.example.com' })
  expect(answer.status).toBe(200)
  expect(answer.headers.getSetCookie().every(line => /; Secure/i.test(line) && /; HttpOnly/i.test(line) && /; SameSite=Lax/i.test(line))).toBe(true)
  expect((await knock({ origin: 'http://desk.example.com:8080' })).status).toBe(403)
  expect((await knock({ origin: 'https://desk.example.com', host: 'rebound.example' })).status).toBeGreaterThanOrEqual(400)
  const { url } = await it.post<{ url: string }>('/api/v1/connect', { platform: 'business' })
  expect(new URL(url).searchParams.get('redirect_uri')).toBe('https://desk.example.com/connect/business/')
})

test('under a foreign name nothing answers: no page, no picture, no way back from TikTok, no API', async () => {
  const it = await openHouse()
  onTestFinished(() => it.close())
  const paths = ['/', '/accounts', '/connect/login/?code=x&state=y', '/connect/business/', '/m/some-link', '/api/openapi.json', '/api/docs', '/api/v1/me', '/api/auth/get-session']
  const answers = (host: string) => Promise.all(paths.map(async path => (await it.app.fetch(new Request(it.url + path, { headers: { host } }))).status))
  expect(await answers('rebound.example')).toEqual(paths.map(() => 421))
  expect(await answers(new URL(it.url).host)).not.toContain(421)
  expect((await it.app.fetch(new Request(`${it.url}/healthz`, { headers: { host: '10.1.2.3' } }))).status).toBe(200)
})

test('with SMTP an invitation is mailed, and a forgotten password too, to whoever it belongs to', async () => {
  const mails: string[] = []
  const post = createServer(socket => {
    let text = ''
    let inData = false
    socket.write('220 test\r\n')
    socket.on('data', piece => {
      text += piece.toString()
      if (inData) { if (text.includes('\r\n.\r\n')) { mails.push(text); text = ''; inData = false; socket.write('250 kept\r\n') } return }
      for (const line of text.split('\r\n').slice(0, -1)) {
        if (/^EHLO|^HELO/.test(line)) socket.write('250 test\r\n')
        else if (line === 'DATA') { inData = true; socket.write('354 go on\r\n') }
        else if (line === 'QUIT') socket.end('221 bye\r\n')
        else socket.write('250 ok\r\n')
      }
      text = ''
    })
    socket.on('error', () => undefined)
  })
  await new Promise<void>(listening => { post.listen(0, '127.0.0.1', listening) })
  onTestFinished(() => { post.close() })
  const { port } = post.address() as { port: number }
  const it = await openHouse({ env: { SMTP_URL: `smtp://127.0.0.1:${port}`, SMTP_FROM: 'desk@example.com' } })
  onTestFinished(() => it.close())
  const owner = await it.signIn()
  expect(await it.post('/api/v1/invitations', { email: 'new@example.com' })).toMatchObject({ link: { mailed: true } })
  expect(mails[0]).toContain('new@example.com')
  const forgot = (email: string) => fetch(`${it.url}/api/v1/entry/forgot`, { method: 'POST', headers: { 'origin': it.url, 'content-type': 'application/json' }, body: JSON.stringify({ email }) })
  const answers = [await forgot('nobody@example.com'), await forgot(owner.email)]
  expect(answers.map(answer => answer.status)).toEqual([202, 202])
  await expect.poll(() => mails.length).toBe(2)
  const token = /token=3D([\w=\r\n-]+?)\r\n\r\n|token=([\w-]+)/.exec(mails[1] ?? '')
  expect(token).not.toBeNull()
})
