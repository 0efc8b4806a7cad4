/** One figure of a benchmark. `target` is what docs/house.md promises; `met` says whether this run reached it (absent: a figure for information). */
export type Figure = { what: string; value: string; target?: string; met?: boolean }
export type Report = { name: string; figures: Figure[]; notes?: string[] }

export const median = (list: number[]) => percentile(list, 50)
export function percentile(list: number[], p: number) {
  const sorted = list.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((p / 100) * sorted.length))] ?? Number.NaN
}

export function print(report: Report) {
  console.log(`\n${report.name}`)
  const width = Math.max(...report.figures.map(f => f.what.length))
  for (const { what, value, target, met } of report.figures) console.log(`  ${met === undefined ? ' ' : met ? '✓' : '✗'} ${what.padEnd(width)}  ${value}${target ? `  (wanted ${target})` : ''}`)
  for (const note of report.notes ?? []) console.log(`    ${note}`)
}
