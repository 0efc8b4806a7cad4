import type { WebhookEvent } from '@stagedoor/tiktok'
import { sql } from 'kysely'
import { tiktok } from '../kit/actor.ts'
import type { Trx } from '../kit/db.ts'
import { setAside } from '../kit/deliveries.ts'
import type { Tell } from '../kit/events.ts'
import type { House } from '../kit/house.ts'
import { cleanText } from '../kit/json.ts'
import { moveReads, setReferral } from './conversations.ts'
import { keepGhosts } from './ghosts.ts'
import { keepSaid, placeText, type Heard, type Mention } from './keep.ts'
import { tellConversations, tellMessages } from './tell.ts'
import { understand, type Understood } from './understand.ts'

/** A kept delivery whose turn has come, read again from its bytes. */
export type Received = { id: number; appId: number; event: WebhookEvent; raw: Uint8Array }

/** Deliveries for an account that is not connected are kept under this name, and taken up again when it is. */
export const UNKNOWN_ACCOUNT = 'unknown account'

/** What TikTok told, as it was told: the whole list in one go, in order. One that cannot be stored fails the list; the drainer then takes them one by one. */
export async function receive(house: Pick<House, 'clock' | 'jobs'>, trx: Trx, tell: Tell, list: Received[]): Promise<void> {
  const homes = await homesOf(trx, list)
  const strangers: number[] = []
  const told = list.flatMap(one => {
    const accountId = one.event.user_openid === undefined ? undefined : homes.get(`${one.appId} ${one.event.user_openid}`)
    if (accountId === undefined) { strangers.push(one.id); return [] }
    return understand(one.event, one.id).map(meaning => ({ deliveryId: one.id, accountId, appId: one.appId, meaning }))
  })
  if (strangers.length > 0) await setAside(trx, strangers, UNKNOWN_ACCOUNT)
  const of = <Is extends Understood['is']>(is: Is) => told.flatMap(one => one.meaning.is === is ? [{ ...one, meaning: one.meaning as Extract<Understood, { is: Is }> }] : [])

  const heard = of('message').map(({ accountId, appId, meaning }): Heard => ({ accountId, appId, said: meaning.said }))
  const reads = of('read'), referrals = of('referral'), unseen = of('ghost')
  const mentions = [...reads, ...referrals].map(({ accountId, appId, meaning }): Mention =>
    ({ accountId, appId, conversationKey: meaning.conversationKey, contactKey: meaning.contactKey, handle: meaning.handle, at: 'until' in meaning ? meaning.until : meaning.at }))
  const places = await keepSaid(house, trx, tell, heard, mentions)
  const placeOf = (one: { accountId: number; meaning: { conversationKey: string } }) => places.get(placeText(one.accountId, one.meaning.conversationKey))?.id

  if (reads.length > 0) await seen(trx, tell, reads.flatMap(one => { const id = placeOf(one); return id === undefined ? [] : [{ id, until: one.meaning.until }] }))
  for (const one of referrals) {
    const id = placeOf(one)
    if (id === undefined) continue
    await setReferral(trx, id, one.meaning.referral)
    await tellConversations(trx, tell, [id], tiktok)
  }
  if (unseen.length > 0) {
    const fresh = await keepGhosts(trx, unseen.map(one => ({ accountId: one.accountId, at: one.meaning.at, deliveryId: one.deliveryId })))
    for (const ghost of fresh) tell({ type: 'ghost.received', accountId: ghost.accountId, subject: `ghost:${ghost.id}`, actor: tiktok, body: { id: ghost.id, accountId: ghost.accountId, wroteAt: ghost.wroteAt.toISOString(), seenAt: null } })
  }
}

/** Which account each delivery is about: the app it came to and the open_id it names, in one query. */
async function homesOf(trx: Trx, list: Received[]): Promise<Map<string, number>> {
  const asked = [...new Map(list.flatMap(({ appId, event }) => event.user_openid === undefined ? [] : [[`${appId} ${event.user_openid}`, { appId, openId: cleanText(event.user_openid) }] as const])).values()]
  if (asked.length === 0) return new Map()
  const { rows } = await sql<{ appId: number; openId: string; accountId: number }>`select g.app_id as "appId", g.open_id as "openId", g.account_id as "accountId"
    from grant_ g join jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as d("appId" bigint, "openId" text) on g.app_id = d."appId" and g.open_id = d."openId"`.execute(trx)
  return new Map(rows.map(row => [`${row.appId} ${row.openId}`, row.accountId]))
}

/** Everything we sent up to the moment is seen; a receipt that comes late changes nothing. */
async function seen(trx: Trx, tell: Tell, reads: { id: number; until: Date }[]): Promise<void> {
  const moved = await moveReads(trx, reads)
  if (moved.length === 0) return
  const { rows } = await sql<{ id: number }>`select m.id from message m join jsonb_to_recordset(${JSON.stringify(moved)}::jsonb) as d(id bigint, "from" timestamptz, until timestamptz) on d.id = m.conversation_id
    where m.direction = 'out' and m.state = 'sent' and m.sent_at <= d.until and m.sent_at > coalesce(d."from", '-infinity') order by m.sent_at desc limit 200`.execute(trx)
  await tellMessages(trx, tell, 'message.updated', rows.map(row => row.id), tiktok)
  await tellConversations(trx, tell, moved.map(one => one.id), tiktok)
}
