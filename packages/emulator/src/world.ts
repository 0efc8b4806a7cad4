import type { BusinessRecords } from './business/types.ts'
import { openJournal, type Change, type Journal } from './journal.ts'
import type { LoginRecords } from './login/types.ts'
import type { PostingRecords } from './posting/types.ts'
import type { CoreRecords } from './words.ts'

/** Every kind of record, by name. One type file per area adds its own. */
export type Records = CoreRecords & LoginRecords & PostingRecords & BusinessRecords
export type Kind = keyof Records

/** One kind of record, by id. Change a record in place or make a new one, then `put` it: only what was put is kept. */
export type Shelf<R> = {
  get(id: string): R | undefined
  put(record: R): R
  drop(id: string): void
  all(): R[]
  find(test: (record: R) => boolean): R | undefined
  filter(test: (record: R) => boolean): R[]
  readonly size: number
}

/** All there is, as plain records. */
export type Store = {
  shelf<K extends Kind>(kind: K): Shelf<Records[K]>
  /** Resolves when everything put so far is on disk. Called once per request, before it is answered. Without a folder it is done at once. */
  flush(): Promise<void>
  everything(): Change[]
  /** Replaces all records. */
  replace(changes: Iterable<Change>): void
  close(): void
}

export function openStore(folder?: string): Store {
  const kinds = new Map<string, Map<string, { id: string }>>()
  const shelves = new Map<string, Shelf<{ id: string }>>()
  let dirty = new Map<string, Change>()
  let running: Promise<void> | undefined
  let queued: Promise<void> | undefined

  const mapOf = (kind: string) => {
    let map = kinds.get(kind)
    if (!map) kinds.set(kind, (map = new Map()))
    return map
  }
  const load = ([kind, id, record]: Change) => {
    if (record === null) mapOf(kind).delete(id)
    else mapOf(kind).set(id, record as { id: string })
  }
  const touch = (kind: string, id: string, record: unknown) => {
    if (journal) dirty.set(`${kind}\n${id}`, [kind, id, record])
  }
  function* walk(): Generator<Change> {
    for (const [kind, map] of kinds) for (const [id, record] of map) yield [kind, id, record]
  }
  const journal: Journal | undefined = folder === undefined ? undefined : openJournal(folder, load, walk)

  const makeShelf = (kind: string): Shelf<{ id: string }> => {
    const map = mapOf(kind)
    return {
      get: id => map.get(id),
      put: record => {
        map.set(record.id, record)
        touch(kind, record.id, record)
        return record
      },
      drop: id => {
        if (map.delete(id)) touch(kind, id, null)
      },
      all: () => [...map.values()],
      find: test => {
        for (const record of map.values()) if (test(record)) return record
        return undefined
      },
      filter: test => [...map.values()].filter(test),
      get size() {
        return map.size
      },
    }
  }
  const write = () => {
    const changes = [...dirty.values()]
    dirty = new Map()
    running = journal!.append(changes).catch((why: unknown) => {
      // Not on disk: it stays to be written, unless something newer is there by now.
      for (const change of changes) {
        const key = `${change[0]}\n${change[1]}`
        if (!dirty.has(key)) dirty.set(key, change)
      }
      throw why
    }).finally(() => (running = undefined))
    return running
  }
  return {
    shelf: kind => {
      let shelf = shelves.get(kind)
      if (!shelf) shelves.set(kind, (shelf = makeShelf(kind)))
      return shelf as unknown as Shelf<Records[typeof kind]>
    },
    flush: () => {
      if (!journal) return Promise.resolve()
      if (dirty.size === 0) return queued ?? running ?? Promise.resolve()
      if (!running) return write()
      // A write is under way: whoever comes meanwhile shares the next one.
      queued ??= running.catch(() => undefined).then(() => {
        queued = undefined
        return write()
      })
      return queued
    },
    everything: () => structuredClone([...walk()]),
    replace: changes => {
      for (const [kind, map] of kinds) for (const id of map.keys()) {
        map.delete(id)
        touch(kind, id, null)
      }
      for (const [kind, id, record] of changes) {
        const copy: unknown = structuredClone(record)
        load([kind, id, copy])
        touch(kind, id, copy)
      }
    },
    close: () => journal?.close(),
  }
}
