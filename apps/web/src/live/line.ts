import { createHub, type FromPage, type ToPage } from './hub.ts'

type Line = { say(word: FromPage): void }

/**
 * This page's line to the browser's one stream: a shared worker; where there is none, the tab that holds the lock reads
 * and tells the others; where there are no locks either, every tab reads for itself.
 */
export function openLine(hear: (word: ToPage) => void): Line {
  if (typeof SharedWorker === 'function') return workerLine(hear)
  if ('locks' in navigator && typeof BroadcastChannel === 'function') return leaderLine(hear)
  const hub = createHub(hear)
  return { say: word => hub.hear(word) }
}

function workerLine(hear: (word: ToPage) => void): Line {
  const worker = new SharedWorker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'stagedoor-live' })
  worker.port.addEventListener('message', (event: MessageEvent<ToPage>) => hear(event.data))
  worker.port.start()
  addEventListener('pagehide', (event: PageTransitionEvent) => { if (!event.persisted) worker.port.postMessage({ say: 'bye' } satisfies FromPage) })
  return { say: word => worker.port.postMessage(word) }
}

function leaderLine(hear: (word: ToPage) => void): Line {
  const channel = new BroadcastChannel('stagedoor-live')
  let hub: ReturnType<typeof createHub> | null = null
  let start: FromPage | null = null
  channel.addEventListener('message', (event: MessageEvent<{ to: 'page'; word: ToPage } | { to: 'hub'; word: FromPage }>) => {
    if (event.data.to === 'page') hear(event.data.word)
    else hub?.hear(event.data.word)
  })
  const say = (word: FromPage) => {
    if (word.say === 'start') start = word
    if (hub) hub.hear(word)
    else channel.postMessage({ to: 'hub', word })
  }
  void navigator.locks.request('stagedoor-live', async () => {
    hub = createHub(word => { hear(word); channel.postMessage({ to: 'page', word }) })
    if (start) hub.hear(start)
    await new Promise<never>(() => {}) // the lead is kept as long as the tab lives
  })
  return { say }
}
