import type { IncomingMessage, ServerResponse } from 'node:http'
import { readWebhook, verifyWebhook, type WebhookEvent } from '@stagedoor/tiktok'
import type { Context } from 'hono'
import { appBySlug, type App } from './accounts/apps.ts'
import { ticks, wallNow } from './kit/clock.ts'
import { forgetSettled, openIntake, setAside, type Arrival, type Delivery, type Intake } from './kit/deliveries.ts'
import { startDraining, type Drainer } from './kit/drain.ts'
import type { House, Tell } from './kit/house.ts'
import { databaseIsAway } from './kit/http-errors.ts'
import { room } from './kit/http.ts'
import type { Trx } from './kit/db.ts'
import { headerOf, readIncoming, readLimited } from './kit/read-limited.ts'

/** A kept delivery read again from its bytes. */
export type Received = { id: number; appId: number; event: WebhookEvent; raw: Uint8Array }
/** Understands deliveries: the whole list, in order, inside the drainer's transaction. What it throws puts the list back. */
export type Listener = (house: House, trx: Trx, tell: Tell, list: Received[]) => Promise<void>
/** Who listens to what: by the event's name, or by a beginning that ends with `*`. */
export type Listeners = Readonly<Record<string, Listener>>

/** TikTok's envelopes are a few kilobytes; text is 6000 characters at most. */
const LARGEST_BYTES = 1024 * 1024
/** How long a secret is remembered. One that does not fit is looked up again at once, so a changed secret is noticed by the first delivery. */
const REMEMBER_MS = 1000
/** Raw deliveries that were understood are forgotten after this; TikTok stops repeating one after 72 hours. */
const KEEP_DAYS = 30
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** What the door answers; TikTok looks at the status alone and sends again what was not answered 200. */
type Answer = { status: 200 } | { status: 400 | 401 | 404 | 413; reason: string }
/** The body's bytes, or why there are none. */
type Body = Buffer | 'too large' | 'cut off'

/**
 * TikTok's one door in, `POST /hooks/<app>/`: verify the raw bytes with the secrets of the app whose path was called, keep them, answer 200;
 * think afterwards (law 1). 401 with a reason when the signature does not hold, 404 for an app we do not have, 413 when it is too large.
 * An event nobody listens to is kept too. Throws when it could not be kept.
 */
async function knock(house: House, slug: string, header: string | undefined, read: () => Promise<Body>): Promise<Answer> {
  const door = doorOf(house)
  const app = await door.app(slug)
  if (!app) return { status: 404, reason: 'unknown app' }
  const raw = await read()
  if (raw === 'too large') return { status: 413, reason: raw }
  if (raw === 'cut off') return { status: 400, reason: raw }
  let verdict = verifyWebhook(raw, header, app.secrets, house.clock.now())
  if (!verdict.ok && verdict.reason === 'wrong signature') {
    const fresh = await door.app(slug, true)
    if (fresh) verdict = verifyWebhook(raw, header, fresh.secrets, house.clock.now())
  }
  if (!verdict.ok) {
    house.log.info({ app: slug, reason: verdict.reason }, 'a webhook was refused')
    return { status: 401, reason: verdict.reason }
  }
  await door.keep({ appId: app.id, key: keyOf(app.id, verdict.delivery), event: verdict.delivery.name, raw })
  return { status: 200 }
}

/** The same door behind the web's Request and Response. */
export const hookRoutes = room()
for (const path of ['/hooks/:app/', '/hooks/:app']) hookRoutes.post(path, async (c: Context) => {
  const answer = await knock(c.get('house') as House, c.req.param('app') ?? '', headerOf(c, 'tiktok-signature'), () => readLimited(c, LARGEST_BYTES))
  return answer.status === 200 ? c.body(null, 200) : c.json({ reason: answer.reason }, answer.status)
})

/**
 * The same door on Node's own request, without the web's Request, Response and router around it: they are most of what a delivery costs.
 * False: this is not for the door, hand it on.
 */
export function answerHook(house: House, incoming: IncomingMessage, outgoing: ServerResponse): boolean {
  const slug = incoming.method === 'POST' ? HOOK.exec(incoming.url ?? '')?.[1] : undefined
  if (slug === undefined) return false
  const header = incoming.headers['tiktok-signature']
  void answerInto(house, slug, Array.isArray(header) ? header.join(', ') : header, incoming, outgoing)
    .catch((why: unknown) => { house.log.debug({ err: why }, 'the caller of a webhook went away before the answer') })
  return true
}

async function answerInto(house: House, slug: string, header: string | undefined, incoming: IncomingMessage, outgoing: ServerResponse) {
  const answer = await knock(house, slug, header, () => readIncoming(incoming, LARGEST_BYTES)).catch((why: unknown) => {
    house.log[databaseIsAway(why) ? 'warn' : 'error']({ err: why, app: slug }, 'a delivery could not be kept; it is not answered 200, so it comes again')
    return { status: 503, reason: 'not kept' } as const
  })
  // What was not read to its end would be taken for the next request.
  if (!incoming.complete) outgoing.setHeader('connection', 'close').once('finish', () => { incoming.resume(); setTimeout(() => incoming.destroy(), LEAVING_MS).unref() })
  if (answer.status === 200) outgoing.writeHead(200).end()
  else outgoing.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify({ reason: answer.reason }))
}

const HOOK = /^\/hooks\/([\w-]+)\/?(?:\?|$)/
/** How long a caller who was refused in the middle may go on before the connection is closed, so that the answer can be read. */
const LEAVING_MS = 1000

/** What must stay in order: a conversation, a publication, else everything about the account. */
function keyOf(appId: number, { content, user_openid: account }: WebhookEvent): string {
  const name = (key: string) => typeof content === 'object' && content !== null && key in content && typeof (content as Record<string, unknown>)[key] === 'string' ? (content as Record<string, string>)[key] : undefined
  return `${appId} ${account ?? ''} ${name('conversation_id') ?? name('publish_id') ?? ''}`
}

type Door = { app(slug: string, anew?: boolean): Promise<App | undefined>; keep: (arrival: Arrival) => Promise<void>; intake: Intake }
const doors = new WeakMap<House, Door>()

function doorOf(house: House): Door {
  const known = doors.get(house)
  if (known) return known
  const intake = openIntake(() => house.databaseUrl(), why => { house.log.warn({ err: why }, 'the intake lost its connection; the next delivery opens another') })
  const apps = new Map<string, { app: Promise<App | undefined>; at: number }>()
  const made: Door = {
    intake, keep: intake.keep,
    async app(slug, anew = false) {
      const held = apps.get(slug)
      if (!anew && held && ticks() - held.at < REMEMBER_MS) return held.app
      const asked = { app: appBySlug(house, slug), at: ticks() } // those who come meanwhile wait for the same answer
      apps.set(slug, asked)
      const app = await asked.app.catch((why: unknown) => { apps.delete(slug); throw why })
      if (!app) apps.delete(slug) // a guess is not remembered
      return app
    },
  }
  doors.set(house, made)
  return made
}

/** Starts the drainer of kept deliveries. One process at a time has the turn, any number may run. */
export function startReceiving(house: House, listeners: Listeners): Drainer {
  const drainer = startDraining(house, (trx, tell, list) => hand(house, listeners, trx, tell, list))
  const forget = setInterval(() => { forgetSettled(house.db, new Date(wallNow().getTime() - KEEP_DAYS * DAY_MS)).catch((why: unknown) => { house.log.debug({ err: why }, 'old deliveries could not be forgotten; trying again in an hour') }) }, HOUR_MS)
  return { drained: () => drainer.drained(), async stop() { clearInterval(forget); await drainer.stop(); await doors.get(house)?.intake.close(); doors.delete(house) } }
}

/** Each listener gets its deliveries in one list, in their order. */
async function hand(house: House, listeners: Listeners, trx: Trx, tell: Tell, list: Delivery[]): Promise<void> {
  const lists = new Map<Listener, Received[]>()
  const strange: number[] = []
  for (const { id, appId, raw } of list) {
    const event = readWebhook(raw)
    if (event === null) { strange.push(id); continue }
    const listener = listenerOf(listeners, event.event === 'unknown' ? event.name : event.event)
    if (!listener) continue // kept and named; whoever learns to understand it finds it
    const mine = lists.get(listener) ?? []
    if (mine.length === 0) lists.set(listener, mine)
    mine.push({ id, appId, event, raw })
  }
  if (strange.length > 0) await setAside(trx, strange, 'not an envelope')
  for (const [listener, mine] of lists) await listener(house, trx, tell, mine)
}

export const listenerOf = (listeners: Listeners, name: string): Listener | undefined =>
  listeners[name] ?? Object.entries(listeners).find(([key]) => key.endsWith('*') && name.startsWith(key.slice(0, -1)))?.[1]
