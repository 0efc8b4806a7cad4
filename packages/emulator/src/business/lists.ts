import { isMessageId } from './draft.ts'
import { invalid, notThere } from './refuse.ts'
import { avatar } from './pictures.ts'
import { oneOf, queryInt, queryList, queryText, route } from './route.ts'
import { restConversation, restMessage } from './shapes.ts'
import type { Session } from './route.ts'
import { accountNamed, customerNamed, underEuRules } from './stage.ts'
import type { Ground } from '../face.ts'
import { newest, partiesOf } from './talk.ts'
import type { Conversation } from './types.ts'

const DAY_MS = 86_400_000
const BASE = '/business/message'

/** Finds a conversation this session may look at; a wrong shape is 40002, an unknown one 40007 (G21). */
export function theConversation(ground: Ground, session: Session, id: string): Conversation {
  if (!isMessageId(id)) throw invalid('conversation_id', 'A conversation id has 28 characters. A + that was not encoded as %2B arrives as a space.', 'G21 ids of wrong shape')
  const found = ground.store.shelf('conversation').get(id)
  if (!found || found.accountId !== session.accountId) throw notThere('The conversation', 'No conversation of this account has this id.')
  return found
}

const listed = (ground: Ground, c: Conversation) => !underEuRules(ground, c.customerId) || ground.rules.get('eu-conversations') === 'listed'

/** 4.1: newest first, at most 100 in all, 90 days back; the cursor is an offset (G9). */
export const conversationList = route({ name: 'business.conversations', method: 'GET', path: `${BASE}/conversation/list/`, scope: 'message.list.read', bucket: 'messaging', says: 'Conversations of the last 90 days, at most 100' },
  ({ query }) => ({
    businessId: queryText(query, 'business_id'), type: oneOf(queryText(query, 'conversation_type'), ['STRANGER', 'SINGLE'], 'conversation_type'),
    limit: queryInt(query, 'limit', { least: 1, most: 100, otherwise: 100 }), cursor: queryInt(query, 'cursor', { least: 0, most: Number.MAX_SAFE_INTEGER, otherwise: 0 }),
  }),
  (ground, session, asked) => {
    const all = ground.store.shelf('conversation')
      .filter(c => c.accountId === session.accountId && c.type === asked.type && listed(ground, c) && c.updatedAt > ground.clock.now() - 90 * DAY_MS && c.messages > 0)
      .sort((a, b) => b.updatedAt - a.updatedAt || (a.id < b.id ? -1 : 1)).slice(0, 100)
    const page = all.slice(asked.cursor, asked.cursor + asked.limit), cursor = asked.cursor + page.length
    return { conversations: page.map(restConversation), has_more: cursor < all.length, cursor }
  })

/** 4.2: the 20 newest, no pages; the only place for a customer's nickname and picture. */
export const contentList = route({ name: 'business.content', method: 'GET', path: `${BASE}/content/list/`, scope: 'message.list.read', bucket: 'messaging', says: 'The 20 newest messages of a conversation, and who takes part' },
  ({ query }) => ({ businessId: queryText(query, 'business_id'), conversationId: queryText(query, 'conversation_id') }),
  (ground, session, asked) => {
    const conversation = theConversation(ground, session, asked.conversationId)
    if (!listed(ground, conversation)) throw notThere('The conversation', 'It is with a customer of the EEA, Switzerland or the UK and stays hidden (rule eu-conversations).')
    const parties = partiesOf(ground, conversation, session.openId)
    const messages = newest(ground, conversation, 20)
    if (ground.rules.get('content-order') === 'newest first') messages.reverse()
    const odd = ground.call.fault('unknown enum') !== undefined
    const account = accountNamed(ground, session.accountId), customer = customerNamed(ground, conversation.customerId)
    return {
      participants: [
        { id: parties.businessId, role: 'BUSINESS_ACCOUNT', display_name: account.displayName, profile_image: avatar(ground, account.id) },
        { id: parties.customerId, role: 'PERSONAL_ACCOUNT', display_name: customer.displayName, profile_image: avatar(ground, customer.id), is_follower: conversation.follower },
      ],
      messages: messages.map((m, i) => ({ ...restMessage(m, parties), ...(i === 0 && odd ? { message_type: 'HOLOGRAM' } : {}) })),
    }
  })

/** Countries where pictures in messages do not work, as one vendor lists them (7.3). */
const NO_PICTURES = new Set(['AU', 'CO', 'IN', 'IR', 'JP', 'NG', 'KP', 'PH', 'RU', 'KR', 'TR', 'UA', 'GB', 'US',
  'AT', 'BE', 'BG', 'HR', 'CY', 'CZ', 'DK', 'EE', 'FI', 'FR', 'DE', 'GR', 'HU', 'IE', 'IT', 'LV', 'LT', 'LU', 'MT', 'NL', 'PL', 'PT', 'RO', 'SK', 'SI', 'ES', 'SE'])

export const picturesWork = (ground: Ground, conversation: Conversation): boolean =>
  !NO_PICTURES.has(accountNamed(ground, conversation.accountId).region) && !NO_PICTURES.has(customerNamed(ground, conversation.customerId).region)

export const capabilities = route({ name: 'business.capabilities', method: 'GET', path: `${BASE}/capabilities/get/`, scope: 'message.list.read', bucket: 'messaging', says: 'Whether pictures work in a conversation' },
  ({ query }) => {
    const businessId = queryText(query, 'business_id')
    queryText(query, 'capability_types')
    const types = queryList(query, 'capability_types') ?? []
    for (const type of types) oneOf(type, ['IMAGE_SEND'], 'capability_types')
    const conversationId = queryText(query, 'conversation_id'), type = oneOf(queryText(query, 'conversation_type'), ['SINGLE', 'STRANGER'], 'conversation_type')
    return { businessId, types, conversationId, type }
  },
  (ground, session, asked) => {
    const conversation = theConversation(ground, session, asked.conversationId)
    if (conversation.type !== asked.type) throw invalid('conversation_type', `This conversation is ${conversation.type} now.`)
    return { capability_infos: asked.types.map(type => ({ capability_type: type, capability_result: picturesWork(ground, conversation) })) }
  })
