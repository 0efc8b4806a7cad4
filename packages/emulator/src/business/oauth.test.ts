import { answer } from '@stagedoor/tiktok/fixtures'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStand, REDIRECT, refusal, SCOPES, type Stand } from '../test/stand.ts'

let stand: Stand
beforeEach(async () => { stand = await openStand() })
afterEach(() => stand.close())

const DAY_MS = 86_400_000
const authorizeUrl = (more: Record<string, string> = {}) => `${stand.tiktok.url}/v2/auth/authorize/?${new URLSearchParams({ client_key: stand.appId, scope: SCOPES.join(','), response_type: 'code', redirect_uri: REDIRECT, state: 's', ...more })}`
const consent = async (more: Record<string, string> = {}, scopes?: string[]) => new URL(await stand.tiktok.consent({ authorizeUrl: authorizeUrl({ disable_auto_auth: '1', ...more }), account: 'halia.ceramics', ...(scopes ? { scopes } : {}) })).searchParams
const exchange = (body: Record<string, string>) => stand.call('POST', '/tt_user/oauth2/token/', { token: null, body: { client_id: stand.appId, client_secret: stand.app.clientSecret, grant_type: 'authorization_code', redirect_uri: REDIRECT, ...body } })
const refresh = (token: string) => refusal(stand.api.oauth.refresh(stand.app, token))

test('a Business consent gives a code for ten minutes, once, and tokens of the documented shape', async () => {
  const code = (await consent()).get('code') ?? ''
  expect(code).toMatch(/\*v!\d{4}/)
  const said = await exchange({ auth_code: code })
  expect(Object.keys(said.data).toSorted()).toEqual(Object.keys((JSON.parse(answer('business.token', 'tokens').body) as { data: object }).data).toSorted())
  expect(said.data).toMatchObject({ expires_in: 86_400, refresh_token_expires_in: 31_536_000, open_id: stand.businessId, token_type: 'Bearer' })
  expect((await exchange({ auth_code: code })).code).toBe(40110)
  const late = (await consent()).get('code') ?? ''
  await stand.tiktok.clock.advance(10 * 60_000)
  expect((await exchange({ auth_code: late })).code).toBe(40110)
})

test('what is wrong at the Business token endpoint has its own code', async () => {
  const code = (await consent()).get('code') ?? ''
  expect((await exchange({ auth_code: code, client_secret: 'wrong' })).code).toBe(40101)
  expect((await exchange({ auth_code: code, client_id: '123' })).code).toBe(40113)
  expect((await exchange({ auth_code: code, grant_type: 'code' })).code).toBe(40108)
  expect((await exchange({ auth_code: code, redirect_uri: 'https://desk.example.com/other/' })).code).toBe(40110)
  expect((await exchange({ auth_code: 'x' })).code).toBe(40110)
  expect((await exchange({ code })).message).toBe('Missing required field(s): auth_code.')
  expect((await exchange({ auth_code: code })).code).toBe(0)
})

test('one scope the app does not have refuses the whole Business consent', async () => {
  await expect(consent({ scope: `${SCOPES.join(',')},research.data.basic` })).rejects.toThrow('scope')
})

test('an owner may untick scopes; the token has what was granted', async () => {
  const code = (await consent({}, ['user.info.basic', 'message.list.read'])).get('code') ?? ''
  expect(String((await exchange({ auth_code: code })).data['scope']).split(',')).not.toContain('message.list.send')
})

test('a refresh rotates the refresh token, keeps the year, and leaves the old access token alive', async () => {
  await stand.tiktok.clock.advance(10 * DAY_MS / 24)
  const renewed = await stand.call('POST', '/tt_user/oauth2/refresh_token/', { token: null, body: { client_id: stand.appId, client_secret: stand.app.clientSecret, grant_type: 'refresh_token', refresh_token: stand.refreshToken } })
  expect(renewed.data['refresh_token_expires_in']).toBe(31_536_000 - 36_000)
  expect(renewed.data['refresh_token']).not.toBe(stand.refreshToken)
  expect(await refusal(stand.api.profile())).toBe(0)
  expect(await refresh(stand.refreshToken)).toBe(40107)
  await stand.tiktok.clock.advance(15 * 3_600_000)
  expect((await stand.call('GET', `/business/get/?business_id=${stand.businessId}`)).code).toBe(40102)
})

test('rule business-refresh keep: the same refresh token again', async () => {
  stand.tiktok.rules.set({ 'business-refresh': 'keep' })
  expect((await stand.api.oauth.refresh(stand.app, stand.refreshToken)).refreshToken).toBe(stand.refreshToken)
  expect(await refresh(stand.refreshToken)).toBe(0)
})

test('after a year the refresh token is dead: 40103', async () => {
  await stand.tiktok.clock.advance(366 * DAY_MS)
  expect(await refresh(stand.refreshToken)).toBe(40103)
})

test('a revocation ends both tokens and the webhooks, silently', async () => {
  await stand.api.oauth.revoke(stand.app, stand.token)
  expect((await stand.call('GET', `/business/get/?business_id=${stand.businessId}`)).code).toBe(40105)
  expect(await refresh(stand.refreshToken)).toBe(40107)
  stand.tiktok.world.customerSays('rita.almeida', 'halia.ceramics', { type: 'text', text: 'anyone?' })
  expect([(await stand.hear('im_receive_msg')).length, stand.heard.length]).toEqual([0, 0])
})

test('rule business-authorization-removed event: a revocation is told', async () => {
  stand.tiktok.rules.set({ 'business-authorization-removed': 'event' })
  const { webhookUrl } = stand.tiktok.world.changeApp(stand.appId, { webhookUrl: stand.tiktok.world.apps.find(a => a.id === stand.appId)?.webhookUrl ?? null })
  const told = stand.tiktok.waitFor('authorization.removed')
  await stand.api.oauth.revoke(stand.app, stand.token)
  expect([(await told).about['openId'], webhookUrl]).toEqual([stand.businessId, null])
})

test('rule business-revoke access: the refresh token outlives a revocation', async () => {
  stand.tiktok.rules.set({ 'business-revoke': 'access' })
  await stand.api.oauth.revoke(stand.app, stand.token)
  expect(await refresh(stand.refreshToken)).toBe(0)
})

test('rule callback-parameter auth_code: the code has the other name', async () => {
  stand.tiktok.rules.set({ 'callback-parameter': 'auth_code' })
  const query = await consent()
  expect([query.get('code'), query.get('auth_code') !== null]).toEqual([null, true])
})

test('token_info tells whose token it is, and not to another app', async () => {
  expect(await stand.api.tokenInfo(stand.app)).toEqual({ appId: stand.appId, creatorId: stand.businessId, scopes: expect.arrayContaining(['message.list.send']) as string[] })
  expect(await refusal(stand.api.tokenInfo({ clientKey: '7600000000000000001' }))).toBe(40113)
  expect(await refusal(stand.api.tokenInfo(stand.app, 'act.nobody'))).toBe(40105)
})

test('two apps see one account under two open_ids', async () => {
  const other = stand.tiktok.world.addApp({ platform: 'business' })
  const account = stand.tiktok.world.account('halia.ceramics')
  expect(stand.tiktok.world.openIdOf(other.id, account.id)).not.toBe(stand.businessId)
  expect(stand.businessId).toMatch(/^-000[\w-]{32}$/)
})
