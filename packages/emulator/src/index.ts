import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeAgenda } from './agenda.ts'
import { makeClock, wallNow, type Clock, type ClockState } from './clock.ts'
import { walkConsent } from './consent.ts'
import { giveLifecycle } from './control.ts'
import { makeWebhooks } from './deliver.ts'
import type { Face, Ground, World } from './face.ts'
import { allFaces } from './faces.ts'
import { makeFaults, type Faults } from './faults.ts'
import { makeIds } from './ids.ts'
import type { Change } from './journal.ts'
import { peopleVerbs, WorldError } from './people.ts'
import { CutConnection, coreFaults, makeRouter } from './router.ts'
import { makeRules, type RuleBook, type Rules } from './rules.ts'
import { defaultSeed, plant, type Seed } from './seed.ts'
import { serve } from './serve.ts'
import { makeTimeline, type Happening } from './timeline.ts'
import { makeWire, type Wire } from './wire.ts'
import { openStore } from './world.ts'

export type { Rules, RuleProfile } from './rules.ts'
export type { NewFault } from './faults.ts'
export type { Seed } from './seed.ts'
export type { World } from './face.ts'
export type { Happening } from './timeline.ts'
export type { WireEntry } from './wire.ts'
export type { Account, App, ArmedFault, Customer, Delivery, Grant, Token } from './words.ts'
export type { Post, Publication } from './posting/types.ts'

export type EmulatorOptions = {
  /** Ids and chances follow from it. Default 1. */
  seed?: number
  rules?: Partial<Rules>
  /** Where the emulator's time begins. Default: now. */
  startAt?: Date
  /** The clock stands still from the beginning: with `startAt`, everything is the same on each run. */
  frozen?: boolean
  /** A folder for durable state; without it everything is in memory. */
  state?: string
  /** What is in the world at first. Default: two apps, three creators, six customers. */
  world?: Seed
  /** Outgoing requests (webhooks, PULL_FROM_URL) go through this instead of real sockets. */
  fetch?: typeof fetch
  /** "host:port" that webhooks may go to besides loopback; "*" for any. */
  receivers?: string[]
}

export type Snapshot = { version: 1; clock: ClockState; seed: number; records: Change[] }

/** Where to be sent, and by whom, when a consent page is walked. */
export type ConsentOrder = { authorizeUrl: string; account: string; scopes?: string[] | 'all'; deny?: boolean }

/** TikTok on your laptop. */
export type Emulator = {
  /** Answers a request without a socket. A cut connection throws TypeError, as fetch does. */
  fetch(request: Request | string, init?: RequestInit): Promise<Response>
  /** Listens on 127.0.0.1; port 0 takes a free one. Resolves with the URL. */
  listen(port?: number): Promise<string>
  /** http://127.0.0.1:port without a slash at the end; http://emulator.test before listen(). */
  readonly url: string
  close(): Promise<void>
  clock: Omit<Clock, 'pace' | 'frozen' | 'setPace' | 'onChange' | 'shown'> & { pace(): number; pace(n: number): void; frozen(): boolean }
  faults: Faults
  rules: RuleBook
  world: World
  wire: Wire
  faces: Face[]
  /** Walks the real authorize page over HTTP as a person would. Answers the URL the browser is sent to. */
  consent(order: ConsentOrder): Promise<string>
  /** Resolves with the next happening of that name (`post.publish.complete`, `delivered`, `grant given` …). */
  waitFor(name: string, fits?: (about: Record<string, unknown>) => boolean, patienceMs?: number): Promise<Happening>
  timeline(): Happening[]
  /** Back to the seed: same ids again, faults and rules as at the start. Redirect URIs and callbacks of the seed's apps stay. */
  reset(): Promise<void>
  snapshot(): Snapshot
  restore(snapshot: Snapshot): Promise<void>
  /** Resolves when nothing is due now: deliveries attempted, processing done. */
  settled(): Promise<void>
}

/** Makes an emulator: one world, its own clock, every face. Nothing listens until `listen()`. */
export async function createEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { seed = 1, startAt, frozen = false, state, world: planted = defaultSeed, receivers = [] } = options
  const store = openStore(state)
  const settings = store.shelf('setting')
  const counters = store.shelf('counter')
  const next = (kind: string) => {
    const counter = counters.get(kind) ?? { id: kind, n: 0 }
    counter.n += 1
    counters.put(counter)
    return counter.n
  }
  const fresh = (stopped: boolean): ClockState => ({ emulator: startAt?.getTime() ?? wallNow(), wall: wallNow(), pace: 1, frozen: stopped })
  const saveClock = (clockState: ClockState) => void settings.put({ id: 'clock', value: clockState })
  const gears = makeClock((settings.get('clock')?.value as ClockState | undefined) ?? fresh(frozen), saveClock)
  if (!settings.get('clock')) saveClock(gears.state())
  const ids = makeIds(seed, next, gears.now)
  const wire = makeWire()
  const timeline = makeTimeline(gears.now)
  const { agenda, clock, wake, settled: agendaSettled, rebuild, close: closeAgenda } = makeAgenda(store, gears, next, (name, why) => console.error(`The emulator failed at "${name}":`, why))
  const faults = makeFaults(store, () => ids, gears.now)
  const rules = makeRules(store)
  const mediaFolder = state === undefined ? mkdtempSync(join(tmpdir(), 'tiktok-emulator-')) : join(state, 'media')
  mkdirSync(mediaFolder, { recursive: true, mode: 0o700 })
  const onReplace: (() => void)[] = []
  const webhooks = makeWebhooks({ store, ids, clock, agenda, faults, wire, timeline, receivers, onReplace: listen => void onReplace.push(listen), ...(options.fetch ? { fetch: options.fetch } : {}) })

  let url = 'http://emulator.test'
  const world = {} as World
  const ground: Ground = {
    store, world, ids, clock, agenda, faults, rules, wire, timeline, webhooks, mediaFolder, url: () => url, fetch: options.fetch ?? fetch, grantors: new Map(),
    extend: verbs => void Object.defineProperties(world, Object.getOwnPropertyDescriptors(verbs)),
    dispatch: request => dispatch(request),
    onReplace: listen => void onReplace.push(listen),
  }
  ground.extend(peopleVerbs(store, ids, gears.now, timeline))
  faults.register(coreFaults)
  const faces = allFaces.map(make => make(ground))
  for (const face of faces) {
    rules.register(face.name, face.rules ?? [])
    faults.register(face.faults ?? [])
  }
  const dispatch = makeRouter(() => ground, faces)

  const begin = () => {
    rules.set(options.rules ?? {})
    plant(world, planted)
    settings.put({ id: 'planted', value: seed })
  }
  if (!settings.get('planted')) begin()
  else rules.set(options.rules ?? {})
  await store.flush()
  wake()

  const replace = async (records: Change[], clockState: ClockState) => {
    store.replace(records)
    gears.adopt(clockState)
    wire.clear()
    timeline.clear()
    for (const listen of onReplace) listen()
    rebuild()
    await store.flush()
  }
  const life = {
    reset: async () => {
      // What was set in the portal (where to redirect, where to deliver) is not part of the play: it stays for apps of the seed.
      const portal = world.apps.map(({ id, redirectUris, webhookUrl, flavour }) => ({ id, redirectUris, webhookUrl, flavour }))
      await replace([], fresh(gears.frozen()))
      rmSync(mediaFolder, { recursive: true, force: true })
      mkdirSync(mediaFolder, { recursive: true, mode: 0o700 })
      begin()
      for (const { id, ...kept } of portal) if (store.shelf('app').get(id)) world.changeApp(id, kept)
      await store.flush()
    },
    snapshot: (): Snapshot => ({ version: 1, clock: gears.state(), seed, records: store.everything() }),
    restore: async (given: unknown) => {
      const snapshot = given as Partial<Snapshot> | undefined
      if (snapshot?.version !== 1 || !Array.isArray(snapshot.records) || !snapshot.clock) throw new WorldError('A snapshot is what GET /_emulator/snapshot answered: { version: 1, clock, records }')
      await replace(snapshot.records, snapshot.clock)
    },
    settled: async () => {
      await agendaSettled()
      await store.flush()
    },
    faces: () => faces,
  }
  giveLifecycle(ground, life)

  let server: Awaited<ReturnType<typeof serve>> | undefined
  const ask = async (request: Request | string, init?: RequestInit) => {
    const made = typeof request === 'string' ? new Request(request.startsWith('/') ? url + request : request, init) : init ? new Request(request, init) : request
    try {
      return await dispatch(made)
    } catch (why) {
      if (why instanceof CutConnection) throw new TypeError('fetch failed', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) })
      throw why
    }
  }
  return {
    fetch: ask,
    listen: async (port = 0) => {
      server ??= await serve(dispatch, port)
      url = server.url
      return url
    },
    get url() {
      return url
    },
    close: async () => {
      await server?.close()
      await closeAgenda()
      await store.flush()
      store.close()
      if (state === undefined) rmSync(mediaFolder, { recursive: true, force: true })
    },
    clock: { now: () => clock.now(), freeze: () => clock.freeze(), resume: () => clock.resume(), advance: ms => clock.advance(ms), jumpToNext: () => clock.jumpToNext(), frozen: () => clock.frozen(), pace: paceOf(clock) },
    faults, rules, world, wire, faces,
    consent: order => walkConsent((to, init) => (server && to.startsWith(url) ? fetch(to, init) : ask(to, init)), order),
    waitFor: (name, fits, patienceMs) => timeline.waitFor(name, fits, patienceMs),
    timeline: () => timeline.list(),
    reset: life.reset, snapshot: life.snapshot, restore: life.restore, settled: life.settled,
  }
}

function paceOf(clock: Clock) {
  function pace(): number
  function pace(n: number): void
  function pace(n?: number): number | void {
    if (n === undefined) return clock.pace()
    clock.setPace(n)
  }
  return pace
}
