import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { pino } from 'pino'
import { createEmulator } from '@stagedoor/emulator'
import { expect, onTestFinished, test } from 'vitest'
import { testGround } from '../../test/test-ground.ts'
import { testClock, wallClock } from './clock.ts'
import { followClock } from './followed-clock.ts'

const log = pino({ level: 'silent' })
const HOUR = 3_600_000

test('a test holds its clock: frozen, moved, let run, and everybody hears of it', async () => {
  const clock = testClock(new Date('2026-01-01T00:00:00Z'))
  let jumps = 0
  const stop = clock.onJump(() => { jumps++ })
  clock.advance(HOUR)
  expect(clock.now()).toEqual(new Date('2026-01-01T01:00:00Z'))
  expect(clock.pace()).toBe(0)
  clock.resume(1000)
  await new Promise(later => { setTimeout(later, 20) })
  expect(clock.now().getTime()).toBeGreaterThan(Date.parse('2026-01-01T01:00:10Z'))
  clock.freeze()
  stop()
  clock.advance(1)
  expect(jumps).toBe(3)
  expect(Math.abs(wallClock().now().getTime() - Date.now())).toBeLessThan(1000)
})

/** A clock as the emulator shows it. */
function shownClock() {
  let said = { now: Date.parse('2026-05-01T00:00:00Z'), pace: 1, frozen: true }
  let streams: ServerResponse[] = []
  const server: Server = createServer((request, answer) => {
    if (request.url !== '/clock/stream') { answer.setHeader('content-type', 'application/json'); answer.end(JSON.stringify(said)); return }
    answer.writeHead(200, { 'content-type': 'text/event-stream' }).write(`data: ${JSON.stringify(said)}\n\n`)
    streams.push(answer)
  })
  return {
    server,
    say(next: Partial<typeof said>) { said = { ...said, ...next }; for (const stream of streams) stream.write(`event: clock\ndata: ${JSON.stringify(said)}\n\n`) },
    async listen(port = 0) { server.listen(port, '127.0.0.1'); await once(server, 'listening'); return (server.address() as AddressInfo).port },
    async goAway() { streams = []; server.closeAllConnections(); server.close(); await once(server, 'close') },
  }
}

test('the followed clock follows jumps, pace and freezes, goes on while the other is away, and comes back', async () => {
  const shown = shownClock()
  const port = await shown.listen()
  const kept = join(await mkdtemp(join(tmpdir(), 'stagedoor-clock-')), 'clock.json')
  const clock = await followClock(`http://127.0.0.1:${port}/clock`, kept, log)
  expect(clock.now()).toEqual(new Date('2026-05-01T00:00:00Z'))
  await expect.poll(() => clock.connected()).toBe(true)

  const jumped = () => new Promise<void>(done => { const stop = clock.onJump(() => { stop(); done() }) })
  let heard = jumped()
  shown.say({ now: Date.parse('2026-05-03T00:00:00Z') })
  await heard
  expect(clock.now()).toEqual(new Date('2026-05-03T00:00:00Z'))

  heard = jumped()
  shown.say({ frozen: false, pace: 1000 })
  await heard
  expect(clock.pace()).toBe(1000)

  await shown.goAway()
  await expect.poll(() => clock.connected()).toBe(false)
  const before = clock.now().getTime()
  await expect.poll(() => clock.now().getTime() - before).toBeGreaterThan(20_000) // 20 ms on the wall

  // Somebody who starts while it is away goes on from what was kept.
  const second = await followClock(`http://127.0.0.1:${port}/clock`, kept, log)
  expect(Math.abs(second.now().getTime() - clock.now().getTime())).toBeLessThan(60_000)
  second.close()

  const again = shownClock()
  again.say({ now: Date.parse('2026-06-01T00:00:00Z') })
  heard = jumped()
  await again.listen(port)
  await heard
  expect(clock.now()).toEqual(new Date('2026-06-01T00:00:00Z'))
  expect(clock.pace()).toBe(0)
  clock.close()
  await again.goAway()
})

test('what is due follows the emulator’s clock, its jumps included', async () => {
  const tiktok = await createEmulator({ startAt: new Date('2026-05-01T00:00:00Z') })
  await tiktok.listen()
  onTestFinished(() => tiktok.close())
  const house = await testGround({ clockUrl: `${tiktok.url}/_emulator/clock` }, { clock: undefined })
  expect(Math.abs(house.clock.now().getTime() - tiktok.clock.now())).toBeLessThan(2000)
  const ran = Promise.withResolvers<string>()
  house.due.on('reminder', subject => { ran.resolve(subject); return Promise.resolve() })
  await house.due.start()
  await house.due.at(house.db, 'reminder', 'in three days', new Date(house.clock.now().getTime() + 72 * HOUR))
  await tiktok.clock.advance(73 * HOUR)
  expect(await ran.promise).toBe('in three days')
})

test('without a clock to follow and nothing kept, time is the wall’s', async () => {
  const clock = await followClock('http://127.0.0.1:9/clock', null, log)
  expect(Math.abs(clock.now().getTime() - Date.now())).toBeLessThan(2000)
  clock.close()
})
