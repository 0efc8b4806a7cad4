import { sql } from 'kysely'
import { wallNow } from '../../kit/clock.ts'
import type { Trx } from '../../kit/db.ts'
import { eventsBetween, mayHear, type HouseEvent } from '../../kit/events.ts'
import type { House } from '../../kit/house.ts'
import type { Viewer } from '../../kit/viewer.ts'
import { viewerOfPerson } from '../../identity/who.ts'
import { DELIVER } from './deliver.ts'
import { wants, type NoticeRow } from './notices.ts'

const SPREADING = 4_300_103
const PAGE = 300

/**
 * Turns new events into deliveries for every notice that wants them, once, in one process at a time. The place reached is remembered in the
 * same transaction.
 */
export function spread(house: House): Promise<'more' | 'done' | 'no notices'> {
  return house.db.transaction().execute(async trx => {
    const notices = await trx.selectFrom('notice').selectAll().where('state', '=', 'on').execute()
    if (notices.length === 0) return 'no notices'
    const mine = await sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(${SPREADING}) as mine`.execute(trx)
    if (mine.rows[0]?.mine !== true) return 'done'
    const from = Math.max(await reached(trx), Math.min(...notices.map(notice => notice.after_event_id)))
    const events = await eventsBetween(trx, from, Number.MAX_SAFE_INTEGER, PAGE)
    const last = events.at(-1)
    if (!last) return 'done'
    for (const notice of notices) await spreadTo(house, trx, notice, events)
    await trx.insertInto('notice_reader').values({ last_event_id: last.id }).onConflict(oc => oc.column('one').doUpdateSet({ last_event_id: last.id })).execute()
    return events.length === PAGE ? 'more' : 'done'
  })
}

const reached = async (trx: Trx) => (await trx.selectFrom('notice_reader').select('last_event_id').executeTakeFirst())?.last_event_id ?? 0

async function spreadTo(house: House, trx: Trx, notice: NoticeRow, events: HouseEvent[]) {
  const wanted = events.filter(event => event.id > notice.after_event_id && wants(notice, event.type))
  const viewer = wanted.length > 0 ? await viewerOfPerson(trx, notice.person_id, notice.accounts) : undefined
  if (!viewer) return
  for (const event of wanted.filter(event => mayBeTold(viewer, notice, event))) {
    const now = wallNow()
    const row = await trx.insertInto('notice_delivery').values({
      notice_id: notice.id, event_id: event.id, type: event.type, body: bodyOf(event), state: 'waiting', attempts: 0,
      first_at: now, next_at: now, last_at: null, last_status: null, last_problem: null, replay_of: null,
    }).onConflict(oc => oc.doNothing()).returning('id').executeTakeFirst()
    if (row) await house.jobs.enqueue(trx, DELIVER, { deliveryId: row.id })
  }
}

/** A notice for chosen accounts hears nothing about the house itself. */
const mayBeTold = (viewer: Viewer, notice: NoticeRow, event: HouseEvent) => mayHear(viewer, event) && (notice.accounts === null || event.accountId !== null)

const bodyOf = (event: HouseEvent) => JSON.stringify({ id: `evt_${event.id}`, type: event.type, at: event.at.toISOString(), accountId: event.accountId, subject: event.subject, actor: event.actor, data: event.body })
