import { fork, type ChildProcess } from 'node:child_process'

export type Running = {
  name: string
  process: ChildProcess
  /** Asks it to end (SIGTERM), insists after the patience, resolves when it is gone. */
  stop(patienceMs?: number): Promise<void>
  /** Resolves with the exit code or signal when it ends by itself or is stopped. */
  gone: Promise<number | string>
}

export type Start = {
  name: string
  file: string
  args?: string[]
  env: Record<string, string | undefined>
  cwd: string
  onMessage?: (message: unknown) => void
}

/** Starts a program of ours on the same Node, with an IPC channel: when we die it hears "disconnect" and ends too. */
export function startChild({ name, file, args = [], env, cwd, onMessage }: Start): Running {
  const child = fork(file, args, { cwd, env: { ...process.env, ...env }, execArgv: ['--conditions=stagedoor', '--disable-warning=ExperimentalWarning'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const gone = new Promise<number | string>(resolve => {
    child.once('exit', (code, signal) => resolve(signal ?? code ?? 0))
    child.once('error', error => resolve(error.message))
  })
  if (onMessage) child.on('message', onMessage)
  return {
    name, process: child, gone,
    async stop(patienceMs = 10_000) {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      const insist = setTimeout(() => child.kill('SIGKILL'), patienceMs)
      await gone
      clearTimeout(insist)
    },
  }
}

/**
 * Keeps a child alive: starts it, and again when it dies without being asked, waiting a little longer each time.
 * Gives up (resolves `failed`) after `mostDeaths` deaths within a minute, because then starting again will not help.
 */
export function keepAlive(start: () => Running, say: (line: string) => void, { mostDeaths = 5 }: { mostDeaths?: number } = {}) {
  let running = start()
  let stopping = false
  const deaths: number[] = []
  let giveUp: (why: string) => void = () => {}
  const failed = new Promise<string>(resolve => { giveUp = resolve })
  const watch = async () => {
    const mine = running
    const how = await mine.gone
    if (stopping || mine !== running) return
    const now = performance.now()
    deaths.push(now)
    const recent = deaths.filter(at => now - at < 60_000).length
    if (recent >= mostDeaths || (typeof how === 'number' && how === 78)) { giveUp(`${running.name} ended (${how})${recent >= mostDeaths ? ` ${recent} times within a minute` : ''}.`); return }
    const waitMs = Math.min(200 * 2 ** Math.min(recent - 1, 5), 5_000)
    say(`${running.name} ended (${how}); starting it again.`)
    await new Promise(resolve => setTimeout(resolve, waitMs))
    if (stopping) return
    running = start()
    void watch()
  }
  void watch()
  return {
    failed,
    /** Ends the child politely and starts it anew (for development, when its sources changed). */
    async restart() {
      stopping = true
      await running.stop()
      stopping = false
      running = start()
      void watch()
    },
    async stop() { stopping = true; await running.stop() },
  }
}
