import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './places.ts'

type Part = { name: string; config: string; out: string; sources: string[] }

const parts: Part[] = [
  { name: 'dashboard', config: 'apps/web/vite.config.ts', out: 'apps/web/dist', sources: ['apps/web/src/**/*', 'apps/web/index.html', 'apps/web/public/**/*', 'apps/web/vite.config.ts', 'packages/look/**/*.css', 'package-lock.json'] },
  { name: 'emulator screens', config: 'packages/emulator/screens/vite.config.ts', out: 'packages/emulator/dist/screens', sources: ['packages/emulator/screens/**/*', 'packages/look/**/*.css', 'package-lock.json'] },
]

/** A name for the state of the sources: path, size and bytes of each. Cheap enough (a few hundred small files) to ask at each start. */
function fingerprint(part: Part) {
  const hash = createHash('sha256').update('production')
  const files = part.sources.flatMap(pattern => globSync(pattern, { cwd: root })).filter(file => !file.includes('.test.') && !file.includes('node_modules') && statSync(join(root, file)).isFile()).sort()
  for (const file of files) hash.update(file).update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

/** Builds what the browser needs, when its sources are not the ones it was last built from. */
export async function build({ force = false, say = console.log }: { force?: boolean; say?: (line: string) => void } = {}) {
  for (const part of parts) {
    if (!existsSync(join(root, part.config))) continue
    const stamp = join(root, part.out, '.built-from')
    const now = fingerprint(part)
    if (!force && existsSync(stamp) && readFileSync(stamp, 'utf8') === now) continue
    say(`Building the ${part.name} …`)
    await vite(part.config)
    mkdirSync(join(root, part.out), { recursive: true })
    writeFileSync(stamp, now)
  }
}

/**
 * A process of its own: half a gigabyte of bundler would otherwise stay with a launcher that runs for weeks.
 * Always for production: a test runner's NODE_ENV would build React's slow development version, and the next `npm start` would serve it.
 */
function vite(config: string) {
  return new Promise<void>((done, failed) => {
    const child = spawn(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--config', join(root, config), '--logLevel', 'warn'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, NODE_ENV: 'production' } })
    child.once('error', failed)
    child.once('exit', code => { if (code === 0) done(); else failed(new Error(`Building with ${config} failed; the lines above say why.`)) })
  })
}
