import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../launch/places.ts'
import type { Results } from './check.ts'

export type Promised = { line: number; what: string; test: string; cells: number }

/** The rows of docs/features.md: what · where · test · bad day. Header and ruler rows are passed over. */
export function readPromises(markdown: string): Promised[] {
  return markdown.split('\n').flatMap((text, index) => {
    if (!text.startsWith('|')) return []
    const cells = text.replaceAll('\\|', '\u0000').split('|').slice(1, -1).map(cell => cell.replaceAll('\u0000', '|').trim())
    const [what = '', , test = ''] = cells
    if (/^-+$/.test(what) || test === 'Test') return []
    return [{ line: index + 1, what, test: test.replaceAll('`', ''), cells: cells.length }]
  })
}

/** What docs/features.md promises and no passed test tells; empty when every promise is kept. */
export function brokenPromises(promises: Promised[], titles: Map<string, string>): string[] {
  const broken: string[] = []
  if (promises.length === 0) broken.push('there is not one row')
  for (const { line, what, test, cells } of promises) {
    if (cells !== 4) broken.push(`line ${line} has ${cells} cells, not four`)
    else if (test === '') broken.push(`line ${line} ("${what}") names no test`)
    else if (!titles.has(test)) broken.push(`line ${line} names the test "${test}", which does not exist or did not run`)
    else if (titles.get(test) !== 'passed') broken.push(`line ${line} names the test "${test}", which ${titles.get(test)}`)
  }
  return broken
}

export function checkFeatures(results: Results[]): string[] {
  const titles = new Map<string, string>()
  for (const told of results.flatMap(r => r.testResults).flatMap(f => f.assertionResults)) for (const name of [told.title, told.fullName]) if (titles.get(name) !== 'failed') titles.set(name, told.status)
  return brokenPromises(readPromises(readFileSync(join(root, 'docs', 'features.md'), 'utf8')), titles)
}
