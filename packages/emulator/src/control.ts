import { coverageOf } from './coverage.ts'
import type { Call, Face, Ground, Route } from './face.ts'
import { openApiOf } from './openapi.ts'
import { RuleError } from './rules.ts'
import { FaultError, type NewFault } from './faults.ts'
import { WorldError } from './people.ts'

const json = (value: unknown, status = 200) => Response.json(value, { status, headers: { 'cache-control': 'no-store' } })
const problem = (status: number, title: string, detail: string) => json({ title, status, detail }, status)

/** Verbs of the world that may be called over HTTP: any function of `world`, with its arguments as a JSON list. */
async function callVerb(ground: Ground, call: Call): Promise<Response> {
  const verb = call.params['verb'] ?? ''
  const found = (ground.world as unknown as Record<string, unknown>)[verb]
  if (!Object.hasOwn(ground.world, verb) || typeof found !== 'function') return problem(404, 'No such verb', `The world has no verb "${verb}"`)
  const args = (await call.json()) ?? []
  if (!Array.isArray(args)) return problem(422, 'Arguments must be a list', 'Send the arguments as a JSON list, such as [{"handle":"rita"}]')
  try {
    return json(((await (found as (...args: unknown[]) => unknown)(...(args as unknown[]))) as object | undefined) ?? null)
  } catch (why) {
    return problem(422, 'That cannot be done', why instanceof Error ? why.message : String(why))
  }
}

function clockStream({ clock }: Ground, call: Call): Response {
  const now = () => `data: ${JSON.stringify({ now: clock.shown(), pace: clock.pace(), frozen: clock.frozen() })}\n\n`
  return eventStream(call, send => {
    send(now())
    return clock.onChange(() => send(now()))
  })
}

/** A text/event-stream that ends when the reader goes. */
export function eventStream(call: Call, start: (send: (text: string) => void) => () => void): Response {
  const encoder = new TextEncoder()
  let stop: (() => void) | undefined
  let beat: NodeJS.Timeout | undefined
  const end = () => {
    clearInterval(beat)
    stop?.()
    stop = undefined
  }
  const body = new ReadableStream<Uint8Array>({
    start: controller => {
      const send = (text: string) => {
        try {
          controller.enqueue(encoder.encode(text))
        } catch {
          end()
        }
      }
      stop = start(send)
      beat = setInterval(() => send(': still here\n\n'), 15_000)
      beat.unref()
    },
    cancel: end,
  })
  call.env?.outgoing.on('close', end)
  call.request.signal.addEventListener('abort', end)
  return new Response(body, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' } })
}

/** What else control can do is given by whoever joins the parts. */
export type Lifecycle = { reset(): Promise<void>; snapshot(): unknown; restore(snapshot: unknown): Promise<void>; settled(): Promise<void>; faces(): Face[] }
const lives = new WeakMap<object, Lifecycle>()
export const giveLifecycle = (ground: Ground, life: Lifecycle) => void lives.set(ground, life)

/** The control API under /_emulator/. */
export function control(ground: Ground): Face {
  const { clock, faults, rules, wire, world, webhooks, timeline, agenda } = ground
  const life = () => lives.get(ground)!
  const showClock = () => json({ now: clock.shown(), pace: clock.pace(), frozen: clock.frozen() })
  const listOf = (name: string) => (world as unknown as Record<string, unknown>)[name]

  const routes: Route[] = [
    { name: 'control.clock', method: 'GET', path: '/_emulator/clock', says: 'The time of the emulator: { now, pace, frozen }', handler: showClock },
    { name: 'control.clockStream', method: 'GET', path: '/_emulator/clock/stream', says: 'The clock as server-sent events: now, and after each jump', handler: call => clockStream(ground, call) },
    {
      name: 'control.setClock', method: 'POST', path: '/_emulator/clock', says: 'Drives the clock: { do: "freeze" | "resume" | "advance" | "pace" | "next", ms?, pace? }', handler: async call => {
        const order = ((await call.json()) ?? {}) as { do?: string; ms?: number; pace?: number }
        try {
          if (order.do === 'freeze') clock.freeze()
          else if (order.do === 'resume') clock.resume()
          else if (order.do === 'advance') await clock.advance(Number(order.ms))
          else if (order.do === 'pace') clock.setPace(Number(order.pace))
          else if (order.do === 'next') await clock.jumpToNext()
          else return problem(422, 'Unknown order', 'Say do: "freeze", "resume", "advance" (with ms), "pace" (with pace) or "next"')
        } catch (why) {
          return problem(422, 'That time cannot be set', (why as Error).message)
        }
        return showClock()
      },
    },
    { name: 'control.agenda', method: 'GET', path: '/_emulator/agenda', says: 'What will happen, soonest first', handler: () => json({ items: agenda.list().slice(0, 500) }) },
    { name: 'control.faults', method: 'GET', path: '/_emulator/faults', says: 'Faults that are armed, and all that can be', handler: () => json({ armed: faults.list(), known: faults.known() }) },
    {
      name: 'control.armFault', method: 'POST', path: '/_emulator/faults', says: 'Arms a fault: { on, does, account?, times?, probability?, expiresInMs?, … }', handler: async call => {
        try {
          return json(faults.arm(((await call.json()) ?? {}) as NewFault), 201)
        } catch (why) {
          if (why instanceof FaultError) return problem(422, 'That fault cannot be armed', why.message)
          throw why
        }
      },
    },
    {
      name: 'control.clearFaults', method: 'DELETE', path: '/_emulator/faults', says: 'Disarms all faults, or ?id= one', handler: call => {
        faults.clear(call.url.searchParams.get('id') ?? undefined)
        return json({ armed: faults.list() })
      },
    },
    { name: 'control.rules', method: 'GET', path: '/_emulator/rules', says: 'Every rule profile with its choice, options and evidence', handler: () => json({ items: rules.list() }) },
    {
      name: 'control.setRules', method: 'PATCH', path: '/_emulator/rules', says: 'Changes rules: { name: option }', handler: async call => {
        try {
          rules.set(((await call.json()) ?? {}) as Record<string, string>)
          return json({ items: rules.list() })
        } catch (why) {
          if (why instanceof RuleError) return problem(422, 'That rule cannot be set', why.message)
          throw why
        }
      },
    },
    {
      name: 'control.log', method: 'GET', path: '/_emulator/log', says: 'Requests and deliveries, oldest first: ?after=&limit=&account=&name=', handler: call => {
        const q = call.url.searchParams
        const account = q.get('account')
        const name = q.get('name')
        return json({ items: wire.list({ after: Number(q.get('after') ?? 0), limit: Number(q.get('limit') ?? 200), ...(account ? { account } : {}), ...(name ? { name } : {}) }) })
      },
    },
    {
      name: 'control.logStream', method: 'GET', path: '/_emulator/log/stream', says: 'Each new request or delivery as a server-sent event', handler: call => eventStream(call, send => {
        send(': open\n\n')
        return wire.listen(entry => send(`id: ${entry.id}\ndata: ${JSON.stringify(entry)}\n\n`))
      }),
    },
    {
      name: 'control.replay', method: 'POST', path: '/_emulator/deliveries/:id/replay', says: 'Sends a webhook once more, freshly signed', handler: async call => {
        const delivery = await webhooks.replay(call.params['id'] ?? '')
        return delivery ? json(delivery) : problem(404, 'No such delivery', 'It is not kept any more')
      },
    },
    { name: 'control.deliveries', method: 'GET', path: '/_emulator/deliveries', says: 'Webhooks, with every attempt', handler: () => json({ items: webhooks.list().slice(-500) }) },
    { name: 'control.timeline', method: 'GET', path: '/_emulator/timeline', says: 'What happened in the world', handler: () => json({ items: timeline.list().slice(-1000) }) },
    {
      name: 'control.worldStream', method: 'GET', path: '/_emulator/timeline/stream', says: 'What happens in the world, as server-sent events', handler: call => eventStream(call, send => {
        send(': open\n\n')
        return timeline.listen(happening => send(`data: ${JSON.stringify(happening)}\n\n`))
      }),
    },
    {
      name: 'control.worldList', method: 'GET', path: '/_emulator/world/:list', says: 'A list of the world: apps, accounts, customers, grants, tokens, publications, posts, conversations, messages', handler: call => {
        const list = listOf(call.params['list'] ?? '')
        return Array.isArray(list) ? json({ items: list }) : problem(404, 'No such list', `The world has no list "${call.params['list']}"`)
      },
    },
    { name: 'control.worldVerb', method: 'POST', path: '/_emulator/world/:verb', says: 'Does a verb of the world, such as customerSays; the body is the list of its arguments', handler: call => callVerb(ground, call) },
    {
      name: 'control.reset', method: 'POST', path: '/_emulator/reset', says: 'Back to the seed', handler: async () => {
        await life().reset()
        return json({ done: true })
      },
    },
    { name: 'control.snapshot', method: 'GET', path: '/_emulator/snapshot', says: 'Everything, as one document to restore later', handler: () => json(life().snapshot()) },
    {
      name: 'control.restore', method: 'PUT', path: '/_emulator/snapshot', says: 'Puts a snapshot back', handler: async call => {
        try {
          await life().restore(await call.json())
        } catch (why) {
          if (why instanceof WorldError) return problem(422, 'That is no snapshot', why.message)
          throw why
        }
        return json({ done: true })
      },
    },
    {
      name: 'control.settled', method: 'POST', path: '/_emulator/settled', says: 'Answers when nothing is due now', handler: async () => {
        await life().settled()
        return json({ done: true })
      },
    },
    { name: 'control.health', method: 'GET', path: '/_emulator/health', says: 'Alive', handler: () => json({ ok: true, now: clock.shown() }) },
    { name: 'control.openapi', method: 'GET', path: '/_emulator/openapi.json', says: 'This document', handler: () => json(openApiOf(life().faces().find(face => face.name === 'control')!)) },
    { name: 'control.coverage', method: 'GET', path: '/_emulator/coverage', says: 'What is modelled, what not, from the routes themselves', handler: () => json({ items: coverageOf(life().faces()) }) },
    { name: 'control.routes', method: 'GET', path: '/_emulator/routes', says: 'Every route of every face, to arm faults on', handler: () => json({ items: life().faces().flatMap(face => face.routes.map(({ name, method, path, says = '' }) => ({ face: face.name, name, method, path, says }))) }) },
  ]
  return { name: 'control', hosts: [], prefixes: ['/_emulator/'], routes, local: true, unknown: () => problem(404, 'No such control', 'See /_emulator/openapi.json') }
}
