import type { Answer } from '../http.ts'
import type { Endpoint } from '../types.ts'

/** A call with the user's token; `query` goes to the address, `body` as JSON. */
export type Ask = <T>(endpoint: Endpoint, request: { query?: Record<string, string>; body?: object }, read: (answer: Answer) => T) => Promise<T>
