import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import type { ICruiseOptions, ICruiseResult, IForbiddenRuleType } from 'dependency-cruiser'
import { root } from '../launch/places.ts'

type HouseConfig = { forbidden: IForbiddenRuleType[]; options: ICruiseOptions }
const places = ['packages', 'apps', 'scripts']

/** Reads every import below `base` and lists each arrow that the plan (house.config.cjs) does not know. */
export async function readArrows(base = root): Promise<string[]> {
  const { cruise } = await import('dependency-cruiser')
  const config = createRequire(import.meta.url)(join(root, 'house.config.cjs')) as HouseConfig
  const before = process.cwd()
  process.chdir(base)
  try {
    const result = await cruise(places, { ...config.options, baseDir: base, validate: true, ruleSet: { forbidden: config.forbidden } })
    const output = result.output as ICruiseResult
    const files = sources(base)
    if (output.summary.totalCruised < files.length) return [`the plan check read ${output.summary.totalCruised} modules, but there are ${files.length} files: it is blind, so nothing it says counts`]
    return output.summary.violations.map(v => `${v.rule.name}: ${v.from} → ${v.to}`)
  } finally {
    process.chdir(before)
  }
}

const sources = (base: string) => places.flatMap(place => globSync(`${place}/**/*.{ts,tsx}`, { cwd: base })).filter(file => !/node_modules|\/dist\/|\.d\.ts$/.test(file))

const wallClock = /\bDate\.now\(\)|\bnew Date\(\s*\)|\bperformance\.timeOrigin\b/
const sqlClock = /\b(now\(\)|current_timestamp|clock_timestamp\(\)|statement_timestamp\(\)|transaction_timestamp\(\)|localtimestamp)/i
const promisesNotKept = /\b(TODO|FIXME|XXX)\b|@ts-ignore|@ts-nocheck|eslint-disable|oxlint-disable/

/** One clock (law 11): domain time comes from kit/clock alone; and no promise for later, no check switched off. */
export async function readLines(base = root): Promise<string[]> {
  const broken: string[] = []
  for (const file of sources(base)) {
    const path = relative('.', file).replaceAll('\\', '/')
    if (path.startsWith('scripts/check/plan')) continue
    const text = await readFile(join(base, file), 'utf8')
    const house = path.startsWith('apps/server/src/') && !path.endsWith('.test.ts')
    text.split('\n').forEach((line, index) => {
      const code = line.replace(/^\s*(\*|\/\/|\/\*\*?).*$/, '').replace(/\/\/ .*$/, '')
      const here = `${path}:${index + 1}`
      if (house && path !== 'apps/server/src/kit/clock.ts' && wallClock.test(code)) broken.push(`one-clock: ${here} reads the wall clock; domain time is house.clock.now(), wall time is wallNow()`)
      if (house && sqlClock.test(code) && /sql|`/.test(text)) { if (!/\.now\(\)|wallNow\(\)/.test(code) || sqlClock.test(code.replaceAll(/[.\w]*\.now\(\)|wallNow\(\)/g, ''))) broken.push(`one-clock: ${here} uses SQL's clock; hand the time in as a parameter`) }
      if (promisesNotKept.test(line)) broken.push(`whole-work: ${here} leaves something for later or switches a check off`)
    })
  }
  return broken
}

/** `npm run check` calls this: prints what breaks the plan, throws when anything does. */
export async function plan() {
  const broken = [...await readArrows(), ...await readLines()]
  for (const line of broken) console.log(line)
  if (broken.length > 0) throw new Error(`The plan is broken in ${broken.length} place${broken.length === 1 ? '' : 's'}. Mend the code, or change house.config.cjs with an argument in docs/house.md.`)
  console.log('The plan holds.')
}
