import type { LiveEvent } from '../api/types.ts'
import { openStream, type StreamState } from './stream.ts'

export type ToPage = { say: 'events'; events: LiveEvent[] } | { say: 'state'; state: StreamState } | { say: 'reload' }
export type FromPage = { say: 'start'; person: string } | { say: 'now' } | { say: 'stop' } | { say: 'bye' }

/** The one stream of a browser: whoever hosts it (a shared worker or the leading tab) passes pages' words in and its words out. */
export function createHub(toPages: (word: ToPage) => void) {
  let stream: ReturnType<typeof openStream> | null = null
  let person: string | null = null
  let known: StreamState | null = null

  const stop = () => { stream?.end(); stream = null; person = null; known = null }
  return {
    /** What a page that has just come needs to know. */
    state: () => known,
    hear(word: FromPage) {
      if (word.say === 'stop') stop()
      if (word.say === 'now') stream?.wake()
      if (word.say !== 'start') return
      if (person === word.person && known?.state !== 'signed out') { if (known) toPages({ say: 'state', state: known }); return }
      stop()
      person = word.person
      stream = openStream({
        events: events => toPages({ say: 'events', events }),
        state: state => { known = state; toPages({ say: 'state', state }) },
        reload: () => toPages({ say: 'reload' }),
      })
    },
  }
}
