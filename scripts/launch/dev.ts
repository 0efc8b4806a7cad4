import { watch } from 'node:fs'
import { join } from 'node:path'
import { openInstallation } from './installation.ts'
import { chooseMode, root } from './places.ts'

const say = (line: string) => { console.log(`[stagedoor] ${line}`) }

/** `npm run dev`: the server starts anew when its sources change; the dashboard comes from Vite on port 4301, changing under your eyes. */
export async function dev() {
  const { createServer } = await import('vite')
  const house = await openInstallation(chooseMode('start'), say)
  const vite = await createServer({ configFile: join(root, 'apps/web/vite.config.ts'), server: { port: 4301, strictPort: true, host: '127.0.0.1' } })
  await vite.listen()
  say('The dashboard for development is at http://127.0.0.1:4301/')
  let soon: NodeJS.Timeout | undefined
  const changed = (_event: string, file: string | null) => {
    if (!file?.endsWith('.ts') || file.endsWith('.test.ts')) return
    clearTimeout(soon)
    soon = setTimeout(() => { say(`${file} changed.`); void house.restartServer() }, 150)
  }
  const watchers = ['apps/server/src', 'apps/server/migrations', 'packages/tiktok/src'].map(folder => watch(join(root, folder), { recursive: true }, changed))
  await new Promise<void>(resolve => {
    for (const event of ['SIGINT', 'SIGTERM', 'disconnect'] as const) process.once(event, () => resolve())
    void house.failed.then(why => { say(why); resolve() })
  })
  for (const watcher of watchers) watcher.close()
  await Promise.all([vite.close(), house.stop()])
  process.exit(0)
}
