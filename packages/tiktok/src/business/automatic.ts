import { nonsense, type Answer } from '../http.ts'
import { isObject, textOf } from '../json.ts'
import type { JsonObject } from '../types.ts'
import { automatic, automaticEndpoints as endpoints } from './automatic.contract.ts'
import type { Way } from './ask.ts'
import { readBusiness } from './envelope.ts'
import type { AutoMessage, AutoMessages, Business } from './types.ts'

/** Welcome message, suggested questions, chat prompts; and the switch of Comment-to-Message. business §4.7, §4.9 */
export function automaticCalls({ ask, id }: Way): Pick<Business, 'autoMessages' | 'directReply'> {
  const done = (answer: Answer) => { readBusiness(answer) }
  const direct_reply_type = automatic.directReplyType
  return {
    autoMessages: {
      create: async message => ask(endpoints.create, { body: { business_id: id(), ...message } }, readId),
      update: async (auto_message_id, message) => ask(endpoints.update, { body: { business_id: id(), auto_message_id, ...message } }, readId),
      setStatus: async (auto_message_type, operation_status) => ask(endpoints.setStatus, { body: { business_id: id(), auto_message_type, operation_status } }, done),
      get: async (auto_message_type, auto_message_id) => ask(endpoints.get, { query: { business_id: id(), auto_message_type, auto_message_id } }, readAll),
      delete: async (auto_message_type, auto_message_id) => ask(endpoints.delete, { body: { business_id: id(), auto_message_type, auto_message_id } }, done),
      sort: async auto_message_ids => ask(endpoints.sort, { body: { business_id: id(), auto_message_type: 'CHAT_PROMPT', auto_message_ids } }, done),
    },
    directReply: {
      update: async operation_status => ask(endpoints.directReplyUpdate, { body: { business_id: id(), direct_reply_type, operation_status } }, done),
      get: async () => ask(endpoints.directReplyGet, { query: { business_id: id(), direct_reply_type } }, answer => {
        const { operation_status } = readBusiness(answer)
        if (typeof operation_status !== 'string') throw nonsense(answer, 'no operation_status')
        return { operation_status }
      }),
    },
  }
}

function readId(answer: Answer): { auto_message_id: string } {
  const { auto_message } = readBusiness(answer)
  const auto_message_id = isObject(auto_message) ? textOf(auto_message['auto_message_id']) : ''
  if (auto_message_id === '') throw nonsense(answer, 'no auto_message.auto_message_id')
  return { auto_message_id }
}

function readAll(answer: Answer): AutoMessages {
  const { operation_status, auto_messages } = readBusiness(answer)
  return {
    ...(typeof operation_status === 'string' ? { operation_status } : {}),
    auto_messages: (Array.isArray(auto_messages) ? auto_messages : []).filter(isObject).map(readOne),
  }
}

/** TikTok's own example nests a chat prompt under suggested_question; both are read as a chat prompt. business §4.7 */
function readOne(from: JsonObject): AutoMessage {
  const { suggested_question, ...rest } = from
  const misplaced = from['auto_message_type'] === 'CHAT_PROMPT' && from['chat_prompt'] === undefined && suggested_question !== undefined
  return { ...(misplaced ? { ...rest, chat_prompt: suggested_question } : from), auto_message_id: textOf(from['auto_message_id']) } as AutoMessage
}
