const LONGEST_SILENCE_MS = 60_000

/** The `data` of each server-sent event of a stream, until it ends, is silent for a minute, or `signal` stops it. */
export async function* readEventStream(url: string, signal: AbortSignal): AsyncGenerator<string> {
  const silence = new AbortController()
  let timer = setTimeout(() => { silence.abort() }, LONGEST_SILENCE_MS)
  try {
    const answer = await fetch(url, { headers: { accept: 'text/event-stream' }, signal: AbortSignal.any([signal, silence.signal]) })
    if (!answer.ok || answer.body === null) throw new Error(`The stream ${url} answered ${answer.status}.`)
    let held = ''
    for await (const piece of answer.body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)) {
      clearTimeout(timer)
      timer = setTimeout(() => { silence.abort() }, LONGEST_SILENCE_MS)
      const blocks = (held + piece).replaceAll('\r\n', '\n').split('\n\n')
      held = blocks.pop() ?? ''
      for (const block of blocks) {
        const text = block.split('\n').filter(line => line.startsWith('data:')).map(line => line.slice(5).trimStart()).join('\n')
        if (text !== '') yield text
      }
    }
  } finally {
    clearTimeout(timer)
  }
}
