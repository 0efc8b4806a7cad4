/** The emulator's time. The only file that reads the wall clock. */
export type Clock = {
  /** Emulator time, epoch ms. During a jump it stands at the moment of the thing that is happening. */
  now(): number
  /** What followers are told: during a jump already its end. Signatures carry this time. */
  shown(): number
  pace(): number
  frozen(): boolean
  freeze(): void
  resume(): void
  /** Emulator seconds per wall second. */
  setPace(pace: number): void
  /** Lets `ms` of emulator time pass; everything that falls due on the way happens, in order, each at its moment. Resolves when it is done. */
  advance(ms: number): Promise<void>
  /** Goes to the next thing that is due. False when nothing is. */
  jumpToNext(): Promise<boolean>
  /** Heard after every jump, freeze or change of pace. */
  onChange(listen: () => void): () => void
}

export type ClockState = { emulator: number; wall: number; pace: number; frozen: boolean }

/** Wall time in ms: for patience with slow receivers and for measuring, never for what the world believes. */
export const wallNow = () => Date.now()

/** A clock and the means to drive it; the agenda is told how by `steer`. */
export function makeClock(start: ClockState, save: (state: ClockState) => void) {
  let state = start
  let held: number | undefined
  let target: number | undefined
  const listeners = new Set<() => void>()
  const running = () => (state.frozen ? state.emulator : state.emulator + (wallNow() - state.wall) * state.pace)
  const now = () => Math.floor(held ?? running())
  const set = (change: Partial<ClockState>) => {
    state = { ...state, emulator: running(), wall: wallNow(), ...change }
    save(state)
  }
  const tell = () => {
    for (const listen of listeners) listen()
  }
  return {
    now,
    shown: () => Math.floor(target ?? running()),
    pace: () => state.pace,
    frozen: () => state.frozen,
    freeze: () => {
      set({ frozen: true })
      tell()
    },
    resume: () => {
      set({ frozen: false })
      tell()
    },
    setPace: (pace: number) => {
      if (!(pace > 0 && pace <= 100_000)) throw new RangeError('The pace is a number above 0 and at most 100000')
      set({ pace })
      tell()
    },
    onChange: (listen: () => void) => {
      listeners.add(listen)
      return () => void listeners.delete(listen)
    },
    tell,
    /** Sets time outright: snapshots and jumps. */
    set: (emulator: number) => set({ emulator, wall: wallNow() }),
    state: () => ({ ...state, emulator: running(), wall: wallNow() }),
    adopt: (next: ClockState) => {
      state = { ...next, wall: wallNow() }
      save(state)
      tell()
    },
    /** Holds time at a moment while things due then happen. */
    hold: (at: number | undefined) => (held = at),
    aim: (at: number | undefined) => (target = at),
    followed: () => listeners.size > 1, // the agenda itself always listens
  }
}
export type Gears = ReturnType<typeof makeClock>
