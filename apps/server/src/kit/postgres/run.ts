import { spawn, type ChildProcess } from 'node:child_process'
import type { Binaries } from './binaries.ts'
import type { RunAs } from './run-as.ts'

/** A server we started. Closing its stdin, or our own end, shuts it down: the dead man's pipe. */
export type Run = { exited: Promise<string>; stop(): Promise<void>; pid: number | undefined }

/** For the server's user the shell is the cheapest watcher: it waits for the server, and a reader of our pipe stops it when we go. */
const WATCH = `exec 3<&0
"$@" </dev/null 3<&- &
server=$!
(read -r line <&3; kill -INT $server; sleep 20; kill -QUIT $server) >/dev/null 2>&1 &
reader=$!
exec 3<&-
wait $server; code=$?
while [ $code -gt 128 ] && kill -0 $server 2>/dev/null; do wait $server; code=$?; done
kill $reader 2>/dev/null
exit $code`
/** Stops a server that is not our child when our pipe ends. */
const GUARD = 'read -r line; kill -INT "$1" 2>/dev/null'

const STOP_MS = 30_000

export function runServer(binaries: Binaries, who: RunAs, settings: { folder: string; port: number; sync: boolean }, say: (line: string) => void): Run {
  const server = [binaries.postgres, '-D', settings.folder, '-p', String(settings.port), ...Object.entries(options(settings.sync)).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  const command = process.platform === 'win32' ? server : [...who.prefix, 'sh', '-c', WATCH, 'stagedoor-database', ...server]
  // Its own process group: Ctrl-C is for us, and we stop it in order.
  const child = spawn(command[0] ?? '', command.slice(1), { ...who.spawn, cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'pipe'], env: { ...process.env, ...binaries.env, LC_ALL: 'C', TZ: 'UTC' } })
  child.stdin?.on('error', () => undefined)
  let tail = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => { tail = (tail + text).slice(-2000); for (const line of text.split('\n')) if (line.trim() !== '') say(line.trim()) })
  const exited = new Promise<string>(done => {
    child.once('error', why => { done(why.message) })
    child.once('close', (code, signal) => { done(reasonIn(tail) ?? (code === 137 ? 'it was killed' : `it ended with ${signal ?? `code ${code ?? 'unknown'}`}`)) })
  })
  return { exited, pid: child.pid, stop: () => stopRun(child, exited, binaries, settings.folder) }
}

/** The last thing the server complained of about itself; what it told connections that came too early or are cut is no reason. */
const reasonIn = (text: string) => text.split('\n').findLast(line => /FATAL|PANIC/.test(line) && !/FATAL: {2}(the database system is|terminating connection)/.test(line))?.replace(/^.*?(FATAL|PANIC): +/, '')

async function stopRun(child: ChildProcess, exited: Promise<string>, binaries: Binaries, folder: string): Promise<void> {
  child.stdin?.end()
  if (process.platform === 'win32') spawn(binaries.pgCtl, ['stop', '-D', folder, '-m', 'fast'], { stdio: 'ignore' })
  let late: NodeJS.Timeout | undefined
  await Promise.race([exited, new Promise(done => { late = setTimeout(done, STOP_MS) })])
  clearTimeout(late)
}

/** Ties a living server that lost its keeper to our own life. */
export function guardServer(pid: number): { release(): void } {
  if (process.platform === 'win32') return { release: () => { process.kill(pid) } }
  const child = spawn('sh', ['-c', GUARD, 'stagedoor-database-guard', String(pid)], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  child.unref()
  return { release: () => { child.stdin?.end() } }
}

/** Loopback TCP alone; small, steady, and durable: every commit is synced (off only for tests). */
const options = (sync: boolean): Record<string, string> => ({
  listen_addresses: '127.0.0.1', unix_socket_directories: '', password_encryption: 'scram-sha-256', max_connections: '200',
  shared_buffers: '64MB', max_wal_size: '512MB', wal_level: 'minimal', max_wal_senders: '0', max_logical_replication_workers: '0', jit: 'off', max_parallel_workers_per_gather: '0',
  timezone: 'UTC', log_timezone: 'UTC', log_min_messages: 'warning', log_checkpoints: 'off', log_connections: '', idle_in_transaction_session_timeout: '300000', tcp_keepalives_idle: '30',
  ...(process.platform === 'linux' ? { recovery_init_sync_method: 'syncfs' } : {}), // after a kill: one call instead of a sync of a thousand files
  ...(sync ? {} : { fsync: 'off', full_page_writes: 'off', autovacuum: 'off', checkpoint_timeout: '1h', max_wal_size: '2GB', ...(process.platform === 'win32' ? {} : { file_copy_method: 'clone' }) }), // a killed server still keeps what it confirmed, only a power cut does not
})
