import { readFile, writeFile } from 'node:fs/promises'
import { jumps, ticks, wallNow, type Clock } from './clock.ts'
import type { Log } from './log.ts'
import { readEventStream } from './event-stream.ts'

export type FollowedClock = Clock & { close(): void; connected(): boolean }

type Said = { now: number; pace: number }
const PAUSE_MS = 500
const PATIENCE_MS = 3000
const JUMP_MS = 500 // less is the road, not a jump

/**
 * Follows another clock (the emulator's) over its control API: GET `url` and the stream `url`/stream. While it is away, time goes on at
 * the last known pace; when it is back, what it says counts. `keptIn` remembers the last word across a restart of this process.
 */
export async function followClock(url: string, keptIn: string | null, log: Log): Promise<FollowedClock> {
  const told = jumps()
  const stop = new AbortController()
  let connected = false
  let anchor = await firstWord(url, keptIn)
  const domain = () => anchor.now + (ticks() - anchor.tick) * anchor.pace
  const hear = (said: Said) => {
    const jumped = said.pace !== anchor.pace || Math.abs(said.now - domain()) > JUMP_MS * Math.max(1, said.pace)
    anchor = { ...said, tick: ticks() }
    if (keptIn !== null) void writeFile(keptIn, JSON.stringify({ ...said, wall: wallNow().getTime() }), { mode: 0o600 }).catch(() => undefined)
    if (jumped) told.tell()
  }
  const follow = async () => {
    while (!stop.signal.aborted) {
      try {
        hear(await ask(url))
        connected = true
        for await (const text of readEventStream(`${url}/stream`, stop.signal)) hear(readWord(JSON.parse(text)))
      } catch (why) {
        if (connected) log.info({ err: why }, 'the followed clock is away; time goes on at its last pace')
      }
      connected = false
      if (!stop.signal.aborted) await new Promise(later => { setTimeout(later, PAUSE_MS) })
    }
  }
  void follow()
  return { now: () => new Date(Math.round(domain())), pace: () => anchor.pace, onJump: told.onJump, connected: () => connected, close: () => { stop.abort() } }
}

// At the start: its own word, else what was kept (carried on at the kept pace), else the wall.
async function firstWord(url: string, keptIn: string | null): Promise<Said & { tick: number }> {
  try {
    return { ...await ask(url), tick: ticks() }
  } catch {
    const kept = keptIn === null ? undefined : await readFile(keptIn, 'utf8').then(text => JSON.parse(text) as Said & { wall: number }).catch(() => undefined)
    if (kept === undefined) return { now: wallNow().getTime(), pace: 1, tick: ticks() }
    return { now: kept.now + (wallNow().getTime() - kept.wall) * kept.pace, pace: kept.pace, tick: ticks() }
  }
}

async function ask(url: string): Promise<Said> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) })
  if (!answer.ok) throw new Error(`The clock at ${url} answered ${answer.status}.`)
  return readWord(await answer.json())
}

/** `{ now: ms or ISO text, pace, frozen? }` */
function readWord(value: unknown): Said {
  const { now, pace, frozen } = value as { now?: number | string; pace?: number; frozen?: boolean }
  const ms = typeof now === 'string' ? Date.parse(now) : now
  if (typeof ms !== 'number' || !Number.isFinite(ms)) throw new Error('The clock said no time.')
  return { now: ms, pace: frozen === true ? 0 : typeof pace === 'number' && pace >= 0 ? pace : 1 }
}
