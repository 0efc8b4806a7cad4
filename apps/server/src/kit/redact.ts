const secretName = /token|secret|password|passwd|cookie|authorization|signature|upload_?url|verifier|^code$|^auth_code$|^(raw|body|rawbody|text|content|caption)$|api_?key/i
const secretParameter = /([?&](?:[a-z_]*token|code|auth_code|secret|client_secret|signature|sig|password|state|code_verifier|x-amz-[a-z-]+|key)=)[^&#\s"']*/gi
const bearer = /\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi
const tokenLike = /\b(?:act|rft|clt|sdt)\.[\w!.%*-]{8,}/g // TikTok's access, refresh and client tokens; and our own API tokens
const uploadUrl = /https?:\/\/[^\s"']*\/(?:upload|video\/tos)[^\s"']*/gi
const mediaLink = /\/m\/[\w.-]{16,}/g

/** A text without tokens, codes, upload addresses and media links. */
export const redactText = (text: string) => text.replace(secretParameter, '$1[hidden]').replace(bearer, '$1 [hidden]')
  .replace(tokenLike, '[hidden]').replace(uploadUrl, '[upload address]').replace(mediaLink, '/m/[hidden]')

/** A value for a log or an error: what is named like a secret or a body is hidden, texts are cleaned, depth and length are bounded. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value.length > 4000 ? `${value.slice(0, 4000)}…` : value)
  if (typeof value === 'bigint') return String(value)
  if (value === null || typeof value !== 'object') return value
  if (value instanceof Date) return value
  if (depth > 5) return '[deep]'
  if (value instanceof Error) return redactError(value, depth)
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (Array.isArray(value)) return value.slice(0, 50).map(item => redact(item, depth + 1))
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hides(key, item) ? '[hidden]' : redact(item, depth + 1)]))
}

// An error's code or a row's text length is no secret: only texts and objects are hidden by their name.
const hides = (key: string, item: unknown) => secretName.test(key) && (typeof item === 'string' ? !(key === 'code' && /^([A-Z0-9_]{1,30}|[a-z_]{1,40})$/.test(item)) : typeof item === 'object' && item !== null)

function redactError(error: Error, depth: number): Record<string, unknown> {
  return {
    type: error.name, message: redactText(error.message), stack: error.stack === undefined ? undefined : redactText(error.stack),
    ...('code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? { code: error.code } : {}),
    ...(error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) }),
  }
}
