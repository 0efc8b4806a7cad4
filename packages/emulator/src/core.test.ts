import { spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createEmulator, type Emulator, type EmulatorOptions } from './index.ts'
import { runLoad } from './load.ts'

const START = new Date('2026-11-21T10:00:00Z')
const HOUR = 3_600_000
let open: Emulator[] = []
const make = async (options: EmulatorOptions = {}) => {
  const tiktok = await createEmulator({ startAt: START, frozen: true, ...options })
  open.push(tiktok)
  return tiktok
}
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'emulator-core-'))
})
afterEach(async () => {
  for (const tiktok of open.splice(0)) await tiktok.close()
  rmSync(folder, { recursive: true, force: true })
})
const reopen = async (tiktok: Emulator, options: EmulatorOptions = {}) => {
  await tiktok.close()
  open = open.filter(each => each !== tiktok)
  return make({ state: folder, ...options })
}

describe('state', () => {
  test('survives a restart: world, clock, rules, faults and what is due', async () => {
    let tiktok = await make({ state: folder })
    tiktok.world.addAccount({ handle: 'new.one' })
    tiktok.rules.set({ 'refresh-rotation': 'same token' })
    tiktok.faults.arm({ on: 'oauth.token', does: '500', times: 3 })
    await tiktok.clock.advance(HOUR)
    tiktok = await reopen(tiktok)
    expect(tiktok.world.account('new.one').handle).toBe('new.one')
    expect(tiktok.rules.get('refresh-rotation')).toBe('same token')
    expect(tiktok.faults.list()).toMatchObject([{ does: '500', times: 3 }])
    expect(tiktok.clock.now()).toBe(START.getTime() + HOUR)
    expect(tiktok.clock.frozen()).toBe(true)
  })

  test('a torn last line is as if it never happened', async () => {
    let tiktok = await make({ state: folder })
    tiktok.world.addAccount({ handle: 'kept' })
    await tiktok.settled()
    await tiktok.close()
    open = []
    const journal = readdirSync(folder).find(name => name.startsWith('changes-'))!
    appendFileSync(join(folder, journal), '[["account","1",{"id":"1","handle":"torn"')
    tiktok = await make({ state: folder })
    expect(tiktok.world.account('kept').handle).toBe('kept')
    expect(() => tiktok.world.account('torn')).toThrow('There is no account @torn')
    tiktok.world.addAccount({ handle: 'after' })
    tiktok = await reopen(tiktok)
    expect(tiktok.world.account('after').handle).toBe('after')
  })

  test('what was answered is there after kill -9', async () => {
    const program = spawn(process.execPath, ['--conditions=stagedoor', new URL('program.ts', import.meta.url).pathname, '--port', '0', '--state', folder, '--quiet'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    const { ready } = await new Promise<{ ready: string }>(done => program.once('message', message => done(message as { ready: string })))
    const handles = Array.from({ length: 25 }, (_, i) => `made.${i}`)
    await Promise.all(handles.map(handle => fetch(`${ready}/_emulator/world/addAccount`, { method: 'POST', body: JSON.stringify([{ handle }]) })))
    const gone = new Promise(done => program.once('exit', done))
    program.kill('SIGKILL')
    await gone
    const tiktok = await make({ state: folder })
    for (const handle of handles) expect(tiktok.world.account(handle).handle).toBe(handle)
  })

  test('a program that was started with IPC ends when its parent goes', async () => {
    const program = spawn(process.execPath, ['--conditions=stagedoor', new URL('program.ts', import.meta.url).pathname, '--port', '0', '--quiet'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    await new Promise(done => program.once('message', done))
    const gone = new Promise(done => program.once('exit', done))
    program.disconnect()
    expect(await gone).toBe(0)
  })

  test('a seed file makes the world, and the settings can be pasted', async () => {
    const file = join(folder, 'seed.yaml')
    writeFileSync(file, 'apps:\n  - platform: developers\n    id: awyaml\n    secret: s\naccounts:\n  - handle: from.yaml\nrules:\n  refresh-rotation: same token\n')
    const program = spawn(process.execPath, ['--conditions=stagedoor', new URL('program.ts', import.meta.url).pathname, '--port', '0', '--seed-file', file], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
    let said = ''
    program.stdout!.on('data', (part: Buffer) => (said += String(part)))
    const { ready } = await new Promise<{ ready: string }>(done => program.once('message', message => done(message as { ready: string })))
    const accounts = (await (await fetch(`${ready}/_emulator/world/accounts`)).json()) as { items: { handle: string }[] }
    expect(accounts.items.map(a => a.handle)).toEqual(['from.yaml'])
    expect(said).toContain(`TIKTOK_API_URL=${ready}`)
    expect(said).toContain('TIKTOK_CLIENT_KEY=awyaml')
    expect(said).toContain('Rule refresh-rotation = same token')
    program.disconnect()
    await new Promise(done => program.once('exit', done))
  })
})

describe('the same seed', () => {
  test('gives the same ids, also after a reset; another seed gives others', async () => {
    const [a, b, c] = [await make(), await make(), await make({ seed: 2 })]
    const idsOf = (tiktok: Emulator) => [...tiktok.world.accounts.map(each => each.id), tiktok.world.addAccount({ handle: 'x' }).id]
    const first = idsOf(a)
    expect(idsOf(b)).toEqual(first)
    expect(idsOf(c)).not.toEqual(first)
    await a.reset()
    expect(idsOf(a)).toEqual(first)
  })

  test('a reset keeps where the seed’s apps are redirected and called back', async () => {
    const tiktok = await make()
    tiktok.world.changeApp('aw-demo-stagedoor', { webhookUrl: 'http://127.0.0.1:4300/hooks/developers/' })
    tiktok.world.addApp({ platform: 'developers', id: 'awgone' })
    await tiktok.reset()
    expect(tiktok.world.apps.map(app => [app.id, app.webhookUrl])).toEqual([['aw-demo-stagedoor', 'http://127.0.0.1:4300/hooks/developers/'], ['7600000000000000001', null]])
  })

  test('a snapshot puts everything back, in another emulator too', async () => {
    const [a, b] = [await make(), await make({ seed: 9 })]
    await a.clock.advance(HOUR)
    a.world.addAccount({ handle: 'snap' })
    const snapshot = JSON.parse(JSON.stringify(a.snapshot())) as ReturnType<Emulator['snapshot']>
    await a.reset()
    expect(() => a.world.account('snap')).toThrow('no account')
    await b.restore(snapshot)
    expect(b.world.account('snap').handle).toBe('snap')
    expect(b.clock.now()).toBe(START.getTime() + HOUR)
    await expect(b.restore({} as never)).rejects.toThrow('snapshot')
  })
})

describe('time', () => {
  test('stands when frozen, runs at its pace, and moves by jumps', async () => {
    const tiktok = await make()
    expect([tiktok.clock.now(), await new Promise(done => setTimeout(() => done(tiktok.clock.now()), 20))]).toEqual([START.getTime(), START.getTime()])
    await tiktok.clock.advance(HOUR)
    expect(tiktok.clock.now()).toBe(START.getTime() + HOUR)
    tiktok.clock.pace(36_000)
    tiktok.clock.resume()
    await new Promise(done => setTimeout(done, 120))
    expect(tiktok.clock.now() - START.getTime() - HOUR).toBeGreaterThan(HOUR)
    expect(tiktok.clock.pace()).toBe(36_000)
    expect(() => tiktok.clock.pace(0)).toThrow('above 0')
    await expect(tiktok.clock.advance(-1)).rejects.toThrow('forward')
  })

  test('a webhook retried by back-off happens at its moments during one jump, each freshly signed', async () => {
    const tiktok = await make({ fetch: () => Promise.resolve(new Response(null, { status: 500 })) })
    const app = tiktok.world.addApp({ platform: 'developers', webhookUrl: 'http://127.0.0.1:9/hook/' })
    tiktok.world.pingWebhook(app.id)
    await tiktok.clock.advance(73 * HOUR)
    const tries = tiktok.wire.list({ limit: 1000, name: 'tiktok.ping' })
    expect(tries.slice(0, 6).map(t => (t.at - START.getTime()) / 1000)).toEqual([0, 10, 40, 100, 400, 1300])
    expect((tries.at(-1)!.at - START.getTime()) / HOUR).toBeGreaterThan(70)
    expect((tries.at(-1)!.at - START.getTime()) / HOUR).toBeLessThanOrEqual(72)
    expect(tiktok.timeline().at(-1)?.name).toBe('delivery given up')
  })

  test('jumpToNext goes to the next thing that is due, and says when nothing is', async () => {
    const tiktok = await make({ fetch: () => Promise.resolve(new Response(null, { status: 503 })) })
    expect(await tiktok.clock.jumpToNext()).toBe(false)
    tiktok.world.pingWebhook(tiktok.world.addApp({ platform: 'developers', webhookUrl: 'http://127.0.0.1:9/' }).id)
    await tiktok.settled()
    expect(await tiktok.clock.jumpToNext()).toBe(true)
    expect(tiktok.clock.now()).toBe(START.getTime() + 10_000)
  })

  test('followers hear of a jump by server-sent events', async () => {
    const tiktok = await make()
    const url = await tiktok.listen()
    const reader = (await fetch(`${url}/_emulator/clock/stream`)).body!.pipeThrough(new TextDecoderStream()).getReader()
    const next = async () => JSON.parse(/data: (.*)/.exec((await reader.read()).value ?? '')![1]!) as { now: number; frozen: boolean }
    expect(await next()).toEqual({ now: START.getTime(), pace: 1, frozen: true })
    await fetch(`${url}/_emulator/clock`, { method: 'POST', body: JSON.stringify({ do: 'advance', ms: HOUR }) })
    expect((await next()).now).toBe(START.getTime() + HOUR)
    await reader.cancel()
  })
})

describe('webhooks out', () => {
  type Got = { body: string; signature: string; at: number }
  let receiver: Server
  let got: Got[]
  let answer: number
  let tiktok: Emulator
  let app: { id: string; secret: string }
  beforeEach(async () => {
    got = []
    answer = 200
    receiver = createServer((request, response) => {
      let body = ''
      request.on('data', part => (body += String(part))).on('end', () => {
        got.push({ body, signature: String(request.headers['tiktok-signature']), at: tiktok.clock.now() })
        response.writeHead(answer).end()
      })
    })
    await new Promise<void>(done => receiver.listen(0, '127.0.0.1', done))
    tiktok = await make()
    app = tiktok.world.addApp({ platform: 'developers', secret: 's3cr3t', webhookUrl: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook/` })
  })
  afterEach(() => {
    receiver.closeAllConnections()
    receiver.close()
  })
  const genuine = ({ body, signature }: Got) => {
    const [, t, s] = /^t=(\d+),s=([0-9a-f]{64})$/.exec(signature)!
    return createHmac('sha256', 's3cr3t').update(`${t}.${body}`).digest('hex') === s
  }
  const send = (reason = 1) => tiktok.world.sendEvent(app.id, 'authorization.removed', { reason }, 'halia.ceramics')
  const reasons = () => got.map(each => (JSON.parse((JSON.parse(each.body) as { content: string }).content) as { reason: number }).reason)

  test('carry the documented envelope, content as a string, and a signature over the raw bytes', async () => {
    send()
    await tiktok.settled()
    expect(JSON.parse(got[0]!.body)).toEqual({ client_key: app.id, event: 'authorization.removed', create_time: START.getTime() / 1000, user_openid: expect.any(String), content: '{"reason":1}' })
    expect(genuine(got[0]!)).toBe(true)
  })

  test('come again until a 200, the body the same, the signature fresh', async () => {
    answer = 204 // anything but 200 is a failure
    send()
    await tiktok.settled()
    await tiktok.clock.advance(10_000)
    answer = 200
    await tiktok.clock.advance(HOUR)
    expect(got).toHaveLength(3)
    expect(new Set(got.map(each => each.body)).size).toBe(1)
    expect(new Set(got.map(each => each.signature)).size).toBe(3)
    expect(got.every(genuine)).toBe(true)
  })

  test('a receiver that does not answer within five seconds counts as failed', async () => {
    const silent = createServer(() => undefined)
    await new Promise<void>(done => silent.listen(0, '127.0.0.1', done))
    tiktok.world.changeApp(app.id, { webhookUrl: `http://127.0.0.1:${(silent.address() as AddressInfo).port}/` })
    send()
    await tiktok.settled()
    expect(tiktok.wire.list().at(-1)).toMatchObject({ status: null, why: expect.stringContaining('within 5000 ms') })
    silent.closeAllConnections()
    silent.close()
  })

  test('duplicate: the same delivery twice', async () => {
    tiktok.faults.arm({ on: 'deliver', does: 'duplicate', times: 1 })
    send()
    await tiktok.clock.advance(1000)
    expect(got).toHaveLength(2)
    expect(got[0]!.body).toBe(got[1]!.body)
  })

  test('reorder: the next one overtakes', async () => {
    tiktok.faults.arm({ on: 'deliver', does: 'reorder', times: 1 })
    send(1)
    send(2)
    await tiktok.clock.advance(5000)
    expect(reasons()).toEqual([2, 1])
  })

  test.each([[undefined, 6000], [60 * HOUR, 60 * HOUR]])('late by %s ms: it starts then', async (delayMs, wait) => {
    tiktok.faults.arm({ on: 'deliver', does: 'late', times: 1, ...(delayMs === undefined ? {} : { delayMs }) })
    send()
    await tiktok.clock.advance(wait - 1)
    expect(got).toHaveLength(0)
    await tiktok.clock.advance(1)
    expect(got).toHaveLength(1)
  })

  test('bad signature: one attempt with a wrong secret, then a proper one', async () => {
    tiktok.faults.arm({ on: 'deliver', does: 'bad signature', times: 1 })
    send()
    await tiktok.clock.advance(HOUR)
    expect(got.map(genuine)).toEqual([false, true])
  })

  test('only go to this machine unless allowed', async () => {
    tiktok.world.changeApp(app.id, { webhookUrl: 'https://desk.example.com/hook/' })
    send()
    await tiktok.settled()
    expect(tiktok.wire.list().at(-1)?.why).toContain('does not call desk.example.com')
  })

  test('a webhook nobody took yet is sent after a restart', async () => {
    await tiktok.close()
    open = []
    tiktok = await make({ state: folder })
    app = tiktok.world.addApp({ platform: 'developers', secret: 's3cr3t', webhookUrl: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook/` })
    answer = 503
    send()
    await tiktok.settled()
    tiktok = await reopen(tiktok)
    answer = 200
    await tiktok.clock.advance(10_000)
    expect(got).toHaveLength(2)
    expect(got.every(genuine)).toBe(true)
  })

  test('load on a running emulator prints latency and what was acknowledged', async () => {
    const url = await tiktok.listen()
    tiktok.clock.resume()
    const business = tiktok.world.addApp({ platform: 'business', redirectUris: ['https://desk.example.com/connect/business/'] })
    const page = `${url}/v2/auth/authorize/?${new URLSearchParams({ client_key: business.id, scope: 'user.info.basic,message.list.read,message.list.send', redirect_uri: 'https://desk.example.com/connect/business/', response_type: 'code', state: 's' })}`
    const code = new URL(await tiktok.consent({ authorizeUrl: page, account: 'nomad.bikes' })).searchParams.get('code')!
    await fetch(`${url}/open_api/v1.3/tt_user/oauth2/token/`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ client_id: business.id, client_secret: business.secret, grant_type: 'authorization_code', auth_code: code, redirect_uri: 'https://desk.example.com/connect/business/' }) })
    await fetch(`${url}/open_api/v1.3/business/webhook/update/`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ app_id: business.id, secret: business.secret, event_type: 'DIRECT_MESSAGE', callback_url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook/` }) })
    const lines: string[] = []
    const report = await runLoad(url, 'accounts=1,rate=20,seconds=1', line => lines.push(line))
    expect(report).toMatchObject({ sent: 20, acknowledged: 20, waiting: 0 })
    expect(lines[1]).toMatch(/median \d+ ms/)
    await expect(runLoad(url, 'rate=99999', () => undefined)).rejects.toThrow('1 to 2000')
  })

  test('can be replayed, freshly signed', async () => {
    send()
    await tiktok.settled()
    const url = await tiktok.listen()
    const { items } = (await (await fetch(`${url}/_emulator/deliveries`)).json()) as { items: { id: string }[] }
    expect((await fetch(`${url}/_emulator/deliveries/${items[0]!.id}/replay`, { method: 'POST' })).status).toBe(200)
    expect(got).toHaveLength(2)
  })
})

describe('faults on any route', () => {
  let tiktok: Emulator
  let url: string
  beforeEach(async () => {
    tiktok = await make()
    url = await tiktok.listen()
  })
  const ask = (headers: Record<string, string> = {}) => fetch(`${url}/v2/oauth/token/`, { method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials', client_key: 'aw-demo-stagedoor', client_secret: 'demo-developers-secret' }), headers })

  test.each([
    ['html', 503, /^<!DOCTYPE html>/], ['truncated json', 200, /^\{"access_token":"[^}]*$/], ['unknown json', 200, /^\{"result":"done"/],
    ['429', 429, /./], ['500', 500, /server_error/], ['502', 502, /^502/], ['503', 503, /temporarily_unavailable/], ['504', 504, /^504/],
  ])('%s', async (does, status, body) => {
    tiktok.faults.arm({ on: 'oauth.token', does, times: 1 })
    const answer = await ask()
    expect(answer.status).toBe(status)
    expect(await answer.text()).toMatch(body)
    expect((await (await ask()).json()) as object).toHaveProperty('access_token')
  })

  test('cut answer: the head and some bytes arrive, the rest never', async () => {
    tiktok.faults.arm({ on: 'oauth.token', does: 'cut answer', afterBytes: 5, times: 1 })
    await expect(ask().then(answer => answer.text())).rejects.toThrow('terminated')
  })

  test('slow: answers later', async () => {
    tiktok.faults.arm({ on: 'oauth.token', does: 'slow', delayMs: 120, times: 1 })
    const before = performance.now()
    await ask()
    expect(performance.now() - before).toBeGreaterThan(110)
  })

  test('refuse: with the code of the order', async () => {
    tiktok.faults.arm({ on: 'oauth.token', does: 'refuse', code: 'invalid_client', times: 1 })
    expect(await (await ask()).json()).toMatchObject({ error: 'invalid_client' })
  })

  test('a header on one request is enough', async () => {
    expect((await ask({ 'x-emulator-fault': '{"does":"500"}' })).status).toBe(500)
    expect((await ask({ 'x-emulator-fault': 'html' })).status).toBe(503)
    expect((await ask()).status).toBe(200)
  })

  test('by account, chance, count and expiry', async () => {
    tiktok.faults.arm({ on: 'oauth.token', does: '500', account: 'somebody else' })
    expect((await ask()).status).toBe(200)
    tiktok.faults.clear()
    tiktok.faults.arm({ on: 'oauth.token', does: '500', account: 'aw-demo-stagedoor', expiresInMs: 1000 })
    expect((await ask()).status).toBe(500)
    await tiktok.clock.advance(1000)
    expect([(await ask()).status, tiktok.faults.list()]).toEqual([200, []])
    tiktok.faults.arm({ on: '*', does: '500', probability: 0.5 })
    const seen = new Set<number>()
    for (let i = 0; i < 20; i++) seen.add((await ask()).status)
    expect([...seen].toSorted((a, b) => a - b)).toEqual([200, 500])
  })

  test('one nobody knows cannot be armed', () => {
    expect(() => tiktok.faults.arm({ on: 'oauth.token', does: 'dance' })).toThrow('No fault does "dance"')
  })

  test('without a socket, a cut is the TypeError of fetch', async () => {
    tiktok.faults.arm({ on: 'oauth.token', does: 'lose answer', times: 1 })
    await expect(tiktok.fetch('/v2/oauth/token/', { method: 'POST', body: new URLSearchParams() })).rejects.toThrow('fetch failed')
  })
})

describe('the control API', () => {
  let url: string
  let tiktok: Emulator
  beforeEach(async () => {
    tiktok = await make()
    url = await tiktok.listen()
  })
  const send = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(url + path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> & { items: unknown[] } }
  }

  test('drives the clock', async () => {
    expect((await send('GET', '/_emulator/clock')).body).toEqual({ now: START.getTime(), pace: 1, frozen: true })
    expect((await send('POST', '/_emulator/clock', { do: 'pace', pace: 60 })).body).toMatchObject({ pace: 60 })
    expect((await send('POST', '/_emulator/clock', { do: 'next' })).status).toBe(200)
    expect((await send('POST', '/_emulator/clock', { do: 'resume' })).body).toMatchObject({ frozen: false })
    expect((await send('POST', '/_emulator/clock', { do: 'freeze' })).body).toMatchObject({ frozen: true })
    expect((await send('POST', '/_emulator/clock', { do: 'dance' })).status).toBe(422)
    expect((await send('GET', '/_emulator/agenda')).body.items).toEqual([])
  })

  test('shows and changes rules, and refuses what is none', async () => {
    const { body } = await send('GET', '/_emulator/rules')
    expect((body.items as { evidence: string; says: string; options: object }[]).every(rule => rule.evidence && rule.says && Object.keys(rule.options).length > 1)).toBe(true)
    expect((await send('PATCH', '/_emulator/rules', { 'refresh-rotation': 'same token' })).status).toBe(200)
    expect((await send('PATCH', '/_emulator/rules', { 'refresh-rotation': 'sometimes' })).body['detail']).toContain('can be "rotate"')
    expect((await send('PATCH', '/_emulator/rules', { nonsense: 'on' })).body['detail']).toContain('There is no rule')
  })

  test('arms, lists and clears faults', async () => {
    expect((await send('POST', '/_emulator/faults', { on: 'oauth.token', does: '500' })).status).toBe(201)
    expect((await send('GET', '/_emulator/faults')).body['armed']).toHaveLength(1)
    expect((await send('POST', '/_emulator/faults', { on: 'x', does: 'dance' })).status).toBe(422)
    expect((await send('DELETE', '/_emulator/faults')).body['armed']).toEqual([])
  })

  test('shows the world and does its verbs', async () => {
    expect((await send('POST', '/_emulator/world/addAccount', [{ handle: 'by.http' }])).body['handle']).toBe('by.http')
    expect((await send('GET', '/_emulator/world/accounts')).body.items).toHaveLength(4)
    expect((await send('GET', '/_emulator/world/nothing')).status).toBe(404)
    expect((await send('POST', '/_emulator/world/toString', [])).status).toBe(404)
    expect((await send('POST', '/_emulator/world/addAccount', [{ handle: 'by.http' }])).body['detail']).toContain('already')
    expect((await send('POST', '/_emulator/world/addAccount', { handle: 'x' })).status).toBe(422)
  })

  test('keeps a log, a timeline and deliveries, and streams them', async () => {
    const log = (await fetch(`${url}/_emulator/log/stream`)).body!.pipeThrough(new TextDecoderStream()).getReader()
    const happenings = (await fetch(`${url}/_emulator/timeline/stream`)).body!.pipeThrough(new TextDecoderStream()).getReader()
    await Promise.all([log.read(), happenings.read()])
    await fetch(`${url}/v2/user/info/`)
    tiktok.world.addAccount({ handle: 'seen' })
    expect((await log.read()).value).toContain('"why":"There is no Authorization header"')
    expect((await happenings.read()).value).toContain('account added')
    expect((await send('GET', '/_emulator/log?limit=1')).body.items).toMatchObject([{ name: 'display.userInfo', status: 401 }])
    expect((await send('GET', '/_emulator/timeline')).body.items.at(-1)).toMatchObject({ name: 'account added' })
    await Promise.all([log.cancel(), happenings.cancel()])
  })

  test('resets, snapshots, restores and waits', async () => {
    await send('POST', '/_emulator/world/addAccount', [{ handle: 'x' }])
    const snapshot = (await send('GET', '/_emulator/snapshot')).body
    await send('POST', '/_emulator/reset')
    expect(tiktok.world.accounts).toHaveLength(3)
    expect((await send('PUT', '/_emulator/snapshot', snapshot)).status).toBe(200)
    expect(tiktok.world.accounts).toHaveLength(4)
    expect((await send('PUT', '/_emulator/snapshot', { no: 'snapshot' })).status).toBe(422)
    expect((await send('POST', '/_emulator/settled')).status).toBe(200)
  })

  test('has an OpenAPI document that names every route of its own, and a list of all', async () => {
    const document = (await send('GET', '/_emulator/openapi.json')).body as unknown as { openapi: string; paths: Record<string, object> }
    expect(document.openapi).toBe('3.1.0')
    expect(Object.keys(document.paths)).toContain('/_emulator/world/{verb}')
    expect((await send('GET', '/_emulator/routes')).body.items).toContainEqual(expect.objectContaining({ name: 'posting.initVideo' }))
    expect((await send('GET', '/_emulator/coverage')).body.items).toContainEqual(expect.objectContaining({ name: 'upload.put', state: 'done' }))
    expect((await send('GET', '/_emulator/health')).body).toMatchObject({ ok: true })
    expect((await send('GET', '/_emulator/nowhere')).status).toBe(404)
  })

  test('answers only under a name of this machine', async () => {
    const answer = await tiktok.fetch(new Request('http://evil.example.com/_emulator/clock'))
    expect(answer.status).toBe(403)
    const foreign = await fetch(`${url}/_emulator/reset`, { method: 'POST', headers: { origin: 'https://evil.example.com' } })
    expect(foreign.status).toBe(403)
  })
})

describe('hosts', () => {
  test('the Host of a real host chooses its face', async () => {
    const tiktok = await make()
    const known = await tiktok.fetch(new Request('http://open.tiktokapis.com/v2/user/info/?fields=open_id'))
    expect(known.status).toBe(401)
    const elsewhere = await tiktok.fetch(new Request('http://open-upload-va.tiktokapis.com/v2/user/info/'))
    expect(elsewhere.status).toBe(404)
  })

  test('starts in under a second', async () => {
    const before = performance.now()
    await (await make()).listen()
    expect(performance.now() - before).toBeLessThan(1000)
  })
})
