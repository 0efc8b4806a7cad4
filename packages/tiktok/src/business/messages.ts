import { Refused } from '../errors.ts'
import { nonsense, type Answer } from '../http.ts'
import { isObject, numberOf } from '../json.ts'
import { checkSend } from './check-send.ts'
import type { Way } from './ask.ts'
import { readBusiness } from './envelope.ts'
import { messageEndpoints as endpoints } from './messages.contract.ts'
import type { Business, Conversation, ConversationContent, ConversationPage, Message, Outgoing, Participant } from './types.ts'

/** Conversations, their newest messages, and sending. business §4.1-4.3, §4.6 */
export function messageCalls({ ask, id }: Way): Pick<Business, 'conversations' | 'content' | 'send' | 'capabilities'> {
  return {
    conversations: async ({ type, limit, cursor }) => ask(endpoints.conversations, { query: { business_id: id(), conversation_type: type, limit, cursor } }, readConversations),
    content: async conversationId => ask(endpoints.content, { query: { business_id: id(), conversation_id: conversationId } }, readContent),
    send: async message => {
      const business_id = id()
      refuseBroken(message)
      const address = message.direct_reply === undefined ? { recipient_type: 'CONVERSATION' } : {}
      return ask(endpoints.send, { body: { business_id, ...address, ...message } }, readSent)
    },
    capabilities: async (conversationId, type) => ask(endpoints.capabilities, {
      query: { business_id: id(), capability_types: JSON.stringify(['IMAGE_SEND']), conversation_id: conversationId, conversation_type: type },
    }, answer => {
      const infos = readBusiness(answer)['capability_infos']
      if (!Array.isArray(infos)) throw nonsense(answer, 'no capability_infos')
      return { IMAGE_SEND: infos.filter(isObject).some(info => info['capability_type'] === 'IMAGE_SEND' && info['capability_result'] === true) }
    }),
  }
}

function refuseBroken(message: Outgoing): void {
  const problems = checkSend(message)
  if (problems.length === 0) return
  const said = problems.map(({ field, rule, limit, actual }) => `${field} is ${rule}${limit === null ? '' : ` (${actual} of ${limit})`}`).join('; ')
  throw new Refused({ platform: 'business', path: endpoints.send.path, status: 0, code: 'not_sent', next: 'fix the request', said })
}

function readConversations(answer: Answer): ConversationPage {
  const page = readBusiness(answer)
  if (!Array.isArray(page['conversations'])) throw nonsense(answer, 'no conversations')
  const conversations = page['conversations'].filter(isObject).filter(one => typeof one['conversation_id'] === 'string') as Conversation[]
  return { conversations, has_more: page['has_more'] === true, cursor: numberOf(page['cursor']) ?? 0 }
}

function readContent(answer: Answer): ConversationContent {
  const { participants, messages } = readBusiness(answer)
  if (!Array.isArray(messages)) throw nonsense(answer, 'no messages')
  return {
    participants: (Array.isArray(participants) ? participants : []).filter(isObject) as Participant[],
    messages: messages.filter(isObject).filter(one => typeof one['message_id'] === 'string') as Message[],
  }
}

/** The id is nested (business §8, pitfall 1); '' after a sender action. */
function readSent(answer: Answer): { message_id: string } {
  const { message } = readBusiness(answer)
  if (!isObject(message) || typeof message['message_id'] !== 'string') throw nonsense(answer, 'no message.message_id')
  return { message_id: message['message_id'] }
}
