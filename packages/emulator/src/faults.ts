import type { Ids } from './ids.ts'
import type { ArmedFault } from './words.ts'
import type { Store } from './world.ts'

/** What can be armed: `on` a route's name (or "deliver", or "*"), what it does, and for whom, how often, how long. */
export type NewFault = { on: string; does: string; account?: string; times?: number; probability?: number; expiresInMs?: number; [more: string]: string | number | boolean | null | undefined }

/** A fault somebody can choose, for the screens and the documents. */
export type KnownFault = { does: string; on: string; says: string; takes?: string }

export type Faults = {
  arm(fault: NewFault): ArmedFault
  list(): ArmedFault[]
  /** Removes one, or all. */
  clear(id?: string): void
  /** The first armed fault that hits here; counts as a hit. `does` narrows to the ones the caller can act out. `about` are the names the call is about. */
  take(on: string, about: (string | undefined)[], does?: (does: string) => boolean): ArmedFault | undefined
  register(known: KnownFault[]): void
  known(): KnownFault[]
}

export class FaultError extends Error {}

export function makeFaults(store: Store, ids: () => Ids, now: () => number): Faults {
  const shelf = store.shelf('fault')
  const known: KnownFault[] = []
  let n = 0
  return {
    arm: ({ expiresInMs, ...fault }) => {
      if (!fault.on || !fault.does) throw new FaultError('A fault needs "on" (a route name, "deliver" or "*") and "does"')
      if (!known.some(k => k.does === fault.does)) throw new FaultError(`No fault does "${fault.does}". Known: ${[...new Set(known.map(k => k.does))].join(', ')}`)
      while (shelf.get(`fault-${n}`)) n += 1
      return shelf.put({ ...fault, id: `fault-${n++}`, hits: 0, ...(expiresInMs === undefined ? {} : { expiresAt: now() + expiresInMs }) })
    },
    list: () => shelf.all(),
    clear: id => {
      if (id !== undefined) shelf.drop(id)
      else for (const fault of shelf.all()) shelf.drop(fault.id)
    },
    take: (on, about, does = () => true) => {
      for (const fault of shelf.all()) {
        if (fault.expiresAt !== undefined && now() >= fault.expiresAt) {
          shelf.drop(fault.id)
          continue
        }
        if (fault.on !== '*' && fault.on !== on) continue
        if (!does(fault.does)) continue
        if (fault.account !== undefined && !about.includes(fault.account)) continue
        if (fault['chunk'] !== undefined && !about.includes(`chunk ${fault['chunk']}`)) continue
        if (fault.times !== undefined && fault.hits >= fault.times) continue
        if (fault.probability !== undefined && ids().chance('fault') >= fault.probability) continue
        fault.hits += 1
        if (fault['chunk'] !== undefined && !about.includes(`chunk ${fault['chunk']}`)) continue
        if (fault.times !== undefined && fault.hits >= fault.times) shelf.drop(fault.id)
        else shelf.put(fault)
        return fault
      }
      return undefined
    },
    register: list => known.push(...list),
    known: () => [...known],
  }
}
