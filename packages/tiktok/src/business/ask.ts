import type { Answer } from '../http.ts'
import type { Endpoint } from '../types.ts'

/** What a call brings: `query` for GET, `body` as JSON or `form` as multipart for POST, `open` when no token goes in the header. */
export type Request = { query?: Record<string, string | number | undefined>; body?: object; form?: FormData; open?: boolean; secrets?: readonly string[] }
export type Ask = <T>(endpoint: Endpoint, request: Request, read: (answer: Answer) => T) => Promise<T>
/** What the families of calls are made with; `id` and `token` throw TypeError when the client has none. */
export type Way = { ask: Ask; id: () => string; token: () => Promise<string> }
