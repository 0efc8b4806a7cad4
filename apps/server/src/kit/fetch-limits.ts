/** The answer is larger than the caller wants; what came so far is thrown away. */
export class TooMuch extends Error {
  constructor(maxBytes: number) { super(`The answer is larger than ${maxBytes} bytes; it was not read further.`) }
}

/** The answer with its body counted as it is read, after decompression: an endless stream or a bomb ends in TooMuch. */
export function limited(answer: Response, maxBytes: number, signal: AbortSignal, done: () => void): Response {
  const headers = new Headers([...answer.headers])
  const said = Number(headers.get('content-length') ?? 0)
  const packed = headers.has('content-encoding')
  for (const name of packed ? ['content-encoding', 'content-length'] : []) headers.delete(name)
  if (said > maxBytes) { void answer.body?.cancel().catch(() => undefined); done(); throw new TooMuch(maxBytes) }
  if (answer.body === null || [204, 205, 304].includes(answer.status)) { done(); return new Response(null, { status: answer.status, statusText: answer.statusText, headers }) }

  const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
  let bytes = 0
  const body = new ReadableStream<Uint8Array>({
    async pull(out) {
      try {
        const { value, done: end } = await reader.read()
        if (end) { out.close(); done(); return }
        bytes += value.byteLength
        if (bytes > maxBytes) throw new TooMuch(maxBytes)
        out.enqueue(value)
      } catch (why) {
        void reader.cancel().catch(() => undefined)
        done()
        out.error(signal.aborted && !(why instanceof TooMuch) ? signal.reason : why)
      }
    },
    cancel(why) { done(); return reader.cancel(why) },
  }, { highWaterMark: 0 })
  return new Response(body, { status: answer.status, statusText: answer.statusText, headers })
}
