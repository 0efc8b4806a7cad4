import type { Endpoint } from '../types.ts'

/** Automatic messages and Comment-to-Message. business §4.7, §4.9; lengths in characters */
export const automatic = {
  types: {
    WELCOME_MESSAGE: { most: 1, body: 'welcome_message', limits: { content: 250 }, deletable: false },
    SUGGESTED_QUESTION: { most: 3, body: 'suggested_question', limits: { question: 80, answer: 200 }, deletable: true },
    CHAT_PROMPT: { most: 6, body: 'chat_prompt', limits: { title: 18, content: 150 }, deletable: true },
  },
  auditStatuses: ['REVIEWING', 'APPROVED', 'REJECTED'],
  operationStatuses: ['ENABLE', 'DISABLE'],
  directReplyType: 'COMMENT_TO_MESSAGE',
  directReplyCountries: ['VN', 'ID', 'TH'],
  source: 'business §4.7, §4.9',
} as const

const p = '/open_api/v1.3'
const rest = { platform: 'business', auth: 'access token' } as const
const manage = ['message.list.manage'] as const, read = ['message.list.read'] as const
export const automaticEndpoints = {
  create: { name: 'business.autoMessages.create', method: 'POST', path: `${p}/business/message/auto_message/create/`, ...rest, repeatable: false, scopes: manage, source: 'business §4.7' },
  update: { name: 'business.autoMessages.update', method: 'POST', path: `${p}/business/message/auto_message/update/`, ...rest, repeatable: true, scopes: manage, source: 'business §4.7' },
  setStatus: { name: 'business.autoMessages.setStatus', method: 'POST', path: `${p}/business/message/auto_message/status/update/`, ...rest, repeatable: true, scopes: manage, source: 'business §4.7' },
  get: { name: 'business.autoMessages.get', method: 'GET', path: `${p}/business/message/auto_message/get/`, ...rest, repeatable: true, scopes: read, source: 'business §4.7' },
  delete: { name: 'business.autoMessages.delete', method: 'POST', path: `${p}/business/message/auto_message/delete/`, ...rest, repeatable: true, scopes: manage, source: 'business §4.7' },
  sort: { name: 'business.autoMessages.sort', method: 'POST', path: `${p}/business/message/auto_message/sort/`, ...rest, repeatable: true, scopes: manage, source: 'business §4.7' },
  directReplyUpdate: { name: 'business.directReply.update', method: 'POST', path: `${p}/business/message/direct_reply/update/`, ...rest, repeatable: true, scopes: manage, source: 'business §4.9' },
  directReplyGet: { name: 'business.directReply.get', method: 'GET', path: `${p}/business/message/direct_reply/get/`, ...rest, repeatable: true, scopes: read, source: 'business §4.9' },
} as const satisfies Record<string, Endpoint>
