import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.ts'
import { keepAlive, startChild, type Running } from './child.ts'
import { root } from './places.ts'

/** What the server needs to know to talk to this emulator: the same variables a person would set for the real TikTok. */
export type EmulatorSettings = Record<string, string>

const program = join(root, 'packages/emulator/src/program.ts')

type App = { id: string; platform: 'developers' | 'business'; secret: string }

async function ask(url: string, path: string, method = 'GET', body?: unknown): Promise<unknown> {
  const answer = await fetch(url + path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }), signal: AbortSignal.timeout(5000) })
  if (!answer.ok) throw new Error(`The emulator answered ${answer.status} to ${method} ${path}: ${await answer.text()}`)
  return answer.json()
}

async function untilItAnswers(url: string, gone: Promise<string>) {
  let ended: string | undefined
  void gone.then(why => { ended = why })
  for (let left = 400; left > 0; left--) {
    if (await ask(url, '/_emulator/health').then(() => true, () => false)) return
    if (ended) throw new Error(`${ended} Is another program using its port? Set EMULATOR_PORT to a free one.`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error(`The emulator did not answer at ${url} within 20 s. Set EMULATOR_PORT to a free port if another program answers there.`)
}

/**
 * The demo's TikTok: a process of its own with its own durable state, started and stopped here, kept alive, outliving a killed server.
 * Registers the server's addresses with the emulator's two apps, as a person would in TikTok's portals, and switches on the rule
 * that lets a loopback address be a redirect (the log of the emulator shows it).
 */
export async function startEmulator({ folder, port, serverPort, say, onStart }: { folder: string; port: number; serverPort: number; say: (line: string) => void; onStart?: (running: Running) => void }) {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const url = `http://127.0.0.1:${port}`
  const kept = keepAlive(() => {
    const running = startChild({ name: 'The emulator', file: program, args: ['--port', String(port), '--state', folder, '--rules', 'loopback-redirects=on', '--quiet'], cwd: root, env: {} })
    onStart?.(running)
    return running
  }, say, onStart ? { mostDeaths: Infinity } : {})
  try {
    await untilItAnswers(url, kept.failed)
    const desk = `http://127.0.0.1:${serverPort}`
    const { items } = await ask(url, '/_emulator/world/apps') as { items: App[] }
    const developers = items.find(app => app.platform === 'developers')
    const business = items.find(app => app.platform === 'business')
    if (!developers || !business) throw new Error('The emulator has no app on one of the two platforms. Reset it (Reset on its page), then start again.')
    await ask(url, '/_emulator/world/changeApp', 'POST', [developers.id, { flavour: 'desktop', redirectUris: [`${desk}/connect/login/`], webhookUrl: `${desk}/hooks/developers/` }])
    await ask(url, '/_emulator/world/changeApp', 'POST', [business.id, { redirectUris: [`${desk}/connect/business/`] }])
    say(`The emulator, where you are the customer and TikTok: ${url}/`)
    const settings: EmulatorSettings = {
      EMULATOR_PORT: String(port), EMULATOR_URL: url,
      TIKTOK_CLIENT_KEY: developers.id, TIKTOK_CLIENT_SECRET: developers.secret, TIKTOK_BUSINESS_APP_ID: business.id, TIKTOK_BUSINESS_SECRET: business.secret,
    }
    return { url, settings, failed: kept.failed, stop: () => kept.stop() }
  } catch (error) {
    await kept.stop()
    throw error
  }
}

/** `npm run emulator`: TikTok alone, with the options of its own program (`--help` lists them). */
export async function emulator(args: string[]) {
  await build()
  process.argv = [process.argv[0] ?? 'node', program, ...args]
  await import('../../packages/emulator/src/program.ts')
}
