import type { LiveEvent } from '../api/types.ts'

export type StreamState = { state: 'open' | 'connecting' | 'signed out'; since: number; retryAt: number | null }
type Hear = { events(list: LiveEvent[]): void; state(state: StreamState): void; reload(): void }

/** A whole SSE frame: its id, its event name and its data. Comment lines only prove that the server lives. */
export type Frame = { id: string | null; event: string; data: string }

/** Cuts the text of a stream into whole frames; what is left over waits for the next piece. */
export function cutFrames(text: string): { frames: Frame[]; rest: string } {
  const parts = text.replaceAll('\r\n', '\n').split('\n\n')
  const rest = parts.pop() ?? ''
  const frames = parts.map(part => {
    const frame: Frame = { id: null, event: 'message', data: '' }
    for (const line of part.split('\n')) {
      const value = line.slice(line.indexOf(':') + 1).replace(/^ /, '')
      if (line.startsWith('id:')) frame.id = value
      else if (line.startsWith('event:')) frame.event = value
      else if (line.startsWith('data:')) frame.data += (frame.data ? '\n' : '') + value
    }
    return frame
  })
  return { frames: frames.filter(frame => frame.data !== '' || frame.event !== 'message' || frame.id !== null), rest }
}

const SILENT_FOR_MS = 40_000 // the server says something at least every 15 s

/** Reads the event stream for ever: where it broke off it goes on by Last-Event-ID. `wake()` tries at once. */
export function openStream(hear: Hear, url = '/api/v1/events') {
  let lastId: string | null = null
  let failures = 0
  let ended = false
  let wake = () => {}
  let since = Date.now()
  let running = new AbortController()
  let last = ''

  const say = (state: StreamState['state'], retryAt: number | null = null) => {
    if (state !== last && (state === 'open' || last === 'open' || last === '')) since = Date.now()
    last = state
    hear.state({ state, since, retryAt })
  }

  async function once() {
    running = new AbortController()
    const answer = await fetch(url, { headers: { accept: 'text/event-stream', ...(lastId ? { 'last-event-id': lastId } : {}) }, signal: running.signal, cache: 'no-store' })
    if (answer.status === 401) { ended = true; say('signed out'); return }
    if (!answer.ok || !answer.body) throw new Error(`The stream answered ${answer.status}`)
    failures = 0
    say('open')
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
    let rest = ''
    for (;;) {
      const watch = setTimeout(() => running.abort(), SILENT_FOR_MS)
      const piece = await reader.read().finally(() => clearTimeout(watch))
      if (piece.done) return
      const cut = cutFrames(rest + piece.value)
      rest = cut.rest
      take(cut.frames)
    }
  }

  /** Everything one piece brought is told together, so that the page changes once. */
  function take(frames: Frame[]) {
    const list: LiveEvent[] = []
    for (const frame of frames) {
      if (frame.event === 'reload') { lastId = frame.id; hear.reload() }
      else if (frame.event === 'message' && frame.data !== '') list.push(JSON.parse(frame.data) as LiveEvent)
      if (frame.id) lastId = frame.id
    }
    if (list.length > 0) hear.events(list)
  }

  async function forEver() {
    say('connecting')
    while (!ended) {
      await once().catch(() => undefined)
      if (ended) return
      failures += 1
      const waitMs = Math.min(500 * 2 ** (failures - 1), 15_000)
      say('connecting', Date.now() + waitMs)
      await new Promise<void>(done => { const timer = setTimeout(done, waitMs); wake = () => { clearTimeout(timer); done() } })
      wake = () => {}
    }
  }
  void forEver()
  return { wake: () => wake(), end: () => { ended = true; running.abort(); wake() } }
}
