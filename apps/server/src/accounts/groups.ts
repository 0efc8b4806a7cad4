import { sql, type Generated } from 'kysely'
import type { Db, Trx } from '../kit/db.ts'

declare module '../kit/db.ts' {
  interface Tables {
    account_group: { id: Generated<number>; name: string; created_at: Date }
    account_group_account: { group_id: number; account_id: number }
  }
}

/** Accounts that belong together, such as an agency's client. */
export type Group = { id: number; name: string; accounts: number[]; people: string[]; createdAt: Date }

const columns = sql`g.id, g.name, g.created_at as "createdAt",
  array(select account_id from account_group_account a where a.group_id = g.id order by account_id) as accounts,
  array(select person_id from account_group_person p where p.group_id = g.id order by person_id) as people`

export const listGroups = async (db: Db, after: number, limit: number): Promise<Group[]> =>
  (await sql<Group>`select ${columns} from account_group g where g.id > ${after} order by g.id limit ${limit}`.execute(db)).rows
export const groupById = async (db: Db, id: number): Promise<Group | undefined> => (await sql<Group>`select ${columns} from account_group g where g.id = ${id}`.execute(db)).rows[0]

/** Undefined: the name is taken. */
export const insertGroup = (trx: Trx, name: string, now: Date) =>
  trx.insertInto('account_group').values({ name, created_at: now }).onConflict(oc => oc.doNothing()).returning('id').executeTakeFirst()
export const renameGroup = (trx: Trx, id: number, name: string) => trx.updateTable('account_group').set({ name }).where('id', '=', id).execute()
export const deleteGroup = (trx: Trx, id: number) => trx.deleteFrom('account_group').where('id', '=', id).returning(['id', 'name']).executeTakeFirst()

/** Replaces the group's accounts; ids that do not exist are passed over. */
export async function setGroupAccounts(trx: Trx, id: number, accounts: number[]): Promise<void> {
  await trx.deleteFrom('account_group_account').where('group_id', '=', id).execute()
  await sql`insert into account_group_account (group_id, account_id) select ${id}::bigint, a.id from account a where a.id = any(${accounts}::bigint[])`.execute(trx)
}
