import type { Ground } from '../face.ts'
import { asObject, lengthOf, text } from './draft.ts'
import { invalid, missing, notThere } from './refuse.ts'
import { oneOf, queryText, route, type Session } from './route.ts'
import { addMessage, echo, tell } from './talk.ts'
import type { AutoMessage, AutoType, Conversation, Message } from './types.ts'

const TYPES = ['WELCOME_MESSAGE', 'SUGGESTED_QUESTION', 'CHAT_PROMPT'] as const
const MOST: Record<AutoType, number> = { WELCOME_MESSAGE: 1, SUGGESTED_QUESTION: 3, CHAT_PROMPT: 6 }
const BASE = '/business/message/auto_message', DEFAULT_WELCOME = 'Hi {{display_name}}, thanks for contacting us. Please leave a message and we will get back to you.'
const about = { scope: 'message.list.manage', bucket: 'messaging' } as const

type Json = Record<string, unknown>
type Content = Pick<AutoMessage, 'content' | 'question' | 'answer' | 'title'>

/** Reads the payload object of a type with its lengths (4.7). CHAT_PROMPT is also taken from `suggested_question`, as the documents mix them up. */
function contentOf(type: AutoType, body: Json): Content {
  const limited = (from: Json, key: string, most: number, name: string) => {
    const words = text(from, key, `${name}.${key}`)
    if (lengthOf(words) > most) throw invalid(`${name}.${key}`, `It has ${lengthOf(words)} characters; ${most} are allowed.`)
    return words
  }
  const payload = (name: string, ...others: string[]) => {
    const found = [name, ...others].map(key => asObject(body[key])).find(value => value !== undefined)
    if (!found) throw missing(name)
    return found
  }
  if (type === 'WELCOME_MESSAGE') return { content: limited(payload('welcome_message'), 'content', 250, 'welcome_message') }
  if (type === 'SUGGESTED_QUESTION') {
    const from = payload('suggested_question')
    return { question: limited(from, 'question', 80, 'suggested_question'), answer: limited(from, 'answer', 200, 'suggested_question') }
  }
  const from = payload('chat_prompt', 'suggested_question')
  return { title: limited(from, 'title', 18, 'chat_prompt'), content: limited(from, 'content', 150, 'chat_prompt') }
}

const payloadOf = (m: AutoMessage): Json => m.type === 'WELCOME_MESSAGE' ? { welcome_message: { content: m.content } }
  : m.type === 'SUGGESTED_QUESTION' ? { suggested_question: { question: m.question, answer: m.answer } } : { chat_prompt: { title: m.title, content: m.content } }

export const listOf = (ground: Ground, accountId: string, type: AutoType): AutoMessage[] =>
  ground.store.shelf('autoMessage').filter(m => m.accountId === accountId && m.type === type).sort((a, b) => a.order - b.order)

const isOn = (ground: Ground, accountId: string, type: AutoType): boolean => ground.store.shelf('autoSwitch').get(`${accountId}/${type}`)?.on === true

function keep(ground: Ground, session: Session, message: Omit<AutoMessage, 'accountId' | 'status'>): AutoMessage {
  const kept = ground.store.shelf('autoMessage').put({ ...message, accountId: session.accountId, status: 'REVIEWING' })
  const after = { seconds: 20_000, hours: 2 * 3_600_000, 'by hand': null }[ground.rules.get('auto-review')]
  if (after !== null && after !== undefined) ground.agenda.after(after, 'business.review', { id: kept.id }, kept.id)
  return kept
}

/** The review ends; the event follows within minutes (5.5). */
export function review(ground: Ground, id: string, verdict: 'APPROVED' | 'REJECTED'): void {
  const shelf = ground.store.shelf('autoMessage'), message = shelf.get(id)
  if (!message || message.status !== 'REVIEWING') return
  shelf.put({ ...message, status: verdict })
  tell(ground, message.accountId, 'im_auto_message_audit_update', () => ({ auto_message_id: id, auto_message_type: message.type, audit_status: verdict, timestamp: ground.clock.now() }), { afterMs: 1000 })
}

const told = (ground: Ground, message: AutoMessage, action: 'CREATE' | 'UPDATE' | 'DELETE' | 'ENABLE' | 'DISABLE') =>
  tell(ground, message.accountId, 'im_auto_message_config_update', () => ({ auto_message_id: message.id, auto_message_type: message.type, auto_message_action: action, timestamp: ground.clock.now(), ...payloadOf(message) }), { afterMs: 1000 })

const same = (m: AutoMessage, c: Content) => m.type === 'SUGGESTED_QUESTION' ? m.question === c.question : m.type === 'CHAT_PROMPT' ? m.title === c.title : false

const createAuto = route({ ...about, name: 'business.autoCreate', method: 'POST', path: `${BASE}/create/`, says: 'Adds an automatic message' },
  ({ body }) => { const businessId = text(body, 'business_id'), type = oneOf(text(body, 'auto_message_type'), TYPES, 'auto_message_type'); return { businessId, type, content: contentOf(type, body) } },
  (ground, session, { type, content }) => {
    const list = listOf(ground, session.accountId, type)
    if (list.length >= MOST[type]) throw invalid('auto_message_type', `An account has at most ${MOST[type]} of ${type}.`, '4.7 automatic messages')
    if (list.some(m => same(m, content))) throw invalid('auto_message', 'The same one exists already.', '4.7 automatic messages')
    const made = keep(ground, session, { id: ground.ids.snowflake('auto'), type, order: Math.max(-1, ...list.map(m => m.order)) + 1, ...content })
    told(ground, made, 'CREATE')
    return { auto_message: { auto_message_id: made.id } }
  })

function owned(ground: Ground, session: Session, id: string, type: AutoType): AutoMessage {
  const found = ground.store.shelf('autoMessage').get(id)
  if (!found || found.accountId !== session.accountId || found.type !== type) throw notThere('The automatic message', 'This account has none of this type with this id.')
  return found
}

const updateAuto = route({ ...about, name: 'business.autoUpdate', method: 'POST', path: `${BASE}/update/`, says: 'Changes an automatic message that is not under review' },
  ({ body }) => { const businessId = text(body, 'business_id'), type = oneOf(text(body, 'auto_message_type'), TYPES, 'auto_message_type'); return { businessId, type, id: text(body, 'auto_message_id'), content: contentOf(type, body) } },
  (ground, session, { type, id, content }) => {
    const old = owned(ground, session, id, type)
    if (old.status === 'REVIEWING') throw invalid('auto_message_id', 'It is under review; wait for the verdict.', '4.7 automatic messages')
    if (old.status === 'REJECTED') throw invalid('auto_message_id', 'A rejected one cannot be changed any more; create a new one.', '4.7 automatic messages')
    if (type !== 'WELCOME_MESSAGE') {
      told(ground, keep(ground, session, { ...old, ...content }), 'UPDATE')
      return { auto_message: { auto_message_id: id } }
    }
    told(ground, old, 'DELETE') // a changed welcome message fires DELETE and CREATE (5.6)
    ground.store.shelf('autoMessage').drop(old.id)
    const made = keep(ground, session, { ...old, ...content, id: ground.ids.snowflake('auto') })
    told(ground, made, 'CREATE')
    return { auto_message: { auto_message_id: made.id } }
  })

const autoStatus = route({ ...about, name: 'business.autoStatus', method: 'POST', path: `${BASE}/status/update/`, says: 'Switches a type of automatic message on or off' },
  ({ body }) => ({ businessId: text(body, 'business_id'), type: oneOf(text(body, 'auto_message_type'), TYPES, 'auto_message_type'), status: oneOf(text(body, 'operation_status'), ['ENABLE', 'DISABLE'], 'operation_status') }),
  (ground, session, { type, status }) => {
    if (type === 'WELCOME_MESSAGE' && status === 'ENABLE' && listOf(ground, session.accountId, type).length === 0) told(ground, keep(ground, session, { id: ground.ids.snowflake('auto'), type, order: 0, content: DEFAULT_WELCOME }), 'CREATE')
    const destructive = type !== 'WELCOME_MESSAGE' && ground.rules.is('auto-status', 'disables all')
    ground.store.shelf('autoSwitch').put({ id: `${session.accountId}/${type}`, on: status === 'ENABLE' && !destructive })
    for (const message of listOf(ground, session.accountId, type)) told(ground, message, destructive ? 'DISABLE' : status)
    return {}
  })

const autoGet = route({ ...about, scope: 'message.list.read', name: 'business.autoGet', method: 'GET', path: `${BASE}/get/`, says: 'Lists automatic messages with their review' },
  ({ query }) => ({ businessId: queryText(query, 'business_id'), type: oneOf(queryText(query, 'auto_message_type'), TYPES, 'auto_message_type'), id: query.get('auto_message_id') }),
  (ground, session, { businessId, type, id }) => {
    const list = id ? [owned(ground, session, id, type)] : listOf(ground, session.accountId, type)
    return { business_id: businessId, operation_status: isOn(ground, session.accountId, type) ? 'ENABLE' : 'DISABLE', auto_messages: list.map(m => ({ auto_message_id: m.id, auto_message_type: m.type, audit_status: m.status, ...payloadOf(m) })) }
  })

const autoDelete = route({ ...about, name: 'business.autoDelete', method: 'POST', path: `${BASE}/delete/`, says: 'Removes a suggested question or chat prompt' },
  ({ body }) => ({ businessId: text(body, 'business_id'), type: oneOf(text(body, 'auto_message_type'), ['SUGGESTED_QUESTION', 'CHAT_PROMPT'], 'auto_message_type'), id: text(body, 'auto_message_id') }),
  (ground, session, { type, id }) => {
    const gone = owned(ground, session, id, type)
    ground.store.shelf('autoMessage').drop(gone.id)
    told(ground, gone, 'DELETE')
    return {}
  })

const autoSort = route({ ...about, name: 'business.autoSort', method: 'POST', path: `${BASE}/sort/`, says: 'Orders the chat prompts' },
  ({ body }) => {
    const businessId = text(body, 'business_id')
    oneOf(text(body, 'auto_message_type'), ['CHAT_PROMPT'], 'auto_message_type')
    const list: unknown = body['auto_message_ids']
    if (!Array.isArray(list)) throw missing('auto_message_ids')
    return { businessId, ids: list.map(String) }
  },
  (ground, session, { ids }) => {
    const have = listOf(ground, session.accountId, 'CHAT_PROMPT')
    if (ids.length !== have.length || new Set(ids).size !== ids.length || !ids.every(id => have.some(m => m.id === id))) throw invalid('auto_message_ids', 'Name every chat prompt of the account once.', '4.7 automatic messages')
    ids.forEach((id, order) => { const m = have.find(each => each.id === id); if (m) ground.store.shelf('autoMessage').put({ ...m, order }) })
    return {}
  })

export const autoRoutes = [createAuto, updateAuto, autoStatus, autoGet, autoDelete, autoSort]

/** What a customer meets: approved ones of a type that is switched on. Suggested questions and prompts count as on unless they were switched off. */
export function served(ground: Ground, accountId: string, type: AutoType): AutoMessage[] {
  const switched = ground.store.shelf('autoSwitch').get(`${accountId}/${type}`)
  const on = switched ? switched.on : type !== 'WELCOME_MESSAGE'
  return on ? listOf(ground, accountId, type).filter(m => m.status === 'APPROVED') : []
}

/** The welcome message greets the customer's first message. It is no answer: the request stays a request (G11). */
export function welcome(ground: Ground, conversation: Conversation): void {
  const greeting = served(ground, conversation.accountId, 'WELCOME_MESSAGE')[0]
  const name = ground.store.shelf('customer').get(conversation.customerId)?.displayName ?? ''
  if (greeting) sayAutomatically(ground, conversation, (greeting.content ?? '').replaceAll('{{display_name}}', name), 'WELCOME_MESSAGE')
}

export function sayAutomatically(ground: Ground, conversation: Conversation, words: string, auto: 'WELCOME_MESSAGE' | 'SUGGESTED_QUESTION' | 'AUTO_REPLY'): Message {
  const message = addMessage(ground, conversation, { from: 'business', body: { type: 'text', text: words }, source: 'OTHERS', auto })
  echo(ground, conversation, message)
  return message
}

