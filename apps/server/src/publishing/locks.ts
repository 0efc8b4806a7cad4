import pg from 'pg'
import { connectionTo } from '../kit/db.ts'
import type { House } from '../kit/house.ts'

/** A lock in hand. `lost` tells that the connection that held it is gone: stop, somebody else may have it. */
export type Held = { lost: AbortSignal; release(): Promise<void> }
export type Locks = {
  /** Takes the lock if nobody in any process has it. */
  hold(name: string): Promise<Held | undefined>
  close(): Promise<void>
}

/**
 * Locks for long work, such as an upload: session locks of one connection per process. A process that dies loses its connection, and with
 * it the locks, at once: no lease to wait for. (A pooled connection would do, but an error on it while it is out of the pool ends the process.)
 */
export function openLocks(house: Pick<House, 'databaseUrl' | 'log'>): Locks {
  const mine = new Map<string, AbortController>()
  let connection: Promise<pg.Client> | undefined
  let turn: Promise<unknown> = Promise.resolve()
  /** One question at a time on the one connection. */
  const ask = (client: pg.Client, what: 'pg_try_advisory_lock' | 'pg_advisory_unlock', name: string) => {
    const asked = turn.then(() => client.query<{ mine: boolean }>(`select ${what}(hashtextextended($1, 0)) as mine`, [`publishing ${name}`]))
    turn = asked.catch(() => undefined)
    return asked
  }

  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client(connectionTo(house.databaseUrl()))
    const lost = () => {
      connection = undefined
      for (const held of mine.values()) held.abort(new Error('The connection that held the lock was lost.'))
      mine.clear()
    }
    client.on('error', why => { house.log.debug({ err: why }, 'the connection for locks was lost') }).on('end', lost)
    await client.connect()
    return client
  }

  return {
    async hold(name) {
      if (mine.has(name)) return undefined // the session itself would be given the lock twice
      const held = new AbortController()
      mine.set(name, held)
      try {
        connection ??= connect()
        const client = await connection.catch((why: unknown) => { connection = undefined; throw why })
        const { rows } = await ask(client, 'pg_try_advisory_lock', name)
        if (rows[0]?.mine !== true) { mine.delete(name); return undefined }
        return {
          lost: held.signal,
          async release() {
            if (held.signal.aborted) return
            await ask(client, 'pg_advisory_unlock', name).catch(() => undefined)
            mine.delete(name)
          },
        }
      } catch (why) {
        mine.delete(name)
        throw why
      }
    },
    async close() {
      const client = await connection?.catch(() => undefined)
      await client?.end().catch(() => undefined)
    },
  }
}
