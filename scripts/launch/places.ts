import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The clone's root. Everything the launcher starts is found from here. */
export const root = resolve(import.meta.dirname, '..', '..')

export type Mode = 'demo' | 'live'

/** Where installations keep their data: `data/demo` and `data/live`, or under STAGEDOOR_DATA_DIR. */
export const dataDir = (mode: Mode, env: NodeJS.ProcessEnv = process.env) => join(resolve(root, env['STAGEDOOR_DATA_DIR'] ?? 'data'), mode)

const credentials = ['TIKTOK_CLIENT_KEY', 'TIKTOK_BUSINESS_APP_ID']

/**
 * Which of the two installations `npm start` means: the one asked for, else the live one as soon as it exists
 * (its folder, or platform credentials in the environment), else the demo.
 */
export function chooseMode(command: 'start' | 'live', env: NodeJS.ProcessEnv = process.env): Mode {
  const asked = env['STAGEDOOR_MODE']
  if (asked !== undefined && asked !== '' && asked !== 'demo' && asked !== 'live') throw new Error(`STAGEDOOR_MODE is "${asked}". Set it to "demo" or "live", or leave it out.`)
  if (command === 'live') {
    if (asked === 'demo') throw new Error('"npm run live" was asked for while STAGEDOOR_MODE says "demo". Leave one of them out.')
    return 'live'
  }
  if (asked === 'demo' || asked === 'live') return asked
  return credentials.some(name => env[name]) || existsSync(dataDir('live', env)) ? 'live' : 'demo'
}
