import { isObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../types.ts'
import type { MessageEventContent } from './types.ts'

/** What each type must bring to be that type; otherwise the message is `unknown` and keeps everything in `raw`. business §5.6 */
const bodies: Readonly<Record<string, (body: JsonValue | undefined) => boolean>> = {
  text: has('body'),
  image: has('media_id'),
  video: has('media_id'),
  share_post: body => isObject(body) && (typeof body['embed_url'] === 'string' || typeof body['video_id'] === 'string'),
  sticker: has('url'),
  emoji: has('url'),
  reaction: body => Array.isArray(body) && body.every(isObject),
  template: body => isObject(body) && Array.isArray(body['elements']),
}

function has(key: string) {
  return (body: JsonValue | undefined) => isObject(body) && typeof body[key] === 'string'
}

/** Lenient: only conversation_id, from_user.id and type are required, as in production parsers. Null without them. */
export function readMessage(content: JsonObject): MessageEventContent | null {
  const { conversation_id, from_user, type } = content
  if (typeof conversation_id !== 'string' || typeof type !== 'string' || !isObject(from_user) || typeof from_user['id'] !== 'string') return null
  const known = Object.hasOwn(bodies, type) && bodies[type]?.(content[type]) === true
  return (known ? content : { ...content, type: 'unknown', type_name: type, raw: content }) as unknown as MessageEventContent
}

/** Which way a message went, told by the roles: 'in' from a customer, 'out' from the business by whatever route, null when neither role is known. */
export function directionOf({ from_user, to_user }: Pick<MessageEventContent, 'from_user' | 'to_user'>): 'in' | 'out' | null {
  if (from_user.role === 'personal_account' || to_user?.role === 'business_account') return 'in'
  return from_user.role === 'business_account' || to_user?.role === 'personal_account' ? 'out' : null
}
