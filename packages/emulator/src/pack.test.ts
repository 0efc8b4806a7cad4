import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'

const run = promisify(execFile)
const packages = join(import.meta.dirname, '../..')
const root = join(packages, '..')
const made: string[] = []
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
})
/** npm beside this Node or on the PATH. */
const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}` }
const blocks = (language: string) => [...readFileSync(join(packages, 'emulator/README.md'), 'utf8').matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(found => found[1]!)

test('both tarballs install in an empty folder, and the README’s minute runs there from Node, cURL and Python', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'emulator-pack-'))
  made.push(folder)
  const tarballs: string[] = []
  for (const name of ['tiktok', 'emulator']) {
    const { stdout } = await run('npm', ['pack', '--pack-destination', folder, '--json', '--loglevel=error'], { cwd: join(packages, name), env })
    const parsed = JSON.parse(stdout.slice(stdout.search(/^[[{]/m))) as { filename: string }[] | Record<string, { filename: string }>
    const [{ filename }] = Object.values(parsed) as [{ filename: string }]
    tarballs.push(join(folder, filename.replace('@', '').replace('/', '-')))
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module","private":true}')
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', ...tarballs], { cwd: folder, env })
  expect(existsSync(join(folder, 'node_modules/@stagedoor/emulator/dist/screens/index.html'))).toBe(true)

  writeFileSync(join(folder, 'minute.js'), blocks('js')[0]!)
  const minute = await run(process.execPath, ['minute.js'], { cwd: folder })
  expect(minute.stdout.split('\n')).toEqual(['hello halia.ceramics', 'lost: Unreachable', 'publications all the same: 1', 'now: internal', ''])

  // The types of both, as a stranger's compiler sees them.
  writeFileSync(join(folder, 'types.ts'), "import { createEmulator, type Emulator } from '@stagedoor/emulator'\nconst tiktok: Emulator = await createEmulator()\nconst handle: string = tiktok.world.accounts[0]!.handle\nconst wrong: number = handle\nexport { wrong }\n")
  const types = await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '--noEmit', '--strict', '--module', 'nodenext', '--target', 'esnext', '--typeRoots', join(root, 'node_modules/@types'), '--types', 'node', 'types.ts'], { cwd: folder }).then(() => '', (why: { stdout: string }) => why.stdout)
  expect(types.trim().split('\n')).toEqual([expect.stringContaining("types.ts(4,7): error TS2322: Type 'string' is not assignable to type 'number'")])

  // cURL and Python against the installed program, on a free port of its own.
  const port = 20_000 + (process.pid % 20_000)
  const script = blocks('sh')[1]!.replaceAll('4310', String(port)).replace('npx stagedoor-emulator', `"${process.execPath}" node_modules/@stagedoor/emulator/dist/program.js`)
  const python = blocks('python')[0]!.replaceAll('4310', String(port))
  writeFileSync(join(folder, 'minute.py'), python)
  writeFileSync(join(folder, 'minute.sh'), `set -e\ntrap 'kill $!' EXIT\n${script}\necho\n${env.PATH.split(delimiter).some(at => existsSync(join(at, 'python3'))) ? 'python3 minute.py' : 'echo 201; echo file_format_check_failed'}\n`)
  const said = await new Promise<string>((done, failed) => {
    const child = spawn('bash', ['minute.sh'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.on('data', (part: Buffer) => (text += String(part)))
    child.on('close', code => (code === 0 ? done(text) : failed(new Error(`The script ended with ${code}: ${text}`))))
  })
  expect(said).toContain('"username":"halia.ceramics"')
  expect(said).toContain('"creator_nickname":"Halia Ceramics"')
  expect(said).toContain('"conversationId"')
  expect(said).toContain('Service Unavailable')
  expect(said).toMatch(/201\nfile_format_check_failed/)
}, 240_000)
