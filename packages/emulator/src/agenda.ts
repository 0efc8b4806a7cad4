import type { Clock, Gears } from './clock.ts'
import type { Due } from './words.ts'
import type { Store } from './world.ts'

export type DueHandler = (args: Record<string, unknown>, due: { at: number }) => void | Promise<void>

/** What will happen, as records, so that it survives a restart. Handlers are named. */
export type Agenda = {
  /** At a time of the emulator's clock (epoch ms). With a key, an earlier entry of the same name and key is replaced. Answers the entry's id. */
  at(time: number, name: string, args?: Record<string, unknown>, key?: string): string
  after(ms: number, name: string, args?: Record<string, unknown>, key?: string): string
  cancel(id: string): void
  on(name: string, handler: DueHandler): void
  list(): Due[]
}

const LONGEST_TIMER_MS = 2 ** 31 - 1
/** While time stands still or runs, at most this many things happen at once. */
const AT_ONCE = 256

export function makeAgenda(store: Store, gears: Gears, next: (kind: string) => number, failed: (name: string, why: unknown) => void) {
  const shelf = store.shelf('due')
  const handlers = new Map<string, DueHandler>()
  const busy = new Set<Promise<void>>()
  let timer: NodeJS.Timeout | undefined
  let soon: NodeJS.Immediate | undefined
  let jumping: Promise<void> = Promise.resolve()
  let inJump = 0
  let closed = false
  const queue = new DueQueue()
  for (const due of shelf.all()) queue.push(due)

  const run = async (due: Due) => {
    try {
      await handlers.get(due.name)?.(due.args, due)
    } catch (why) {
      failed(due.name, why)
    }
    // Gone only when done: a kill in the middle makes it happen again, so handlers look before they act.
    if (shelf.get(due.id) === due) shelf.drop(due.id)
    // Nobody waits for this: what must be on disk before it is told is flushed where it is told.
    store.flush().catch((why: unknown) => failed('writing', why))
  }
  const start = (due: Due) => {
    const work = run(due).finally(() => {
      busy.delete(work)
      if (busy.size === AT_ONCE - 1) wake()
    })
    busy.add(work)
    return work
  }
  const wake = () => {
    if (closed || inJump > 0) return
    clearTimeout(timer)
    timer = undefined
    const first = queue.peek(shelf)
    if (!first) return
    const wait = first.at - gears.now()
    if (wait <= 0) soon ??= setImmediate(tick)
    else if (!gears.frozen()) timer = setTimeout(tick, Math.min(LONGEST_TIMER_MS, Math.ceil(wait / gears.pace())))
  }
  const tick = () => {
    soon = undefined
    if (closed || inJump > 0) return
    const now = gears.now()
    for (let first = queue.peek(shelf); first && first.at <= now && busy.size < AT_ONCE; first = queue.peek(shelf)) {
      queue.pop()
      void start(first)
    }
    if (busy.size < AT_ONCE) wake()
  }
  gears.onChange(wake)

  /** Everything up to `end`, in order, with time standing at each moment. */
  const walkTo = async (end: number) => {
    inJump += 1
    try {
      gears.aim(end)
      gears.tell()
      if (gears.followed()) await new Promise(done => setTimeout(done, 25)) // followers hear of the jump before its webhooks arrive
      for (let first = queue.peek(shelf); first && first.at <= end; first = queue.peek(shelf)) {
        const moment = Math.max(first.at, gears.now())
        gears.hold(moment)
        const together: Promise<void>[] = []
        for (let due: Due | undefined = first; due && due.at <= moment && together.length < AT_ONCE; due = queue.peek(shelf)) {
          queue.pop()
          together.push(start(due))
        }
        await Promise.all(together)
      }
      gears.hold(undefined)
      gears.set(end)
    } finally {
      gears.hold(undefined)
      gears.aim(undefined)
      inJump -= 1
    }
    await store.flush()
    gears.tell()
  }
  const jump = (make: () => number | undefined) => {
    const mine = jumping.then(async () => {
      while (busy.size > 0) await Promise.all(busy)
      const end = make()
      if (end === undefined) return false
      await walkTo(end)
      return true
    })
    jumping = mine.then(() => undefined, () => undefined)
    return mine
  }

  const agenda: Agenda = {
    at: (time, name, args = {}, key) => {
      const order = next('due')
      const id = key === undefined ? `${name}#${order}` : `${name}:${key}`
      const due: Due = { id, at: time, order, name, args }
      shelf.put(due)
      queue.push(due)
      wake()
      return id
    },
    after: (ms, name, args, key) => agenda.at(gears.now() + ms, name, args, key),
    cancel: id => shelf.drop(id),
    on: (name, handler) => void handlers.set(name, handler),
    list: () => shelf.all().sort(sooner),
  }
  const clock: Clock = {
    now: gears.now, shown: gears.shown, pace: gears.pace, frozen: gears.frozen, freeze: gears.freeze, resume: gears.resume, setPace: gears.setPace, onChange: gears.onChange,
    advance: async ms => {
      if (!(ms >= 0)) throw new RangeError('Time only goes forward: give a number of milliseconds, 0 or more')
      await jump(() => gears.shown() + ms)
    },
    jumpToNext: () => jump(() => {
      const first = queue.peek(shelf)
      return first && Math.max(first.at, gears.now())
    }),
  }
  return {
    agenda, clock, wake,
    /** Resolves when nothing is due now and nothing is being done. */
    settled: async () => {
      for (;;) {
        await jumping
        while (busy.size > 0) await Promise.all(busy)
        const first = queue.peek(shelf)
        if (!first || first.at > gears.now()) return
        await new Promise(done => setImmediate(done))
      }
    },
    rebuild: () => {
      queue.clear()
      for (const due of shelf.all()) queue.push(due)
      wake()
    },
    close: async () => {
      closed = true
      clearTimeout(timer)
      clearImmediate(soon)
      await jumping
      while (busy.size > 0) await Promise.all(busy)
    },
  }
}

const sooner = (a: Due, b: Due) => a.at - b.at || a.order - b.order

/** A binary heap of entries; ones that were replaced or cancelled are skipped when they come up. */
class DueQueue {
  private heap: Due[] = []
  clear() {
    this.heap = []
  }
  push(due: Due) {
    const { heap } = this
    heap.push(due)
    for (let at = heap.length - 1; at > 0;) {
      const up = (at - 1) >> 1
      if (sooner(heap[up]!, heap[at]!) <= 0) break
      ;[heap[up], heap[at]] = [heap[at]!, heap[up]!]
      at = up
    }
  }
  peek(shelf: { get(id: string): Due | undefined }): Due | undefined {
    while (this.heap[0] && shelf.get(this.heap[0].id) !== this.heap[0]) this.pop()
    return this.heap[0]
  }
  pop() {
    const { heap } = this
    const last = heap.pop()
    if (heap.length === 0 || !last) return
    heap[0] = last
    for (let at = 0; ;) {
      const left = at * 2 + 1
      const right = left + 1
      let least = at
      if (left < heap.length && sooner(heap[left]!, heap[least]!) < 0) least = left
      if (right < heap.length && sooner(heap[right]!, heap[least]!) < 0) least = right
      if (least === at) return
      ;[heap[least], heap[at]] = [heap[at]!, heap[least]!]
      at = least
    }
  }
}
