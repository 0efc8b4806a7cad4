/** What may be stored in a jsonb column and sent to a page. */
export type JsonValue = string | number | boolean | null | { [key: string]: JsonValue | undefined } | JsonValue[]

/** PostgreSQL refuses U+0000 in text and lone surrogates in jsonb: clean every text that came from outside before it becomes a parameter. */
export const cleanText = (text: string) => text.replaceAll('\0', '\ufffd').toWellFormed()

/** The same for a whole value: keys and texts alike. */
export function cleanJson<T extends JsonValue | undefined>(value: T): T
export function cleanJson(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value === 'string') return cleanText(value)
  if (Array.isArray(value)) return value.map(item => cleanJson(item))
  if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, item]) => [cleanText(key), cleanJson(item)]))
  return value
}
