import { afterAll, beforeAll, expect, test } from 'vitest'
import { openHouse, type TestHouse } from '../../test/open-house.ts'
import { appBySlug } from './apps.ts'
import { upsertConfiguredApps } from './start.ts'

type Shown = { id: number; slug: string; previousSecretUntil: string | null; redirectUri: string | null; hookUrl: string | null }
let it: TestHouse
beforeAll(async () => { it = await openHouse(); await it.signIn() })
afterAll(async () => { await it.close() })
const DAY_MS = 86_400_000

test('an app is entered with its key and secret, has a callback path of its own, and never shows the secret again', async () => {
  const answer = await it.request('POST', '/api/v1/apps', { platform: 'developers', clientKey: 'sb-second-app', secret: 'the second secret', environment: 'sandbox' })
  const text = await answer.text()
  expect([answer.status, text.includes('the second secret')]).toEqual([201, false])
  expect(JSON.parse(text)).toMatchObject({ slug: 'developers-2', hookUrl: `${it.url}/hooks/developers-2/`, redirectUri: `${it.url}/connect/login/` })
  expect(await (await it.request('GET', '/api/v1/apps')).text()).not.toContain('secret"')
  expect((await appBySlug(it.house, 'developers-2'))?.secrets).toEqual(['the second secret'])
})

test('a changed secret leaves the old one good for two weeks, so that no webhook is lost meanwhile', async () => {
  const { items } = await it.get<{ items: Shown[] }>('/api/v1/apps')
  const app = items.find(item => item.slug === 'developers-2')
  const changed = await (await it.request('PATCH', `/api/v1/apps/${app?.id}`, { secret: 'a newer secret' })).json() as Shown
  expect(changed.previousSecretUntil).not.toBeNull()
  expect((await appBySlug(it.house, 'developers-2'))?.secrets).toEqual(['a newer secret', 'the second secret'])
  await it.tiktok.clock.advance(15 * DAY_MS)
  expect((await appBySlug(it.house, 'developers-2'))?.secrets).toEqual(['a newer secret'])
})

test('a retired app takes no more webhooks or consents, and comes back under its own path', async () => {
  const { items } = await it.get<{ items: Shown[] }>('/api/v1/apps')
  const app = items.find(item => item.slug === 'developers-2')
  await it.request('DELETE', `/api/v1/apps/${app?.id}`)
  expect(await appBySlug(it.house, 'developers-2')).toBeUndefined()
  expect((await it.request('POST', '/hooks/developers-2/', '{}')).status).toBe(404)
  expect((await it.request('POST', '/api/v1/apps', { platform: 'developers', clientKey: 'sb-second-app', secret: 'a newer secret' })).status).toBe(201)
  expect((await appBySlug(it.house, 'developers-2'))?.id).toBe(app?.id)
})

test('the apps of the environment are entered once, however many servers start at once', async () => {
  await Promise.all([upsertConfiguredApps(it.house), upsertConfiguredApps(it.house), upsertConfiguredApps(it.house)])
  const rows = await it.house.db.selectFrom('app').select('slug').where('source', '=', 'environment').orderBy('slug').execute()
  expect(rows.map(row => row.slug)).toEqual(['business', 'developers'])
})

test('a new secret of the house reaches every token and key, and signs nobody out', async () => {
  await it.connect('halia.ceramics', ['business'])
  const owner = await it.signIn('owner', { name: 'stays' })
  const renamed = await openHouse({ databaseUrl: it.databaseUrl, tiktok: it.tiktok, env: { STAGEDOOR_SECRET: 'quite another secret that is long enough', STAGEDOOR_SECRET_PREVIOUS: 'a secret for tests that is long enough' } })
  try {
    expect(await renamed.house.secrets.pending(renamed.house.db)).toBeGreaterThan(4)
    expect((await renamed.house.secrets.rotate(renamed.house.db)).unreadable).toBe(0)
    expect(await renamed.house.secrets.pending(renamed.house.db)).toBe(0)
    const sealed = await renamed.house.db.selectFrom('grant_').select(['access_sealed', 'refresh_sealed']).executeTakeFirstOrThrow()
    expect(Object.values(sealed).every(text => text?.includes(renamed.house.secrets.keyId))).toBe(true)
    expect((await renamed.request('GET', '/api/v1/me', undefined, { as: owner })).status).toBe(200)
  } finally { await renamed.close() }
})
