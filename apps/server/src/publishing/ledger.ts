import { sql, type Generated } from 'kysely'
import type { Db, Trx } from '../kit/db.ts'

type AttemptEventTable = { id: Generated<number>; attempt_id: number; account_id: number; at: Date; key: string; sentence: string }
declare module '../kit/db.ts' {
  interface Tables { attempt_event: AttemptEventTable }
}

/** One line of the ledger: what happened, for people; `key` is for programs and stays the same. */
export type Line = { key: LineKey; sentence: string }
export type LineKey =
  | 'queued' | 'init' | 'init refused' | 'init unanswered' | 'waiting' | 'ready' | 'resumed' | 'chunk retried' | 'looked' | 'sent whole' | 'new upload'
  | 'processing' | 'in drafts inbox' | 'posted' | 'live' | 'no longer public' | 'failed' | 'not sure' | 'stopped asking' | 'asked for again'
export type LedgerEntry = { attemptId: number; at: Date; key: string; sentence: string }

export async function writeLines(trx: Trx, attempt: { id: number; accountId: number }, at: Date, lines: Line[]): Promise<void> {
  if (lines.length === 0) return
  await trx.insertInto('attempt_event').values(lines.map(line => ({ attempt_id: attempt.id, account_id: attempt.accountId, at, ...line }))).execute()
}

/** The ledgers of these attempts, in order. */
export const linesOf = (db: Db, attemptIds: number[]): Promise<LedgerEntry[]> =>
  attemptIds.length === 0 ? Promise.resolve([])
    : db.selectFrom('attempt_event').select(['attempt_id as attemptId', 'at', 'key', 'sentence']).where(sql<boolean>`attempt_id = any(${attemptIds}::bigint[])`).orderBy('id').execute()

/** How many uploads were opened for an account since a moment, and when the first of them was. The ledger is the count. */
export async function initsSince(db: Db, accountId: number, since: Date): Promise<{ count: number; first: Date | null }> {
  const row = await db.selectFrom('attempt_event').select(eb => [eb.fn.countAll<number>().as('count'), eb.fn.min('at').as('first')])
    .where('account_id', '=', accountId).where('key', '=', 'init').where('at', '>', since).executeTakeFirst()
  return { count: row?.count ?? 0, first: row?.first ?? null }
}

export const countLines = async (db: Db, attemptId: number, key: LineKey): Promise<number> => {
  const row = await db.selectFrom('attempt_event').select(eb => eb.fn.countAll<number>().as('count')).where('attempt_id', '=', attemptId).where('key', '=', key).executeTakeFirst()
  return row?.count ?? 0
}
