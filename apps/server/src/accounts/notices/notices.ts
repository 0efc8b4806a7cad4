import type { Generated, Selectable } from 'kysely'
import { wallNow } from '../../kit/clock.ts'
import type { Db, Trx } from '../../kit/db.ts'

/** A webhook of ours: chosen events, sent to somebody's address. */
export type NoticeTable = {
  id: Generated<number>
  name: string
  url: string
  /** Event types; `message.*` for a family, `*` for all. */
  events: string[]
  /** Null: every account the person sees. */
  accounts: number[] | null
  secret_sealed: string
  /** Whose eyes it has: what this person may not see is not sent. */
  person_id: string
  state: 'on' | 'paused' | 'stopped'
  failing_since: Date | null
  warned_at: Date | null
  why: string | null
  after_event_id: number
  created_at: Date
}
export type DeliveryTable = {
  id: Generated<number>
  notice_id: number
  event_id: number
  type: string
  body: string
  state: 'waiting' | 'delivered' | 'given up'
  attempts: number
  first_at: Date
  next_at: Date | null
  last_at: Date | null
  last_status: number | null
  last_problem: string | null
  replay_of: number | null
}
export type NoticeRow = Selectable<NoticeTable>
export type DeliveryRow = Selectable<DeliveryTable>

declare module '../../kit/db.ts' {
  interface Tables { notice: NoticeTable; notice_delivery: DeliveryTable; notice_reader: { one?: boolean; last_event_id: number } }
}

export const secretName = (id: number) => `notice:${id}:secret`
export const wants = (notice: Pick<NoticeRow, 'events'>, type: string) =>
  notice.events.some(pattern => pattern === '*' || pattern === type || (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1))))

export const listNotices = (db: Db, before: number | null, limit: number): Promise<NoticeRow[]> => {
  const query = db.selectFrom('notice').selectAll().orderBy('id', 'desc').limit(limit)
  return (before === null ? query : query.where('id', '<', before)).execute()
}
export const noticeById = (db: Db, id: number): Promise<NoticeRow | undefined> => db.selectFrom('notice').selectAll().where('id', '=', id).executeTakeFirst()
export const updateNotice = (trx: Db | Trx, id: number, change: Partial<Omit<NoticeRow, 'id'>>): Promise<NoticeRow | undefined> =>
  Object.keys(change).length === 0 ? noticeById(trx, id) : trx.updateTable('notice').set(change).where('id', '=', id).returningAll().executeTakeFirst()

/** The log of a notice, newest first. */
export const deliveriesOf = (db: Db, noticeId: number, before: number | null, limit: number): Promise<DeliveryRow[]> => {
  const query = db.selectFrom('notice_delivery').selectAll().where('notice_id', '=', noticeId).orderBy('id', 'desc').limit(limit)
  return (before === null ? query : query.where('id', '<', before)).execute()
}

/** What was on its way when a notice stopped: it begins again, with three days of its own. */
export const waitingOf = (trx: Trx, noticeId: number): Promise<{ id: number }[]> =>
  trx.updateTable('notice_delivery').set({ first_at: wallNow(), next_at: wallNow() }).where('notice_id', '=', noticeId).where('state', '=', 'waiting').returning('id').execute()
