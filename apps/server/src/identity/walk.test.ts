import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from 'kysely'
import { openHouse, type Session, type TestHouse } from '../../test/open-house.ts'
import { theHouse } from '../kit/actor.ts'

/** Every route × every kind of caller × own and foreign things. The table of routes is the app's own, so a new route is walked by itself. */
type Route = { method: string; path: string }
type Things = { account: number; conversation: number; message: number; asset: number; post: number; target: number; contact: number }

let it: TestHouse
let owner: Session, admin: Session, agent: Session, idle: Session, gone: Session
let own: Things, foreign: Things
let routes: Route[]
let readToken: string, scopedToken: string, revokedToken: string
/** Words that only the foreign account's things contain. */
const secrets = ['nomad.bikes', 'Nomad Bikes', 'kofi_mensah', 'Kofi Mensah', 'a secret for the foreign account']

beforeAll(async () => {
  it = await openHouse()
  owner = await it.signIn('owner')
  own = await furnish('halia.ceramics', 'rita.almeida', 'a word for our own account')
  foreign = await furnish('nomad.bikes', 'kofi_mensah', 'a secret for the foreign account')
  admin = await it.signIn('admin')
  agent = await it.signIn('agent', { accounts: [own.account] })
  idle = await it.signIn('agent', { name: 'idle' })
  gone = await it.signIn('agent', { accounts: [own.account], name: 'gone' })
  readToken = await tokenOf({ name: 'reads', scopes: ['read'] }, agent)
  scopedToken = await tokenOf({ name: 'one account', scopes: ['read', 'send', 'publish', 'manage'], accounts: [own.account] }, owner)
  revokedToken = await tokenOf({ name: 'revoked', scopes: ['read'] }, owner)
  const { items } = await it.get<{ items: { id: number; name: string }[] }>('/api/v1/tokens')
  if (!(await it.request('DELETE', `/api/v1/tokens/${items.find(item => item.name === 'revoked')?.id}`)).ok) throw new Error('A token could not be revoked.')
  await it.request('PATCH', `/api/v1/people/${gone.personId}`, { disabled: true })
  routes = [...new Map(it.app.routes.filter(route => route.path.startsWith('/api/v1/') && !route.path.includes('*') && !route.path.startsWith('/api/v1/entry') && route.method !== 'OPTIONS')
    .map(route => [`${route.method} ${route.path}`, { method: route.method, path: route.path }])).values()]
}, 90_000)
afterAll(async () => { await it.close() })

const tokenOf = async (wish: object, as: Session) => (await it.post<{ token: string }>('/api/v1/tokens', wish, { as })).token

async function furnish(account: string, customer: string, words: string): Promise<Things> {
  const accountId = await it.connect(account)
  it.tiktok.world.customerSays(customer, account, { type: 'text', text: words })
  await it.settled()
  const conversation = await one(sql`select id from conversation where account_id = ${accountId}`)
  const asset = await one(sql`insert into asset (upload_id, owner_kind, owner_id, owner_name, person_id, name, mime, kind, bytes, state, created_at)
    values (${words}, 'person', ${owner.personId}, 'owner', ${owner.personId}, ${words}, 'video/mp4', 'video', 1, 'ready', now()) returning id`)
  const post = await one(sql`insert into post (asset_id, author_kind, author_id, author_name, created_at) values (${asset}, 'person', ${owner.personId}, 'owner', now()) returning id`)
  const target = await one(sql`insert into target (post_id, account_id, mode, caption, options) values (${post}, ${accountId}, 'draft', ${words}, '{}') returning id`)
  return { account: accountId, conversation, asset, post, target, message: await one(sql`select id from message where conversation_id = ${conversation}`), contact: await one(sql`select contact_id as id from conversation where id = ${conversation}`) }
}
const one = async (query: ReturnType<typeof sql>) => (await query.execute(it.house.db)).rows.map(row => (row as { id: number }).id)[0] ?? Number.NaN

/** The id that a path's `:id` stands for. */
function idIn(path: string, things: Things): number | string {
  const room = path.split('/')[3]
  if (room === 'conversations') return things.conversation
  if (room === 'messages') return things.message
  if (room === 'contacts') return things.contact
  if (room === 'assets' || room === 'uploads') return things.asset
  if (room === 'posts') return things.post
  if (room === 'targets') return things.target
  return things.account
}
const fill = (path: string, id: number | string) => path.replaceAll(/:\w+(\{[^}]*\})?/g, String(id))
const MISSING = 987_654_321

/** A body that gets past the first look, so that the deed itself is tried. */
function bodyFor(path: string): unknown {
  if (path.endsWith('/messages')) return { text: 'hello' }
  if (path.endsWith('/merge')) return { otherId: own.account }
  if (path.endsWith('/connect')) return { platform: 'developers' }
  return {}
}
const mine = (session: Session) => ({ cookie: session.cookie, origin: it.url })
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
async function ask(route: Route, path: string, headers: Record<string, string>, query = '') {
  const stop = new AbortController()
  const body = ['GET', 'HEAD', 'OPTIONS'].includes(route.method) ? {} : { body: JSON.stringify(bodyFor(path)) }
  const answer = await fetch(it.url + path + query, { method: route.method === 'ALL' ? 'POST' : route.method, ...body, headers: { 'content-type': 'application/json', 'tus-resumable': '1.0.0', ...headers }, signal: stop.signal, redirect: 'manual' })
  if (answer.headers.get('content-type')?.startsWith('text/event-stream')) { stop.abort(); return { status: answer.status, text: '' } }
  const text = await answer.text()
  return { status: answer.status, text: text.replaceAll(/"requestId":"[^"]*"/g, '').replaceAll(String(MISSING), '#').replaceAll(new RegExp(`\\b${idIn(route.path, foreign)}\\b`, 'g'), '#') }
}
/** A few at a time: the walk is long. */
async function each<T>(list: readonly T[], work: (item: T) => Promise<void>) {
  const left = [...list]
  await Promise.all(Array.from({ length: 6 }, async () => { for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item) }))
}
const changes = (route: Route) => !['GET', 'HEAD', 'OPTIONS'].includes(route.method)
const housekeeping = /^\/api\/v1\/(apps|people|invitations|groups|notices|audit)/

describe('every route', () => {
  test('is closed to strangers, to revoked tokens, to disabled people and to tokens in the address', async () => {
    expect(routes.length).toBeGreaterThan(45)
    const open: string[] = []
    await each(routes, async route => {
      const path = fill(route.path, idIn(route.path, own))
      for (const headers of [{ origin: it.url }, bearer(revokedToken), bearer('sdt_made-up'), mine(gone), { ...mine(owner), cookie: 'stagedoor-demo.session_token=forged.forged' }]) {
        const { status } = await ask(route, path, headers)
        if (status !== 401) open.push(`${route.method} ${path} answered ${status}`)
      }
      const { status } = await ask(route, path, {}, `?token=${readToken}`)
      if (status !== 400) open.push(`${route.method} ${path} with a token in the address answered ${status}`)
    })
    expect(open).toEqual([])
  }, 120_000)

  test('that changes something refuses a request from another origin, whatever the session', async () => {
    const taken: string[] = []
    await each(routes.filter(changes), async route => {
      const path = fill(route.path, idIn(route.path, own))
      for (const origin of ['https://evil.example', 'null', 'http://localhost.evil.example']) {
        const { status, text } = await ask(route, path, { ...mine(owner), origin })
        if (status !== 403 || !text.includes('foreign_origin')) taken.push(`${route.method} ${path} from ${origin} answered ${status}`)
      }
    })
    expect(taken).toEqual([])
  }, 60_000)

  test('answers an agent about a foreign thing exactly as about a thing that does not exist', async () => {
    const differ: string[] = []
    await each(routes.filter(route => route.path.includes(':')), async route => {
      for (const [who, headers] of [['agent', mine(agent)], ['idle agent', mine(idle)], ['token for one account', bearer(scopedToken)], ['reading token', bearer(readToken)]] as const) {
        if (who === 'token for one account' && !/\/(accounts|conversations|messages|targets|posts|contacts)\//.test(route.path)) continue
        const theirs = await ask(route, fill(route.path, idIn(route.path, foreign)), headers)
        const missing = await ask(route, fill(route.path, MISSING), headers)
        if (theirs.status !== missing.status || theirs.text !== missing.text) differ.push(`${route.method} ${route.path} to the ${who}: ${theirs.status} ${theirs.text.slice(0, 120)} | ${missing.status} ${missing.text.slice(0, 120)}`)
        if (theirs.status < 400) differ.push(`${route.method} ${route.path} let the ${who} in`)
      }
    })
    expect(differ).toEqual([])
  }, 120_000)

  test('gives an agent no word, name or count of a foreign account', async () => {
    const leaks: string[] = []
    await each(routes.filter(route => route.method === 'GET'), async route => {
      for (const [who, headers] of [['agent', mine(agent)], ['idle agent', mine(idle)], ['reading token', bearer(readToken)], ['token for one account', bearer(scopedToken)]] as const) {
        if (who === 'token for one account' && housekeeping.test(route.path) && !route.path.includes('audit')) continue
        if (who === 'token for one account' && route.path.includes('assets')) continue
        for (const query of ['', `?account=${foreign.account}&folder=requests`]) {
          const { text } = await ask(route, fill(route.path, idIn(route.path, own)), headers, query)
          for (const secret of secrets) if (text.includes(secret)) leaks.push(`${route.method} ${route.path}${query} told the ${who} "${secret}"`)
        }
      }
    })
    expect(leaks).toEqual([])
  }, 120_000)

  test('of the house’s own matters is for owners and admins', async () => {
    const wrong: string[] = []
    await each(routes.filter(route => housekeeping.test(route.path)), async route => {
      const path = fill(route.path, MISSING)
      for (const headers of [mine(agent), bearer(readToken)]) {
        const { status } = await ask(route, path, headers)
        if (status !== 403) wrong.push(`${route.method} ${path} answered an agent ${status}`)
      }
      if (changes(route)) return
      for (const headers of [mine(owner), mine(admin)]) {
        const { status } = await ask(route, path, headers)
        if (status === 401 || status === 403) wrong.push(`${route.method} ${path} answered a manager ${status}`)
      }
    })
    expect(wrong).toEqual([])
  }, 60_000)

  test('that changes something is closed to a token that may only read', async () => {
    const taken: string[] = []
    await each(routes.filter(changes), async route => {
      const { status } = await ask(route, fill(route.path, idIn(route.path, own)), bearer(readToken))
      if (status !== 403) taken.push(`${route.method} ${route.path} answered ${status}`)
    })
    expect(taken).toEqual([])
  }, 60_000)

  test('that reads answers its owner, and never with an accident', async () => {
    const broken: string[] = []
    await each(routes.filter(route => route.method === 'GET'), async route => {
      for (const headers of [mine(owner), mine(admin), mine(agent)]) {
        const { status } = await ask(route, fill(route.path, idIn(route.path, own)), headers)
        if (status >= 500) broken.push(`${route.method} ${route.path} answered ${status}`)
      }
    })
    expect(broken).toEqual([])
  }, 60_000)
})

test('the event stream tells each viewer only of their accounts, and ends for who is sent away', async () => {
  const listen = async (headers: Record<string, string>, path = '/api/v1/events') => {
    const answer = await fetch(it.url + path, { headers })
    const reader = answer.body?.getReader()
    let text = ''
    const over = (async () => { for (;;) { const piece = await reader?.read(); if (!piece || piece.done) return; text += Buffer.from(piece.value).toString() } })().catch(() => undefined)
    return { status: answer.status, text: () => text, over, stop: () => { void reader?.cancel() } }
  }
  expect((await listen({})).status).toBe(401)
  const leaver = await it.signIn('agent', { accounts: [own.account], name: 'leaver' })
  const all = await Promise.all([mine(owner), mine(agent), mine(idle), bearer(readToken), bearer(scopedToken), mine(leaver)].map(headers => listen(headers)))
  const late = await listen({ ...mine(agent), 'last-event-id': '0' })
  const tellBoth = async (round: string) => {
    for (const [things, words] of [[own, 'ours'], [foreign, 'a secret for the foreign account']] as const) {
      await it.house.commit(async (_trx, tell) => { tell({ type: 'conversation.updated', accountId: things.account, subject: `conversation:${things.conversation}`, actor: theHouse, body: { words: `${words} ${round}` } }) })
    }
    await it.house.commit(async (_trx, tell) => { tell({ type: 'asset.updated', accountId: null, personId: agent.personId, subject: 'asset:1', actor: theHouse, body: { words: `the agent's own file ${round}` } }) })
    await it.house.live.caughtUp()
  }
  await tellBoth('one')
  await it.request('PATCH', `/api/v1/people/${leaver.personId}`, { disabled: true })
  await all[5]?.over
  await tellBoth('two')
  await expect.poll(() => all[0]?.text()).toContain('a secret for the foreign account two')
  for (const heard of [all[1], all[3], all[4]]) await expect.poll(() => heard?.text()).toContain('ours two')
  for (const heard of [...all.slice(1), late]) for (const secret of secrets) expect(heard?.text()).not.toContain(secret)
  for (const heard of [all[1], all[3]]) await expect.poll(() => heard?.text()).toContain("the agent's own file two") // the person, and their token
  for (const heard of [all[0], all[2], all[4], all[5]]) expect(heard?.text()).not.toContain('own file')
  expect(all[2]?.text()).not.toContain('ours')
  expect(all[5]?.text()).not.toContain('ours two')
  for (const heard of [...all, late]) heard.stop()
})
