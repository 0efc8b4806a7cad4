import { globSync } from 'node:fs'
import { basename } from 'node:path'
import { print, type Report } from './report.ts'

type Bench = { name: string; run: (options: { quick: boolean }) => Promise<Report> }

/** `npm run bench [-- name …] [--quick]`: every file beside this one that exports `name` and `run`. Ratios are measured side by side in one run. */
export async function bench(args: string[]) {
  const quick = args.includes('--quick')
  const wanted = args.filter(arg => !arg.startsWith('--'))
  const files = globSync('*.ts', { cwd: import.meta.dirname }).filter(file => !['main.ts', 'report.ts'].includes(file) && !file.endsWith('.test.ts')).sort()
  let missed = 0
  let ran = 0
  for (const file of files) {
    const program = await import(`./${file}`) as Partial<Bench>
    if (!program.run || !program.name) continue
    if (wanted.length > 0 && !wanted.includes(basename(file, '.ts'))) continue
    const report = await program.run({ quick })
    ran++
    print(report)
    missed += report.figures.filter(figure => figure.met === false).length
  }
  if (ran === 0) throw new Error(`There is no benchmark called ${wanted.join(', ')}. There are: ${files.map(file => basename(file, '.ts')).join(', ')}.`)
  console.log(missed === 0 ? '\nEvery figure is what it should be.' : `\n${missed} figure${missed === 1 ? ' is' : 's are'} short of what was wanted. Machines hiccup: run it again before you believe it.`)
  process.exit(missed === 0 ? 0 : 1)
}
