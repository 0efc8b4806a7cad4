import { afterAll, beforeAll, expect, test } from 'vitest'
import { createHmac } from 'node:crypto'
import { openHouse, type Session, type TestHouse } from '../../test/open-house.ts'
import { perAddress, takeTry } from './tries.ts'

const password = 'a password for tests'
let it: TestHouse
let owner: Session
beforeAll(async () => { it = await openHouse({ env: { TRUST_PROXY: 'loopback' } }); owner = await it.signIn('owner', { password }) })
afterAll(async () => { await it.close() })

const knock = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(it.url + path, { method: 'POST', headers: { 'content-type': 'application/json', origin: it.url, ...headers }, body: JSON.stringify(body) })
const signIn = (email: string, word: string, from: string, headers: Record<string, string> = {}) => knock('/api/auth/sign-in/email', { email, password: word }, { 'x-forwarded-for': from, ...headers })
const cookieOf = (answer: Response) => answer.headers.getSetCookie().map(line => line.split(';')[0]).join('; ')
const me = async (cookie: string) => (await fetch(`${it.url}/api/v1/me`, { headers: { cookie } })).status
const tokenIn = (url: string) => new URL(url).searchParams.get('token') ?? ''
type Invited = { invitation: { id: number }; link: { url: string; mailed: boolean } }
type Listed = { items: { id: string; email: string; role: string; accounts: number[] }[] }

test('an invitation lets one person in once, with the role and accounts it names', async () => {
  const account = await it.connect('halia.ceramics', ['business'])
  const { link } = await it.post<Invited>('/api/v1/invitations', { email: 'Nia@Example.com', role: 'agent', accounts: [account] })
  expect(link.mailed).toBe(false)
  const wish = { token: tokenIn(link.url), name: 'Nia', password }
  const answers = await Promise.all([knock('/api/v1/entry', wish), knock('/api/v1/entry', wish), knock('/api/v1/entry', wish)])
  expect(answers.map(answer => answer.status).toSorted((a, b) => a - b)).toEqual([200, 410, 410])
  const { items } = await it.get<Listed>('/api/v1/people')
  expect(items.find(person => person.email === 'nia@example.com')).toMatchObject({ role: 'agent', accounts: [account] })
  expect(await (await knock('/api/v1/entry/look', { token: tokenIn(link.url) })).json()).toMatchObject({ code: 'link_spent' })
})

test('an agent works for the accounts of their groups, and no longer when the group changes', async () => {
  const account = await it.connect('halia.ceramics', ['business'])
  const other = await it.connect('nomad.bikes', ['business'])
  const group = await it.post<{ id: number }>('/api/v1/groups', { name: 'A client', accounts: [account] })
  const agent = await it.signIn('agent', { password, name: 'grouped' })
  const sees = async () => (await it.get<{ items: { id: number }[] }>('/api/v1/accounts', agent)).items.map(item => item.id)
  expect(await sees()).toEqual([])
  await it.request('PUT', `/api/v1/people/${agent.personId}/accounts`, { accounts: [], groups: [group.id] })
  expect(await sees()).toEqual([account])
  await it.request('PATCH', `/api/v1/groups/${group.id}`, { accounts: [other] })
  expect(await sees()).toEqual([other])
  await it.request('DELETE', `/api/v1/groups/${group.id}`)
  expect(await sees()).toEqual([])
})

test('a weak password does not use an invitation up, a withdrawn one is spent', async () => {
  const { link, invitation } = await it.post<Invited>('/api/v1/invitations', { email: 'sam@example.com' })
  expect((await knock('/api/v1/entry', { token: tokenIn(link.url), name: 'Sam', password: 'short' })).status).toBe(422)
  expect((await knock('/api/v1/entry/look', { token: tokenIn(link.url) })).status).toBe(200)
  await it.request('DELETE', `/api/v1/invitations/${invitation.id}`)
  expect((await knock('/api/v1/entry', { token: tokenIn(link.url), name: 'Sam', password })).status).toBe(410)
})

test('an admin has no power over owners, and the last owner stays', async () => {
  const admin = await it.signIn('admin', { password })
  expect((await it.request('PATCH', `/api/v1/people/${owner.personId}`, { disabled: true }, { as: admin })).status).toBe(403)
  expect((await it.request('PATCH', `/api/v1/people/${admin.personId}`, { role: 'owner' }, { as: admin })).status).toBe(403)
  expect((await it.request('POST', '/api/v1/invitations', { email: 'x@example.com', role: 'owner' }, { as: admin })).status).toBe(403)
  expect((await it.request('PATCH', `/api/v1/people/${owner.personId}`, { role: 'agent' })).status).toBe(409)
  const other = await it.signIn('owner', { password, name: 'second owner' })
  expect((await it.request('PATCH', `/api/v1/people/${other.personId}`, { role: 'agent' })).status).toBe(200)
})

test('two owners who disable each other at the same moment do not both succeed', async () => {
  const { items } = await it.get<Listed>('/api/v1/people')
  for (const person of items) if (person.role === 'owner' && person.id !== owner.personId) await it.request('PATCH', `/api/v1/people/${person.id}`, { role: 'agent' })
  const rival = await it.signIn('owner', { password, name: 'rival' })
  const answers = await Promise.all([
    it.request('PATCH', `/api/v1/people/${owner.personId}`, { disabled: true }, { as: rival }),
    it.request('PATCH', `/api/v1/people/${rival.personId}`, { disabled: true }),
  ])
  expect(answers.filter(answer => answer.ok)).toHaveLength(1)
  if (answers[0]?.ok) { await it.request('PATCH', `/api/v1/people/${owner.personId}`, { disabled: false }, { as: rival }); owner.cookie = cookieOf(await signIn(owner.email, password, '192.0.2.77')) } // the house's own requests use this session, too
})

test('guessing is stopped per account, also when a thousand guesses come at once and from many addresses', async () => {
  const victim = await it.signIn('agent', { password, name: 'victim' })
  const guesses = await Promise.all(Array.from({ length: 30 }, (_, n) => signIn(victim.email, `wrong guess ${n}`, `203.0.113.${n + 1}`)))
  expect(guesses.filter(answer => answer.status === 401).length).toBeLessThanOrEqual(6)
  expect(guesses.filter(answer => answer.status === 429).length).toBeGreaterThanOrEqual(24)
  const locked = await signIn(victim.email, password, '198.51.100.7')
  expect([locked.status, Number(locked.headers.get('retry-after')) > 0]).toEqual([429, true])
  expect(await me(victim.cookie)).toBe(200)
})

test('guessing is stopped per real address, which nobody can make up in front of a proxy', async () => {
  for (let n = 0; n < perAddress.most - 3; n++) expect(await takeTry(it.house.db, 'address:203.0.113.250', perAddress)).toEqual({ go: true })
  const answers = await Promise.all(Array.from({ length: 6 }, (_, n) => signIn(`nobody${n}@example.com`, 'wrong', `10.9.9.${n}, 203.0.113.250`)))
  expect(answers.map(answer => answer.status).toSorted((a, b) => a - b)).toEqual([401, 401, 401, 429, 429, 429])
  expect((await signIn('nobody@example.com', 'wrong', '203.0.113.251')).status).toBe(401)
}, 60_000)

test('who waits as long as was said gets a try, and who guesses on waits longer', async () => {
  const limit = { most: 2, windowMs: 60_000, firstLockMs: 400, longestLockMs: 60_000 }
  const attempt = () => takeTry(it.house.db, 'a patient one', limit)
  expect([await attempt(), await attempt()]).toEqual([{ go: true }, { go: true }])
  expect(await attempt()).toMatchObject({ go: false, lockedNow: true, waitSeconds: 1 })
  await expect.poll(attempt).toEqual({ go: true })
  expect(await attempt()).toMatchObject({ go: false, lockedNow: true, waitSeconds: 2 })
})

test('nobody learns from an answer who works here', async () => {
  const known = await (await signIn(owner.email, 'wrong', '192.0.2.1')).text()
  const unknown = await (await signIn('who@example.com', 'wrong', '192.0.2.2')).text()
  expect(known.replace(/"requestId":"[^"]*"/, '')).toBe(unknown.replace(/"requestId":"[^"]*"/, ''))
  expect((await knock('/api/auth/sign-up/email', { email: 'new@example.com', password, name: 'New' })).status).toBe(404)
  expect((await knock('/api/auth/admin/create-user', { email: 'new@example.com', password, name: 'New' }, { cookie: owner.cookie })).status).toBe(404)
  expect((await knock('/api/auth/admin/impersonate-user', { userId: owner.personId }, { cookie: owner.cookie })).status).toBe(404)
})

test('a session from before a sign-in is not the session after it, and an ended one is dead at once', async () => {
  const agent = await it.signIn('agent', { password, name: 'fixed' })
  const again = await signIn(agent.email, password, '192.0.2.3', { cookie: agent.cookie })
  const fresh = cookieOf(again)
  expect(fresh).not.toBe('')
  expect(fresh).not.toBe(agent.cookie)
  const { items } = await it.get<{ items: { id: string; current: boolean }[] }>('/api/v1/sessions', { ...agent, cookie: fresh })
  const older = items.find(session => !session.current)
  await it.request('DELETE', `/api/v1/sessions/${older?.id}`, undefined, { as: { ...agent, cookie: fresh } })
  expect([await me(agent.cookie), await me(fresh)]).toEqual([401, 200])
  expect((await it.request('DELETE', `/api/v1/people/${agent.personId}/sessions`)).status).toBe(200)
  expect(await me(fresh)).toBe(401)
})

test('a sign-in form on another site cannot sign anybody in', async () => {
  const agent = await it.signIn('agent', { password, name: 'lured' })
  expect((await signIn(agent.email, password, '192.0.2.4', { origin: 'https://evil.example' })).status).toBe(403)
  expect((await fetch(`${it.url}/api/auth/sign-in/email`, { method: 'POST', headers: { 'origin': 'https://evil.example', 'content-type': 'text/plain' }, body: JSON.stringify({ email: agent.email, password }) })).status).toBe(403)
})

test('with a second factor the password alone opens nothing, and an owner can help who lost it', async () => {
  const agent = await it.signIn('agent', { password, name: 'careful' })
  const enabled = await (await knock('/api/auth/two-factor/enable', { password }, { cookie: agent.cookie })).json() as { totpURI: string; backupCodes: string[] }
  const secret = new URL(enabled.totpURI).searchParams.get('secret') ?? ''
  const verified = await knock('/api/auth/two-factor/verify-totp', { code: totp(secret) }, { cookie: agent.cookie })
  expect(verified.status).toBe(200)
  const half = await signIn(agent.email, password, '192.0.2.5')
  expect(await half.json()).toMatchObject({ twoFactorRedirect: true })
  expect(await me(cookieOf(half))).toBe(401)
  const whole = await knock('/api/auth/two-factor/verify-backup-code', { code: enabled.backupCodes[0] }, { cookie: cookieOf(half) })
  expect(await me(cookieOf(whole))).toBe(200)
  expect(await (await it.request('PATCH', `/api/v1/people/${agent.personId}`, { twoFactor: false })).json()).toMatchObject({ twoFactor: false })
  expect(await me(cookieOf(await signIn(agent.email, password, '192.0.2.6')))).toBe(200)
  const audit = await it.get<{ items: { type: string; actor: { id: string } }[] }>(`/api/v1/audit?actor=${agent.personId}`)
  expect(audit.items.map(line => line.type)).toEqual(expect.arrayContaining(['person.two_factor_on', 'person.signed_in']))
})

test('the audit is filtered, pages, and comes as CSV that no spreadsheet runs', async () => {
  await it.post('/api/v1/groups', { name: '=HYPERLINK("http://evil.example")' })
  const page = await it.get<{ items: { type: string }[]; next: string | null }>('/api/v1/audit?type=group.made&limit=1')
  expect(page.items[0]?.type).toBe('group.made')
  const csv = await (await it.request('GET', '/api/v1/audit.csv?type=group.*')).text()
  expect(csv.split('\r\n')[0]).toBe('id,at,type,account,subject,actor kind,actor id,actor,details')
  expect(csv).toContain('group.made')
  expect(csv).not.toMatch(/(^|,)[=+@-]/m)
})

/** RFC 6238, from a base32 secret. */
function totp(secret: string): string {
  const bits = secret.replace(/=+$/, '').split('').map(letter => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g)?.map(byte => Number.parseInt(byte, 2)) ?? [])
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)))
  const digest = createHmac('sha1', key).update(counter).digest()
  const at = (digest.at(-1) ?? 0) & 15
  return String((digest.readUInt32BE(at) & 0x7FFFFFFF) % 1_000_000).padStart(6, '0')
}
