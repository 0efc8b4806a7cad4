/** One request or delivery as it went over the wire, newest last. Kept in memory, bounded; not part of the world. */
export type WireEntry = {
  id: number
  /** Emulator time, epoch ms. */
  at: number
  kind: 'request' | 'delivery'
  face: string
  /** The route's name, or the event's. */
  name: string
  method: string
  url: string
  requestHeaders: Record<string, string>
  requestBody: string
  status: number | null
  responseHeaders: Record<string, string>
  responseBody: string
  ms: number
  /** Why it was refused, in plain words; what to do about it. */
  why?: string
  /** The fault that hit it. */
  fault?: string
  /** Handle of the account it was about. */
  account?: string
  /** For deliveries: which one, to replay it. */
  deliveryId?: string
}

export type Wire = {
  add(entry: Omit<WireEntry, 'id'>): WireEntry
  list(filter?: { after?: number; limit?: number; account?: string; name?: string }): WireEntry[]
  get(id: number): WireEntry | undefined
  clear(): void
  /** Hears every new entry. Answers how to stop. */
  listen(hear: (entry: WireEntry) => void): () => void
}

const KEPT = 1000
/** How much of a body is shown. */
export const SHOWN_CHARS = 8192

export function makeWire(): Wire {
  let entries: WireEntry[] = []
  let last = 0
  const listeners = new Set<(entry: WireEntry) => void>()
  return {
    add: entry => {
      const kept = { ...entry, id: ++last }
      entries.push(kept)
      if (entries.length > KEPT * 1.5) entries = entries.slice(-KEPT)
      for (const hear of listeners) hear(kept)
      return kept
    },
    list: ({ after = 0, limit = 200, account, name } = {}) =>
      entries.filter(e => e.id > after && (account === undefined || e.account === account) && (name === undefined || e.name === name)).slice(-limit),
    get: id => entries.find(e => e.id === id),
    clear: () => (entries = []),
    listen: hear => {
      listeners.add(hear)
      return () => void listeners.delete(hear)
    },
  }
}
