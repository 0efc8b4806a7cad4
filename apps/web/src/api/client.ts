import type { Page } from './types.ts'

/** What the API says when it says no: RFC 9457, with a stable code and the next step in `detail`. `status` 0: there was no answer. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly requestId: string | null
  readonly extra: Record<string, unknown>
  constructor(status: number, code: string, title: string, detail: string, requestId: string | null, extra: Record<string, unknown> = {}) {
    super(detail)
    this.status = status
    this.code = code
    this.title = title
    this.requestId = requestId
    this.extra = extra
  }
}

type Ask = { method?: string; body?: unknown; key?: string; signal?: AbortSignal; patienceMs?: number }

/** Calls the API. Throws a `Problem` for every answer that is not 2xx, and for no answer at all. */
export async function ask<T>(path: string, { method = 'GET', body, key, signal, patienceMs = 30_000 }: Ask = {}): Promise<T> {
  const limit = AbortSignal.timeout(patienceMs)
  const answer = await fetch(path.startsWith('/api/') ? path : `/api/v1${path}`, {
    method,
    headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(key ? { 'idempotency-key': key } : {}) },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
    credentials: 'same-origin',
  }).catch((cause: unknown) => {
    if (signal?.aborted) throw cause
    throw new Problem(0, 'no_answer', 'Stagedoor did not answer.', 'The connection is gone or the server is starting. Nothing is lost; try again.', null)
  })
  if (!answer.ok) throw await readProblem(answer)
  if (answer.status === 204 || answer.headers.get('content-length') === '0') return undefined as T
  return answer.json() as Promise<T>
}

/** The rest of a list, page after page, up to `most` items: for lists that are short by nature (accounts, people). */
export async function askAll<T>(path: string, signal?: AbortSignal, most = 1_000): Promise<T[]> {
  const all: T[] = []
  let cursor: string | null = null
  do {
    const page: Page<T> = await ask(`${path}${path.includes('?') ? '&' : '?'}limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`, { signal })
    all.push(...page.items)
    cursor = page.next
  } while (cursor && all.length < most)
  return all
}

async function readProblem(answer: Response): Promise<Problem> {
  const said = (await answer.json().catch(() => ({}))) as Record<string, unknown>
  const text = (name: string) => (typeof said[name] === 'string' ? said[name] : '')
  const title = text('title') || (answer.status >= 500 ? 'Stagedoor could not do this.' : 'This was not accepted.')
  // The sign-in library answers with `message` instead of `detail`.
  const detail = text('detail') || text('message') || (answer.status >= 500 ? 'That is our side; nothing is lost. Try again in a moment.' : '')
  return new Problem(answer.status, text('code') || String(answer.status), title, detail, answer.headers.get('x-request-id'), said)
}
