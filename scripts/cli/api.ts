import { Trouble, troubleOf } from './trouble.ts'
import type { Place } from './place.ts'

const PATIENCE_MS = 30_000
/** How long a deed is repeated with its key while no answer comes: a server that starts again is back by then. */
const DEED_PATIENCE_MS = 20_000
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

/** The one door to a house: its address, the token, and calls that end in an answer or in `Trouble`. */
export function openHouse(place: Place) {
  const raw = async (method: string, path: string, ask: { body?: BodyInit; headers?: Record<string, string>; signal?: AbortSignal } = {}): Promise<Response> => {
    const url = new URL(path, place.url)
    if (url.origin !== place.url) throw new Error(`The token is for ${place.url} and does not go to ${url.origin}.`)
    const answer = await fetch(url, {
      method, redirect: 'manual', signal: ask.signal ?? AbortSignal.timeout(PATIENCE_MS), headers: { authorization: `Bearer ${place.token}`, ...ask.headers },
      ...(ask.body === undefined ? {} : { body: ask.body }),
    }).catch((why: unknown) => { throw unreachable(place.url, why) })
    if (answer.status >= 300 && answer.status < 400) throw new Trouble('unreachable', 'moved', 'This address sends elsewhere', `${place.url} points to ${answer.headers.get('location') ?? 'another place'}. Nothing was done; sign in with that address.`)
    return answer
  }
  const json = async <T>(answer: Response): Promise<T> => {
    const said: unknown = await answer.json().catch(() => undefined)
    if (said === undefined) throw new Trouble('unreachable', 'not_stagedoor', 'What answers here is not Stagedoor', `${place.url} answered ${answer.status} and no JSON. Check the address, or the proxy in front of it.`)
    if (!answer.ok) throw troubleOf(answer.status, said as Parameters<typeof troubleOf>[1])
    return said as T
  }
  const get = async <T>(path: string): Promise<T> => json<T>(await raw('GET', path).catch(async (why: unknown) => {
    if (!(why instanceof Trouble && why.ending === 'unreachable')) throw why
    await pause(300)
    return await raw('GET', path)
  }))
  return {
    url: place.url, raw, json, get,
    /** A deed: repeated with the same key while its answer is lost, so it is done once. Throws trouble `not sure` when none came at all. */
    async deed<T>(path: string, body: unknown, key: string): Promise<T> {
      for (let wait = 300, left = DEED_PATIENCE_MS; ; left -= wait, wait = Math.min(wait * 2, 4000)) {
        try {
          const answer = await raw('POST', path, { body: JSON.stringify(body), headers: { 'content-type': 'application/json', 'idempotency-key': key } })
          if (![502, 503, 504].includes(answer.status) || left <= 0 || answer.headers.get('content-type')?.includes('problem') === true) return await json<T>(answer)
        } catch (why) {
          if (!(why instanceof Trouble) || why.ending !== 'unreachable') throw why
          if (left <= 0) throw new Trouble('not sure', 'no_answer', 'No answer came', `It may have been done. Run the command again with --key ${key}: the same key never does it twice.`)
        }
        await pause(wait)
      }
    },
    /** The first `most` of a list, page by page. */
    async list<T>(path: string, most = Infinity): Promise<T[]> {
      const items: T[] = []
      for (let cursor: string | null = ''; cursor !== null && items.length < most;) {
        const url = `${path}${path.includes('?') ? '&' : '?'}limit=${Math.min(100, most - items.length)}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`
        const page: { items: T[]; next: string | null } = await get(url)
        items.push(...page.items)
        cursor = page.next
      }
      return items
    },
  }
}
export type House = ReturnType<typeof openHouse>

const plainly: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there', ENOTFOUND: 'there is no such name', EAI_AGAIN: 'the name could not be looked up', ECONNRESET: 'the connection broke',
  CERT_HAS_EXPIRED: 'its certificate has expired', DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
}

function unreachable(url: string, why: unknown): Trouble {
  const cause = why instanceof Error ? (why.cause as { code?: string; message?: string } | undefined) : undefined
  const said = why instanceof Error && why.name === 'TimeoutError' ? 'no answer came in time' : plainly[cause?.code ?? ''] ?? cause?.code ?? cause?.message ?? (why instanceof Error ? why.message : String(why))
  return new Trouble('unreachable', 'unreachable', 'Stagedoor cannot be reached', `${url}: ${said}. Is it running ("npm start"), and is this its address?`)
}
