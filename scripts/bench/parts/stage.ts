import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { openLog } from '../../../apps/server/src/kit/log.ts'
import { openEmbedded } from '../../../apps/server/src/kit/postgres/embedded.ts'
import { migrate } from '../../../apps/server/src/kit/migrate.ts'

export type Stage = { database(name: string, migrated: boolean): Promise<string>; server(program: string, env: Record<string, string>): Promise<{ port: number; stop(): Promise<void>; ask<T>(what: object): Promise<T> }>; close(): Promise<void> }

/** One real PostgreSQL with real syncs for all sides of a comparison, and servers in processes of their own, each with its own database. */
export async function openStage(): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'stagedoor-bench-'))
  const cluster = await openEmbedded({ dataDir, log: openLog('silent') })
  const children = new Set<ChildProcess>()
  const named = (name: string) => { const url = new URL(cluster.url()); url.pathname = `/${name}`; return url.href }
  return {
    async database(name, migrated) {
      const client = new Client({ connectionString: cluster.url() })
      await client.connect()
      await client.query(`create database ${name}`)
      await client.end()
      if (migrated) await migrate(named(name))
      return named(name)
    },
    async server(program, env) {
      const child = spawn(process.execPath, ['--conditions=stagedoor', '--disable-warning=ExperimentalWarning', join(import.meta.dirname, program)], { env: { ...process.env, ...env, BENCH_DATA: dataDir }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
      children.add(child)
      const port = await new Promise<number>((ready, failed) => {
        child.once('message', said => { ready((said as { port: number }).port) })
        child.once('exit', code => { failed(new Error(`${program} ended with ${code}`)) })
      })
      return {
        port,
        ask: <T>(what: object) => new Promise<T>(answered => { child.once('message', said => { answered(said as T) }); child.send(what) }),
        stop: () => new Promise<void>(gone => { child.removeAllListeners('exit').once('exit', () => { children.delete(child); gone() }); child.kill('SIGTERM') }),
      }
    },
    async close() {
      for (const child of children) child.kill('SIGKILL')
      await cluster.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
