/** What happened in the world, told once: `post.publish.complete`, `message`, `grant.given`… */
export type Happening = { n: number; at: number; name: string; about: Record<string, unknown> }

export type Timeline = {
  tell(name: string, about?: Record<string, unknown>): void
  list(): Happening[]
  /** Resolves with the next happening of that name that fits; rejects after `patienceMs` of wall time. */
  waitFor(name: string, fits?: (about: Record<string, unknown>) => boolean, patienceMs?: number): Promise<Happening>
  listen(hear: (happening: Happening) => void): () => void
  clear(): void
}

const KEPT = 10_000

export function makeTimeline(now: () => number): Timeline {
  let list: Happening[] = []
  let n = 0
  const listeners = new Set<(happening: Happening) => void>()
  return {
    tell: (name, about = {}) => {
      const happening = { n: ++n, at: now(), name, about }
      list.push(happening)
      if (list.length > KEPT * 1.5) list = list.slice(-KEPT)
      for (const hear of listeners) hear(happening)
    },
    list: () => [...list],
    waitFor: (name, fits = () => true, patienceMs = 10_000) => new Promise((done, failed) => {
      const hear = (happening: Happening) => {
        if (happening.name !== name || !fits(happening.about)) return
        listeners.delete(hear)
        clearTimeout(timer)
        done(happening)
      }
      const timer = setTimeout(() => {
        listeners.delete(hear)
        failed(new Error(`"${name}" did not happen within ${patienceMs} ms. What happened last: ${list.slice(-5).map(h => h.name).join(', ') || 'nothing'}`))
      }, patienceMs)
      listeners.add(hear)
    }),
    listen: hear => {
      listeners.add(hear)
      return () => void listeners.delete(hear)
    },
    clear: () => (list = []),
  }
}
