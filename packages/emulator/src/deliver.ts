import { createHmac } from 'node:crypto'
import type { Agenda } from './agenda.ts'
import { wallNow, type Clock } from './clock.ts'
import type { Faults } from './faults.ts'
import type { Ids } from './ids.ts'
import { post } from './post.ts'
import type { Timeline } from './timeline.ts'
import { SHOWN_CHARS, type Wire } from './wire.ts'
import type { App, ArmedFault, Delivery } from './words.ts'
import type { Store } from './world.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
/** TikTok backs off exponentially for up to 72 h and then drops; the exact steps are not documented. */
const STEPS_MS = [10 * SECOND, 30 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR]
const GIVE_UP_AFTER_MS = 72 * HOUR
/** A receiver that has not answered by then (wall time) counts as failed. */
const PATIENCE_MS = 5 * SECOND
const KEPT = 2000

export type NewDelivery = {
  app: App
  event: string
  /** Omitted where the event has none (portability). */
  openId?: string
  /** Becomes JSON in a string. A string is taken as it is. */
  content: object | string
  /** Epoch ms of what it tells; default now. */
  happenedAt?: number
  /** Where to, if not the app's own callback. */
  url?: string
  /** Names faults may be armed for. */
  about?: (string | undefined)[]
  /** Sent this much later than now. */
  delayMs?: number
}

export type Webhooks = {
  /** Puts a webhook on its way; undefined when the app has no callback. */
  send(order: NewDelivery): Delivery | undefined
  /** Sends a kept delivery once more, freshly signed. */
  replay(id: string): Promise<Delivery | undefined>
  list(): Delivery[]
  /** Extra headers by platform. */
  headers(platform: App['platform'], make: (app: App) => Record<string, string>): void
}

export type DeliverGround = {
  store: Store; ids: Ids; clock: Clock; agenda: Agenda; faults: Faults; wire: Wire; timeline: Timeline
  /** In-process receivers; without it real sockets are used. */
  fetch?: typeof fetch
  /** "host:port" that may be called besides loopback; "*" for any. */
  receivers: string[]
  onReplace(listen: () => void): void
}

/** TikTok-Signature: t=<unix seconds>,s=<hex HMAC-SHA256 of t.body with the app's secret> */
export const sign = (secret: string, body: string, atMs: number) => {
  const t = Math.floor(atMs / 1000)
  return `t=${t},s=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`
}

export function makeWebhooks(ground: DeliverGround): Webhooks {
  const { store, ids, clock, agenda, faults, wire, timeline } = ground
  const shelf = store.shelf('delivery')
  const apps = store.shelf('app')
  const extra = new Map<string, (app: App) => Record<string, string>>()
  // What is over is only remembered, not kept on disk: a waiting delivery is written once and struck out once.
  let finished: Delivery[] = []
  const find = (id: string) => shelf.get(id) ?? finished.find(d => d.id === id)
  ground.onReplace(() => (finished = []))

  const schedule = (delivery: Delivery, at: number, args: Record<string, unknown> = {}) => agenda.at(at, 'deliver', { id: delivery.id, ...args })
  const finish = (delivery: Delivery, state: Delivery['state']) => {
    delivery.state = state
    shelf.drop(delivery.id)
    finished.push(delivery)
    if (finished.length > KEPT * 1.5) finished = finished.slice(-KEPT)
    timeline.tell(state === 'delivered' ? 'delivered' : 'delivery given up', { event: delivery.event, id: delivery.id })
  }

  const attempt = async (delivery: Delivery, badly: ArmedFault | undefined) => {
    const app = apps.get(delivery.appId)
    const signature = sign(badly ? `not ${app?.secret}` : (app?.secret ?? ''), delivery.body, clock.shown())
    const headers: Record<string, string> = { 'content-type': 'application/json', 'user-agent': 'tiktok-webhook', 'tiktok-signature': signature, ...(app ? extra.get(app.platform)?.(app) : {}) }
    // What it tells of, and that it is to be told, is on disk before anybody hears it.
    await store.flush()
    const started = wallNow()
    const forbidden = mayCall(delivery.url, ground.receivers)
    const answer = forbidden ? { status: null, problem: forbidden, body: '' } : await post(delivery.url, headers, delivery.body, PATIENCE_MS, ground.fetch)
    const ms = wallNow() - started
    delivery.attempts.push({ at: clock.now(), status: answer.status, ms, ...(answer.problem ? { problem: answer.problem } : {}) })
    wire.add({
      at: clock.now(), kind: 'delivery', face: app?.platform ?? '', name: delivery.event, method: 'POST', url: delivery.url, requestHeaders: headers, requestBody: delivery.body.slice(0, SHOWN_CHARS),
      status: answer.status, responseHeaders: {}, responseBody: answer.body, ms, deliveryId: delivery.id, ...(badly ? { fault: badly.does } : {}),
      ...(answer.status === 200 ? {} : { why: answer.problem ?? `The receiver answered ${answer.status}, not 200: it will be sent again, freshly signed` }),
    })
    return answer.status === 200
  }

  agenda.on('deliver', async (args, due) => {
    const delivery = find(args['id'] as string)
    if (!delivery) return
    if (args['again'] === true) {
      await attempt(delivery, undefined)
      return
    }
    if (delivery.state !== 'waiting') return
    const about = [...((args['about'] as string[] | undefined) ?? []), delivery.event, delivery.appId]
    const badly = faults.take('deliver', about, does => does === 'bad signature')
    const ok = await attempt(delivery, badly)
    if (ok && !badly) return finish(delivery, 'delivered')
    const n = delivery.attempts.length
    const wait = STEPS_MS[Math.min(n, STEPS_MS.length) - 1]!
    if (due.at + wait - delivery.createdAt > GIVE_UP_AFTER_MS) return finish(delivery, 'given up')
    shelf.put(delivery)
    schedule(delivery, due.at + wait, { about })
  })

  return {
    send: ({ app, event, openId, content, happenedAt = clock.now(), url = app.webhookUrl ?? undefined, about = [], delayMs = 0 }) => {
      timeline.tell(event, { appId: app.id, openId, content })
      if (!url) return undefined
      const body = JSON.stringify({
        client_key: app.id, event, create_time: Math.floor(happenedAt / 1000), ...(openId === undefined ? {} : { user_openid: openId }),
        content: typeof content === 'string' ? content : JSON.stringify(content),
      })
      const delivery = shelf.put({ id: ids.word('delivery', 16), appId: app.id, url, event, body, createdAt: clock.now(), attempts: [], state: 'waiting' })
      const names = [...about, openId].filter(name => name !== undefined)
      const take = (does: string) => faults.take('deliver', [...names, event, app.id], d => d === does)
      // A late or reordered one lets the others overtake it.
      const late = take('late') ?? take('reorder')
      const wait = late ? Number(late['delayMs'] ?? (late.does === 'reorder' ? 1500 : 6000)) : 0
      schedule(delivery, clock.now() + delayMs + wait, { about: names })
      if (take('duplicate')) schedule(delivery, clock.now() + delayMs + wait + 1, { again: true })
      return delivery
    },
    replay: async id => {
      const delivery = find(id)
      if (delivery) await attempt(delivery, undefined)
      return delivery
    },
    list: () => [...finished, ...shelf.all()],
    headers: (platform, make) => void extra.set(platform, make),
  }
}

/** The emulator signs with real-looking secrets: it only calls this machine unless it was told otherwise. */
export function mayCall(url: string, receivers: string[]): string | undefined {
  let to: URL
  try {
    to = new URL(url)
  } catch {
    return `"${url}" is not a URL`
  }
  if (to.protocol !== 'http:' && to.protocol !== 'https:') return `${to.protocol} is not http or https`
  const host = to.hostname.replace(/^\[|\]$/g, '')
  const loopback = host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(\.\d+){3}$/.test(host)
  if (loopback || receivers.includes('*') || receivers.includes(`${to.hostname}:${to.port || (to.protocol === 'https:' ? '443' : '80')}`)) return undefined
  return `The emulator does not call ${to.host}. Start it with --receivers ${to.hostname}:${to.port || '443'} to allow it`
}
