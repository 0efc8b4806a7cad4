import { Kysely, PostgresDialect, type Transaction } from 'kysely'
import { Client, Pool, types, type ClientConfig, type CustomTypesConfig, type PoolConfig, type QueryResult, type QueryResultRow } from 'pg'

/** Every table of the house. A room adds its own in the one file that writes the table: `declare module '../kit/db.ts' { interface Tables { … } }`. */
export interface Tables {}
export type Db = Kysely<Tables>
export type Trx = Transaction<Tables>

const INT8 = 20
const INT8_ARRAY = 1016
const TEXT_ARRAY = 1009 as Parameters<typeof types.getTypeParser>[0] // its list of names lacks arrays
const readTextArray = types.getTypeParser(TEXT_ARRAY)

/** int8 becomes a number (our ids stay far below 2^53; ids from TikTok are text), in arrays too; the rest as pg reads it. */
const readers: CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (format !== 'binary' && oid === INT8) return Number
    if (format !== 'binary' && oid === INT8_ARRAY) return (text: string) => (readTextArray(text) as string[]).map(Number)
    return types.getTypeParser(oid, format as 'text')
  },
}

/** Settings shared by the pool and by every connection of its own (LISTEN, locks). */
export const connectionTo = (url: string): ClientConfig => ({ connectionString: url, types: readers, keepAlive: true, application_name: 'stagedoor', connectionTimeoutMillis: 10_000 })

/** One pool of connections. A connection that dies while idle is dropped and told to `complain`; the next query opens another. */
export function openPool(url: string | (() => string), most: number, complain: (why: Error) => void, more: PoolConfig = {}): Pool {
  // The address is asked for each new connection: an embedded database may come back on another port.
  // One that dies in the middle of a transaction tells its query, and says so once more as an event that would end the process.
  class Connection extends Client { constructor() { super(connectionTo(typeof url === 'string' ? url : url())); this.on('error', complain) } }
  const pool = new Pool({ max: most, idleTimeoutMillis: 30_000, connectionTimeoutMillis: 10_000, Client: Connection, ...more })
  pool.on('error', complain)
  // A connection in use has no listener of the pool's; without one its loss between two queries would end the process.
  pool.on('connect', client => { client.on('error', complain) })
  return pool
}

/** Kysely over a pool. Destroying it ends the pool. */
export const openDb = (pool: Pool): Db => new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })

/** Queries of one connection one after the other, as pg wants them. */
export function inTurn(client: Client) {
  let before: Promise<unknown> = Promise.resolve()
  return <Row extends QueryResultRow>(text: string, values: unknown[] = []): Promise<QueryResult<Row>> => {
    const mine = before.then(() => client.query<Row>(text, values))
    before = mine.catch(() => undefined)
    return mine
  }
}
