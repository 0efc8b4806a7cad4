import { Agent, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'

const agent = new Agent({ keepAlive: true, maxSockets: 64 })
const SHOWN_BYTES = 4096

/** What a receiver said: a status, or the problem when there was none. */
export type Answered = { status: number | null; body: string; problem?: string }

/** POSTs a body and waits at most `patienceMs` of wall time. Redirects are not followed. */
export async function post(url: string, headers: Record<string, string>, body: string, patienceMs: number, fetchLike?: typeof fetch): Promise<Answered> {
  if (!fetchLike) return postBySocket(url, headers, body, patienceMs)
  try {
    const answer = await fetchLike(url, { method: 'POST', headers, body, redirect: 'manual', signal: AbortSignal.timeout(patienceMs) })
    return { status: answer.status, body: (await answer.text()).slice(0, SHOWN_BYTES) }
  } catch (why) {
    return { status: null, body: '', problem: `No answer from ${url}: ${String(why)}` }
  }
}

/** node:http is several times faster than fetch for many small posts. */
function postBySocket(url: string, headers: Record<string, string>, body: string, patienceMs: number): Promise<Answered> {
  return new Promise(done => {
    const bytes = Buffer.from(body)
    const options = { method: 'POST', headers: { ...headers, 'content-length': bytes.length } }
    const out = url.startsWith('https:') ? httpsRequest(url, options) : httpRequest(url, { ...options, agent })
    const timer = setTimeout(() => out.destroy(new Error(`it did not answer within ${patienceMs} ms`)), patienceMs)
    out.on('error', why => {
      clearTimeout(timer)
      done({ status: null, body: '', problem: `No answer from ${url}: ${why.message || String((why as NodeJS.ErrnoException).code)}` })
    })
    out.on('response', answer => {
      const parts: Buffer[] = []
      let size = 0
      answer.on('data', (part: Buffer) => {
        if (size < SHOWN_BYTES) parts.push(part)
        size += part.length
      })
      answer.on('error', () => undefined)
      answer.on('close', () => {
        clearTimeout(timer)
        done({ status: answer.statusCode ?? null, body: Buffer.concat(parts).toString('utf8').slice(0, SHOWN_BYTES) })
      })
    })
    out.end(bytes)
  })
}
