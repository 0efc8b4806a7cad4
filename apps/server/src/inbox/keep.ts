import { tiktok } from '../kit/actor.ts'
import { wallNow } from '../kit/clock.ts'
import type { Trx } from '../kit/db.ts'
import type { Tell } from '../kit/events.ts'
import type { House } from '../kit/house.ts'
import { contactNamespace, contactsOf, updateHandles } from './contacts.ts'
import { grow, knownPlaces, lockConversations, makeConversations, nameOn, type Growth, type Place } from './conversations.ts'
import { aliasText, attachReactions, enrich, insertSaid, knownAliases, type Placed } from './messages.ts'
import { bindEchoes } from './bind.ts'
import { wakeQueue } from './queue.ts'
import type { Said } from './said.ts'
import { tellConversations, tellMessages } from './tell.ts'

/** Whose account it is, and through which of our apps we heard. */
export type Home = { accountId: number; appId: number }
export type Heard = Home & { said: Said }
/** A conversation somebody mentioned: by a message, a receipt, a referral. */
export type Mention = Home & { conversationKey: string; contactKey: string; handle: string | null; at: Date }

/** `quiet`: history that was fetched; nothing is unread because of it. */
export type Manner = { quiet?: boolean }

/**
 * Keeps what was said, all of it in a handful of statements however long the list is (recipe 2): new messages become rows, known ones change nothing,
 * echoes find the sends they belong to, conversations and their windows move, and everything that changed is told.
 * `mentions` are conversations that must exist although nothing was said in them; returns all places by `placeText`.
 */
export async function keepSaid(house: Pick<House, 'clock' | 'jobs'>, trx: Trx, tell: Tell, heard: Heard[], mentions: Mention[] = [], manner: Manner = {}): Promise<Map<string, Place>> {
  const all = [...mentions, ...heard.map(({ said, ...home }) => ({ ...home, conversationKey: said.conversationKey, contactKey: said.contactKey, handle: said.handle, at: said.sentAt }))]
  if (all.length === 0) return new Map()
  const now = house.clock.now()
  const places = await placesOf(trx, all, now)
  const ids = [...new Set([...places.values()].map(place => place.id))]
  await lockConversations(trx, ids)
  const list = heard.flatMap(({ said, accountId }): Placed[] => {
    const place = places.get(placeText(accountId, said.conversationKey))
    return place ? [{ ...said, conversationId: place.id, ...nameOn(accountId, said.key) }] : []
  })
  const { rest, settled } = await bindEchoes(trx, list)
  const inserted = await insertSaid(trx, rest, now)
  const fresh = new Map(inserted.map(row => [`${row.conversationId} ${row.key}`, row.id]))
  const enriched = inserted.length < rest.length ? await enrichKnown(trx, rest.filter(one => !fresh.has(`${one.conversationId} ${one.key}`))) : []
  const reacted = inserted.length > 0 ? await attachReactions(trx, [...new Set(inserted.map(row => row.conversationId))]) : []

  for (const one of settled) await wakeQueue(house, trx, one.conversationId)
  const growth = growthOf(rest, fresh, manner)
  for (const one of settled) growth.push({ id: one.conversationId, incoming: 0, lastAt: one.sentAt, lastId: one.messageId, customerAt: null, answered: true, clears: false, follower: null })
  if (growth.length > 0) await grow(trx, joinGrowth(growth))
  if (!manner.quiet || settled.length > 0) {
    await tellMessages(trx, tell, 'message.received', manner.quiet ? [] : inserted.map(row => row.id), tiktok)
    const fine = new Set(inserted.map(row => row.id))
    await tellMessages(trx, tell, 'message.updated', [...new Set([...settled.map(one => one.messageId), ...enriched, ...reacted])].filter(id => !fine.has(id)), tiktok)
  }
  await tellConversations(trx, tell, growth.length > 0 ? [...new Set(growth.map(one => one.id))] : [], tiktok)
  return places
}

export const placeText = (accountId: number, conversationKey: string) => `${accountId} ${conversationKey}`

async function placesOf(trx: Trx, all: Mention[], now: Date): Promise<Map<string, Place>> {
  const wanted = new Map(all.map(one => [placeText(one.accountId, one.conversationKey), one]))
  const names = [...wanted.values()].map(one => ({ accountId: one.accountId, key: one.conversationKey }))
  const places = new Map((await knownPlaces(trx, names)).map(place => [placeText(place.accountId, place.key), place]))
  const missing = [...wanted.entries()].filter(([text]) => !places.has(text)).map(([, one]) => one)
  if (missing.length > 0) {
    const contacts = await contactsOf(trx, missing.map(one => ({ namespace: contactNamespace(one.appId), key: one.contactKey, handle: one.handle, at: one.at })), wallNow())
    const fresh = missing.flatMap(one => {
      const contactId = contacts.get(`${contactNamespace(one.appId)} ${one.contactKey}`)
      return contactId === undefined ? [] : [{ accountId: one.accountId, key: one.conversationKey, contactId }]
    })
    await makeConversations(trx, fresh, now)
    for (const place of await knownPlaces(trx, missing.map(one => ({ accountId: one.accountId, key: one.conversationKey })))) places.set(placeText(place.accountId, place.key), place)
    if (missing.some(one => !places.has(placeText(one.accountId, one.conversationKey)))) throw new Error('a conversation is being made by somebody else at this moment')
  }
  const renamed = all.flatMap(one => {
    const place = places.get(placeText(one.accountId, one.conversationKey))
    return place && one.handle && one.handle !== place.handle ? [{ id: place.contactId, handle: one.handle }] : []
  })
  if (renamed.length > 0) await updateHandles(trx, [...new Map(renamed.map(one => [one.id, one])).values()], wallNow())
  return places
}

/** Our own sends whose answer came before the echo: the echo brings TikTok's time and words. */
async function enrichKnown(trx: Trx, known: Placed[]): Promise<number[]> {
  const ours = known.filter(one => one.direction === 'out')
  if (ours.length === 0) return []
  const ids = await knownAliases(trx, ours.map(one => nameOn(one.accountId, one.key)))
  return await enrich(trx, ours.flatMap(one => {
    const id = ids.get(aliasText(one))
    return id === undefined ? [] : [{ id, sentAt: one.sentAt, content: one.content }]
  }))
}

function growthOf(list: Placed[], fresh: Map<string, number>, manner: Manner): Growth[] {
  return list.flatMap((one): Growth[] => {
    const id = fresh.get(`${one.conversationId} ${one.key}`)
    if (id === undefined) return []
    fresh.delete(`${one.conversationId} ${one.key}`) // the same message twice in one list counts once
    const counts = one.kind !== 'reaction' // a reaction is a mark on a message: it moves no window and is not unread
    const incoming = one.direction === 'in' && counts
    const written = one.direction === 'out' && counts && one.automatic === null
    return [{
      id: one.conversationId, incoming: incoming && !manner.quiet ? 1 : 0, lastAt: counts ? one.sentAt : null, lastId: counts ? id : null,
      customerAt: incoming ? one.sentAt : null, answered: written, clears: written, follower: one.direction === 'in' ? one.follower : null,
    }]
  })
}

/** Several messages of one conversation become one step, in the order they came. */
function joinGrowth(list: Growth[]): Growth[] {
  const byId = new Map<number, Growth>()
  for (const one of list) {
    const was = byId.get(one.id)
    if (!was) { byId.set(one.id, { ...one }); continue }
    const newer = one.lastAt !== null && (was.lastAt === null || one.lastAt >= was.lastAt)
    byId.set(one.id, {
      id: one.id,
      // Written elsewhere after what came in: that much was read there.
      incoming: one.clears && newer ? one.incoming : was.incoming + one.incoming,
      lastAt: newer ? one.lastAt : was.lastAt, lastId: newer ? one.lastId : was.lastId,
      customerAt: later(was.customerAt, one.customerAt), answered: was.answered || one.answered, clears: was.clears || (one.clears && newer), follower: one.follower ?? was.follower,
    })
  }
  return [...byId.values()]
}

const later = (a: Date | null, b: Date | null) => a === null ? b : b === null || a > b ? a : b
