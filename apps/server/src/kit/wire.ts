import { Client, escapeIdentifier } from 'pg'
import { connectionTo, inTurn } from './db.ts'
import type { Log } from './log.ts'

/** The process's one LISTEN connection. A wake says "look at the table"; after each reconnect everybody is woken, for what was said meanwhile is lost. */
export type Wire = {
  /** Calls `wake` after each NOTIFY on the channel and after each connect. Returns how to stop. */
  listen(channel: string, wake: (payload: string | null) => void): () => void
  connected(): boolean
  close(): Promise<void>
}

const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 2000

/** Connects and stays connected; resolves after the first connect. */
export async function openWire(databaseUrl: () => string, log: Log): Promise<Wire> {
  const listeners = new Map<string, Set<(payload: string | null) => void>>()
  let client: Client | undefined
  let query: ReturnType<typeof inTurn> | undefined
  let closed = false
  let pause = FIRST_PAUSE_MS
  let retry: NodeJS.Timeout | undefined

  const connect = async () => {
    const mine = new Client(connectionTo(databaseUrl()))
    const lost = (why?: Error) => {
      mine.removeAllListeners('end').removeAllListeners('error').on('error', () => undefined)
      if (client === mine) client = undefined
      void mine.end().catch(() => undefined)
      if (closed) return
      if (why) log.debug({ err: why }, 'the listening connection was lost')
      retry = setTimeout(() => { void connect().catch(lost) }, pause)
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
    }
    mine.once('error', lost).once('end', () => { lost() })
    mine.on('notification', note => { for (const wake of listeners.get(note.channel) ?? []) wake(note.payload ?? null) })
    try {
      await mine.connect()
      if (closed) { await mine.end(); return }
      query = inTurn(mine)
      for (const channel of listeners.keys()) await query(`listen ${escapeIdentifier(channel)}`)
    } catch (why) {
      lost(why instanceof Error ? why : new Error(String(why)))
      return
    }
    client = mine
    pause = FIRST_PAUSE_MS
    for (const group of listeners.values()) for (const wake of group) wake(null)
  }
  await connect()

  return {
    connected: () => client !== undefined,
    listen(channel, wake) {
      const group = listeners.get(channel) ?? new Set()
      const isNew = !listeners.has(channel)
      listeners.set(channel, group.add(wake))
      // A query that fails ends the connection; the next connect listens to all channels.
      if (isNew && client && query) void query(`listen ${escapeIdentifier(channel)}`).then(() => { wake(null) }, () => undefined)
      return () => { group.delete(wake) }
    },
    async close() {
      closed = true
      clearTimeout(retry)
      await client?.end().catch(() => undefined)
    },
  }
}
