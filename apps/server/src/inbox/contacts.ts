import { sql, type Generated, type Selectable } from 'kysely'
import type { Trx } from '../kit/db.ts'

/** `name_try_at` (wall time): when to ask TikTok for the name and picture next; null when they are known. */
export type ContactTable = {
  id: Generated<number>
  handle: string
  display_name: string | null
  avatar_media_id: number | null
  avatar_url: string | null
  named_at: Date | null
  name_try_at: Date | null
  name_tries: Generated<number>
  first_seen_at: Date
}
type ContactAliasTable = { namespace: string; key: string; contact_id: number }
export type ContactRow = Selectable<ContactTable>

declare module '../kit/db.ts' {
  interface Tables { contact: ContactTable; contact_alias: ContactAliasTable }
}

/** A customer as one app sees them; another app may see the same person under another id. */
export const contactNamespace = (appId: number) => `tiktok app ${appId}`

export type NewContact = { namespace: string; key: string; handle: string | null; at: Date }

/** The contacts of these aliases, made where they are not known yet: one row each, in one statement. */
export async function contactsOf(trx: Trx, wanted: NewContact[], tryAt: Date): Promise<Map<string, number>> {
  if (wanted.length === 0) return new Map()
  const { rows } = await sql<{ namespace: string; key: string; id: number }>`
    with given as (select distinct on (namespace, key) * from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as (namespace text, key text, handle text, at timestamptz) order by namespace, key, at),
      known as (select a.namespace, a.key, a.contact_id as id from contact_alias a join given using (namespace, key)),
      fresh as (select g.*, nextval(pg_get_serial_sequence('contact', 'id')) as id from given g where not exists (select 1 from known k where k.namespace = g.namespace and k.key = g.key)),
      claimed as (insert into contact_alias (namespace, key, contact_id) select namespace, key, id from fresh on conflict do nothing returning namespace, key, contact_id),
      made as (insert into contact (id, handle, name_try_at, first_seen_at) select f.id, coalesce(f.handle, ''), ${tryAt}::timestamptz, f.at from fresh f join claimed c on c.contact_id = f.id)
    select namespace, key, id from known union all select namespace, key, contact_id from claimed`.execute(trx)
  return new Map(rows.map(row => [`${row.namespace} ${row.key}`, row.id]))
}

/** Usernames change; who has a new one is named anew (§8, 16). */
export const updateHandles = (trx: Trx, changed: { id: number; handle: string }[], tryAt: Date) =>
  sql`update contact c set handle = d.handle, name_try_at = ${tryAt}, name_tries = 0 from jsonb_to_recordset(${JSON.stringify(changed)}::jsonb) as d(id bigint, handle text)
    where c.id = d.id and c.handle <> d.handle`.execute(trx)

/** Takes the newest contact that waits for a name and leases it for `leaseUntil`; another process takes another. */
export async function takeUnnamed(trx: Trx, now: Date, leaseUntil: Date): Promise<number | undefined> {
  const { rows } = await sql<{ id: number }>`update contact set name_try_at = ${leaseUntil}, name_tries = name_tries + 1
    where id = (select id from contact where name_try_at <= ${now} order by name_try_at desc, id desc limit 1 for update skip locked) returning id`.execute(trx)
  return rows[0]?.id
}

export const nameContact = (trx: Trx, id: number, name: { displayName: string | null; avatarUrl: string | null; avatarMediaId: number | null; at: Date }) =>
  trx.updateTable('contact').set({
    named_at: name.at, name_try_at: null,
    ...(name.displayName === null ? {} : { display_name: name.displayName }),
    ...(name.avatarUrl === null ? {} : { avatar_url: name.avatarUrl }),
    ...(name.avatarMediaId === null ? {} : { avatar_media_id: name.avatarMediaId }),
  }).where('id', '=', id).execute()

/** Gives up asking until the handle changes or the person writes from somewhere new. */
export const leaveUnnamed = (trx: Trx, id: number) => trx.updateTable('contact').set({ name_try_at: null }).where('id', '=', id).execute()

/** There was no room in the budget: this try does not count. */
export const nameLater = (trx: Trx, id: number, at: Date) => trx.updateTable('contact').set(eb => ({ name_try_at: at, name_tries: eb('name_tries', '-', 1) })).where('id', '=', id).execute()
