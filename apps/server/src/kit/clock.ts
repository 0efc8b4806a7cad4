/** The one clock of domain time (law 11). Sessions, TLS, retries and heartbeats use `wallNow`. */
export type Clock = {
  now: () => Date
  /** Domain seconds that pass in one second on the wall; 0 while frozen. */
  pace(): number
  /** Called when time did not simply pass: a jump, another pace, a freeze. Returns how to stop listening. */
  onJump(listen: () => void): () => void
}

/** Time on the wall: for what must not follow a test or the emulator. */
export const wallNow = (): Date => new Date()
/** Milliseconds of a clock that never steps, for measuring how long something took. */
export const ticks = (): number => performance.now()

export function jumps() {
  const listeners = new Set<() => void>()
  return {
    tell: () => { for (const listen of listeners) listen() },
    onJump: (listen: () => void) => { listeners.add(listen); return () => { listeners.delete(listen) } },
  }
}

export const wallClock = (): Clock => ({ now: wallNow, pace: () => 1, onJump: jumps().onJump })

export type TestClock = Clock & { freeze(): void; resume(pace?: number): void; advance(ms: number): void; set(at: Date): void }

/** A clock that a test holds: it starts frozen at `startAt` unless told to run. */
export function testClock(startAt = new Date('2026-11-21T12:00:00Z'), startPace = 0): TestClock {
  const told = jumps()
  let anchor = { domain: startAt.getTime(), tick: ticks(), pace: startPace }
  const domain = () => anchor.domain + (ticks() - anchor.tick) * anchor.pace
  const move = (domain: number, pace: number) => { anchor = { domain, tick: ticks(), pace }; told.tell() }
  return {
    now: () => new Date(Math.round(domain())), pace: () => anchor.pace, onJump: told.onJump,
    freeze: () => { move(domain(), 0) }, resume: (pace = 1) => { move(domain(), pace) },
    advance: ms => { move(domain() + ms, anchor.pace) }, set: at => { move(at.getTime(), anchor.pace) },
  }
}
