import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { startChild } from './child.ts'
import { chooseMode, dataDir, root } from './places.ts'

/** Runs a verb of the server's on the installation that `npm start` would open. */
async function verb(name: string) {
  const mode = chooseMode('start')
  const folder = dataDir(mode)
  if (!existsSync(folder) && !process.env['DATABASE_URL']) throw new Error(`There is no ${mode} installation in ${folder} yet. Start it once with "npm ${mode === 'live' ? 'run live' : 'start'}".`)
  const child = startChild({ name, file: join(root, 'apps/server/src/verbs.ts'), args: [name], cwd: root, env: { STAGEDOOR_MODE: mode, STAGEDOOR_DATA_DIR: folder, STAGEDOOR_CLOCK_URL: undefined } })
  const how = await child.gone
  process.exit(typeof how === 'number' ? how : 1)
}

export const ownerLink = () => verb('owner-link')
export const rotateSecret = () => verb('rotate-secret')
