import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { endpoints, webhookEvents } from '@stagedoor/tiktok'
import { expect, test } from 'vitest'
import { coverageDocument, coverageOf } from './coverage.ts'
import { createEmulator } from './index.ts'

const here = import.meta.dirname
const textOfTests = () => readdirSync(here, { recursive: true, encoding: 'utf8' }).filter(name => /\.test\.ts$|^test\/|samples\.ts$|stand\.ts$/.test(name) && name !== 'coverage.test.ts').map(name => readFileSync(join(here, name), 'utf8')).join('\n')

test('the coverage table names every call and event of the index, and none is only planned', async () => {
  const tiktok = await createEmulator()
  const rows = coverageOf(tiktok.faces)
  await tiktok.close()
  for (const { name } of endpoints) expect(rows.map(row => row.name)).toContain(name)
  for (const { name } of webhookEvents) expect(rows.filter(row => row.kind === 'event').map(row => row.name)).toContain(name)
  expect(rows.filter(row => row.state === 'planned')).toEqual([])
})

test('a route without a test does not pass', async () => {
  const tiktok = await createEmulator()
  const text = textOfTests()
  const untested = tiktok.faces.filter(face => face.name !== 'screens').flatMap(face => face.routes).filter(route => {
    const shape = route.path.replace('/open_api/v1.3', '').replaceAll(/[.+*?^${}()|[\]\\]/g, '\\$&').replaceAll(/:\w+/g, '[^\'"`\\s]+')
    return !text.includes(`'${route.name}'`) && !new RegExp(shape).test(text)
  })
  await tiktok.close()
  expect(untested.map(route => `${route.name} ${route.method} ${route.path}`)).toEqual([])
})

test('each rule profile has evidence, and a test that switches it', async () => {
  const tiktok = await createEmulator()
  const text = textOfTests()
  const rules = tiktok.rules.list()
  await tiktok.close()
  for (const rule of rules) {
    expect(rule.evidence).not.toBe('')
    expect(Object.keys(rule.options)).toContain(rule.default)
  }
  expect(rules.filter(rule => !text.includes(rule.name)).map(rule => rule.name)).toEqual([])
})

// The five-digit codes of the Business face are one fault with many numbers.
test('each fault has a test that shows what it does', async () => {
  const tiktok = await createEmulator()
  const text = textOfTests()
  const known = tiktok.faults.known()
  await tiktok.close()
  expect(known.filter(fault => !/^\d{5}$/.test(fault.does) && !text.includes(`'${fault.does}'`)).map(fault => `${fault.does} on ${fault.on}`)).toEqual([])
})

test('the coverage document is the one the routes make', async () => {
  const tiktok = await createEmulator()
  const made = coverageDocument(coverageOf(tiktok.faces))
  const shown = (await (await tiktok.fetch('/_emulator/coverage')).json()) as { items: unknown[] }
  await tiktok.close()
  expect(shown.items.length).toBeGreaterThan(60)
  expect(readFileSync(join(here, '../COVERAGE.md'), 'utf8')).toBe(made)
})
