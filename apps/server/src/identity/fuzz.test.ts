import { afterAll, beforeAll, expect, test } from 'vitest'
import * as fc from 'fast-check'
import { openHouse, type Session, type TestHouse } from '../../test/open-house.ts'
import type { ApiDocument } from './api-page.ts'

let it: TestHouse
let owner: Session
beforeAll(async () => { it = await openHouse(); owner = await it.signIn(); await it.connect('halia.ceramics') })
afterAll(async () => { await it.close() })

const REQUESTS = 10_000
const AT_ONCE = 8
const LONGEST_MS = 20_000

/** What people and programs send by mistake or malice: broken JSON, wrong kinds, deep nests, strange letters, keys of Object.prototype. */
const strange = fc.oneof(fc.constant('\0'), fc.constant('\ud800'), fc.constant('a'.repeat(20_000)), fc.string({ unit: 'binary' }), fc.constant('../../etc/passwd'), fc.constant("'; drop table account; --"))
const value = fc.oneof({ weight: 3, arbitrary: fc.jsonValue({ maxDepth: 3 }) }, strange, fc.constant(2 ** 53 + 2), fc.constant(-1), fc.constant(1e308), fc.constant([null]))
const broken = fc.oneof(fc.string(), fc.constant('{"a":'), fc.constant('['.repeat(5000)), fc.constant('{"__proto__":{"role":"owner"}}'), fc.constant('\ufeff{}'), fc.constant(''), fc.constant('null'))
const ids = fc.oneof(fc.constantFrom('1', '2', '0', '-1', '1.5', '987654321', '9007199254740993', '99999999999999999999', 'abc', '%00', '%ff', '..%2f', "1'--"), fc.integer().map(String))

test('ten thousand malformed requests, made from the document, meet no accident and no hang', async () => {
  // A token is looked up faster than a session and may do as much, but for what only persons may.
  const makeToken = () => it.post<{ token: string }>('/api/v1/tokens', { name: 'fuzzer', scopes: ['read', 'send', 'publish', 'manage'] })
  await makeToken(); await makeToken()
  const { token } = await makeToken() // the third: the requests themselves revoke the first two
  const [bearer, session, host] = [{ authorization: `Bearer ${token}` }, { cookie: owner.cookie, origin: it.url }, new URL(it.url).host]
  const forPersons = new Set<object>()
  const { paths } = await (await fetch(`${it.url}/api/openapi.json`)).json() as ApiDocument
  const operations = Object.entries(paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ path, method: method.toUpperCase(), fields: fieldsOf(operation), queries: queriesOf(operation) })))
    .filter(({ path, method }) => !path.endsWith('/events') && !(method === 'DELETE' && path.includes('/sessions')))
  const seed = Number(process.env['FUZZ_SEED'] ?? 20260101)
  const request = fc.constantFrom(...operations).chain(operation => fc.record({
    operation: fc.constant(operation), id: ids, query: fc.dictionary(fc.constantFrom('cursor', 'limit', 'x', ...operation.queries), fc.oneof(fc.string(), strange), { maxKeys: 3 }),
    body: fc.oneof({ weight: 3, arbitrary: fc.dictionary(fc.constantFrom('x', '__proto__', ...operation.fields), value).map(body => JSON.stringify(body)) }, broken, value.map(body => JSON.stringify(body) ?? '')),
    type: fc.constantFrom('application/json', 'application/json', 'application/json', 'text/plain', 'multipart/form-data', 'application/json; charset=utf-16'),
    key: fc.option(fc.stringMatching(/^[ -~]{0,220}$/), { nil: undefined }),
  }))
  const list = fc.sample(request, { numRuns: REQUESTS, seed })
  const accidents: string[] = []
  const send = async ({ operation, id, query, body, type, key }: (typeof list)[number]) => {
    const path = operation.path.replaceAll(/\{\w+\}/g, id)
    const sent = () => new Request(`${it.url}${path}?${new URLSearchParams(query)}`, {
      method: operation.method, ...(['GET', 'HEAD'].includes(operation.method) ? {} : { body }),
      headers: { ...(forPersons.has(operation) ? session : bearer), 'host': host, 'content-type': type, ...(key === undefined ? {} : { 'idempotency-key': key }) },
    })
    let answer = await inTime(it.app.fetch(sent()))
    if (answer?.status === 403 && (await answer.clone().text()).includes('person_only')) {
      forPersons.add(operation)
      answer = await inTime(it.app.fetch(sent()))
    }
    const text = answer === null ? 'no answer' : await answer.text()
    // 502 is TikTok's refusal, passed on in our words.
    if (answer === null || (answer.status >= 500 && answer.status !== 502)) accidents.push(`${operation.method} ${path} ${body.slice(0, 200)}: ${answer?.status} ${text.slice(0, 200)}`)
  }
  const depth = Error.stackTraceLimit
  Error.stackTraceLimit = 0 // most answers are refusals, and nobody reads where they were thrown
  await Promise.all(Array.from({ length: AT_ONCE }, async () => { for (let next = list.shift(); next; next = list.shift()) await send(next) }))
  Error.stackTraceLimit = depth
  expect(await Promise.all([bearer, session].map(async headers => (await it.app.fetch(new Request(`${it.url}/api/v1/me`, { headers: { ...headers, host } }))).status)), 'whoever sent it all was signed in to the end').toEqual([200, 200])
  expect(accidents, `FUZZ_SEED=${seed}`).toEqual([])
}, 300_000)

/** The answer, or null when there is none in time. */
async function inTime(answer: Response | Promise<Response>): Promise<Response | null> {
  let timer: NodeJS.Timeout | undefined
  try { return await Promise.race([answer, new Promise<null>(late => { timer = setTimeout(() => { late(null) }, LONGEST_MS) })]) } finally { clearTimeout(timer) }
}

type Described = { requestBody?: { content?: Record<string, { schema?: { properties?: object; $ref?: string } }> }; parameters?: { name: string; in: string }[] }
const fieldsOf = (operation: unknown) => Object.values((operation as Described).requestBody?.content ?? {}).flatMap(({ schema }) => Object.keys(schema?.properties ?? {})).concat(['text', 'name', 'email', 'role', 'scopes', 'accounts', 'platform', 'targets', 'url', 'events', 'token', 'password'])
const queriesOf = (operation: unknown) => ((operation as Described).parameters ?? []).filter(parameter => parameter.in === 'query').map(parameter => parameter.name)
