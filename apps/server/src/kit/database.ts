import type { Config } from './config.ts'
import type { Log } from './log.ts'
import { openEmbedded } from './postgres/embedded.ts'

/** A PostgreSQL to connect to: the server named by DATABASE_URL, or the embedded one under our care. */
export type Database = {
  /** May change when the embedded database is restarted on another port. */
  url(): string
  kind: 'embedded' | 'server'
  /** Whether the server is up as far as its keeper knows; the reason when not. */
  state(): { up: true } | { up: false; why: string }
  close(): Promise<void>
}

export async function openDatabase(config: Pick<Config, 'databaseUrl' | 'dataDir'>, log: Log): Promise<Database> {
  const url = config.databaseUrl
  if (url !== null) return { url: () => url, kind: 'server', state: () => ({ up: true }), close: () => Promise.resolve() }
  return openEmbedded({ dataDir: config.dataDir, log })
}
