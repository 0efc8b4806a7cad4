import type { Endpoint } from '../types.ts'

/** Conversations, messages and their media. business §4.1-4.6, §7 */
export const messages = {
  conversationTypes: ['SINGLE', 'STRANGER'],
  sendTypes: ['TEXT', 'IMAGE', 'SHARE_POST', 'TEMPLATE', 'SENDER_ACTION'],
  readTypes: ['TEXT', 'IMAGE', 'SHARE_POST', 'VIDEO', 'EMOJI', 'STICKER', 'TEMPLATE', 'OTHER'],
  webhookTypes: ['text', 'image', 'share_post', 'video', 'emoji', 'sticker', 'reaction', 'template'],
  senderActions: ['TYPING', 'MARK_READ'],
  templateTypes: ['QA_BUTTON_CARD', 'QA_LINK_CARD'],
  sources: ['APP', 'WEB', 'API', 'OTHERS', 'UNKNOWN_SOURCE'],
  /** Text in UTF-16 units (TikTok says characters; units are never fewer). */
  text: { max: 6000, source: 'business §4.3, G34' },
  card: { title: 40, buttons: { min: 1, max: 3 }, buttonTitle: { QA_BUTTON_CARD: 20, QA_LINK_CARD: 40 }, buttonId: 40, source: 'business §4.3' },
  image: { types: ['image/jpeg', 'image/png'], maxBytes: 3 * 1024 * 1024, source: 'business §4.4, G23' },
  lifetimes: { mediaIdSec: 2_592_000, downloadUrlSec: 86_400, typingSec: 5, source: 'business §7.2' },
  history: { messages: 20, conversations: 100, days: 90, source: 'business §4.1, §4.2' },
  window: { hours: 48, messages: 10, source: 'business §7.1 version A; 40064 is the authority' },
  perSecondPerApp: 10,
  source: 'business §4',
} as const

const p = '/open_api/v1.3'
const auth = 'access token'
export const messageEndpoints = {
  conversations: { name: 'business.conversations', platform: 'business', method: 'GET', path: `${p}/business/message/conversation/list/`, auth, repeatable: true, scopes: ['message.list.read'], source: 'business §4.1' },
  content: { name: 'business.content', platform: 'business', method: 'GET', path: `${p}/business/message/content/list/`, auth, repeatable: true, scopes: ['message.list.read'], source: 'business §4.2' },
  send: { name: 'business.send', platform: 'business', method: 'POST', path: `${p}/business/message/send/`, auth, repeatable: false, scopes: ['message.list.send'], source: 'business §4.3' },
  uploadImage: { name: 'business.uploadImage', platform: 'business', method: 'POST', path: `${p}/business/message/media/upload/`, auth, repeatable: true, scopes: ['message.list.send'], source: 'business §4.4' },
  downloadUrl: { name: 'business.downloadUrl', platform: 'business', method: 'POST', path: `${p}/business/message/media/download/`, auth, repeatable: true, scopes: ['message.list.read'], source: 'business §4.5' },
  media: { name: 'business.media', platform: 'business', method: 'GET', path: 'https://*.tiktok.com/', auth: 'x-user', repeatable: true, source: 'business §4.5 (the host is undocumented)' },
  capabilities: { name: 'business.capabilities', platform: 'business', method: 'GET', path: `${p}/business/message/capabilities/get/`, auth, repeatable: true, scopes: ['message.list.read'], source: 'business §4.6' },
} as const satisfies Record<string, Endpoint>

/** Hosts that may be given the token in x-user. TikTok names none, so these are its own domains. business §4.5, inferred */
export const mediaHostSuffixes = ['.tiktok.com', '.tiktokapis.com', '.tiktokcdn.com', '.tiktokcdn-us.com', '.tiktokcdn-eu.com', '.tiktokv.com', '.tiktokv.us'] as const
