import { build } from '../launch/build.ts'
import { conclude, readTheCode, runTests } from './check.ts'
import { findBrowser, findFfmpeg } from './programs.ts'
import { checkFeatures } from './features.ts'

/** `npm test`: types, lint, plan, unit and integration tests, stories with whole processes, browser tests, and the promises of docs/features.md. */
export async function test(_args: string[]) {
  const start = performance.now()
  const browser = await findBrowser()
  const ffmpeg = await findFfmpeg()
  console.log(`Browser: ${browser}\nffmpeg: ${ffmpeg}`)
  const env = { STAGEDOOR_CHROMIUM: browser, STAGEDOOR_FFMPEG: ffmpeg }
  await readTheCode()
  await build()
  const results = [await runTests(['packages', 'house'], env), await runTests(['whole'], env), await runTests(['browser'], env)]
  const broken = checkFeatures(results)
  for (const line of broken) console.log(`docs/features.md: ${line}`)
  console.log(`npm test took ${((performance.now() - start) / 1000).toFixed(0)} s`)
  conclude(results)
  if (broken.length > 0) throw new Error(`${broken.length} promise${broken.length === 1 ? '' : 's'} of docs/features.md ${broken.length === 1 ? 'has' : 'have'} no test that ran and passed.`)
}
