import { randomUUID } from 'node:crypto'

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

/** A person at the desk who does not give up: every call is repeated while the house is down, each deed with the key it began with. */
export async function openDesk(url: string, email: string, password: string) {
  let cookie = ''
  const once = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => fetch(url + path, {
    method, redirect: 'manual', signal: AbortSignal.timeout(15_000),
    headers: { ...(cookie ? { cookie } : {}), origin: url, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const patient = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}, patienceMs = 90_000): Promise<Response> => {
    let last: unknown
    for (const end = performance.now() + patienceMs; performance.now() < end; await pause(150)) {
      try {
        const answer = await once(method, path, body, headers)
        if (answer.status < 500 && answer.status !== 429) return answer
        last = `${answer.status} ${await answer.text()}`
      } catch (why) { last = why }
    }
    throw new Error(`${method} ${path} had no good answer for ${patienceMs / 1000} s: ${last instanceof Error ? last.message : String(last)}`)
  }
  const signIn = await patient('POST', '/api/auth/sign-in/email', { email, password })
  if (!signIn.ok) throw new Error(`Signing in was refused: ${await signIn.text()}`)
  cookie = signIn.headers.getSetCookie().map(line => line.split(';')[0]).join('; ')
  const json = async <T>(answer: Response): Promise<T> => {
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
    return await answer.json() as T
  }
  return {
    url, cookie: () => cookie,
    get: async <T>(path: string) => json<T>(await patient('GET', path)),
    post: async <T>(path: string, body?: unknown, key: string = randomUUID()) => json<T>(await patient('POST', path, body, { 'idempotency-key': key })),
    /** Every page of a list. */
    async all<T>(path: string): Promise<T[]> {
      const items: T[] = []
      let cursor: string | null = null
      do {
        const page: { items: T[]; next: string | null } = await json(await patient('GET', `${path}${path.includes('?') ? '&' : '?'}limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`))
        items.push(...page.items)
        cursor = page.next
      } while (cursor)
      return items
    },
    raw: patient,
  }
}
export type Desk = Awaited<ReturnType<typeof openDesk>>
