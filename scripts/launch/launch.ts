import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { keepAlive, startChild } from './child.ts'
import { build } from './build.ts'
import { chooseMode, dataDir, root, type Mode } from './places.ts'
import { startEmulator, type EmulatorSettings } from './emulator.ts'

const say = (line: string) => { console.log(`[stagedoor] ${line}`) }

/**
 * `npm start` and `npm run live`: builds what must be built, starts the emulator (demo only) and the server, keeps both alive,
 * and stops both when told to or when whoever started it is gone.
 */
export async function launch(command: 'start' | 'live', _args: string[]) {
  await build({ say })
  let stopRequested: () => void = () => {}
  const stopped = new Promise<void>(resolve => { stopRequested = resolve })
  process.on('SIGINT', () => stopRequested())
  process.on('SIGTERM', () => stopRequested())
  process.on('SIGHUP', () => stopRequested())
  process.on('disconnect', () => stopRequested())

  let mode: Mode | undefined = chooseMode(command)
  let failure: string | undefined
  while (mode) {
    const here: Mode = mode
    mode = undefined
    const house = await openInstallation(here)
    const why = await Promise.race([stopped.then(() => 'stop' as const), house.goLive.then(() => 'go live' as const), house.failed.then(text => ({ failed: text }))])
    await house.stop()
    if (why === 'go live') { say('Leaving the demo as it is and starting the live installation.'); mode = 'live' }
    if (typeof why === 'object') failure = why.failed
  }
  if (failure) { console.error(`[stagedoor] ${failure}`); process.exit(1) }
  say('Stopped. Everything is kept; start again whenever you like.')
  process.exit(0)
}

async function openInstallation(mode: Mode) {
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
    async stop() { await server.stop(); await emulator?.stop() },
  }
}
