import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keepAlive, startChild, type Running } from './child.ts'
import { startEmulator } from './emulator.ts'
import { root } from './places.ts'

export type Victim = 'server' | 'database' | 'emulator'

const freePort = () => new Promise<number>(resolve => {
  const server = createServer().listen(0, '127.0.0.1', () => { const { port } = server.address() as { port: number }; server.close(() => resolve(port)) })
})

/** A whole demo installation of its own in a temporary folder: the very processes `npm start` starts, each of which can be killed. */
export async function openTemporaryDemo({ say, env = {} }: { say: (line: string) => void; env?: Record<string, string> }) {
  const folder = mkdtempSync(join(tmpdir(), 'stagedoor-temporary-'))
  const [port, emulatorPort] = [await freePort(), await freePort()]
  let emulatorNow: Running | undefined
  let serverNow: Running | undefined
  const emulator = await startEmulator({ folder: join(folder, 'emulator'), port: emulatorPort, serverPort: port, say, onStart: running => { emulatorNow = running } })
  const server = keepAlive(() => (serverNow = startChild({
    name: 'The server', file: join(root, 'apps/server/src/main.ts'), cwd: root,
    env: { ...emulator.settings, STAGEDOOR_MODE: 'demo', STAGEDOOR_DATA_DIR: folder, PORT: String(port), HOST: '127.0.0.1', LOG_LEVEL: 'error', ...env },
  })), say, { mostDeaths: Infinity })
  const url = `http://127.0.0.1:${port}`
  return {
    url, emulatorUrl: emulator.url, folder,
    serverPid: () => serverNow?.process.pid, emulatorPid: () => emulatorNow?.process.pid,
    /** Waits until the server answers that it is ready. */
    async ready(patienceMs = 60_000) {
      let ended: string | undefined
      void server.failed.then(why => { ended = why })
      for (const end = performance.now() + patienceMs; performance.now() < end && ended === undefined;) {
        if (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) }).then(a => a.ok, () => false)) return
        await new Promise(resolve => setTimeout(resolve, 50))
      }
      throw new Error(ended ?? 'The server was not ready in time.')
    },
    /** kill -9. What kept it starts it again. */
    kill(victim: Victim) {
      if (victim === 'server') serverNow?.process.kill('SIGKILL')
      else if (victim === 'emulator') emulatorNow?.process.kill('SIGKILL')
      else for (const file of globSync('**/postmaster.pid', { cwd: folder })) {
        const pid = Number(readFileSync(join(folder, file), 'utf8').split('\n')[0])
        try { if (pid > 0) process.kill(pid, 'SIGKILL') } catch { /* it is gone already */ }
      }
    },
    async close() {
      await server.stop()
      await emulator.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
export type TemporaryDemo = Awaited<ReturnType<typeof openTemporaryDemo>>
