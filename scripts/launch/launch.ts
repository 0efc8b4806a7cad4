import { build } from './build.ts'
import { openInstallation } from './installation.ts'
import { chooseMode, type Mode } from './places.ts'

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
    const house = await openInstallation(here, say)
    const why = await Promise.race([stopped.then(() => 'stop' as const), house.goLive.then(() => 'go live' as const), house.failed.then(text => ({ failed: text }))])
    await house.stop()
    if (why === 'go live') { say('Leaving the demo as it is and starting the live installation.'); mode = 'live' }
    if (typeof why === 'object') failure = why.failed
  }
  if (failure) { console.error(`[stagedoor] ${failure}`); process.exit(1) }
  say('Stopped. Everything is kept; start again whenever you like.')
  process.exit(0)
}
