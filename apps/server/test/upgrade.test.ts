import { spawn } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmulator } from '@stagedoor/emulator'
import { Client } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { AssetView } from '../src/publishing/assets.ts'
import { emptyDatabase, freshDatabase } from './fresh-database.ts'
import { broken, digests, readLanded } from './landed.ts'
import { openHouse, type Session, type TestHouse } from './open-house.ts'
import { isAt, mediaPath, until } from './publish.ts'
import { readSnapshot, restoreTables, schemasFolder, writeFiles } from './schema-snapshot.ts'

test('a migration that has landed is never edited and never goes', async () => {
  const [here, landed] = [await digests(), await readLanded()]
  expect(broken(landed, here)).toEqual([])
  expect(broken({ ...here, '0001_gone.ts': 'x' }, here)).toEqual(['0001_gone.ts has landed and is gone.'])
  expect(broken(here, { ...here, '0001_ground.ts': 'edited' })).toHaveLength(1)
  expect(Object.keys(here).filter(file => !(file in landed)), 'new ones land with `npm run snapshot-schema`, which keeps their schema').toEqual([])
})

describe.each(await readdir(schemasFolder))('an installation with the schema of %s', file => {
  test('comes up under today’s program, two servers starting at once, with sessions, jobs, uploads and messages where they were', async () => {
    const snapshot = await readSnapshot(file)
    const story = snapshot.story as { cookie: string; token: string; conversation: number; post: number; upload: string; asset: number }
    const database = await emptyDatabase()
    onTestFinished(() => database.drop())
    await restoreTables(database.url, snapshot)
    const dataDir = await mkdtemp(join(tmpdir(), 'stagedoor-upgrade-'))
    onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
    await writeFiles(dataDir, snapshot.files)
    const tiktok = await createEmulator({ rules: { 'loopback-redirects': 'on' } })
    onTestFinished(() => tiktok.close())
    await tiktok.restore(snapshot.tiktok)
    tiktok.faults.clear()
    await tiktok.listen(0)

    const start = () => openHouse({ databaseUrl: database.url, tiktok, dataDir, migrating: true })
    const [one, two] = await Promise.all([start(), start()])
    onTestFinished(async () => { await one.close(); await two.close() })
    const owner: Session = { cookie: story.cookie, personId: '', email: '' }

    for (const house of [one, two]) {
      expect(await house.get('/api/v1/me', owner), 'the session is valid').toMatchObject({ viewer: { role: 'owner' } })
      expect((await house.request('GET', '/api/v1/me', undefined, { headers: { cookie: '', authorization: `Bearer ${story.token}` } })).status, 'the token is valid').toBe(200)
    }
    await expect.poll(async () => texts(one, story.conversation, owner), { timeout: 40_000, interval: 200, message: 'the reply that was under way is sent once' })
      .toEqual(['Shall I put it aside? · sent', 'It is. · sent', 'Is the blue bowl still there? · received'])
    const whole = await readFile(mediaPath('fine.mp4'))
    const tus = { 'tus-resumable': '1.0.0' }
    const offset = Number((await one.request('HEAD', story.upload, undefined, { headers: tus, as: owner })).headers.get('upload-offset'))
    expect(offset, 'half of the file is here').toBeGreaterThan(0)
    const rest = await two.request('PATCH', story.upload, whole.subarray(offset), { headers: { ...tus, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' }, as: owner })
    expect(rest.status, 'the rest of the upload').toBe(204)
    const asset = Number(rest.headers.get('stagedoor-asset'))
    await expect.poll(async () => (await one.get<AssetView>(`/api/v1/assets/${asset}`, owner)).state, { timeout: 20_000, interval: 200 }).toBe('ready')
    const as = (house: TestHouse): TestHouse => ({ ...house, get: path => house.get(path, owner) })
    const target = await until(as(one), story.post, isAt('live', 'failed', 'not sure'), { looks: 600 })
    expect(target, 'the post that waited goes out').toMatchObject({ state: 'live' })
    expect(target.attempts).toHaveLength(1)
  }, 120_000)
})

const texts = async (house: TestHouse, conversation: number, as: Session) =>
  (await house.get<{ items: { text: string; state: string }[] }>(`/api/v1/conversations/${conversation}/messages`, as)).items.map(item => `${item.text} · ${item.state}`)

test('an older program does not start on a newer schema and says so in one sentence', async () => {
  const database = await freshDatabase()
  onTestFinished(() => database.drop())
  const client = new Client({ connectionString: database.url })
  await client.connect()
  await client.query(`insert into kysely_migration (name, timestamp) values ('9999_of_tomorrow', '2030-01-01T00:00:00Z')`)
  await client.end()
  const dataDir = await mkdtemp(join(tmpdir(), 'stagedoor-older-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  const program = spawn(process.execPath, ['--conditions=stagedoor', join(import.meta.dirname, '../src/main.ts')], {
    env: { PATH: process.env['PATH'], STAGEDOOR_MODE: 'live', DATABASE_URL: database.url, STAGEDOOR_DATA_DIR: dataDir, STAGEDOOR_SECRET: 'a secret for tests that is long enough', PORT: '0', PUBLIC_URL: 'https://desk.example.com' },
  })
  let said = ''
  program.stderr.on('data', (piece: Buffer) => { said += piece.toString() })
  const code = await new Promise(ended => { program.on('exit', ended) })
  expect(said.trim().split('\n')).toEqual(['[stagedoor] This database was made by a newer Stagedoor (it has 9999_of_tomorrow): start that version, or restore a backup from before. Nothing was changed.'])
  expect(code).toBe(78)
}, 60_000)
