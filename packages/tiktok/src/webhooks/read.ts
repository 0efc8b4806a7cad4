import { isObject, numberOf, parseJson, textOf } from '../json.ts'
import type { JsonValue } from '../types.ts'
import { readers } from './contents.ts'
import type { WebhookEnvelope, WebhookEvent, WebhookName } from './types.ts'

/** TikTok's two spellings of one event; the one with the slip is the older. developers §6, business §5.1 */
const sameAs: Readonly<Record<string, WebhookName>> = { 'post.publish.no_longer_publicly_available': 'post.publish.no_longer_publicaly_available' }

/**
 * Reads a delivery whose signature was checked before, such as one kept on disk. Null when it is no envelope at all.
 * An unknown event, or a known one whose content is not as documented, comes back as `unknown` with all it brought.
 */
export function readWebhook(raw: Uint8Array): WebhookEvent | null {
  const body = parsed(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('utf8'))
  if (!isObject(body)) return null
  const { event, client_key, create_time, user_openid, content } = body
  if (typeof event !== 'string') return null
  const head: WebhookEnvelope = {
    name: event, client_key: textOf(client_key), create_time: numberOf(create_time) ?? 0,
    ...(typeof user_openid === 'string' && user_openid !== '' ? { user_openid } : {}),
  }
  const inner = contentOf(content)
  const name = sameAs[event] ?? event
  const known = isName(name) && isObject(inner) ? readers[name](inner) : null
  return (known === null ? { ...head, event: 'unknown', content: inner } : { ...head, event: name, content: known }) as WebhookEvent
}

const isName = (name: string): name is WebhookName => Object.hasOwn(readers, name)

/** Content is JSON in a string; kept as it is when it cannot be parsed. */
function contentOf(content: JsonValue | undefined): JsonValue {
  if (content === undefined || content === '') return {}
  if (typeof content !== 'string') return content
  return parsed(content) ?? content
}

function parsed(text: string): JsonValue | undefined {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}
