import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Agenda } from './agenda.ts'
import type { BusinessVerbs } from './business/types.ts'
import type { Clock } from './clock.ts'
import type { Webhooks } from './deliver.ts'
import type { Faults, KnownFault } from './faults.ts'
import type { Ids } from './ids.ts'
import type { LoginVerbs } from './login/types.ts'
import type { PeopleVerbs } from './people.ts'
import type { PostingVerbs } from './posting/verbs.ts'
import type { RuleBook, RuleProfile } from './rules.ts'
import type { Timeline } from './timeline.ts'
import type { Wire } from './wire.ts'
import type { ArmedFault, Platform } from './words.ts'
import type { Store } from './world.ts'

/** The world as tests and screens see it: lists of records, and verbs people do. */
export type World = PeopleVerbs & LoginVerbs & PostingVerbs & BusinessVerbs

/** What every face stands on. */
export type Ground = {
  store: Store
  world: World
  ids: Ids
  clock: Clock
  agenda: Agenda
  faults: Faults
  rules: RuleBook
  wire: Wire
  timeline: Timeline
  webhooks: Webhooks
  /** Where uploaded bytes lie. */
  mediaFolder: string
  /** Where we listen, such as http://127.0.0.1:4310 (no slash at the end); http://emulator.test while we do not. */
  url(): string
  /** Outgoing fetch (PULL_FROM_URL, verification files). */
  fetch: typeof fetch
  /** Consent pages ask the platform of the app what to do. */
  grantors: Map<Platform, Grantor>
  /** Extends `world` with verbs and lists (getters are kept). */
  extend(verbs: object): void
  /** Heard when all records were replaced (reset, restore): forget what was remembered beside them. */
  onReplace(listen: () => void): void
  /** Asks the router, as if over HTTP but without a socket. */
  dispatch(request: Request): Promise<Response>
}

/** What a platform adds to the shared authorize page. */
export type Grantor = {
  /** Scope → what it lets the app do, in people's words. */
  describe(scope: string): string
  /** Called when the person agreed. Answers the query parameters of the redirect (state is added). */
  grant(order: { appId: string; accountId: string; scopes: string[]; redirectUri: string; challenge?: string }): Record<string, string>
}

/** One request on its way through a face. */
export type Call = {
  request: Request
  url: URL
  params: Record<string, string>
  route: Route
  /** Present over a real socket: read large bodies from `incoming`. */
  env?: { incoming: IncomingMessage; outgoing: ServerResponse }
  /** Body as text, read once (and shown in the log). */
  text(): Promise<string>
  /** Body as JSON; undefined when it is none. */
  json(): Promise<unknown>
  form(): Promise<URLSearchParams>
  /** Says in plain words why this is refused, for the log. */
  why(reason: string): void
  /** Says whom this is about: handles, open_ids, client keys. Faults armed for an account look here. */
  about(...names: (string | undefined)[]): void
  /** Takes an armed fault this handler can act out itself, for instance "never finishes". */
  fault(does: string): ArmedFault | undefined
}

export type Handler = (call: Call) => Response | Promise<Response>

export type Route = {
  /** As faults and tests call it: "posting.initVideo". */
  name: string
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Exact, trailing slash included; ":name" stands for one segment. */
  path: string
  handler: Handler
  /** One line for the documents and the coverage table. */
  says?: string
  /** The handler reads the body itself as a stream; it is not logged. */
  streams?: boolean
}

export type Face = {
  name: string
  /** Real host names it answers for when a request says so in Host. */
  hosts: string[]
  /** Path prefixes that are its own, such as "/v2/post/". Used to choose who says "no such path". */
  prefixes: string[]
  routes: Route[]
  rules?: Omit<RuleProfile, 'face'>[]
  faults?: KnownFault[]
  /** Wrong path or method under its prefixes or hosts. */
  unknown?: (call: Call) => Response
  /** How this platform says 429, 5xx and its own codes when a fault orders it; undefined: the plain HTTP way. */
  refuse?: (does: string, call: Call, fault: ArmedFault) => Response | undefined
  /** Tells from the request whom and what a call is about (`call.about`), where the token does not say it. */
  introduce?: (call: Call) => void
  /** Loopback only and Host checked: control and screens. */
  local?: boolean
}

/** A face is made over the ground once, at start: it may register agenda handlers, grantors and verbs there. */
export type MakeFace = (ground: Ground) => Face
