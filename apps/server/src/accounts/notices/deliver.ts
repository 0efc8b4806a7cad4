import { theHouse } from '../../kit/actor.ts'
import { wallNow } from '../../kit/clock.ts'
import { PrivateAddress } from '../../kit/fetch.ts'
import type { House } from '../../kit/house.ts'
import { noticeById, secretName, updateNotice, type DeliveryRow, type NoticeRow } from './notices.ts'
import { nextTry, WARN_MS } from './pace.ts'
import { signature } from './sign.ts'

export const DELIVER = 'notice.deliver'
const PATIENCE_MS = 10_000
const ANSWER_BYTES = 64 * 1024

/** One try of one delivery. What comes of it, and the next try, commit together; a try cut off by a kill is made again. */
export async function deliver(house: House, deliveryId: number): Promise<void> {
  const delivery = await house.db.selectFrom('notice_delivery').selectAll().where('id', '=', deliveryId).executeTakeFirst()
  const notice = delivery && await noticeById(house.db, delivery.notice_id)
  if (!delivery || !notice || delivery.state !== 'waiting' || notice.state === 'stopped') return
  if (notice.state === 'paused') return await later(house, delivery, 300)
  const said = await send(house, notice, delivery)
  if (said.ok) await delivered(house, notice, delivery, said.status)
  else await failed(house, notice, delivery, said)
}

type Said = { ok: true; status: number } | { ok: false; status: number | null; problem: string; forGood: string | null }

async function send(house: House, notice: NoticeRow, delivery: DeliveryRow): Promise<Said> {
  const secret = house.secrets.open(notice.secret_sealed, secretName(notice.id))
  try {
    const answer = await house.fetch(notice.url, {
      method: 'POST', body: delivery.body, timeoutMs: PATIENCE_MS, maxBytes: ANSWER_BYTES,
      headers: { 'content-type': 'application/json', 'user-agent': 'Stagedoor', 'stagedoor-event': delivery.type, 'stagedoor-delivery': String(delivery.id), 'stagedoor-signature': signature(secret, delivery.body, wallNow()) },
    })
    await answer.body?.cancel()
    if (answer.status >= 200 && answer.status < 300) return { ok: true, status: answer.status }
    return { ok: false, status: answer.status, problem: `It answered ${answer.status}.`, forGood: answer.status === 410 ? 'gone' : null }
  } catch (why) {
    if (why instanceof PrivateAddress) return { ok: false, status: null, problem: 'The address is a private one.', forGood: 'private_address' }
    return { ok: false, status: null, problem: why instanceof Error && why.name === 'TimeoutError' ? 'It did not answer in time.' : 'It could not be reached.', forGood: null }
  }
}

const delivered = (house: House, notice: NoticeRow, delivery: DeliveryRow, status: number) => house.db.transaction().execute(async trx => {
  await trx.updateTable('notice_delivery').set({ state: 'delivered', attempts: delivery.attempts + 1, last_at: wallNow(), last_status: status, last_problem: null, next_at: null }).where('id', '=', delivery.id).execute()
  if (notice.failing_since) await updateNotice(trx, notice.id, { failing_since: null, warned_at: null, why: null })
})

function failed(house: House, notice: NoticeRow, delivery: DeliveryRow, said: Said & { ok: false }): Promise<void> {
  return house.commit(async (trx, tell) => {
    const now = wallNow()
    const attempts = delivery.attempts + 1
    const wait = said.forGood === null ? nextTry(attempts, delivery.first_at, now) : null
    await trx.updateTable('notice_delivery').set({
      attempts, last_at: now, last_status: said.status, last_problem: said.problem,
      ...(wait === null ? { state: 'given up' as const, next_at: null } : { next_at: new Date(now.getTime() + wait * 1000) }),
    }).where('id', '=', delivery.id).execute()
    if (wait !== null) await house.jobs.enqueue(trx, DELIVER, { deliveryId: delivery.id }, { afterSeconds: wait })
    const since = notice.failing_since ?? now
    const warn = wait !== null && notice.warned_at === null && now.getTime() - since.getTime() >= WARN_MS
    await updateNotice(trx, notice.id, { failing_since: since, ...(warn ? { warned_at: now } : {}), ...(wait === null ? { state: 'stopped', why: said.forGood ?? 'kept_failing' } : {}) })
    if (warn || wait === null) {
      tell({ type: wait === null ? 'notice.stopped' : 'notice.failing', accountId: null, audience: 'managers', subject: `notice:${notice.id}`, actor: theHouse, body: { name: notice.name, since: since.toISOString(), problem: said.problem } })
    }
  })
}

const later = (house: House, delivery: DeliveryRow, seconds: number) => house.db.transaction().execute(async trx => {
  await house.jobs.enqueue(trx, DELIVER, { deliveryId: delivery.id }, { afterSeconds: seconds })
})
