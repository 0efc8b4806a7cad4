import { sql, type Generated, type Selectable, type Updateable } from 'kysely'
import type { ChunkPlan } from '@stagedoor/tiktok'
import type { Db, Trx } from '../kit/db.ts'
import type { Reason } from './reasons.ts'

type AttemptTable = {
  id: Generated<number>
  target_id: number
  account_id: number
  n: number
  state: AttemptState
  /** Grows each time a process takes the attempt in hand: whoever holds an older turn has been replaced and may store nothing. */
  turn: Generated<number>
  publish_id: string | null
  upload_url_sealed: string | null
  expires_at: Date | null
  size: number | null
  chunk_size: number | null
  chunk_count: number | null
  sent: Generated<number>
  init_started_at: Date | null
  /** Stored before the last chunk flows: from here on TikTok may publish, so we only ask. */
  last_chunk_at: Date | null
  asked_at: Date | null
  asks: Generated<number>
  post_ids: Generated<string[]>
  public_at: Date | null
  gone_at: Date | null
  reason: Reason | null
  started_at: Date
  changed_at: Date
  ended_at: Date | null
}
declare module '../kit/db.ts' {
  interface Tables { attempt: AttemptTable }
}

export type AttemptState = 'opening' | 'uploading' | 'processing' | 'in moderation' | 'in drafts inbox' | 'live' | 'failed' | 'not sure'
export const underWay: readonly AttemptState[] = ['opening', 'uploading', 'processing', 'in moderation', 'in drafts inbox']

type Common = { id: number; targetId: number; accountId: number; n: number; turn: number; startedAt: Date; changedAt: Date; askedAt: Date | null; asks: number; publicAt: Date | null; goneAt: Date | null }
/** Bytes may flow. The upload URL is sealed; `sent` is the end of the last chunk TikTok has confirmed. */
export type Uploading = Common & { state: 'uploading'; publishId: string; uploadUrlSealed: string; expiresAt: Date; plan: ChunkPlan; sent: number; lastChunkAt: Date | null }
/** A closed list; each state carries what it needs. `failed` means: certainly not posted. `not sure` means: a person has to look. */
export type Attempt =
  | Common & { state: 'opening'; publishId: null; initStartedAt: Date | null }
  | Uploading
  | Common & { state: 'processing' | 'in moderation' | 'in drafts inbox'; publishId: string } // past the point of no return: only ask, never send again
  | Common & { state: 'live'; publishId: string; postIds: string[] }
  | Common & { state: 'failed' | 'not sure'; publishId: string | null; reason: Reason; postIds: string[] }

export type AttemptRow = Selectable<AttemptTable>
export type AttemptChange = Updateable<Omit<AttemptTable, 'id' | 'target_id' | 'account_id' | 'n' | 'started_at' | 'turn' | 'changed_at'>>

/** A new try; the table refuses it while another try of the target is under way. */
export async function insertAttempt(trx: Trx, target: { id: number; accountId: number }, now: Date): Promise<Attempt> {
  const row = await trx.insertInto('attempt').values({
    target_id: target.id, account_id: target.accountId, state: 'opening', started_at: now, changed_at: now,
    n: sql<number>`(select coalesce(max(n), 0) + 1 from attempt where target_id = ${target.id})`,
  }).returningAll().executeTakeFirstOrThrow()
  return readAttempt(row)
}

/**
 * Stores a step. Nothing is stored, and undefined returned, when the attempt has left the states the step starts from
 * (a webhook was quicker) or when another process has taken it in hand since (`turn`).
 */
export async function changeAttempt(trx: Trx, id: number, from: { states: readonly AttemptState[]; turn?: number }, change: AttemptChange, now: Date): Promise<Attempt | undefined> {
  const row = await trx.updateTable('attempt').set({ ...change, changed_at: now })
    .where('id', '=', id).where('state', 'in', from.states)
    .$if(from.turn !== undefined, q => q.where('turn', '=', from.turn ?? 0))
    .returningAll().executeTakeFirst()
  return row && readAttempt(row)
}

/** Takes an attempt in hand; who had it before can store nothing any more. */
export async function takeAttempt(db: Db, id: number): Promise<Attempt | undefined> {
  const row = await db.updateTable('attempt').set(eb => ({ turn: eb('turn', '+', 1) })).where('id', '=', id).where('state', 'in', ['opening', 'uploading']).returningAll().executeTakeFirst()
  return row && readAttempt(row)
}

/**
 * Bytes that TikTok confirmed. Not a step of its own: no event, no sentence, and only forward. False when the attempt is no longer ours.
 */
export async function storeSent(db: Db, attempt: Uploading, sent: number): Promise<boolean> {
  const done = await db.updateTable('attempt').set({ sent }).where('id', '=', attempt.id).where('state', '=', 'uploading').where('turn', '=', attempt.turn).executeTakeFirst()
  return done.numUpdatedRows > 0n
}

/** Marks that TikTok is being asked, at most once per `gapMs` and account. Returns when it may be asked instead, or null: ask now. Call it under the account's lock. */
export async function claimAsk(trx: Trx, id: number, accountId: number, now: Date, gapMs: number): Promise<Date | null> {
  const last = await trx.selectFrom('attempt').select(eb => eb.fn.max('asked_at').as('at')).where('account_id', '=', accountId).executeTakeFirst()
  const next = last?.at ? last.at.getTime() + gapMs : 0
  if (next > now.getTime() && next - now.getTime() <= gapMs) return new Date(next)
  await trx.updateTable('attempt').set(eb => ({ asked_at: now, asks: eb('asks', '+', 1) })).where('id', '=', id).execute()
  return null
}

export async function attemptById(db: Db, id: number): Promise<Attempt | undefined> {
  const row = await db.selectFrom('attempt').selectAll().where('id', '=', id).executeTakeFirst()
  return row && readAttempt(row)
}

/** The try that decides a target's state. */
export async function latestAttempt(db: Db, targetId: number): Promise<Attempt | undefined> {
  const row = await db.selectFrom('attempt').selectAll().where('target_id', '=', targetId).orderBy('n', 'desc').limit(1).executeTakeFirst()
  return row && readAttempt(row)
}

/** Attempts that TikTok's webhook may mean, by its publish_ids. */
export async function attemptsByPublishId(db: Db, publishIds: string[]): Promise<Attempt[]> {
  if (publishIds.length === 0) return []
  const rows = await db.selectFrom('attempt').selectAll().where(sql<boolean>`publish_id = any(${publishIds}::text[])`).execute()
  return rows.map(readAttempt)
}

/** What is under way for an account. */
export async function attemptsUnderWay(db: Db, accountId: number): Promise<Attempt[]> {
  const rows = await db.selectFrom('attempt').selectAll().where('account_id', '=', accountId).where('state', 'in', underWay).orderBy('id').execute()
  return rows.map(readAttempt)
}

export function readAttempt(row: AttemptRow): Attempt {
  const common: Common = {
    id: row.id, targetId: row.target_id, accountId: row.account_id, n: row.n, turn: row.turn, startedAt: row.started_at, changedAt: row.changed_at,
    askedAt: row.asked_at, asks: row.asks, publicAt: row.public_at, goneAt: row.gone_at,
  }
  switch (row.state) {
    case 'opening': return { ...common, state: 'opening', publishId: null, initStartedAt: row.init_started_at }
    case 'uploading': return {
      ...common, state: 'uploading', publishId: must(row.publish_id), uploadUrlSealed: must(row.upload_url_sealed), expiresAt: must(row.expires_at), sent: row.sent, lastChunkAt: row.last_chunk_at,
      plan: { video_size: must(row.size), chunk_size: must(row.chunk_size), total_chunk_count: must(row.chunk_count) },
    }
    case 'processing': case 'in moderation': case 'in drafts inbox': return { ...common, state: row.state, publishId: must(row.publish_id) }
    case 'live': return { ...common, state: 'live', publishId: must(row.publish_id), postIds: row.post_ids }
    case 'failed': case 'not sure': return { ...common, state: row.state, publishId: row.publish_id, reason: must(row.reason), postIds: row.post_ids }
  }
}

function must<T>(value: T | null): T {
  if (value === null) throw new Error('An attempt lacks what its state needs; the table should have refused it.')
  return value
}
