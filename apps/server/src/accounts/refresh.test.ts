import { afterEach, beforeEach, expect, test } from 'vitest'
import { openHouse, type TestHouse } from '../../test/open-house.ts'
import type { AccountView } from './account-shape.ts'
import { businessOf, developersOf } from './door.ts'
import { refreshGrant } from './refresh.ts'

const HOUR_MS = 3_600_000
let it: TestHouse
let id: number
let accessAtFirst: string | null
beforeEach(async () => {
  it = await openHouse()
  id = await it.connect('halia.ceramics', ['developers'])
  accessAtFirst = (await row()).access_sealed
})
afterEach(async () => { await it.close() })

const row = async () => await it.house.db.selectFrom('grant_').selectAll().where('account_id', '=', id).executeTakeFirstOrThrow()
const refreshes = () => it.tiktok.wire.list().filter(entry => entry.name === 'oauth.token' && entry.requestBody.includes('grant_type=refresh_token')).length
const grantState = async () => (await it.get<AccountView>(`/api/v1/accounts/${id}`)).grants[0]

test('tokens are renewed an hour before they end, by the house itself', async () => {
  await it.tiktok.clock.advance(22.9 * HOUR_MS)
  await it.settled()
  expect(refreshes()).toBe(0)
  await it.tiktok.clock.advance(0.2 * HOUR_MS)
  await it.settled()
  expect(refreshes()).toBe(1)
  const grant = await row()
  expect(grant.access_sealed).not.toBe(accessAtFirst)
  expect(grant.expires_at.getTime()).toBeGreaterThan(it.tiktok.clock.now() + 23 * HOUR_MS)
  expect((await it.house.db.selectFrom('due').selectAll().where('kind', '=', 'grant.refresh').executeTakeFirstOrThrow()).due_at.getTime()).toBeGreaterThan(it.tiktok.clock.now() + 22 * HOUR_MS)
})

test('two servers that refresh one token at the same moment ask TikTok once', async () => {
  const other = await it.another()
  try {
    await it.house.db.updateTable('grant_').set({ expires_at: new Date(it.tiktok.clock.now() + HOUR_MS / 2) }).execute()
    const grants = await Promise.all([it.house, other.house, it.house, other.house].map(house => refreshGrant(house, 1, { because: 'time' })))
    expect(refreshes()).toBe(1)
    expect(new Set(grants.map(grant => grant?.generation)).size).toBe(1)
    expect((await (await developersOf(other.house, id)).userInfo({ fields: ['open_id'] })).open_id).toBe((await row()).open_id)
  } finally { await other.close() }
})

test('a lost refresh answer is asked for once more, and goes on when the old token still works', async () => {
  it.tiktok.rules.set({ 'refresh-rotation': 'old works' })
  it.tiktok.faults.arm({ on: 'oauth.token', does: 'lose answer', times: 1 })
  await it.tiktok.clock.advance(23.5 * HOUR_MS)
  await it.settled()
  expect(refreshes()).toBe(2)
  expect(await grantState()).toMatchObject({ state: 'working' })
})

test('a lost refresh answer whose token is spent ends in "reconnect", never in silence', async () => {
  const heard: string[] = []
  it.house.live.subscribe(event => { heard.push(event.type) })
  it.tiktok.faults.arm({ on: 'oauth.token', does: 'lose answer', times: 1 })
  await it.tiktok.clock.advance(23.5 * HOUR_MS)
  await it.settled()
  expect(refreshes()).toBe(2)
  expect(await grantState()).toMatchObject({ state: 'reconnect', why: 'refresh_answer_lost' })
  expect(heard).toContain('account.needs_reconnect')
  await expect(developersOf(it.house, id)).rejects.toMatchObject({ code: 'reconnect_account' })
  await it.connect('halia.ceramics', ['developers'])
  expect(await grantState()).toMatchObject({ state: 'working', why: null })
})

test('a TikTok that is unwell for an hour costs nobody their connection', async () => {
  it.tiktok.faults.arm({ on: 'oauth.token', does: '429', times: 3 })
  for (let n = 0; n < 5; n++) {
    await it.tiktok.clock.advance(n === 0 ? 23.2 * HOUR_MS : 180_000)
    await it.settled()
  }
  expect(refreshes()).toBe(4)
  expect(await grantState()).toMatchObject({ state: 'working' })
})

test('a refused access token is renewed once and the call goes through', async () => {
  it.tiktok.world.expireTokens('halia.ceramics')
  expect((await (await developersOf(it.house, id)).userInfo({ fields: ['open_id'] })).open_id).toBe((await row()).open_id)
  expect(refreshes()).toBe(1)
})

test('a refused token for messages is renewed once too', async () => {
  await it.connect('halia.ceramics', ['business'])
  it.tiktok.world.expireTokens('halia.ceramics')
  expect(await (await businessOf(it.house, id)).profile({ fields: ['username'] })).toMatchObject({ username: 'halia.ceramics' })
  expect((await it.get<AccountView>(`/api/v1/accounts/${id}`)).grants.map(grant => grant.state)).toEqual(['working', 'working'])
})

test('a permission that TikTok ended says so at the next call', async () => {
  it.tiktok.faults.arm({ on: 'deliver', does: 'cut' })
  it.tiktok.world.removeApp('halia.ceramics', it.tiktok.world.apps.find(app => app.platform === 'developers')?.id ?? '')
  await expect((await developersOf(it.house, id)).userInfo({ fields: ['open_id'] })).rejects.toMatchObject({ code: 'access_token_invalid' })
  expect(await grantState()).toMatchObject({ state: 'reconnect' })
})

test('no token ever reaches the log, an event, or an answer of ours', async () => {
  await it.tiktok.clock.advance(23.5 * HOUR_MS)
  await it.settled()
  const { rows } = await (await import('kysely')).sql<{ text: string }>`select body::text as text from event union all select row(c.*)::text from call c union all select row(g.*)::text from grant_ g`.execute(it.house.db)
  const everything = rows.map(line => line.text).join('\n') + await (await it.request('GET', '/api/v1/accounts')).text()
  expect(everything).not.toMatch(/act\.|rft\./)
})
