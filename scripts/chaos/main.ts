import { globSync } from 'node:fs'
import { basename } from 'node:path'

/** What a story found. `violations` are broken laws in a sentence each; an empty list is what we want. */
export type Outcome = { seed: number; counts: Record<string, number>; violations: string[]; seconds: number }
export type Story = { run: (options: { seed: number; scale: 'small' | 'full'; kills?: number; say: (line: string) => void }) => Promise<Outcome> }

export function tell(name: string, { seed, counts, violations, seconds }: Outcome) {
  console.log(`\n${name}: seed ${seed}, ${seconds.toFixed(0)} s`)
  for (const [what, n] of Object.entries(counts)) console.log(`  ${String(n).padStart(8)}  ${what}`)
  if (violations.length === 0) console.log('  No law was broken: nothing lost, nothing twice, nothing stuck.')
  for (const violation of violations.slice(0, 50)) console.log(`  ✗ ${violation}`)
}

/** `npm run chaos -- <story> [--scale full|small] [--seed N] [--kills N]` */
export async function chaos(args: string[]) {
  const stories = globSync('*.ts', { cwd: import.meta.dirname }).map(file => basename(file, '.ts')).filter(name => !['main', 'random', 'desk'].includes(name) && !name.endsWith('.test')).sort()
  const value = (name: string) => { const at = args.indexOf(`--${name}`); return at < 0 ? undefined : args[at + 1] }
  const name = args[0]
  if (!name || !stories.includes(name)) throw new Error(`Say which story: ${stories.join(', ')}. For instance: npm run chaos -- journeys --scale full`)
  const scale = value('scale') ?? 'full'
  if (scale !== 'full' && scale !== 'small') throw new Error('--scale is "full" or "small".')
  const seed = Number(value('seed') ?? Math.floor(Math.random() * 1e9))
  const kills = value('kills')
  const story = await import(`./${name}.ts`) as Story
  const outcome = await story.run({ seed, scale, ...(kills === undefined ? {} : { kills: Number(kills) }), say: line => console.log(line) })
  tell(name, outcome)
  process.exit(outcome.violations.length === 0 ? 0 : 1)
}
