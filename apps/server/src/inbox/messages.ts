import { sql, type Generated, type Selectable } from 'kysely'
import type { Trx } from '../kit/db.ts'
import type { JsonValue } from '../kit/json.ts'
import type { Name } from './conversations.ts'
import type { Kind, Origin, Said } from './said.ts'

export type StoredState = 'received' | 'queued' | 'sending' | 'sent' | 'refused' | 'not sure'
/** What went wrong, for a person: what happened, whether anything was done, the next step. `code` is for machines. */
export type MessageProblem = { code: string; title: string; detail: string; next: string }

export type MessageTable = {
  id: Generated<number>
  conversation_id: number
  direction: 'in' | 'out'
  kind: Kind
  type_name: string
  text: string
  sent_at: Date
  state: StoredState
  problem: JsonValue
  origin: Origin
  automatic: string | null
  author_id: string | null
  author_name: string | null
  /** TikTok's names of the message answered to, and of the one reacted to. */
  replies_to: string | null
  reacts_to: string | null
  attached_to: number | null
  /** What TikTok said, whole. Null for ours until the echo. */
  content: JsonValue
  created_at: Date
}
type MessageAliasTable = { account_id: number; namespace: string; key: string; message_id: number }
export type MessageRow = Selectable<MessageTable>

declare module '../kit/db.ts' {
  interface Tables { message: MessageTable; message_alias: MessageAliasTable }
}

export type Placed = Said & Name & { conversationId: number }
export type Inserted = { id: number; conversationId: number; key: string }

/** Keeps messages nobody told us of before; the alias decides, not timing (law 2). Returns the new ones. */
export async function insertSaid(trx: Trx, list: Placed[], now: Date): Promise<Inserted[]> {
  if (list.length === 0) return []
  const { rows } = await sql<Inserted>`
    with given as (select distinct on ("accountId", namespace, key) * from rows from (jsonb_to_recordset(${JSON.stringify(list)}::jsonb) as ("conversationId" bigint, "accountId" bigint, namespace text, key text, direction text, kind text, "typeName" text,
        text text, "sentAt" timestamptz, origin text, automatic text, "repliesTo" text, "reactsTo" text, content jsonb)) with ordinality order by "accountId", namespace, key, ordinality),
      fresh as (select g.*, nextval(pg_get_serial_sequence('message', 'id')) as id from (select * from given order by ordinality) g
        where not exists (select 1 from message_alias a where a.account_id = g."accountId" and a.namespace = g.namespace and a.key = g.key)),
      claimed as (insert into message_alias (account_id, namespace, key, message_id) select "accountId", namespace, key, id from fresh on conflict do nothing returning message_id),
      made as (insert into message (id, conversation_id, direction, kind, type_name, text, sent_at, state, origin, automatic, replies_to, reacts_to, content, created_at)
        select f.id, "conversationId", direction, kind, "typeName", text, "sentAt", case direction when 'in' then 'received' else 'sent' end, origin, automatic, "repliesTo", "reactsTo", content, ${now}::timestamptz
        from fresh f join claimed c on c.message_id = f.id)
    select f.id, f."conversationId", f.key from fresh f join claimed c on c.message_id = f.id order by f.id`.execute(trx)
  return rows
}

/** Ties reactions to the messages they are about, whichever of the two came first. Returns the messages that got one. */
export async function attachReactions(trx: Trx, conversationIds: number[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    with loose as materialized (select r.id, r.conversation_id, r.reacts_to from message r
      where r.conversation_id = any(${conversationIds}::bigint[]) and r.reacts_to is not null and r.attached_to is null)
    update message r set attached_to = a.message_id from loose l, conversation c, message_alias a
    where r.id = l.id and c.id = l.conversation_id and a.account_id = c.account_id and a.namespace = 'tiktok' and a.key = l.reacts_to
    returning a.message_id as id`.execute(trx)
  return [...new Set(rows.map(row => row.id))]
}

/** Which of these outside names are known, and whose they are. */
export async function knownAliases(trx: Trx, names: Name[]): Promise<Map<string, number>> {
  const { rows } = await sql<Name & { id: number }>`select a.account_id as "accountId", a.namespace, a.key, a.message_id as id
    from jsonb_to_recordset(${JSON.stringify(names)}::jsonb) as g("accountId" bigint, namespace text, key text)
      join message_alias a on a.account_id = g."accountId" and a.namespace = g.namespace and a.key = g.key`.execute(trx)
  return new Map(rows.map(row => [aliasText(row), row.id]))
}
export const aliasText = (name: Name) => `${name.accountId} ${name.namespace} ${name.key}`

/** Gives a message an outside name. Returns the message that has it now: this one, or the one that had it before. */
export async function claimAlias(trx: Trx, name: Name, messageId: number): Promise<number> {
  const { rows } = await sql<{ id: number }>`insert into message_alias (account_id, namespace, key, message_id) values (${name.accountId}, ${name.namespace}, ${name.key}, ${messageId})
    on conflict (account_id, namespace, key) do update set message_id = message_alias.message_id returning message_id as id`.execute(trx)
  return rows[0]?.id ?? messageId
}

/** Further names of the message in the same space. */
export const otherAliases = (trx: Trx, messageId: number, name: Name) =>
  trx.selectFrom('message_alias').select(['key']).where('message_id', '=', messageId).where('namespace', '=', name.namespace).where('key', '!=', name.key).execute()

export const moveAliases = (trx: Trx, from: number, to: number) => trx.updateTable('message_alias').set({ message_id: to }).where('message_id', '=', from).execute()
export const dropAlias = (trx: Trx, name: Name) => trx.deleteFrom('message_alias').where('account_id', '=', name.accountId).where('namespace', '=', name.namespace).where('key', '=', name.key).execute()
export const deleteMessage = (trx: Trx, id: number) => trx.deleteFrom('message').where('id', '=', id).execute()
export const messageById = (trx: Trx, id: number) => trx.selectFrom('message').selectAll().where('id', '=', id).executeTakeFirst()

/** The echo of one of ours whose answer we had already: TikTok's time and words are the truth from now on. Returns those that changed. */
export async function enrich(trx: Trx, echoes: { id: number; sentAt: Date; content: JsonValue }[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`update message m set sent_at = d."sentAt", content = d.content
    from jsonb_to_recordset(${JSON.stringify(echoes)}::jsonb) as d(id bigint, "sentAt" timestamptz, content jsonb)
    where m.id = d.id and m.direction = 'out' and m.content is null returning m.id`.execute(trx)
  return rows.map(row => row.id)
}

export type NewOutgoing = { conversationId: number; text: string; at: Date; author: { id: string; name: string } | null }

export const insertOutgoing = async (trx: Trx, draft: NewOutgoing): Promise<number> =>
  (await trx.insertInto('message').values({
    conversation_id: draft.conversationId, direction: 'out', kind: 'text', type_name: 'text', text: draft.text, sent_at: draft.at, state: 'queued', problem: null,
    origin: 'api', automatic: null, author_id: draft.author?.id ?? null, author_name: draft.author?.name ?? null, replies_to: null, reacts_to: null, attached_to: null, content: null, created_at: draft.at,
  }).returning('id').executeTakeFirstOrThrow()).id

export type NewState =
  | { state: 'queued' | 'sending'; at?: Date }
  | { state: 'sent'; at: Date; content?: JsonValue }
  | { state: 'refused' | 'not sure'; problem: MessageProblem }

/** Moves one of ours to its next state. */
export const setMessageState = (trx: Trx, id: number, next: NewState) => trx.updateTable('message').set({
  state: next.state,
  problem: 'problem' in next ? JSON.stringify(next.problem) : null,
  ...('at' in next && next.at ? { sent_at: next.at } : {}),
  ...('content' in next && next.content !== undefined ? { content: JSON.stringify(next.content) } : {}),
}).where('id', '=', id).execute()
