import { readWebhook, verifyWebhook, type WebhookEvent } from '@stagedoor/tiktok'
import type { Context } from 'hono'
import { appBySlug, type App } from './accounts/apps.ts'
import { ticks, wallNow } from './kit/clock.ts'
import { forgetSettled, openIntake, setAside, type Arrival, type Delivery, type Intake } from './kit/deliveries.ts'
import { startDraining, type Drainer } from './kit/drain.ts'
import type { House, Tell } from './kit/house.ts'
import { room } from './kit/http.ts'
import type { Trx } from './kit/db.ts'
import { headerOf, readLimited } from './kit/read-limited.ts'

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

/**
 * TikTok's one door in, `POST /hooks/<app>/`: verify the raw bytes with the secrets of the app whose path was called, keep them, answer 200;
 * think afterwards (law 1). 401 with a reason when the signature does not hold, 404 for an app we do not have, 413 when it is too large.
 * An event nobody listens to is kept too.
 */
export const hookRoutes = room()
hookRoutes.post('/hooks/:app/', knock)
hookRoutes.post('/hooks/:app', knock)

async function knock(c: Context): Promise<Response> {
  const house = c.get('house') as House
  const door = doorOf(house)
  const slug = c.req.param('app') ?? ''
  const app = await door.app(slug)
  if (!app) return c.json({ reason: 'unknown app' }, 404)
  const raw = await readLimited(c, LARGEST_BYTES)
  if (raw === 'too large') return c.json({ reason: 'too large' }, 413)
  if (raw === 'cut off') return c.json({ reason: 'cut off' }, 400)
  const header = headerOf(c, 'tiktok-signature')
  let verdict = verifyWebhook(raw, header, app.secrets, house.clock.now())
  if (!verdict.ok && verdict.reason === 'wrong signature') {
    const fresh = await door.app(slug, true)
    if (fresh) verdict = verifyWebhook(raw, header, fresh.secrets, house.clock.now())
  }
  if (!verdict.ok) {
    house.log.info({ app: slug, reason: verdict.reason }, 'a webhook was refused')
    return c.json({ reason: verdict.reason }, 401)
  }
  await door.keep({ appId: app.id, key: keyOf(app.id, verdict.delivery), event: verdict.delivery.name, raw })
  return c.body(null, 200)
}

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
