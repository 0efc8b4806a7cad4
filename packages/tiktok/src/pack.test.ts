import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

const run = promisify(execFile)
const root = join(dirname(fileURLToPath(import.meta.url)), '../../..')
const tsc = join(root, 'node_modules/typescript/bin/tsc')

const npm = (args: string[], cwd: string) => (process.env['npm_execpath']?.endsWith('.js')
  ? run(process.execPath, [process.env['npm_execpath'], ...args], { cwd })
  : run('npm', args, { cwd, shell: process.platform === 'win32' }))

/** The tarball as `npm pack` makes it, installed in an empty folder, without a network. */
async function stranger() {
  const folder = await mkdtemp(join(tmpdir(), 'stranger-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await npm(['pack', '-w', 'packages/tiktok', '--silent', '--pack-destination', folder], root)
  const [tarball] = (await readdir(folder)).filter(name => name.endsWith('.tgz'))
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  await npm(['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts', '--silent', `./${tarball}`], folder)
  return { folder, home: join(folder, 'node_modules/@stagedoor/tiktok') }
}

test('a stranger installs the package and runs its README\u2019s minute', { timeout: 120_000 }, async () => {
  const { folder, home } = await stranger()
  const names = await readdir(join(home, 'dist'), { recursive: true })
  expect(names).toEqual(expect.arrayContaining(['index.js', 'index.d.ts', 'fixtures/index.js', 'fixtures/signatures.json'].map(name => join(...name.split('/')))))
  expect(names.filter(name => name.endsWith('.test.js') || name.startsWith('test'))).toEqual([])
  const { dependencies, exports } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as { dependencies?: object; exports: Record<string, { default: string; types: string }> }
  expect(dependencies).toBeUndefined()
  for (const { default: code, types } of Object.values(exports)) expect(names).toEqual(expect.arrayContaining([code, types].map(path => join(...path.replace('./dist/', '').split('/')))))

  const readme = await readFile(join(home, 'README.md'), 'utf8')
  const minute = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(match => match[1] ?? '')
  expect(minute.length).toBeGreaterThan(1)
  for (const [n, code] of minute.entries()) await writeFile(join(folder, `minute${n}.ts`), code)
  await cp(join(root, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'), { recursive: true })
  await cp(join(root, 'node_modules/undici-types'), join(folder, 'node_modules/undici-types'), { recursive: true })
  // every example of the README compiles against the packed types, without skipping the check of libraries
  await run(process.execPath, [tsc, '--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2023,dom,dom.iterable', '--types', 'node', ...minute.map((_code, n) => `minute${n}.ts`)], { cwd: folder })

  await writeFile(join(folder, 'try.js'), `
    import { developers, planChunks, parseJson, verifyWebhook, endpoints } from '@stagedoor/tiktok'
    import { signatures } from '@stagedoor/tiktok/fixtures'
    const { body, t, signature, secret } = signatures[2]
    const said = verifyWebhook(new TextEncoder().encode(body), \`t=\${t},s=\${signature}\`, [secret], new Date(t * 1000))
    console.log(JSON.stringify([planChunks(64000001).total_chunk_count, parseJson('[7678907398077074696]'), said.ok && said.delivery.content.text.body, endpoints.length, typeof developers().initVideo]))
  `)
  const { stdout } = await run(process.execPath, ['try.js'], { cwd: folder, env: { ...process.env, NODE_OPTIONS: '' } })
  expect(JSON.parse(stdout)).toEqual([6, ['7678907398077074696'], 'hi', 40, 'function'])
})
