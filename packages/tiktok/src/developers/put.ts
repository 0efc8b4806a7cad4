import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { performance } from 'node:perf_hooks'
import { Nonsense, Unreachable } from '../errors.ts'
import { reasonOf } from '../http.ts'
import type { Call } from '../types.ts'
import { transfer, transferEndpoints } from './transfer.contract.ts'
import type { PutAnswer, PutChunk, PutRefusal } from './types.ts'

/** In errors and the journal a chunk's path is this: the real one carries the upload token. */
const path = '/upload'
const agents = { 'http:': new HttpAgent({ keepAlive: true }), 'https:': new HttpsAgent({ keepAlive: true }) }
type Pair = [Buffer, Buffer]
const blockBytes = 256 * 1024, idle: Pair[] = []

/**
 * Sends one chunk and says how TikTok answered. Memory stays flat: two buffers of 256 KiB, the next block is read while one is sent.
 * An answer before the end of the body stops the sending. Throws Unreachable when the connection breaks or the time is up (the chunk may be there),
 * Nonsense for a redirect or a host that is not allowed. developers §4.2-4.4
 */
export async function putChunk(chunk: PutChunk, way: { hosts: readonly string[]; onCall: (call: Call) => void }): Promise<PutAnswer> {
  const began = performance.now()
  const tell = (outcome: Call['outcome'], status: number | null, code: Call['code']) =>
    way.onCall({ platform: 'developers', endpoint: transferEndpoints.put.name, method: 'PUT', path, outcome, status, code, logId: null, ms: performance.now() - began })
  try {
    const answer = await put(uploadAddress(chunk.uploadUrl, way.hosts), chunk)
    tell(answer.outcome === 'refused' ? 'refused' : 'ok', answer.status, answer.outcome === 'refused' ? answer.reason : null)
    return answer
  } catch (error) {
    tell(error instanceof Nonsense ? 'nonsense' : 'unreachable', error instanceof Nonsense ? error.status : null, error instanceof Unreachable ? error.reason : null)
    throw error
  }
}

/** Only https to TikTok's upload hosts, or a host and port that were allowed by name: the file goes nowhere else. */
function uploadAddress(uploadUrl: string, allowed: readonly string[]): URL {
  const url = URL.canParse(uploadUrl) ? new URL(uploadUrl) : null
  if (url === null || url.username !== '' || (url.protocol !== 'https:' && url.protocol !== 'http:')) throw new Nonsense(path, 0, 'the upload address is no web address')
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  const own = url.protocol === 'https:' && port === '443' && url.hostname.endsWith(transfer.upload.hostSuffix)
  if (!own && !allowed.includes(`${url.hostname}:${port}`)) throw new Nonsense(path, 0, 'the upload address is not one of TikTok\u2019s upload hosts')
  return url
}

function put(url: URL, chunk: PutChunk): Promise<PutAnswer> {
  const { range } = chunk
  const limit = AbortSignal.timeout(chunk.patienceMs ?? 300_000)
  return new Promise<PutAnswer>((resolve, reject) => {
    let answered = false
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      method: 'PUT', agent: agents[url.protocol as 'http:' | 'https:'], signal: chunk.signal ? AbortSignal.any([limit, chunk.signal]) : limit,
      headers: { 'Content-Type': chunk.contentType, 'Content-Length': range.end - range.start + 1, 'Content-Range': `bytes ${range.start}-${range.end}/${range.total}` },
    })
    request.on('response', (response: IncomingMessage) => {
      answered = true
      drain(response)
      if (!request.writableEnded) request.destroy() // TikTok has decided; what is left of the body would only be thrown away
      const status = response.statusCode ?? 0
      if (status >= 300 && status < 400) reject(new Nonsense(path, status, 'a redirect'))
      else resolve(answerOf(status, response.headers['content-range'] ?? null, range.end + 1 === range.total))
    })
    request.on('error', error => { if (!answered) reject(new Unreachable(path, limit.aborted ? 'timeout' : reasonOf(error))) })
    request.on('close', () => { if (!answered) reject(new Unreachable(path, 'closed')) })
    send(request, chunk, () => answered).catch((error: Error) => {
      // a broken connection is told by the request's own error; what is left is a file that cannot be read
      if (!answered && !request.destroyed) {
        reject(error)
        request.destroy()
      }
    })
  })
}

async function send(request: ClientRequest, { file, range }: PutChunk, answered: () => boolean): Promise<void> {
  const pair: Pair = idle.pop() ?? [Buffer.allocUnsafeSlow(blockBytes), Buffer.allocUnsafeSlow(blockBytes)]
  const read = (position: number, into: Buffer) => file.read(into, 0, Math.min(into.length, range.end + 1 - position), position)
  let at = range.start, turn: 0 | 1 = 0
  let next = read(at, pair[0])
  while (at <= range.end && !answered()) {
    const { bytesRead } = await next
    if (bytesRead === 0) throw new Error('The file is shorter than it was when the upload was planned')
    const block = pair[turn].subarray(0, bytesRead)
    at += bytesRead
    turn = turn === 0 ? 1 : 0
    if (at <= range.end) {
      next = read(at, pair[turn])
      next.catch(() => {}) // it is awaited in the next round, or nobody needs it any more
    }
    // only after this is the block's buffer ours again
    await new Promise<void>((gone, broken) => { request.write(block, error => { if (error) broken(error); else gone() }) })
  }
  if (answered()) return // the buffers may still be in the socket's hands: let them go
  request.end()
  if (idle.length < 8) idle.push(pair)
}

/** Reads the answer to its end, so that the connection can be used again, unless there is too much of it. */
function drain(response: IncomingMessage): void {
  let bytes = 0
  response.on('error', () => {})
  response.on('data', (part: Buffer) => {
    bytes += part.length
    if (bytes > 64 * 1024) response.destroy()
  })
}

function answerOf(status: number, contentRange: string | null, last: boolean): PutAnswer {
  if (status === 201 || (status === 200 && last)) return { outcome: 'complete', status, contentRange }
  if (status === 206 || status === 200) return { outcome: 'more', status, contentRange }
  const known: Readonly<Record<number, PutRefusal>> = { 400: 'malformed', 403: 'expired', 404: 'no such upload', 416: 'out of step' }
  return { outcome: 'refused', reason: known[status] ?? (status >= 500 ? 'server error' : 'unknown'), status, contentRange }
}
