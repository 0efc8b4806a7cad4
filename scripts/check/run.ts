import { spawn } from 'node:child_process'
import { root } from '../launch/places.ts'

/** Runs a Node program of the clone (path relative to the root) and resolves with its exit code and, when `quiet`, what it printed. */
export function node(file: string, args: string[], { env = {}, quiet = false }: { env?: Record<string, string>; quiet?: boolean } = {}): Promise<{ code: number; printed: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--conditions=stagedoor', '--disable-warning=ExperimentalWarning', file, ...args], { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'] })
    let printed = ''
    child.stdout?.on('data', (part: Buffer) => { printed += part.toString() })
    child.stderr?.on('data', (part: Buffer) => { printed += part.toString() })
    child.once('error', reject)
    child.once('exit', code => resolve({ code: code ?? 1, printed }))
  })
}

export type Step = { name: string; run: () => Promise<{ code: number; printed: string }> }

/** Runs steps side by side, says how each went, and throws with the list of those that failed. */
export async function together(steps: Step[]) {
  const failed: string[] = []
  await Promise.all(steps.map(async step => {
    const start = performance.now()
    const { code, printed } = await step.run()
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    console.log(`${code === 0 ? '✓' : '✗'} ${step.name} (${seconds} s)`)
    if (code !== 0) { failed.push(step.name); console.log(printed) }
  }))
  if (failed.length > 0) throw new Error(`Not in order: ${failed.join(', ')}. The lines above say what and where.`)
}
