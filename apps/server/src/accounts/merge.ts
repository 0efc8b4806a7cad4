import { sql } from 'kysely'
import type { Actor } from '../kit/actor.ts'
import type { Trx } from '../kit/db.ts'
import type { House } from '../kit/house.ts'
import { Problem } from '../kit/http.ts'
import { mergeGiven } from '../identity/given.ts'
import { knownAccounts, tellAccount } from './account-view.ts'
import { deleteAccountRow } from './accounts.ts'
import { PROFILE } from './profile.ts'

/**
 * A person says that two accounts are one: everything of `from` becomes `into`'s, and `from` is gone. Refused (409 `not_the_same`) when
 * one app knows both, because one app never names one account twice.
 */
export function mergeAccounts(house: House, into: number, from: number, actor: Actor): Promise<void> {
  return house.commit(async (trx, tell) => {
    await sql`select id from account where id in (${into}, ${from}) order by id for update`.execute(trx)
    const known = await knownAccounts(trx, [into, from])
    const [one, other] = [into, from].map(id => known.find(account => account.id === id))
    if (!one || !other || into === from) throw new Problem(404, 'not_found', 'There is no such account', 'Nothing was changed.')
    if (one.openIds.some(id => other.openIds.some(its => its.appId === id.appId))) {
      throw new Problem(409, 'not_the_same', 'These are two accounts', 'The same TikTok app knows both, under two names. Nothing was changed.')
    }
    const gone = await trx.selectFrom('account').selectAll().where('id', '=', from).executeTakeFirstOrThrow()
    await mergeGiven(trx, from, into)
    await moveGroups(trx, from, into)
    await trx.deleteFrom('transport').where('account_id', '=', from).where('kind', 'in', eb => eb.selectFrom('transport').select('kind').where('account_id', '=', into)).execute()
    for (const table of await tablesWithAccounts(trx)) {
      await sql`update ${sql.id(table.schema, table.name)} set account_id = ${into} where account_id = ${from}`.execute(trx)
    }
    await deleteAccountRow(trx, from)
    await house.due.cancel(trx, PROFILE, String(from))
    await trx.updateTable('account').set(eb => ({
      handle: eb.fn.coalesce('handle', eb.val(gone.handle)), avatar_media_id: eb.fn.coalesce('avatar_media_id', eb.val(gone.avatar_media_id)),
      is_business: eb.fn.coalesce('is_business', eb.val(gone.is_business)), updated_at: house.clock.now(),
    })).where('id', '=', into).execute()
    await tellAccount(house, trx, tell, { type: 'account.merged', accountId: into, actor, extra: { from } })
  })
}

const moveGroups = async (trx: Trx, from: number, into: number) => {
  await sql`insert into account_group_account (group_id, account_id) select group_id, ${into}::bigint from account_group_account where account_id = ${from} on conflict do nothing`.execute(trx)
  await sql`delete from account_group_account where account_id = ${from}`.execute(trx)
}

/** Whatever any room keeps about an account names it in a column `account_id`; asking the schema means that no room can be forgotten. */
async function tablesWithAccounts(trx: Trx): Promise<{ schema: string; name: string }[]> {
  const { rows } = await sql<{ schema: string; name: string }>`
    select c.table_schema as schema, c.table_name as name from information_schema.columns c
    join information_schema.tables t on t.table_schema = c.table_schema and t.table_name = c.table_name and t.table_type = 'BASE TABLE'
    where c.column_name = 'account_id' and c.table_schema = 'public' and c.is_generated = 'NEVER'`.execute(trx)
  return rows
}
