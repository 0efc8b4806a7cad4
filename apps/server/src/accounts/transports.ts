import type { Selectable } from 'kysely'
import type { Db, Trx } from '../kit/db.ts'

export type TransportTable = { account_id: number; kind: TransportKind; state: TransportState; why: string | null; since: Date }
export type TransportKind = 'direct' | 'respondio'
export type TransportState = 'working' | 'waiting' | 'stopped'
export type TransportRow = Selectable<TransportTable>

declare module '../kit/db.ts' {
  interface Tables { transport: TransportTable }
}

/** By which roads an account's messages travel; empty: by none yet. */
export const transportsOf = (db: Db, accountId: number) => db.selectFrom('transport').selectAll().where('account_id', '=', accountId).execute()

/** Sets the state of one road. `since` moves only when the state changes. */
export const setTransport = (trx: Trx, row: { accountId: number; kind: TransportKind; state: TransportState; why: string | null; now: Date }) =>
  trx.insertInto('transport').values({ account_id: row.accountId, kind: row.kind, state: row.state, why: row.why, since: row.now })
    .onConflict(oc => oc.columns(['account_id', 'kind']).doUpdateSet(eb => ({
      state: row.state, why: row.why,
      since: eb.case().when('transport.state', '=', row.state).then(eb.ref('transport.since')).else(row.now).end(),
    }))).execute()
