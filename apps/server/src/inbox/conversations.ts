import { sql, type Generated, type Selectable } from 'kysely'
import type { Db, Trx } from '../kit/db.ts'
import type { JsonValue } from '../kit/json.ts'
import { WINDOW_MS } from './window.ts'

export type ConversationTable = {
  id: Generated<number>
  account_id: number
  contact_id: number
  transport: Generated<'direct' | 'respondio'>
  kind: Generated<'request' | 'ongoing'>
  state: Generated<'open' | 'closed'>
  unread: Generated<number>
  is_follower: boolean | null
  /** Null until somebody wrote: an ad may announce a person before the first word. */
  last_message_at: Date | null
  last_message_id: number | null
  customer_wrote_at: Date | null
  sent_since: Generated<number>
  /** When TikTok last said 40064. */
  refused_at: Date | null
  window_closes_at: Date | null
  customer_read_at: Date | null
  /** The message nobody knows the outcome of; the queue holds behind it. */
  blocked_by: number | null
  referral: JsonValue
  created_at: Date
}
type ConversationAliasTable = { account_id: number; namespace: string; key: string; conversation_id: number }
export type ConversationRow = Selectable<ConversationTable>

declare module '../kit/db.ts' {
  interface Tables { conversation: ConversationTable; conversation_alias: ConversationAliasTable }
}

/** An outside name of a conversation or a message: it belongs to one account, whichever of our apps told it. */
export type Name = { accountId: number; namespace: 'tiktok'; key: string }
export const nameOn = (accountId: number, key: string): Name => ({ accountId, namespace: 'tiktok', key })

export type Place = { id: number; accountId: number; key: string; contactId: number; handle: string }

/** The conversations of these aliases that exist. */
export async function knownPlaces(trx: Trx, wanted: { accountId: number; key: string }[]): Promise<Place[]> {
  const { rows } = await sql<Place>`
    select c.id, c.account_id as "accountId", a.key, c.contact_id as "contactId", p.handle
    from jsonb_to_recordset(${JSON.stringify(wanted.map(one => nameOn(one.accountId, one.key)))}::jsonb) as g("accountId" bigint, namespace text, key text)
      join conversation_alias a on a.account_id = g."accountId" and a.namespace = g.namespace and a.key = g.key
      join conversation c on c.id = a.conversation_id join contact p on p.id = c.contact_id`.execute(trx)
  return rows
}

/** Makes conversations; one that somebody else made meanwhile is left as it is (look again with `knownPlaces`). */
export const makeConversations = (trx: Trx, fresh: { accountId: number; key: string; contactId: number }[], now: Date) =>
  sql`with given as (select *, nextval(pg_get_serial_sequence('conversation', 'id')) as id
      from jsonb_to_recordset(${JSON.stringify(fresh.map(one => ({ ...one, ...nameOn(one.accountId, one.key) })))}::jsonb) as ("accountId" bigint, namespace text, key text, "contactId" bigint)),
    claimed as (insert into conversation_alias (account_id, namespace, key, conversation_id) select "accountId", namespace, key, id from given on conflict do nothing returning conversation_id)
    insert into conversation (id, account_id, contact_id, created_at) select id, "accountId", "contactId", ${now}::timestamptz from given join claimed on conversation_id = id`.execute(trx)

/** Whoever changes messages of a conversation takes its row first, in the order of ids: an echo and an answer never wait for each other in a circle. */
export const lockConversations = (trx: Trx, ids: number[]) =>
  sql`select id from conversation where id = any(${ids}::bigint[]) order by id for no key update`.execute(trx)

/** What new messages of one conversation add up to. Times only grow; a late message changes nothing that is newer. */
export type Growth = {
  id: number
  incoming: number
  lastAt: Date | null
  lastId: number | null
  customerAt: Date | null
  /** The business wrote, by any route but automatically: TikTok moves the request to the ordinary conversations. */
  answered: boolean
  /** It wrote elsewhere (phone, web) after all that came in before; only what came in after that is still unread. */
  clears: boolean
  follower: boolean | null
}

/** Grows conversations and reckons their windows anew, all in one statement. */
export const grow = (trx: Trx, growth: Growth[]) =>
  sql`update conversation c set
      unread = case when d.clears then 0 else c.unread end + d.incoming,
      last_message_id = case when d."lastAt" is not null and (c.last_message_at is null or d."lastAt" >= c.last_message_at) then d."lastId" else c.last_message_id end,
      last_message_at = greatest(c.last_message_at, d."lastAt"),
      customer_wrote_at = greatest(c.customer_wrote_at, d."customerAt"),
      kind = case when d.answered then 'ongoing' else c.kind end,
      state = case when d.incoming > 0 then 'open' else c.state end,
      is_follower = coalesce(d.follower, c.is_follower),
      sent_since = ${sentSince(sql`greatest(c.customer_wrote_at, d."customerAt")`)},
      window_closes_at = ${closes(sql`greatest(c.customer_wrote_at, d."customerAt")`)}
    from jsonb_to_recordset(${JSON.stringify(growth)}::jsonb)
      as d(id bigint, incoming int, "lastAt" timestamptz, "lastId" bigint, "customerAt" timestamptz, answered boolean, clears boolean, follower boolean)
    where c.id = d.id`.execute(trx)

/** Reckons quota and window of one conversation anew after a message of ours changed its state. */
export const reckon = (trx: Trx, id: number) =>
  sql`update conversation c set sent_since = ${sentSince(sql`c.customer_wrote_at`)}, window_closes_at = ${closes(sql`c.customer_wrote_at`)} where id = ${id}`.execute(trx)

// Waiting ones count too: ten may be queued, not twenty. Automatic ones and reactions do not.
const sentSince = (since: ReturnType<typeof sql>) => sql`(select count(*)::int from message m where m.conversation_id = c.id and m.sent_at > coalesce(${since}, '-infinity')
  and m.direction = 'out' and m.automatic is null and m.kind <> 'reaction' and m.state <> 'refused')`
// The same arithmetic as closesAt() of window.ts, stored so that "closes soonest" is an index.
const closes = (since: ReturnType<typeof sql>) => sql`case when c.refused_at >= coalesce(${since}, '-infinity') then c.refused_at
  else ${since} + ${WINDOW_MS / 1000} * interval '1 second' end`

/** Read receipts only move forward (§8, 23). Returns the conversations that moved and where they stood. */
export async function moveReads(trx: Trx, reads: { id: number; until: Date }[]): Promise<{ id: number; from: Date | null; until: Date }[]> {
  const { rows } = await sql<{ id: number; from: Date | null; until: Date }>`
    with given as (select id, max(until) as until from jsonb_to_recordset(${JSON.stringify(reads)}::jsonb) as (id bigint, until timestamptz) group by id),
      before as (select c.id, c.customer_read_at as was, g.until from conversation c join given g using (id) where g.until > coalesce(c.customer_read_at, '-infinity'))
    update conversation c set customer_read_at = b.until from before b where c.id = b.id returning c.id, b.was as "from", b.until`.execute(trx)
  return rows
}

/** The newest way in; all of them stay in the kept deliveries. */
export const setReferral = (trx: Trx, id: number, referral: JsonValue) =>
  trx.updateTable('conversation').set({ referral: JSON.stringify(referral) }).where('id', '=', id).execute()

export const setState = (trx: Trx, id: number, state: 'open' | 'closed') => trx.updateTable('conversation').set({ state }).where('id', '=', id).where('state', '!=', state).returning('id').executeTakeFirst()
export const markRead = (trx: Trx, id: number) => trx.updateTable('conversation').set({ unread: 0 }).where('id', '=', id).where('unread', '>', 0).returning('id').executeTakeFirst()
export const block = (trx: Trx, id: number, messageId: number) => trx.updateTable('conversation').set({ blocked_by: messageId }).where('id', '=', id).execute()
/** The queue no longer holds for this message; it may still hold for another. */
export const unblock = (trx: Trx, id: number, messageId: number) => trx.updateTable('conversation').set({ blocked_by: null }).where('id', '=', id).where('blocked_by', '=', messageId).execute()
export const closeWindow = (trx: Trx, id: number, at: Date) => trx.updateTable('conversation').set({ refused_at: at }).where('id', '=', id).execute()

/** The conversation's name on TikTok, to send to it. */
export const outsideName = (db: Db, id: number, accountId: number) =>
  db.selectFrom('conversation_alias').select('key').where('conversation_id', '=', id).where('account_id', '=', accountId).where('namespace', '=', 'tiktok').limit(1).executeTakeFirst()
