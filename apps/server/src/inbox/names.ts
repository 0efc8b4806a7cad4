import { businessOf } from '../accounts/door.ts'
import { grantFor } from '../accounts/grants.ts'
import { tiktok } from '../kit/actor.ts'
import { wallNow } from '../kit/clock.ts'
import type { House } from '../kit/house.ts'
import { leaveUnnamed, nameContact, nameLater, takeUnnamed } from './contacts.ts'
import { outsideName } from './conversations.ts'
import { keepSaid } from './keep.ts'
import { tellConversations } from './tell.ts'
import { understandList } from './understand-list.ts'

/** A contact that is being named by a process that died is somebody else's after this. */
const LEASE_MS = 60_000
const MOST_TRIES = 5
const LARGEST_PICTURE_BYTES = 4 * 1024 * 1024
const PICTURE_PIXELS = 128

/**
 * Webhooks carry a username, nothing more: nickname, picture and follower come from content/list (business §4.2). One contact per call, the
 * newest first, politely: history leaves most of the budget to sends. Returns false when there is nobody to name or no room in the budget.
 */
export async function nameNext(house: House): Promise<'named' | 'nobody' | { waitMs: number }> {
  const now = wallNow()
  const id = await house.db.transaction().execute(trx => takeUnnamed(trx, now, new Date(now.getTime() + LEASE_MS)))
  if (id === undefined) return 'nobody'
  const place = await house.db.selectFrom('conversation').innerJoin('contact', 'contact.id', 'conversation.contact_id').select(['conversation.id', 'account_id', 'name_tries'])
    .where('contact_id', '=', id).orderBy('conversation.id', 'desc').limit(1).executeTakeFirst()
  const grant = place && await grantFor(house.db, place.account_id, 'business')
  const name = place && await outsideName(house.db, place.id, place.account_id)
  if (!place || grant?.state !== 'working' || !name || place.name_tries > MOST_TRIES) { await house.db.transaction().execute(trx => leaveUnnamed(trx, id)); return 'named' }
  const leave = await house.budgets.take({ app: String(grant.app_id), bucket: 'messaging', priority: 'history' })
  if (!leave.go) { await house.db.transaction().execute(trx => nameLater(trx, id, new Date(wallNow().getTime() + leave.waitMs))); return { waitMs: leave.waitMs } }
  try {
    const door = await businessOf(house, place.account_id, { priority: 'history' })
    const { said, customer } = understandList(await door.content(name.key), door.businessId, house.clock.now())
    const avatarMediaId = customer?.avatarUrl ? await picture(house, customer.avatarUrl) : null
    await house.commit(async (trx, tell) => {
      await keepSaid(house, trx, tell, said.map(one => ({ accountId: place.account_id, appId: grant.app_id, said: { ...one, conversationKey: name.key } })))
      await nameContact(trx, id, { displayName: customer?.displayName ?? null, avatarUrl: customer?.avatarUrl ?? null, avatarMediaId, at: house.clock.now() })
      const { ids } = await trx.selectFrom('conversation').select(eb => eb.fn.agg<number[]>('array_agg', ['conversation.id']).as('ids')).where('contact_id', '=', id).executeTakeFirstOrThrow()
      await tellConversations(trx, tell, ids, tiktok)
    })
  } catch (why) {
    house.log.info({ err: why, contact: id }, 'a contact could not be named; tried again later') // the lease is the pause
  }
  return 'named'
}

/** Fetched by the guarded fetch and drawn anew, small: what was hidden in the file stays behind. Null when it is no picture. */
async function picture(house: House, url: string): Promise<number | null> {
  try {
    const answer = await house.fetch(url, { maxBytes: LARGEST_PICTURE_BYTES, timeoutMs: 10_000, hops: 2 })
    if (!answer.ok) return null
    const { default: sharp } = await import('sharp') // on first use: heavy
    const drawn = await sharp(Buffer.from(await answer.arrayBuffer()), { limitInputPixels: 4096 * 4096 }).resize(PICTURE_PIXELS, PICTURE_PIXELS, { fit: 'cover' }).webp().toBuffer()
    return (await house.media.put(drawn, { mime: 'image/webp', accountId: null })).mediaId
  } catch (why) {
    house.log.debug({ err: why }, 'a contact’s picture could not be kept')
    return null
  }
}
