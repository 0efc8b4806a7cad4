import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { openHouse } from '../../test/open-house.ts'

const generator = resolve(import.meta.dirname, '../../../../packages/client-generator/generate.mjs')
type Call = (ask?: object) => Promise<{ data?: unknown; error?: unknown }>
type Sdk = Record<string, Call>

test('a client generated from the document by a public generator works', async () => {
  const it = await openHouse()
  onTestFinished(() => it.close())
  const owner = await it.signIn()
  await it.connect('halia.ceramics', ['business'])
  const { token } = await it.post<{ token: string }>('/api/v1/tokens', { name: 'generated', scopes: ['read', 'manage'] }, { as: owner })

  const folder = await mkdtemp(join(tmpdir(), 'stagedoor-client-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'openapi.json'), await (await fetch(`${it.url}/api/openapi.json`)).text())
  await promisify(execFile)(process.execPath, [generator, join(folder, 'openapi.json'), join(folder, 'client')])

  const sdk = await import(/* @vite-ignore */ pathToFileURL(join(folder, 'client', 'sdk.gen.ts')).href) as Sdk
  const { client } = await import(/* @vite-ignore */ pathToFileURL(join(folder, 'client', 'client.gen.ts')).href) as { client: { setConfig(config: object): void } }
  client.setConfig({ baseUrl: it.url, auth: token })
  expect((await sdk['getApiV1Accounts']?.())?.data).toMatchObject({ items: [{ handle: 'halia.ceramics' }], next: null })
  expect((await sdk['postApiV1Groups']?.({ body: { name: 'A client' } }))?.data).toMatchObject({ name: 'A client', accounts: [] })
  expect((await sdk['getApiV1AccountsById']?.({ path: { id: 987_654 } }))?.error).toMatchObject({ code: 'not_found', status: 404 })
}, 90_000)
