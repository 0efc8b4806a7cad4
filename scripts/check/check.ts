import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../launch/places.ts'
import { node, together } from './run.ts'

export type Results = { numTotalTests: number; numPassedTests: number; numFailedTests: number; numPendingTests: number; numTodoTests: number; success: boolean; testResults: { name: string; status: string; assertionResults: { title: string; fullName: string; status: string }[] }[] }

/** Types, lint and the plan: everything that reads the code without running it. */
export async function readTheCode() {
  await together([
    { name: 'types', run: () => node('node_modules/typescript/bin/tsc', ['-p', '.'], { quiet: true }) },
    { name: 'lint', run: () => node('node_modules/oxlint/bin/oxlint', ['--type-aware', '--quiet', 'packages', 'apps', 'scripts', 'test', 'vitest.config.ts'], { quiet: true }) },
    { name: 'plan', run: () => node('scripts/main.ts', ['plan'], { quiet: true }) },
  ])
}

/** Runs vitest for the given projects; resolves with what each test did, whether they passed or not. */
export async function runTests(projects: string[], env: Record<string, string> = {}): Promise<Results> {
  const folder = join(root, 'node_modules', '.cache', 'stagedoor')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `results-${projects.join('-')}-${process.pid}.json`)
  await node('node_modules/vitest/vitest.mjs', ['run', ...projects.flatMap(project => ['--project', project]), '--reporter=default', '--reporter=json', `--outputFile.json=${file}`], { env })
  if (!existsSync(file)) throw new Error('The test runner ended without a report. The lines above say why.')
  return JSON.parse(readFileSync(file, 'utf8')) as Results
}

/** Prints the one closing line that counts, and throws unless everything ran and passed. Nothing is skipped silently. */
export function conclude(results: Results[]) {
  const sum = (pick: (r: Results) => number) => results.reduce((all, r) => all + pick(r), 0)
  const passed = sum(r => r.numPassedTests), failed = sum(r => r.numFailedTests), skipped = sum(r => r.numPendingTests + r.numTodoTests)
  const brokenFiles = results.flatMap(r => r.testResults).filter(f => f.status === 'failed' && f.assertionResults.every(a => a.status !== 'failed')).map(f => f.name.replace(`${root}/`, ''))
  if (brokenFiles.length > 0) console.log(`These test files broke before or after their tests: ${brokenFiles.join(', ')}`)
  console.log(`\n${passed} passed, ${failed + brokenFiles.length} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  if (passed === 0) throw new Error('No test ran.')
  if (skipped > 0) throw new Error('Tests were skipped. A test that cannot run here must say so by failing, or not exist.')
  if (failed > 0 || brokenFiles.length > 0 || results.some(r => !r.success)) throw new Error('Some tests failed.')
}

/** `npm run check`: types, lint, plan, unit and integration tests; all but the stories with browsers and whole processes. */
export async function check() {
  const start = performance.now()
  await readTheCode()
  const results = await runTests(['packages', 'house'])
  console.log(`check took ${((performance.now() - start) / 1000).toFixed(0)} s`)
  conclude([results])
}
