import { afterAll, beforeAll, expect, test } from 'vitest'
import { readFile, stat } from 'node:fs/promises'
import { openHouse, type TestHouse } from '../../test/open-house.ts'
import { ownerLink } from './enter.ts'

let it: TestHouse
beforeAll(async () => { it = await openHouse() })
afterAll(async () => { await it.close() })

const fromOutside = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  fetch(it.url + path, { method, headers: { origin: it.url, 'content-type': 'application/json', ...headers }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
const tokenOf = (url: string) => new URL(url).searchParams.get('token') ?? ''

test('whoever opens the one-time link owns the house, once, and is signed in by it', async () => {
  const { url, file } = await ownerLink(it.house)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readFile(file, 'utf8')).toBe(`${url}\n`)
  const body = { token: tokenOf(url), email: 'Ada@Example.com', name: 'Ada', password: 'correct horse battery' }
  const [one, other] = await Promise.all([fromOutside('POST', '/api/v1/entry', body), fromOutside('POST', '/api/v1/entry', body)])
  expect([one.status, other.status].toSorted((a, b) => a - b)).toEqual([200, 410])
  const entered = one.status === 200 ? one : other
  const cookie = entered.headers.getSetCookie().map(line => line.split(';')[0]).join('; ')
  expect(entered.headers.getSetCookie().join()).toMatch(/HttpOnly.*SameSite=Lax/i)
  const me = await (await fetch(`${it.url}/api/v1/me`, { headers: { cookie } })).json() as { viewer: { role: string; email: string } }
  expect(me.viewer).toMatchObject({ role: 'owner', email: 'ada@example.com' })
  await expect(stat(file)).rejects.toThrow('ENOENT')
})

test('a locked-out owner sets a new password by a new link, which ends older links and sessions and is written down', async () => {
  const owner = await it.signIn('owner', { name: 'Olga' })
  const first = await ownerLink(it.house)
  const second = await ownerLink(it.house)
  const body = { email: owner.email, password: 'a new long password' }
  expect((await fromOutside('POST', '/api/v1/entry', { token: tokenOf(first.url), ...body })).status).toBe(410)
  expect((await fromOutside('POST', '/api/v1/entry', { token: tokenOf(second.url), ...body })).status).toBe(200)
  expect((await it.request('GET', '/api/v1/me', undefined, { as: owner })).status).toBe(401)
  const audit = await it.get<{ items: { type: string }[] }>('/api/v1/audit?type=owner_link.*', await it.signIn('owner', { name: 'Another' }))
  expect(audit.items.length).toBeGreaterThanOrEqual(2)
})
