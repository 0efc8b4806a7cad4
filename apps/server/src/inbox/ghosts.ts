import { sql, type Generated } from 'kysely'
import type { Db, Trx } from '../kit/db.ts'

/** Somebody in the EEA, Switzerland or the UK wrote; TikTok tells nothing else (business §5.6, §7.4). */
export type GhostTable = { id: Generated<number>; account_id: number; wrote_at: Date; delivery_id: number; seen_at: Date | null }

declare module '../kit/db.ts' {
  interface Tables { ghost: GhostTable }
}

export type Ghost = { id: number; accountId: number; wroteAt: Date; seenAt: Date | null }

/** One entry per delivery, so that a delivery taken up twice is one entry. Returns the new ones. */
export async function keepGhosts(trx: Trx, list: { accountId: number; at: Date; deliveryId: number }[]): Promise<Ghost[]> {
  const { rows } = await sql<Ghost>`insert into ghost (account_id, wrote_at, delivery_id)
    select "accountId", at, "deliveryId" from jsonb_to_recordset(${JSON.stringify(list)}::jsonb) as ("accountId" bigint, at timestamptz, "deliveryId" bigint)
    on conflict (delivery_id) do nothing returning id, account_id as "accountId", wrote_at as "wroteAt", seen_at as "seenAt"`.execute(trx)
  return rows
}

export const ghosts = (db: Db) => db.selectFrom('ghost').select(['ghost.id', 'ghost.account_id as accountId', 'wrote_at as wroteAt', 'seen_at as seenAt']).orderBy('wrote_at', 'desc').orderBy('ghost.id', 'desc')

export const seeGhost = (trx: Trx, id: number, at: Date) => trx.updateTable('ghost').set({ seen_at: at }).where('id', '=', id).where('seen_at', 'is', null).execute()
