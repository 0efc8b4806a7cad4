import type { JsonValue } from './types.ts'

type Context = { source?: string }
const unsafe = (text: string) => /^-?\d+$/.test(text) && !Number.isSafeInteger(Number(text))
/** Does JSON.parse hand the number's own text to the reviver? Node 21 and later. */
const seesSource = ((): boolean => {
  let seen = false
  JSON.parse('1', (_key: string, value: unknown, context?: Context) => { seen = context?.source === '1'; return value })
  return seen
})()

/** The second way, for older runtimes: integers too large are put in quotes before parsing. Text inside strings is left alone. */
export const quoteBigIntegers = (text: string): string =>
  text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs, token => (token[0] !== '"' && unsafe(token) ? `"${token}"` : token))

/**
 * JSON.parse that keeps integers beyond 2^53 as text: TikTok's post ids arrive as bare 19-digit numbers.
 * Throws SyntaxError as JSON.parse does. developers §0
 */
export function parseJson(text: string, way: 'source' | 'quotes' = seesSource ? 'source' : 'quotes'): JsonValue {
  if (!/(?:^|[\s:[,-])\d{16}/.test(text)) return JSON.parse(text) as JsonValue
  if (way === 'quotes') return JSON.parse(quoteBigIntegers(text)) as JsonValue
  return JSON.parse(text, (_key: string, value: unknown, context?: Context) =>
    typeof value === 'number' && context?.source !== undefined && unsafe(context.source) ? context.source : value) as JsonValue
}

export const isObject = (value: unknown): value is { [key: string]: JsonValue } => typeof value === 'object' && value !== null && !Array.isArray(value)

/** An id or a word as text, whether it came in quotes or as a number; anything else is the fallback. */
export const textOf = (value: JsonValue | undefined, fallback = ''): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : fallback)
/** A number, also when it came in quotes; null for anything else. */
export const numberOf = (value: JsonValue | undefined): number | null => {
  const number = typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN
  return Number.isNaN(number) ? null : number
}
