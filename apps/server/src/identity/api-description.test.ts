import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openHouse, type TestHouse } from '../../test/open-house.ts'
import type { ApiDocument } from './api-page.ts'

let it: TestHouse
beforeAll(async () => { it = await openHouse(); await it.signIn() })
afterAll(async () => { await it.close() })
const document = async () => await (await fetch(`${it.url}/api/openapi.json`)).json() as ApiDocument

test('every route of the API is described, and nothing is described that is not there', async () => {
  const { openapi, paths } = await document()
  expect(openapi).toBe('3.1.0')
  const described = Object.entries(paths).flatMap(([path, item]) => Object.keys(item).map(method => `${method.toUpperCase()} ${path}`))
  const served = [...new Set(it.app.routes.filter(route => route.path.startsWith('/api/v1/') && !route.path.includes('*') && route.method !== 'ALL')
    .map(route => `${route.method} ${route.path.replaceAll(/:(\w+)(\{[^}]*\})?/g, '{$1}')}`))]
  expect(described.filter(route => !served.includes(route))).toEqual([])
  // Of tus, what it means is described; the same door answers the rest of its methods with a problem.
  expect(served.filter(route => !described.includes(route) && !route.includes('/uploads'))).toEqual([])
  expect(described.filter(route => route.includes('/uploads'))).toHaveLength(4)
})

test('the document is a valid OpenAPI 3.1 document to a validator that was not written here', async () => {
  const made = await document()
  expect(await new Validator().validate(made)).toEqual({ valid: true })
  expect(await new Validator().validate({ ...made, paths: { '/x': { get: { responses: { nonsense: {} } } } } })).toMatchObject({ valid: false })
})

test('every reference of the document leads somewhere, and every operation names its answers', async () => {
  const made = await document()
  const text = JSON.stringify(made)
  const names = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(found => found[1] ?? '')
  expect(names.filter(name => !(name in (made.components?.schemas ?? {})))).toEqual([])
  for (const [path, item] of Object.entries(made.paths)) for (const [method, operation] of Object.entries(item)) {
    expect(Object.keys((operation as { responses: object }).responses).length, `${method} ${path}`).toBeGreaterThan(0)
    for (const name of path.matchAll(/\{(\w+)\}/g)) expect(JSON.stringify((operation as { parameters?: unknown }).parameters), `${method} ${path}`).toContain(`"name":"${name[1]}"`)
  }
})

test('the page for people needs no script and nothing from elsewhere', async () => {
  const answer = await fetch(`${it.url}/api/docs`)
  const page = await answer.text()
  expect(answer.headers.get('content-type')).toContain('text/html')
  expect(page).not.toMatch(/<script|https?:\/\/(?!localhost)/)
  expect(page).toContain('/api/v1/conversations/{id}/messages')
})
