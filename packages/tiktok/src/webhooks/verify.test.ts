import { createHmac } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { signatures, webhooks } from '../fixtures/index.ts'
import { verifyWebhook } from './verify.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const at = (t: number, plusSec = 0) => new Date((t + plusSec) * 1000)
const sign = (secret: string, t: number, body: string) => `t=${t},s=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`
const body = webhooks[0]?.body ?? ''
const good = sign('now', 1764000001, body)

test('every test vector of the sheets verifies, and nothing beside it', () => {
  expect(signatures).toHaveLength(3)
  for (const { secret, t, body, signature } of signatures) {
    const header = `t=${t},s=${signature}`
    const said = verifyWebhook(bytes(body), header, [secret], at(t))
    // two vectors sign bodies that are no envelopes: the signature passes, the reading does not
    expect(said.ok ? 'event' : said.reason).toBe(body.includes('"event"') ? 'event' : 'not an envelope')
    expect(verifyWebhook(bytes(`${body} `), header, [secret], at(t))).toEqual({ ok: false, reason: 'wrong signature' })
    expect(verifyWebhook(bytes(body), `t=${t + 1},s=${signature}`, [secret], at(t))).toEqual({ ok: false, reason: 'wrong signature' })
    expect(verifyWebhook(bytes(body), header, [`${secret}x`], at(t))).toEqual({ ok: false, reason: 'wrong signature' })
  }
})

test('the current and the previous secret both count, and it is said which', () => {
  expect(verifyWebhook(bytes(body), good, ['now', 'before'], at(1764000001))).toMatchObject({ ok: true, secret: 0, signedAt: at(1764000001) })
  expect(verifyWebhook(bytes(body), good, ['next', 'now'], at(1764000001))).toMatchObject({ ok: true, secret: 1 })
  expect(verifyWebhook(bytes(body), good, [], at(1764000001))).toEqual({ ok: false, reason: 'wrong signature' })
})

test('an empty secret never verifies', () => {
  expect(verifyWebhook(bytes(body), sign('', 1, body), [''], at(1))).toEqual({ ok: false, reason: 'wrong signature' })
})

test('a delivery is good for 300 seconds either way, and as long as you say', () => {
  const reason = (plusSec: number, tolerance?: number) => {
    const said = verifyWebhook(bytes(body), good, ['now'], at(1764000001, plusSec), tolerance)
    return said.ok ? 'ok' : said.reason
  }
  expect([reason(300), reason(301), reason(-300), reason(-301), reason(6, 5), reason(400, 600)]).toEqual(['ok', 'too old', 'ok', 'from the future', 'too old', 'ok'])
})

test('a forged delivery is called wrong, not old', () => {
  expect(verifyWebhook(bytes(body), sign('thief', 1, body), ['now'], at(1764000001))).toEqual({ ok: false, reason: 'wrong signature' })
})

test('the header is read by names, with blanks and in any order', () => {
  const [t, s] = good.split(',') as [string, string]
  for (const header of [`${s},${t}`, `${t}, ${s}`, ` ${t} ,x=1, ${s} `, good.replace(/s=.*/, part => part.toUpperCase().replace('S=', 's='))]) expect([header, verifyWebhook(bytes(body), header, ['now'], at(1764000001))]).toMatchObject([header, { ok: true }])
})

test('a missing or malformed header says so and never throws', () => {
  expect(verifyWebhook(bytes(body), undefined, ['now'], at(1))).toEqual({ ok: false, reason: 'no signature' })
  expect(verifyWebhook(bytes(body), '', ['now'], at(1))).toEqual({ ok: false, reason: 'no signature' })
  for (const header of ['t=1', 's=00', 't=1,s=', `t=,s=${'0'.repeat(64)}`, `t=-1,s=${'0'.repeat(64)}`, `t=1e3,s=${'0'.repeat(64)}`, `t=1,s=${'0'.repeat(63)}`, `t=1,s=${'g'.repeat(64)}`, ',,,=,=', 't', `t=${'9'.repeat(30)},s=${'0'.repeat(64)}`]) {
    expect([header, verifyWebhook(bytes(body), header, ['now'], at(1))]).toEqual([header, { ok: false, reason: 'malformed signature' }])
  }
  fc.assert(fc.property(fc.string(), fc.uint8Array(), (header, raw) => { expect(verifyWebhook(raw, header, ['now'], at(1)).ok).toBe(false) }))
})

test('a signed body that is no envelope is refused, one flipped byte is noticed', () => {
  for (const raw of ['', 'hello', '[]', '{"event":1}', '{"client_key":"x"', 'null']) expect(verifyWebhook(bytes(raw), sign('now', 1, raw), ['now'], at(1))).toEqual({ ok: false, reason: 'not an envelope' })
  fc.assert(fc.property(fc.nat(bytes(body).length - 1), fc.integer({ min: 1, max: 255 }), (place, flip) => {
    const raw = bytes(body)
    raw[place] = (raw[place] ?? 0) ^ flip
    expect(verifyWebhook(raw, good, ['now'], at(1764000001))).toEqual({ ok: false, reason: 'wrong signature' })
  }))
})

test('bytes that lie inside a larger buffer are verified as they are', () => {
  const around = Buffer.from(`xx${body}yy`)
  expect(verifyWebhook(around.subarray(2, -2), good, ['now'], at(1764000001))).toMatchObject({ ok: true })
})
