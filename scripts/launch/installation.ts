import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { keepAlive, startChild } from './child.ts'
import { startEmulator, type EmulatorSettings } from './emulator.ts'
import { dataDir, root, type Mode } from './places.ts'

/**
 * Opens one installation: its folder, in the demo its emulator (a process of its own that outlives a killed server), and its server.
 * Both are kept alive. `goLive` resolves when a person asks the demo to make room for the real one.
 */
export async function openInstallation(mode: Mode, say: (line: string) => void) {
  const folder = dataDir(mode)
  mkdirSync(folder, { recursive: true })
  const port = Number(process.env['PORT'] ?? 4300)
  let emulator: Awaited<ReturnType<typeof startEmulator>> | undefined
  let settings: EmulatorSettings = {}
  if (mode === 'demo') {
    emulator = await startEmulator({ folder: join(folder, 'emulator'), port: Number(process.env['EMULATOR_PORT'] || port + 10), serverPort: port, say })
    settings = emulator.settings
  }
  let goLiveNow: () => void = () => {}
  const goLive = new Promise<void>(resolve => { goLiveNow = resolve })
  const server = keepAlive(() => startChild({
    name: 'The server', file: join(root, 'apps/server/src/main.ts'), cwd: root,
    env: { ...settings, STAGEDOOR_MODE: mode, STAGEDOOR_DATA_DIR: folder, PORT: String(port), ...(mode === 'demo' ? { HOST: '127.0.0.1' } : {}) },
    onMessage: message => { if (message === 'set up the real one') goLiveNow() },
  }), say)
  return {
    goLive,
    failed: Promise.race([server.failed, ...(emulator ? [emulator.failed] : [])]),
    restartServer: () => server.restart(),
    async stop() { await server.stop(); await emulator?.stop() },
  }
}
