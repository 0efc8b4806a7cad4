import { createHmac } from 'node:crypto'
import { wallNow } from '../clock.ts'
import { mayCall } from '../deliver.ts'
import type { Ground } from '../face.ts'
import { post } from '../post.ts'
import { hookShape } from './shapes.ts'
import type { RioMessage } from './types.ts'

const PATIENCE_MS = 5000, HALF_HOUR_MS = 30 * 60_000

/** base64(HMAC-SHA256(key, body)); nothing about time is signed (§10). */
export const signHook = (key: string, body: string): string => createHmac('sha256', key).update(body).digest('base64')

/** Tells every webhook of the workspace that listens to this direction. Knobs: duplicate, missing, flat, bare (§15.2). */
export function sendHooks(ground: Ground, message: RioMessage): void {
  const event = message.traffic === 'incoming' ? 'message.received' : 'message.sent'
  const contact = ground.store.shelf('rioContact').get(message.contactId), channel = ground.store.shelf('rioChannel').get(message.channelId)
  if (!contact || !channel) return
  const knob = (does: string) => ground.faults.take('respondio.hook', [event], d => d === does) !== undefined
  for (const hook of ground.store.shelf('rioHook').filter(h => h.spaceId === message.spaceId && h.event === event && !h.disabled)) {
    if (knob('no hook')) continue
    const form = knob('flat hook') ? 'flat' : knob('bare hook') ? 'bare' : 'nested'
    const body = JSON.stringify(hookShape(ground, hook, ground.ids.uuid('rioEvent'), message, contact, channel, form))
    ground.agenda.after(0, 'respondio.hook', { id: hook.id, body, left: ground.rules.is('rio-hook-retries', 'on') ? 3 : 0 })
    if (knob('duplicate hook')) ground.agenda.after(1, 'respondio.hook', { id: hook.id, body, left: 0 })
  }
}

/** One attempt; 30 errors in 30 minutes switch the webhook off (§10). */
export function runHooks(ground: Ground): void {
  ground.agenda.on('respondio.hook', async ({ id, body: given, left }) => {
    const shelf = ground.store.shelf('rioHook'), hook = shelf.get(String(id)), body = String(given)
    if (!hook || hook.disabled) return
    const headers = { 'content-type': 'application/json', 'x-webhook-signature': signHook(hook.key, body) }, started = wallNow()
    const forbidden = mayCall(hook.url, [])
    const answer = forbidden ? { status: null, problem: forbidden, body: '' } : await post(hook.url, headers, body, PATIENCE_MS)
    const fine = answer.status !== null && answer.status >= 200 && answer.status < 300
    ground.wire.add({ at: ground.clock.now(), kind: 'delivery', face: 'respondio', name: hook.event, method: 'POST', url: hook.url, requestHeaders: headers, requestBody: body, status: answer.status, responseHeaders: {}, responseBody: answer.body, ms: wallNow() - started, ...(fine ? {} : { why: answer.problem ?? `The receiver answered ${answer.status}; Respond.io does not try again` }) })
    if (fine) return
    const latest = shelf.get(hook.id) ?? hook // other attempts may have failed while this one waited
    const errors = [...latest.errors.filter(at => at > ground.clock.now() - HALF_HOUR_MS), ground.clock.now()]
    shelf.put({ ...latest, errors, disabled: errors.length >= 30 })
    if (Number(left) > 0) ground.agenda.after(10_000, 'respondio.hook', { id, body, left: Number(left) - 1 })
  })
}
