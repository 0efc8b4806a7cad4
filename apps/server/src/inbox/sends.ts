import { sql, type Generated, type Selectable } from 'kysely'
import type { Db, Trx } from '../kit/db.ts'
import type { JsonValue } from '../kit/json.ts'
import type { StoredState } from './messages.ts'
import type { Outstanding } from './match.ts'

/** What Stagedoor itself sends. `started_at`, `look_at`, `try_at`, `try_since`, `kept_at` are wall time: they time calls and retries. */
export type SendTable = {
  message_id: number
  conversation_id: number
  /** The caller's Idempotency-Key; together with who asked it is unique. */
  client_key: string
  asked_by: string
  payload: JsonValue
  settled: Generated<boolean>
  attempts: Generated<number>
  looks: Generated<number>
  /** Written before the call that cannot be taken back. */
  started_at: Date | null
  /** The same moment on the one clock, to compare with TikTok's times. */
  started_domain_at: Date | null
  look_at: Date | null
  try_at: Date | null
  /** Since when it could not leave. */
  try_since: Date | null
  queued_at: Date
  kept_at: Generated<Date>
}
export type SendRow = Selectable<SendTable>
export type OpenSend = SendRow & { state: StoredState; text: string; accountId: number }

declare module '../kit/db.ts' {
  interface Tables { send: SendTable }
}

export const insertSend = (trx: Trx, send: { messageId: number; conversationId: number; clientKey: string; askedBy: string; payload: JsonValue; at: Date }) =>
  trx.insertInto('send').values({
    message_id: send.messageId, conversation_id: send.conversationId, client_key: send.clientKey, asked_by: send.askedBy, payload: JSON.stringify(send.payload), queued_at: send.at,
    started_at: null, started_domain_at: null, look_at: null, try_at: null, try_since: null,
  }).execute()

export const sendByKey = (db: Db, askedBy: string, clientKey: string) =>
  db.selectFrom('send').innerJoin('message', 'message.id', 'send.message_id').select(['send.message_id', 'send.conversation_id', 'message.text'])
    .where('asked_by', '=', askedBy).where('client_key', '=', clientKey).executeTakeFirst()

const open = (db: Db) => db.selectFrom('send').innerJoin('message', 'message.id', 'send.message_id').innerJoin('conversation', 'conversation.id', 'send.conversation_id')
  .selectAll('send').select(['message.state', 'message.text', 'conversation.account_id as accountId'])

/** The head of a conversation's queue: the oldest send that is not settled. */
export const nextOpen = (db: Db, conversationId: number): Promise<OpenSend | undefined> =>
  open(db).where('send.conversation_id', '=', conversationId).where('settled', '=', false).orderBy('send.message_id').limit(1).executeTakeFirst()
export const sendOf = (db: Db, messageId: number): Promise<OpenSend | undefined> => open(db).where('send.message_id', '=', messageId).executeTakeFirst()

/** Sends whose outcome is not known, by conversation: candidates for an echo. One that a person discarded after it had begun is one too. */
export async function outstandingIn(trx: Trx, conversationIds: number[]): Promise<(Outstanding & { conversationId: number })[]> {
  const { rows } = await sql<Outstanding & { conversationId: number }>`
    select s.message_id as "messageId", s.conversation_id as "conversationId", m.text, m.kind, s.started_domain_at as "startedAt"
    from send s join message m on m.id = s.message_id
    where s.conversation_id = any(${conversationIds}::bigint[]) and s.started_domain_at is not null
      and (m.state in ('sending', 'not sure') or (m.state = 'queued' and not s.settled) or (m.state = 'refused' and m.problem->>'code' = 'discarded'))
      and not exists (select 1 from message_alias a where a.message_id = m.id)
    order by s.message_id`.execute(trx)
  return rows
}

/** Notes the beginning of a try. False when it is not this send's turn any more: somebody else has it, or it is settled. */
export async function beginSend(trx: Trx, messageId: number, at: { wall: Date; domain: Date }): Promise<boolean> {
  const { rows } = await sql`update send s set started_at = ${at.wall}, started_domain_at = ${at.domain}, attempts = attempts + 1, looks = 0, look_at = null, try_at = null
    from message m where m.id = s.message_id and s.message_id = ${messageId} and m.state = 'queued' and not s.settled returning s.message_id`.execute(trx)
  return rows.length > 0
}

type Change = { settled?: boolean; looks?: number; look_at?: Date | null; try_at?: Date | null; try_since?: Date | null; started_domain_at?: Date | null }
export const updateSend = (db: Db, messageId: number, change: Change) => db.updateTable('send').set(change).where('message_id', '=', messageId).execute()

/** Conversations whose queue should be moving and whose last sign of life is older than `before`: a safety net under the jobs. */
export async function stalled(db: Db, now: Date, before: Date): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`select distinct s.conversation_id as id from send s join message m on m.id = s.message_id join conversation c on c.id = s.conversation_id
    where not s.settled and m.state in ('queued', 'sending') and c.blocked_by is null
      and greatest(s.look_at, s.try_at, ${now}::timestamptz) <= ${now} and greatest(s.started_at, s.look_at, s.try_at, s.kept_at) < ${before} limit 100`.execute(db)
  return rows.map(row => row.id)
}
