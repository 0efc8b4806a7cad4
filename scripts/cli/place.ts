import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Trouble } from './trouble.ts'

/** Where a house is and with which token to ask. `url` is an origin. */
export type Place = { url: string; token: string }
type Env = Record<string, string | undefined>

export const DEFAULT_URL = 'http://127.0.0.1:4300'

/** The file `login` writes, readable by its owner only. */
export function placeFile(env: Env): string {
  const folder = process.platform === 'win32' ? join(env['APPDATA'] || join(homedir(), 'AppData', 'Roaming'), 'Stagedoor') : join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'stagedoor')
  return join(folder, 'cli.json')
}

/** The environment goes before the file. A token is only ever sent to the address it was given with. Throws trouble `not_signed_in`. */
export function readPlace(env: Env): Place {
  const { STAGEDOOR_URL: url, STAGEDOOR_TOKEN: token } = env
  if (url && token) return { url: originOf(url), token }
  if (token) throw notSignedIn('STAGEDOOR_TOKEN is set and STAGEDOOR_URL is not. Set both, so that the token goes to the house it is for.')
  const kept = readKept(env)
  if (url && kept?.url !== originOf(url)) throw notSignedIn(`STAGEDOOR_URL says ${originOf(url)}${kept ? `, and the token kept here is for ${kept.url}` : ''}. Set STAGEDOOR_TOKEN too, or run "npm run cli -- login ${url}".`)
  return kept ?? fail()
}

const notSignedIn = (detail: string) => new Trouble('may not', 'not_signed_in', 'Not signed in', detail)
const fail = (): never => { throw notSignedIn('Run "npm run cli -- login", or set STAGEDOOR_URL and STAGEDOOR_TOKEN. Tokens are made in Stagedoor under Settings → API tokens.') }

function readKept(env: Env): Place | undefined {
  try {
    const kept = JSON.parse(readFileSync(placeFile(env), 'utf8')) as Partial<Place>
    return typeof kept.url === 'string' && typeof kept.token === 'string' ? { url: originOf(kept.url), token: kept.token } : undefined
  } catch { return undefined }
}

export function keepPlace(env: Env, place: Place): string {
  const file = placeFile(env)
  mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 })
  writeFileSync(`${file}.new`, `${JSON.stringify(place, null, 2)}\n`, { mode: 0o600 })
  chmodSync(`${file}.new`, 0o600) // it may have been there with other rights
  renameSync(`${file}.new`, file)
  return file
}

export function forgetPlace(env: Env): boolean {
  const had = readKept(env) !== undefined
  rmSync(placeFile(env), { force: true })
  return had
}

/** Whether others on this machine can read the token; null where rights are not told by a mode. */
export function isOpenToOthers(env: Env): boolean | null {
  if (process.platform === 'win32') return null
  try { return (statSync(placeFile(env)).mode & 0o077) !== 0 } catch { return null }
}

/** An address as people write it: `desk.example.com`, `127.0.0.1:4300`, `https://…/inbox`. Without a scheme it is https, except on this machine. */
export function originOf(text: string): string {
  const bare = text.trim()
  const url = /^https?:/i.test(bare) ? bare : `${isThisMachine(bare.replace(/[:/].*$/, '')) ? 'http' : 'https'}://${bare}`
  if (!URL.canParse(url)) throw new Trouble('usage', 'bad_address', 'This is not an address', `"${text}" cannot be read. Give one such as ${DEFAULT_URL} or https://desk.example.com.`)
  return new URL(url).origin
}
export const isThisMachine = (name: string) => name === 'localhost' || name === '[::1]' || name.startsWith('127.')
export const isUnsealed = (url: string) => url.startsWith('http:') && !isThisMachine(new URL(url).hostname)
