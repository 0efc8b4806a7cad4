import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../launch/places.ts'

const run = promisify(execFile)
const isRoot = () => process.getuid?.() === 0
const executable = (file: string) => { try { accessSync(file, constants.X_OK); return true } catch { return false } }

/** The first of these programs that is installed: names are looked for on PATH, paths as they are. */
export function firstInstalled(candidates: (string | undefined)[]): string | undefined {
  for (const candidate of candidates) {
    if (!candidate) continue
    if (candidate.includes('/') || candidate.includes('\\')) { if (executable(candidate)) return candidate; continue }
    const found = (process.env['PATH'] ?? '').split(delimiter).map(folder => join(folder, candidate)).find(executable)
    if (found) return found
  }
  return undefined
}

async function installDebianPackage(name: string) {
  if (!isRoot() || !firstInstalled(['apt-get'])) return false
  console.log(`Installing Debian's package ${name} …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  try {
    await run('apt-get', ['update', '-q'], { env, timeout: 300_000, maxBuffer: 64 << 20 })
    await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', name], { env, timeout: 600_000, maxBuffer: 64 << 20 })
    return true
  } catch (error) {
    console.log(`That did not work: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`)
    return false
  }
}

const downloadedByPlaywright = async () => {
  const { chromium } = await import('playwright-core')
  return chromium.executablePath()
}

/** A Chromium for the browser tests: STAGEDOOR_CHROMIUM, an installed one, else one it installs. Throws one clear sentence when there is none to be had. */
export async function findBrowser(): Promise<string> {
  const installed = async () => firstInstalled([process.env['STAGEDOOR_CHROMIUM'], 'chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe', await downloadedByPlaywright()])
  const already = await installed()
  if (already) return already
  if (!await installDebianPackage('chromium')) {
    console.log('Downloading Chromium with Playwright …')
    const cli = join(createRequire(import.meta.url).resolve('playwright-core/package.json'), '..', 'cli.js')
    await run(process.execPath, [cli, 'install', 'chromium'], { cwd: root, timeout: 600_000, maxBuffer: 64 << 20 }).catch((error: Error) => console.log(`That did not work: ${error.message.split('\n')[0]}`))
  }
  const now = await installed()
  if (!now) throw new Error('The browser tests need Chromium, and none could be found or installed. Install Chromium or Google Chrome, or name one in STAGEDOOR_CHROMIUM, then run "npm test" again. "npm run check" runs everything else.')
  return now
}

/** ffmpeg for the tests that make or repair media: STAGEDOOR_FFMPEG, an installed one, else Debian's package when we are root. */
export async function findFfmpeg(): Promise<string> {
  const installed = () => firstInstalled([process.env['STAGEDOOR_FFMPEG'], 'ffmpeg'])
  const already = installed()
  if (already) return already
  await installDebianPackage('ffmpeg')
  const now = installed()
  if (!now) throw new Error('Some tests make real videos and need ffmpeg, and none could be found or installed. Install ffmpeg, or name it in STAGEDOOR_FFMPEG, then run "npm test" again. "npm run check" runs without it.')
  return now
}
