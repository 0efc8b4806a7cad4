import { afterAll, beforeAll, expect, test } from 'vitest'
import { openHouse, type Session, type TestHouse } from '../../test/open-house.ts'
import type { AccountView } from './account-shape.ts'
import { wayBack } from './connect.ts'

let it: TestHouse
let owner: Session
beforeAll(async () => { it = await openHouse(); owner = await it.signIn() })
afterAll(async () => { await it.close() })

const begin = async (platform: 'developers' | 'business', more: object = {}) => (await it.post<{ url: string }>('/api/v1/connect', { platform, ...more })).url
/** Walks TikTok's page, comes back as the browser would, and says where the person ends. */
const comeBack = async (back: string, as: Session | null = owner) => {
  const url = new URL(back)
  const answer = await fetch(it.url + url.pathname + url.search, { redirect: 'manual', headers: as ? { cookie: as.cookie } : {} })
  return new URL(answer.headers.get('location') ?? '', it.url)
}
const accounts = async () => (await it.get<{ items: AccountView[] }>('/api/v1/accounts')).items
const proofs = (account: AccountView | undefined) => Object.fromEntries((account?.capabilities ?? []).map(one => [one.name, one.state]))

test('both grants of one account are one account, and only what was proven is said to work', async () => {
  const id = await it.connect('halia.ceramics')
  const account = await it.get<AccountView>(`/api/v1/accounts/${id}`)
  expect(account.grants.map(grant => [grant.platform, grant.state, grant.missing])).toEqual([['business', 'working', []], ['developers', 'working', []]])
  expect(account).toMatchObject({ handle: 'halia.ceramics', displayName: 'Halia Ceramics', transport: { kind: 'direct', state: 'working' } })
  expect(proofs(account)).toMatchObject({ 'profile': 'works', 'drafts': 'unproven', 'direct post': 'unproven' })
  const picture = await it.request('GET', account.avatarUrl ?? '')
  expect([picture.status, picture.headers.get('content-type')?.startsWith('image/')]).toEqual([200, true])
})

test('TikTok is told where messages go, and its own list proves it', async () => {
  await it.settled()
  const { items } = await it.get<{ items: { platform: string; hookUrl: string; hookProblem: string | null; hookCheckedAt: string | null }[] }>('/api/v1/apps')
  expect(items.find(app => app.platform === 'business')).toMatchObject({ hookUrl: `${it.url}/hooks/business/`, hookProblem: null, hookCheckedAt: expect.any(String) })
})

test('a state works once, in the session that began it, and no other', async () => {
  const stranger = await it.signIn('admin', { name: 'Stranger' })
  const back = await it.tiktok.consent({ authorizeUrl: await begin('developers'), account: 'nomad.bikes' })
  expect((await comeBack(back, null)).search).toBe('?reason=not_signed_in')
  expect((await comeBack(back, stranger)).search).toBe('?reason=another_session')
  expect((await comeBack(back)).searchParams.get('connected')).toBeTruthy()
  expect((await comeBack(back)).search).toBe('?reason=state_used')
  const forged = new URL(back)
  forged.searchParams.set('state', 'x'.repeat(43))
  expect((await comeBack(forged.href)).search).toBe('?reason=state_unknown')
  forged.searchParams.delete('state')
  expect((await comeBack(forged.href)).search).toBe('?reason=state_missing')
})

test('a denied consent ends on a page that says so, and keeps nothing', async () => {
  const before = (await accounts()).length
  const end = await comeBack(await it.tiktok.consent({ authorizeUrl: await begin('business'), account: 'lumen.serum', deny: true }))
  expect([end.pathname, end.searchParams.get('reason')]).toEqual(['/connect/result', 'denied'])
  expect(await accounts()).toHaveLength(before)
})

test('a code that TikTok refuses and an answer that is lost each end on their own page', async () => {
  it.tiktok.faults.arm({ on: 'oauth.token', does: 'refuse', code: 'invalid_grant', times: 1 })
  expect((await comeBack(await it.tiktok.consent({ authorizeUrl: await begin('developers'), account: 'nomad.bikes' }))).search).toBe('?reason=code_refused&code=invalid_grant')
  it.tiktok.faults.arm({ on: 'oauth.token', does: 'lose answer', times: 1 })
  expect((await comeBack(await it.tiktok.consent({ authorizeUrl: await begin('developers'), account: 'nomad.bikes' }))).searchParams.get('reason')).toBe('answer_lost')
})

test('fewer permissions than asked for are taken, and what is missing is shown', async () => {
  const end = await comeBack(await it.tiktok.consent({ authorizeUrl: await begin('developers'), account: 'nomad.bikes', scopes: ['user.info.basic', 'user.info.profile', 'video.upload'] }))
  expect(end.searchParams.get('missing')).toBe('1')
  const account = (await accounts()).find(one => one.handle === 'nomad.bikes')
  expect(account?.grants[0]?.missing).toEqual(['user.info.stats', 'video.list', 'video.publish'])
  expect(proofs(account)).toMatchObject({ 'drafts': 'unproven', 'direct post': 'no' })
})

test('accounts that may be one are a question to a person, whose yes makes them one', async () => {
  await comeBack(await it.tiktok.consent({ authorizeUrl: await begin('developers'), account: 'lumen.serum', scopes: ['user.info.basic'] }))
  await comeBack(await it.tiktok.consent({ authorizeUrl: await begin('business'), account: 'lumen.serum' }))
  await it.settled()
  const two = (await accounts()).filter(one => one.displayName === 'Lumen')
  expect(two.map(one => one.possibleMatches.map(match => match.id))).toEqual([[two[1]?.id], [two[0]?.id]])
  const merged = await it.post<AccountView>(`/api/v1/accounts/${two[0]?.id}/merge`, { otherId: two[1]?.id })
  expect(merged).toMatchObject({ id: two[0]?.id, handle: 'lumen.serum', possibleMatches: [], transport: { kind: 'direct', state: 'working' } })
  expect(merged.grants.map(grant => grant.platform).sort()).toEqual(['business', 'developers'])
  expect((await accounts()).filter(one => one.displayName === 'Lumen')).toHaveLength(1)
})

test('a person at localhost is sent back to localhost, where their session is', async () => {
  const local = it.url.replace('127.0.0.1', 'localhost')
  const answer = await fetch(`${it.url}/api/v1/connect`, { method: 'POST', headers: { 'cookie': owner.cookie, 'content-type': 'application/json', 'origin': it.url }, body: JSON.stringify({ platform: 'developers' }) })
  const { url } = await answer.json() as { url: string }
  await it.house.db.updateTable('consent').set({ return_origin: local }).where('used_at', 'is', null).execute()
  const back = await it.tiktok.consent({ authorizeUrl: url, account: 'nomad.bikes' })
  expect((await comeBack(back)).href).toBe(back.replace('127.0.0.1', 'localhost'))
  await it.house.db.updateTable('consent').set({ return_origin: it.url }).where('used_at', 'is', null).execute()
})

test('another app of ours meets the same account, and its history stays', async () => {
  const id = await it.connect('halia.ceramics', ['developers'])
  const other = it.tiktok.world.addApp({ platform: 'developers', flavour: 'desktop', redirectUris: [`${it.url}/connect/login/`], audited: true })
  await it.post('/api/v1/apps', { platform: 'developers', clientKey: other.id, secret: other.secret, name: 'The new one' })
  const end = await comeBack(await it.tiktok.consent({ authorizeUrl: await begin('developers'), account: 'halia.ceramics' }))
  expect(end.searchParams.get('connected')).toBe(String(id))
  expect((await it.get<AccountView>(`/api/v1/accounts/${id}`)).grants).toHaveLength(3)
})

test('disconnecting gives TikTok the permission back and forgets the tokens', async () => {
  const id = await it.connect('nomad.bikes', ['developers'])
  const said = await it.post<{ revoked: boolean; ended: number; account: AccountView }>(`/api/v1/accounts/${id}/disconnect`, { platform: 'developers' })
  expect(said).toMatchObject({ revoked: true, ended: expect.any(Number), account: { grants: [] } })
  const rows = await it.house.db.selectFrom('grant_').selectAll().where('account_id', '=', id).execute()
  expect(rows.every(row => row.state === 'removed' && row.access_sealed === null && row.refresh_sealed === null)).toBe(true)
})

test('a permission taken away on TikTok is noticed', async () => {
  const id = await it.connect('halia.ceramics', ['developers'])
  const apps = it.tiktok.world.apps.filter(app => app.platform === 'developers')
  const newest = apps.at(-1)
  it.tiktok.world.changeApp(newest?.id ?? '', { webhookUrl: `${it.url}/hooks/developers-2/` })
  it.tiktok.world.removeApp('halia.ceramics', newest?.id ?? '')
  await it.settled()
  const account = await it.get<AccountView>(`/api/v1/accounts/${id}`)
  expect(account.grants.filter(grant => grant.platform === 'developers')).toHaveLength(1)
})

test('TikTok for Business needs a public https address unless TikTok itself is on this machine', () => {
  const real = { apiUrl: '', authorizeUrl: 'https://www.tiktok.com/v2/auth/authorize/', businessUrl: '', businessAuthorizeUrl: 'https://www.tiktok.com/v2/auth/authorize' }
  const here = { ...real, businessAuthorizeUrl: 'http://127.0.0.1:4310/v2/auth/authorize' }
  const at = (publicUrl: string | null, tiktok: typeof real) => ({ publicUrl, port: 4300, host: '127.0.0.1', tiktok })
  expect(wayBack(at(null, real), 'business')).toMatchObject({ possible: false, setting: 'PUBLIC_URL' })
  expect(wayBack(at('http://127.0.0.1:4300', real), 'business')).toMatchObject({ possible: false })
  expect(wayBack(at('https://desk.example.com', real), 'business')).toEqual({ possible: true, flavour: 'web', redirectUri: 'https://desk.example.com/connect/business/' })
  expect(wayBack(at(null, here), 'business')).toEqual({ possible: true, flavour: 'web', redirectUri: 'http://127.0.0.1:4300/connect/business/' })
  expect(wayBack(at(null, real), 'developers')).toEqual({ possible: true, flavour: 'desktop', redirectUri: 'http://127.0.0.1:4300/connect/login/' })
  expect(wayBack(at('https://desk.example.com', real), 'developers')).toMatchObject({ flavour: 'web' })
})
