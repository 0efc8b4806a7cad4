import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openDesk } from '../../scripts/chaos/desk.ts'
import { root } from '../../scripts/launch/places.ts'

const freePort = () => new Promise<number>(resolve => {
  const server = createServer().listen(0, '127.0.0.1', () => { const { port } = server.address() as { port: number }; server.close(() => resolve(port)) })
})
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

/** `npm start` as a person has it, in a folder and on ports of its own. */
async function place() {
  const folder = mkdtempSync(join(tmpdir(), 'stagedoor-launcher-'))
  const [port, emulatorPort] = [await freePort(), await freePort()]
  const running: ChildProcess[] = []
  onTestFinished(async () => {
    for (const child of running) if (child.exitCode === null) { child.kill('SIGINT'); await new Promise(gone => child.once('exit', gone)) }
    rmSync(folder, { recursive: true, force: true })
  })
  const url = `http://127.0.0.1:${port}`
  return {
    folder, url, emulatorUrl: `http://127.0.0.1:${emulatorPort}`,
    async start(env: Record<string, string> = {}, command = 'start') {
      const child = spawn(process.execPath, [join(root, 'start.mjs'), command], { cwd: root, env: { ...process.env, PORT: String(port), EMULATOR_PORT: String(emulatorPort), STAGEDOOR_DATA_DIR: folder, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
      running.push(child)
      let said = ''
      child.stdout?.on('data', (part: Buffer) => { said += part.toString() })
      child.stderr?.on('data', (part: Buffer) => { said += part.toString() })
      for (let left = 600; left > 0; left--) {
        if (await fetch(`${url}/readyz`).then(answer => answer.ok, () => false)) break
        if (child.exitCode !== null || left === 1) throw new Error(`It did not start: ${said}`)
        await pause(100)
      }
      return { said: () => said, async stop(signal: NodeJS.Signals = 'SIGINT') { const gone = new Promise<number | null>(ended => child.once('exit', ended)); child.kill(signal); return await gone } }
    },
  }
}

const answers = (url: string) => fetch(url, { signal: AbortSignal.timeout(2000) }).then(() => true, () => false)

test('Ctrl-C stops everything cleanly, and a second start finds all data', async () => {
  const here = await place()
  const first = await here.start()
  expect(first.said()).toContain('Sign in with')
  const desk = await openDesk(here.url, 'owner@stagedoor.test', 'stagedoor demo')
  await desk.post('/api/v1/groups', { name: 'Kept over night', accounts: [] })
  expect(await first.stop()).toBe(0)
  expect(await answers(here.url)).toBe(false)
  expect(await answers(here.emulatorUrl)).toBe(false)
  const second = await here.start()
  const again = await openDesk(here.url, 'owner@stagedoor.test', 'stagedoor demo')
  expect(await again.all<{ name: string }>('/api/v1/groups')).toMatchObject([{ name: 'Kept over night' }])
  expect(await second.stop('SIGTERM')).toBe(0)
})

test('the demo makes room for the real one: same address, its own data, a one-time link for its owner', async () => {
  const here = await place()
  const demo = await here.start()
  const desk = await openDesk(here.url, 'owner@stagedoor.test', 'stagedoor demo')
  expect(await desk.get<{ mode: string }>('/api/v1/me')).toMatchObject({ mode: 'demo' })
  const link = join(here.folder, 'live', 'owner-link.txt')
  await desk.post('/api/v1/installation/live', {})
  for (let left = 600; left > 0 && !(existsSync(link) && await answers(`${here.url}/readyz`)); left--) await pause(100)
  expect(await fetch(`${here.url}/api/v1/me`).then(answer => answer.status)).toBe(401)
  expect(statSync(link).mode & 0o777).toBe(0o600)
  const token = new URL(readFileSync(link, 'utf8').trim()).searchParams.get('token')
  expect(demo.said()).toContain('Nobody owns this house yet')
  expect(await answers(here.emulatorUrl)).toBe(false)
  const enter = (email: string) => fetch(`${here.url}/api/v1/entry`, { method: 'POST', headers: { origin: here.url, 'content-type': 'application/json' }, body: JSON.stringify({ token, email, name: 'Noor', password: 'a long enough password' }) })
  expect((await enter('noor@example.com')).ok).toBe(true)
  expect((await enter('thief@example.com')).status).toBe(410)
  const owner = await openDesk(here.url, 'noor@example.com', 'a long enough password')
  expect(await owner.get<{ mode: string; emulatorUrl: string | null }>('/api/v1/me')).toMatchObject({ mode: 'live', emulatorUrl: null })
  expect(await owner.all('/api/v1/accounts')).toEqual([])
  await demo.stop()

  const live = await here.start() // the live one exists now, so this is what `npm start` means
  expect(live.said()).toContain('(live)')
  await live.stop()
  const rehearsal = await here.start({ STAGEDOOR_MODE: 'demo' })
  await openDesk(here.url, 'owner@stagedoor.test', 'stagedoor demo')
  await rehearsal.stop()
})
