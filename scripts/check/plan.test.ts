import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../launch/places.ts'
import { readArrows, readLines } from './plan.ts'

const sound: Record<string, string> = {
  'package.json': '{"name":"plant","private":true,"workspaces":["packages/*","apps/*"]}',
  'apps/server/package.json': '{"name":"s","type":"module","dependencies":{"kysely":"0.29.9"}}',
  'apps/web/package.json': '{"name":"w","type":"module"}',
  'packages/tiktok/package.json': '{"name":"@stagedoor/tiktok","type":"module"}',
  'packages/emulator/package.json': '{"name":"@stagedoor/emulator","type":"module"}',
  'apps/server/src/kit/db.ts': 'export const db = 1; export type Db = number',
  'apps/server/src/accounts/door.ts': "import { db } from '../kit/db.ts'; export const door = db",
  'apps/server/src/inbox/send.ts': "import { door } from '../accounts/door.ts'; export const send = door; export type Send = string",
  'apps/server/src/publishing/upload.ts': "import { door } from '../accounts/door.ts'; export const upload = door",
  'apps/web/src/page.ts': "import type { Send } from '../../server/src/inbox/send.ts'; export const page: Send = ''",
  'packages/tiktok/src/index.ts': 'export const client = 1',
  'packages/emulator/src/index.ts': 'export const emulator = 1',
  'scripts/x.ts': 'export {}',
}

/** A small house on disk with one thing planted in it. */
function plant(wrong: Record<string, string>) {
  const base = mkdtempSync(join(tmpdir(), 'plan-'))
  for (const [file, text] of Object.entries({ ...sound, ...wrong })) {
    mkdirSync(dirname(join(base, file)), { recursive: true })
    writeFileSync(join(base, file), text)
  }
  symlinkSync(join(root, 'node_modules'), join(base, 'node_modules'))
  return base
}

const wrongs: [string, Record<string, string>, RegExp][] = [
  ['the ground uses a room', { 'apps/server/src/kit/db.ts': "export { send as db } from '../inbox/send.ts'; export type Db = 1" }, /kit-uses-only-nothing/],
  ['the inbox knows publishing', { 'apps/server/src/inbox/a.ts': "import { upload } from '../publishing/upload.ts'; export const a = upload" }, /inbox-uses-only/],
  ['the inbox knows publishing by a type', { 'apps/server/src/inbox/a.ts': "import type { upload } from '../publishing/upload.ts'; export type A = typeof upload" }, /inbox-uses-only/],
  ['publishing knows the inbox by a dynamic import', { 'apps/server/src/publishing/a.ts': "export const a = () => import('../inbox/send.ts')" }, /publishing-uses-only/],
  ['accounts use a room above by a re-export', { 'apps/server/src/accounts/a.ts': "export * from '../inbox/send.ts'" }, /accounts-uses-only/],
  ['a room uses the top', { 'apps/server/src/app.ts': 'export const app = 1', 'apps/server/src/inbox/a.ts': "import { app } from '../app.ts'; export const a = app" }, /inbox-uses-only/],
  ['a circle', { 'apps/server/src/inbox/a.ts': "import { b } from './b.ts'; export const a = () => b", 'apps/server/src/inbox/b.ts': "import { a } from './a.ts'; export const b = () => a" }, /no-circles/],
  ['a circle of types', { 'apps/server/src/inbox/a.ts': "import type { B } from './b.ts'; export type A = B[]", 'apps/server/src/inbox/b.ts': "import type { A } from './a.ts'; export type B = A[]" }, /no-circles/],
  ['the server imports the emulator', { 'apps/server/src/inbox/a.ts': "import { emulator } from '../../../../packages/emulator/src/index.ts'; export const a = emulator" }, /server-never-imports-the-emulator/],
  ['the web runs server code', { 'apps/web/src/a.ts': "import { send } from '../../server/src/inbox/send.ts'; export const a = send" }, /web-knows-the-server-by-types-alone/],
  ['the client leans on the house', { 'packages/tiktok/src/a.ts': "import { db } from '../../../apps/server/src/kit/db.ts'; export const a = db" }, /the-client-stands-alone/],
  ['the emulator leans on the house', { 'packages/emulator/src/a.ts': "import type { Db } from '../../../apps/server/src/kit/db.ts'; export type A = Db" }, /the-emulator-stands-alone/],
  ['a package nobody declared', { 'apps/server/src/kit/a.ts': "import pg from 'pg'; export const a = pg" }, /declared-packages-only/],
  ['an import that leads nowhere', { 'apps/server/src/kit/a.ts': "export * from './gone.ts'" }, /everything-resolves/],
]

test('a sound plan is accepted', async () => {
  expect(await readArrows(plant({}))).toEqual([])
})

test.each(wrongs)('the plan check finds what was planted: %s', async (_name, wrong, found) => {
  const broken = await readArrows(plant(wrong))
  expect(broken.join('\n')).toMatch(found)
})

test.each([
  ['domain code reads the wall clock', { 'apps/server/src/inbox/a.ts': 'export const a = () => new Date()' }, /one-clock/],
  ['domain code reads Date.now', { 'apps/server/src/inbox/a.ts': 'export const a = () => Date.now()' }, /one-clock/],
  ['a query uses the database clock', { 'apps/server/src/inbox/a.ts': 'export const a = sql`select 1 where due_at <= now()`' }, /one-clock/],
  ['work left for later', { 'apps/web/src/a.ts': '// TODO: finish\nexport {}' }, /whole-work/],
])('the plan check reads lines too: %s', async (_name, wrong, found) => {
  expect((await readLines(plant(wrong))).join('\n')).toMatch(found)
})
