import type { House } from './api.ts'
import type { Told } from './shapes.ts'
import { Trouble, troubleOf } from './trouble.ts'

export type Frame = { is: 'open' } | { is: 'reload' } | { is: 'event'; event: Told }
type Listening = { after?: number; signal: AbortSignal; lost?: (why: string) => void }

/** Twice the house's heartbeat and some: a connection that is silent for so long is dead. */
const LONGEST_SILENCE_MS = 45_000
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

/**
 * The event stream, for as long as `signal` lets it: each event once and in order, across lost connections (Last-Event-ID).
 * `open` is told on each connection, `reload` when too much was missed. Throws trouble when the house refuses.
 */
export async function* listen(house: House, { after, signal, lost }: Listening): AsyncGenerator<Frame> {
  let last = after
  for (let wait = 500; !signal.aborted; wait = Math.min(wait * 2, 5000)) {
    const silence = new AbortController()
    let timer = setTimeout(() => { silence.abort() }, LONGEST_SILENCE_MS)
    try {
      const answer = await house.raw('GET', '/api/v1/events', { signal: AbortSignal.any([signal, silence.signal]), headers: { accept: 'text/event-stream', ...(last === undefined ? {} : { 'last-event-id': String(last) }) } })
      if (answer.status >= 400 && answer.status < 500) throw troubleOf(answer.status, await answer.json() as Parameters<typeof troubleOf>[1])
      if (!answer.ok || answer.body === null) throw new Trouble('unreachable', 'no_stream', 'The event stream does not open', `The server answered ${answer.status}.`)
      wait = 500
      yield { is: 'open' }
      let held = ''
      for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
        clearTimeout(timer)
        timer = setTimeout(() => { silence.abort() }, LONGEST_SILENCE_MS)
        const blocks = (held + piece).split('\n\n')
        held = blocks.pop() ?? ''
        for (const block of blocks) {
          const { id, name, data } = readBlock(block)
          if (id !== undefined) last = id
          if (name === 'reload') yield { is: 'reload' }
          else if (name === undefined && data !== '') yield { is: 'event', event: JSON.parse(data) as Told }
        }
      }
    } catch (why) {
      if (signal.aborted) return
      if (why instanceof Trouble && why.ending !== 'unreachable') throw why
      lost?.(why instanceof Error ? why.message : String(why))
    } finally {
      clearTimeout(timer)
      silence.abort()
    }
    await pause(wait)
  }
}

function readBlock(block: string): { id: number | undefined; name: string | undefined; data: string } {
  const field = (name: string) => block.split('\n').filter(line => line.startsWith(`${name}:`)).map(line => line.slice(name.length + 1).trimStart())
  const id = field('id')[0]
  return { id: id === undefined ? undefined : Number(id), name: field('event')[0], data: field('data').join('\n') }
}

type Story<T> = {
  begin: () => Promise<T>
  /** What an event changes; undefined when it is about something else. */
  hear: (event: Told, now: T) => T | undefined
  look: (now: T) => Promise<T>
  isOver: (now: T) => boolean
  show?: (now: T) => void
  patienceMs: number
}

/** Listens first, then begins, then follows until it is over or patience ends. Nothing is begun when the stream may not be opened. */
export async function follow<T>(house: House, story: Story<T>): Promise<T> {
  const over = AbortSignal.timeout(story.patienceMs)
  const state: { now?: T } = {}
  let refused: string | undefined
  for await (const frame of listen(house, { signal: over, lost: why => { refused = why } })) {
    if (frame.is === 'event') {
      const heard = state.now === undefined ? undefined : story.hear(frame.event, state.now)
      if (heard === undefined) continue
      state.now = heard
    } else state.now = state.now === undefined ? await story.begin() : await story.look(state.now)
    story.show?.(state.now)
    if (story.isOver(state.now)) return state.now
  }
  if (state.now === undefined) throw new Trouble('unreachable', 'unreachable', 'Stagedoor cannot be reached', `${refused ?? 'The event stream did not open.'} Nothing was done.`)
  return await story.look(state.now)
}
