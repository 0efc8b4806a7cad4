import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { getConstructionPlans } from 'pg-boss'
import oneCluster from './one-cluster.ts'
import { broken, digests, readLanded, writeLanded } from './landed.ts'
import { openHouse, type TestHouse } from './open-house.ts'
import { beginFile, mediaPath, publish, readyVideo, sendFile } from './publish.ts'
import { dumpTables, readFiles, schemasFolder, writeSnapshot } from './schema-snapshot.ts'

/** Half of the file is at Stagedoor when the old program stops. */
export const HALF = 40_000

/**
 * Marks the migrations as landed, lives in a house with today's schema until every table has rows, and keeps it all in
 * apps/server/test/schemas. Run once per migration that lands; snapshots of earlier schemas stay as they are.
 */
export async function takeSnapshot({ again }: { again: boolean }): Promise<string> {
  const here = await digests()
  const wrong = broken(await readLanded(), here)
  if (wrong.length > 0) throw new Error(wrong.join('\n'))
  const last = Object.keys(here).at(-1)?.slice(0, 4) ?? '0000'
  const file = `${last}.json.gz`
  if (existsSync(join(schemasFolder, file)) && !again) throw new Error(`There is a snapshot of ${last} already. It is what others have on disk; --again replaces one that has not left this machine.`)
  const close = await oneCluster()
  const dataDir = mkdtempSync(join(tmpdir(), 'stagedoor-snapshot-'))
  try {
    const it = await openHouse({ dataDir })
    const story = await live(it)
    it.app.close()
    await it.app.stopped()
    await it.house.jobs.stop()
    const { migrations, tables } = await dumpTables(it.databaseUrl)
    const empty = Object.entries(tables).filter(([name, rows]) => rows === '[]' && !name.startsWith('pgboss.')).map(([name]) => name)
    if (empty.length > 0) throw new Error(`These tables have no rows yet; live in them first (apps/server/test/take-snapshot.ts): ${empty.join(', ')}`)
    await writeSnapshot(file, { takenAt: new Date().toISOString(), migrations, jobsSchema: getConstructionPlans('pgboss'), tables, files: await readFiles(dataDir), tiktok: it.tiktok.snapshot(), story })
    await it.close()
  } finally {
    await close()
    rmSync(dataDir, { recursive: true, force: true })
  }
  await writeLanded(here)
  return `Kept as apps/server/test/schemas/${file}; ${Object.keys(here).length} migrations have landed.`
}

/** A small office's morning, stopped in the middle: a reply and a post wait for a busy TikTok, a file is half here. */
async function live(it: TestHouse): Promise<Record<string, string | number>> {
  const owner = await it.signIn('owner')
  const account = await it.connect('halia.ceramics')
  const agent = await it.signIn('agent', { accounts: [account], password: 'a password for tests' })
  const { id: group } = await it.post<{ id: number }>('/api/v1/groups', { name: 'Ceramics', accounts: [account] })
  await it.request('PUT', `/api/v1/people/${agent.personId}/accounts`, { accounts: [account], groups: [group] })
  const { token } = await it.post<{ token: string }>('/api/v1/tokens', { name: 'CRM', scopes: ['read', 'send', 'publish', 'manage'] })
  await it.post('/api/v1/invitations', { email: 'new@example.com' })
  await it.post('/api/v1/notices', { name: 'CRM', url: 'https://receiver.invalid/hook', events: ['message.received'] })
  await it.request('POST', '/api/auth/two-factor/enable', { password: 'a password for tests' }, { as: agent })
  await it.request('POST', '/api/auth/sign-in/email', { email: agent.email, password: 'a wrong password' })
  it.tiktok.world.customerSays('rita.almeida', 'halia.ceramics', { type: 'text', text: 'Is the blue bowl still there?' })
  await it.settled()
  const conversation = (await it.get<{ items: { id: number }[] }>('/api/v1/conversations?folder=requests')).items[0]?.id ?? 0
  await it.post(`/api/v1/conversations/${conversation}/messages`, { text: 'It is.' })
  await it.settled()
  const video = await readyVideo(it)
  await sendFile(it, await readFile(mediaPath('tiny.mp4')), 'second.mp4')
  await it.house.jobs.drain()
  await it.house.db.transaction().execute(async trx => it.house.media.link(trx, await oneMedia(it), { expiresAt: new Date(it.house.clock.now().getTime() + 3_600_000), purpose: 'a post by address' }))
  await onlyOnBadDays(it, account)

  it.tiktok.faults.arm({ on: 'business.send', does: '429' })
  it.tiktok.faults.arm({ on: 'posting.initVideo', does: '429' })
  await it.post(`/api/v1/conversations/${conversation}/messages`, { text: 'Shall I put it aside?' }, { key: 'a reply under way' })
  const post = await publish(it, video.id, { accountId: account })
  const whole = await readFile(mediaPath('fine.mp4'))
  const upload = await beginFile(it, whole.length, 'half.mp4')
  const sent = await it.request('PATCH', upload, whole.subarray(0, HALF), { headers: { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' } })
  if (sent.status !== 204) throw new Error(`Half a file was answered ${sent.status}.`)
  await new Promise(later => { setTimeout(later, 1500) })
  return { cookie: owner.cookie, token, account, conversation, post: post.id, upload, asset: video.id }
}

const oneMedia = async (it: TestHouse) => (await it.house.db.selectFrom('media').select('id').orderBy('id').executeTakeFirstOrThrow()).id

/** Rows that no ordinary morning makes. */
async function onlyOnBadDays(it: TestHouse, account: number) {
  const { db } = it.house
  const at = it.house.clock.now()
  await sql`insert into ghost (account_id, wrote_at, delivery_id) values (${account}, ${at}, 1)`.execute(db)
  await sql`insert into budget_pause (app, until) values ('an app of before', ${at}) on conflict do nothing`.execute(db)
  await sql`insert into auth.verification (id, identifier, value, "expiresAt") values ('v', 'v', 'v', ${at})`.execute(db)
  await sql`insert into auth."rateLimit" (id, key, count, "lastRequest") values ('r', 'r', 1, 1) on conflict do nothing`.execute(db)
}
