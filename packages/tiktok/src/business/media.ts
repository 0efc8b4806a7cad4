import { performance } from 'node:perf_hooks'
import { Nonsense, Refused, Unreachable } from '../errors.ts'
import { nonsense, reasonOf, within, type Wire } from '../http.ts'
import { nextStep } from '../problems.ts'
import type { Call } from '../types.ts'
import type { Way } from './ask.ts'
import { readBusiness } from './envelope.ts'
import { mediaHostSuffixes, messageEndpoints as endpoints } from './messages.contract.ts'
import type { Business } from './types.ts'

/** Images up, images and videos down. business §4.4, §4.5 */
export function mediaCalls({ ask, id, token }: Way, wire: Wire, hosts: readonly string[]): Pick<Business, 'uploadImage' | 'downloadUrl' | 'downloadMedia'> {
  return {
    uploadImage: async ({ bytes, filename, type }) => {
      const form = new FormData()
      form.set('business_id', id())
      form.set('media_type', 'IMAGE')
      form.set('file', new File([bytes], filename, { type })) // TikTok answers 400 to a part without a name and a type
      return ask(endpoints.uploadImage, { form }, answer => {
        const { media_id } = readBusiness(answer)
        if (typeof media_id !== 'string' || media_id === '') throw nonsense(answer, 'no media_id')
        return { media_id }
      })
    },
    downloadUrl: async ({ conversationId, messageId, mediaId, type }) => ask(endpoints.downloadUrl, {
      body: { business_id: id(), conversation_id: conversationId, message_id: messageId, media_id: mediaId, media_type: type },
    }, answer => {
      const { download_url } = readBusiness(answer)
      if (typeof download_url !== 'string') throw nonsense(answer, 'no download_url')
      return { download_url }
    }),
    downloadMedia: async (downloadUrl, { maxBytes = 64 * 1024 * 1024, patienceMs = 60_000 } = {}) => {
      const url = mediaAddress(downloadUrl, hosts)
      return fetchMedia(wire, url, await token(), maxBytes, patienceMs)
    },
  }
}

/** In errors and the journal, whatever the real address is: that one may carry a signature. */
const path = '/media'

/** The token travels in a header, so only https to TikTok's own hosts or to what was allowed by host and port. */
function mediaAddress(downloadUrl: string, allowed: readonly string[]): URL {
  const url = URL.canParse(downloadUrl) ? new URL(downloadUrl) : null
  if (url === null || url.username !== '' || (url.protocol !== 'https:' && url.protocol !== 'http:')) throw new Nonsense(path, 0, 'the download address is no web address')
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  const own = url.protocol === 'https:' && port === '443' && mediaHostSuffixes.some(suffix => url.hostname.endsWith(suffix))
  if (!own && !allowed.includes(`${url.hostname}:${port}`)) throw new Nonsense(path, 0, 'the download address is not one of TikTok\u2019s hosts, so it does not get the token')
  return url
}

async function fetchMedia(wire: Wire, url: URL, token: string, maxBytes: number, patienceMs: number): ReturnType<Business['downloadMedia']> {
  const began = performance.now()
  const tell = (outcome: Call['outcome'], status: number | null, code: Call['code'] = null) =>
    wire.onCall({ platform: 'business', endpoint: endpoints.media.name, method: 'GET', path, outcome, status, code, logId: null, ms: performance.now() - began })
  const signal = AbortSignal.timeout(patienceMs)
  let response: Response
  try {
    response = await within(signal, wire.fetch(url.href, { headers: { 'x-user': token }, redirect: 'manual', signal }))
  } catch (error) {
    const reason = reasonOf(error)
    tell('unreachable', null, reason)
    throw new Unreachable(path, reason)
  }
  const { status, body, headers } = response
  const length = headers.get('content-length')
  const wrong = status >= 400 && status < 500 ? refusedMedia(status)
    : status !== 200 ? new Nonsense(path, status, status >= 300 && status < 400 ? 'a redirect' : 'no media')
      : body === null ? new Nonsense(path, status, 'empty')
        : Number(length ?? 0) > maxBytes ? new Nonsense(path, status, `more than ${maxBytes} bytes`) : null
  if (wrong !== null || body === null) {
    void body?.cancel().catch(() => {})
    tell(wrong instanceof Refused ? 'refused' : 'nonsense', status, wrong instanceof Refused ? wrong.code : null)
    throw wrong ?? new Nonsense(path, status, 'empty')
  }
  tell('ok', status)
  return { mime: headers.get('content-type') ?? 'application/octet-stream', bytes: length === null ? null : Number(length), body: limited(body, maxBytes, status) }
}

function refusedMedia(status: number): Refused {
  const no = { platform: 'business' as const, path, status, code: `http ${status}` }
  return new Refused({ ...no, next: nextStep(new Refused({ ...no, next: 'give up' }), { repeatable: true }) })
}

/** The body, ended with an error as soon as it is larger than promised or breaks off. */
function limited(body: ReadableStream<Uint8Array<ArrayBuffer>>, maxBytes: number, status: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader()
  let bytes = 0
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(out) {
      try {
        const { done, value } = await reader.read()
        if (done) return out.close()
        bytes += value.byteLength
        if (bytes > maxBytes) throw new Nonsense(path, status, `more than ${maxBytes} bytes`)
        out.enqueue(value)
      } catch (error) {
        void reader.cancel().catch(() => {})
        out.error(error instanceof Nonsense ? error : new Unreachable(path, reasonOf(error)))
      }
    },
    cancel: reason => reader.cancel(reason),
  }, { highWaterMark: 0 })
}
