import { Kysely, PostgresDialect, type PostgresPoolClient, type PostgresQueryResult } from 'kysely'
import type { Pool } from 'pg'
import type { Db, Tables } from './db.ts'

/** Statements that are worth a name. Past this, further texts go without: each one costs the database memory on each connection. */
const MOST_NAMED = 100
const WORTH_IT = 3
/** "cached plan must not change result type": somebody changed a table under a prepared statement. */
const STALE_PLAN = '0A000'

/**
 * Kysely whose statements have names, so that PostgreSQL reads and plans each of them once per connection and not every time.
 * For connections that do the same few things all day: planning was most of what a single message cost.
 */
export function openNamedDb(pool: Pool): Db {
  const seen = new Map<string, { name: string; times: number }>()
  let generation = 0
  const nameOf = (text: string) => {
    const known = seen.get(text)
    if (known) return ++known.times > WORTH_IT ? known.name : undefined
    if (seen.size < MOST_NAMED) seen.set(text, { name: `named ${generation} ${seen.size}`, times: 1 })
    return undefined
  }
  return new Kysely<Tables>({
    dialect: new PostgresDialect({
      pool: {
        options: pool.options,
        async connect(): Promise<PostgresPoolClient> {
          const client = await pool.connect()
          const query = async <Row>(text: unknown, values: readonly unknown[] = []) => {
            if (typeof text !== 'string') throw new TypeError('A named database knows no cursors.')
            const name = values.length === 0 ? undefined : nameOf(text)
            try {
              return await client.query({ text, values: [...values], ...(name === undefined ? {} : { name }) }) as unknown as PostgresQueryResult<Row>
            } catch (why) {
              if (why instanceof Error && 'code' in why && why.code === STALE_PLAN) { generation++; seen.clear() }
              throw why
            }
          }
          return { query: query as PostgresPoolClient['query'], release: () => { client.release() } }
        },
        end: () => pool.end(),
      },
    }),
  })
}
