import { sql } from 'kysely'
import type { Db, Trx } from '../kit/db.ts'

declare module '../kit/db.ts' {
  interface Tables {
    account_person: { account_id: number; person_id: string }
    account_group_person: { group_id: number; person_id: string }
  }
}

/** What an agent works for: accounts one by one, and groups of accounts. Owners and admins see all and need none. */
export type Given = { accounts: number[]; groups: number[] }

export async function givenTo(db: Db, personId: string): Promise<Given> {
  const accounts = await db.selectFrom('account_person').select('account_id').where('person_id', '=', personId).orderBy('account_id').execute()
  const groups = await db.selectFrom('account_group_person').select('group_id').where('person_id', '=', personId).orderBy('group_id').execute()
  return { accounts: accounts.map(row => row.account_id), groups: groups.map(row => row.group_id) }
}

/** Replaces what was given. Ids of accounts or groups that do not exist (any more) are passed over. */
export async function give(trx: Trx, personId: string, given: Given): Promise<void> {
  await trx.deleteFrom('account_person').where('person_id', '=', personId).execute()
  await trx.deleteFrom('account_group_person').where('person_id', '=', personId).execute()
  const accounts = await existing(trx, 'account', given.accounts)
  const groups = await existing(trx, 'account_group', given.groups)
  if (accounts.length > 0) await trx.insertInto('account_person').values(accounts.map(id => ({ account_id: id, person_id: personId }))).execute()
  if (groups.length > 0) await trx.insertInto('account_group_person').values(groups.map(id => ({ group_id: id, person_id: personId }))).execute()
}

/** Two accounts turned out to be one: who worked for either works for the one that stays. */
export async function mergeGiven(trx: Trx, from: number, into: number): Promise<void> {
  await trx.insertInto('account_person').columns(['account_id', 'person_id'])
    .expression(eb => eb.selectFrom('account_person').select([eb.val(into).as('account_id'), 'person_id']).where('account_id', '=', from))
    .onConflict(oc => oc.doNothing()).execute()
  await trx.deleteFrom('account_person').where('account_id', '=', from).execute()
}

async function existing(trx: Trx, table: 'account' | 'account_group', ids: number[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`select id from ${sql.table(table)} where id = any(${ids}::bigint[])`.execute(trx)
  return rows.map(row => row.id)
}
