import { Nonsense, Unreachable, business } from '@stagedoor/tiktok'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CODES } from './face.ts'
import { openStand, refusal, type Stand } from '../test/stand.ts'

let stand: Stand
beforeEach(async () => { stand = await openStand() })
afterEach(() => stand.close())

const RITA = 'rita.almeida', HALIA = 'halia.ceramics'
const hi = () => stand.tiktok.world.customerSays(RITA, HALIA, { type: 'text', text: 'hi' }).conversationId
const send = (to: string) => stand.api.send({ recipient: to, message_type: 'TEXT', text: { body: 'Hello' } })
const failure = (work: Promise<unknown>) => work.then(() => undefined, (why: unknown) => why)
const sentCount = () => stand.tiktok.world.messages.filter(m => m.from === 'business').length

describe('what a send can meet', () => {
  test('the answer is lost after the message was sent: the client is not sure, content/list knows', async () => {
    const to = hi()
    stand.tiktok.faults.arm({ on: 'business.send', does: 'lose answer', times: 1 })
    expect(await failure(send(to))).toBeInstanceOf(Unreachable)
    expect([sentCount(), (await stand.api.content(to)).messages[0]?.text?.body, (await stand.hear('im_send_msg')).length]).toEqual([1, 'Hello', 1])
  })

  test('the connection is cut before: nothing was sent', async () => {
    const to = hi()
    stand.tiktok.faults.arm({ on: 'business.send', does: 'cut', times: 1 })
    expect([await failure(send(to)), sentCount()]).toEqual([expect.any(Unreachable), 0])
  })

  test.each(['html', 'truncated json', 'unknown json'])('%s instead of an answer is nonsense to the client', async does => {
    const to = hi()
    stand.tiktok.faults.arm({ on: 'business.send', does, times: 1 })
    expect(await failure(send(to))).toBeInstanceOf(Nonsense)
  })

  test('429 is said as 40100 with HTTP 200', async () => {
    stand.tiktok.faults.arm({ on: 'business.send', does: '429', times: 1 })
    const said = await stand.call('POST', '/business/message/send/', { body: {} })
    expect([said.status, said.code]).toEqual([200, 40100])
  })

  test.each(Object.keys(CODES))('the refusal %s is said as TikTok says it', async code => {
    stand.tiktok.faults.arm({ on: 'business.conversations', does: code, times: 1 })
    const said = await stand.call('GET', `/business/message/conversation/list/?business_id=${stand.businessId}&conversation_type=SINGLE`)
    expect([said.status, said.code, said.message]).toEqual([200, Number(code), CODES[code]])
    expect(await refusal(stand.api.conversations({ type: 'SINGLE' }))).toBe(0)
  })

  test('a refusal may carry data: null', async () => {
    stand.tiktok.faults.arm({ on: 'business.send', does: 'refuse', times: 1, code: 50000, data: null })
    const said = await stand.call('POST', '/business/message/send/', { body: {} })
    expect([said.code, said.data]).toEqual([50000, null])
  })

  test('a scope withdrawn and a token expired on the way', async () => {
    const to = hi()
    stand.tiktok.faults.arm({ on: 'business.send', does: 'scope withdrawn', times: 1 })
    expect(await refusal(send(to))).toBe(40001)
    stand.tiktok.faults.arm({ on: 'business.send', does: 'token expired', times: 1 })
    expect(await refusal(send(to))).toBe(40102)
  })

  test('a fault armed for one account leaves the others alone', async () => {
    const other = await stand.connect('nomad.bikes')
    stand.tiktok.faults.arm({ on: 'business.conversations', does: '40105', account: HALIA })
    expect([await refusal(stand.api.conversations({ type: 'SINGLE' })), await refusal(other.api.conversations({ type: 'SINGLE' }))]).toEqual([40105, 0])
  })

  test('one request may carry its own fault in a header', async () => {
    const said = await stand.call('GET', `/business/message/conversation/list/?business_id=${stand.businessId}&conversation_type=SINGLE`, { headers: { 'x-emulator-fault': '{"does":"51065"}' } })
    expect(said.code).toBe(51065)
  })
})

describe('when the echo comes', () => {
  test('echo before answer: it is delivered while the sender still waits', async () => {
    stand.tiktok.clock.resume()
    const to = hi()
    stand.tiktok.faults.arm({ on: 'business.send', does: 'echo before answer', times: 1 })
    const order: string[] = []
    const heard = stand.tiktok.waitFor('delivered', about => about['event'] === 'im_send_msg').then(() => order.push('echo'))
    await send(to).then(() => order.push('answer'))
    await heard
    expect(order).toEqual(['echo', 'answer'])
  })

  test('rules echo-timing: always before, 200 ms after, or either', async () => {
    stand.tiktok.clock.resume()
    stand.tiktok.rules.set({ 'echo-timing': 'before' })
    const to = hi(), echoes = () => stand.heard.filter(h => h.event === 'im_send_msg').length
    await send(to)
    expect(echoes()).toBe(1)
    stand.tiktok.clock.freeze()
    stand.tiktok.rules.set({ 'echo-timing': 'after' })
    await send(to)
    await stand.tiktok.clock.advance(199)
    expect(echoes()).toBe(1)
    await stand.tiktok.clock.advance(1)
    expect(echoes()).toBe(2)
    stand.tiktok.rules.set({ 'echo-timing': 'race' })
    for (let i = 0; i < 8; i++) await send(to)
    await stand.tiktok.clock.advance(500)
    expect(echoes()).toBe(10)
  })

  test('echo late comes after six seconds, no echo never', async () => {
    const to = hi()
    stand.tiktok.faults.arm({ on: 'business.send', does: 'echo late', times: 1 })
    await send(to)
    expect(await stand.hear('im_send_msg', 5900)).toHaveLength(0)
    expect(await stand.hear('im_send_msg', 200)).toHaveLength(1)
    stand.tiktok.faults.arm({ on: 'business.send', does: 'no echo', times: 1 })
    await send(to)
    expect([(await stand.hear('im_send_msg', 86_400_000)).length, sentCount()]).toEqual([1, 2])
  })
})

describe('what deliveries can meet', () => {
  test('duplicate: the same bytes twice', async () => {
    stand.tiktok.faults.arm({ on: 'deliver', does: 'duplicate', times: 1 })
    hi()
    const events = await stand.hear('im_receive_msg')
    expect([events.length, events[0]?.raw]).toEqual([2, events[1]?.raw])
  })

  test.each([[6000, 'six seconds'], [60 * 3_600_000, 'sixty hours']])('late by %i ms: %s later', async ms => {
    stand.tiktok.faults.arm({ on: 'deliver', does: 'late', times: 1, delayMs: ms })
    hi()
    expect(await stand.hear('im_receive_msg', ms - 1)).toHaveLength(0)
    expect(await stand.hear('im_receive_msg', 1)).toHaveLength(1)
  })

  test('reorder: the next message overtakes this one', async () => {
    stand.tiktok.faults.arm({ on: 'deliver', does: 'reorder', times: 1 })
    const first = stand.tiktok.world.customerSays(RITA, HALIA, { type: 'text', text: 'first' }), second = stand.tiktok.world.customerSays(RITA, HALIA, { type: 'text', text: 'second' })
    expect((await stand.hear('im_receive_msg')).map(e => e.content['message_id'])).toEqual([second.messageId, first.messageId])
  })

  test('bad signature: one attempt does not verify, a proper one follows', async () => {
    stand.tiktok.faults.arm({ on: 'deliver', does: 'bad signature', times: 1 })
    hi()
    expect((await stand.hear('im_receive_msg', 60_000)).map(e => e.verified !== null)).toEqual([false, true])
  })

  test('unknown type, unknown event, unknown enum: the client survives each', async () => {
    stand.tiktok.faults.arm({ on: 'business.event', does: 'unknown type', times: 1 })
    stand.tiktok.faults.arm({ on: 'business.event', does: 'unknown event', times: 1 })
    const to = hi()
    expect((await stand.hear('im_receive_msg'))[0]?.content['type']).toBe('hologram')
    expect((await stand.hear('im_weather_changed'))[0]?.verified?.event).toBe('unknown')
    stand.tiktok.faults.arm({ on: 'business.content', does: 'unknown enum', times: 1 })
    expect((await stand.api.content(to)).messages[0]?.message_type).toBe('HOLOGRAM')
  })
})

test('a load is bounded, measured, and tells what the receiver acknowledged', async () => {
  stand.tiktok.clock.resume()
  expect(() => stand.tiktok.world.startLoad({ accounts: 1, messagesPerSecond: 5000, seconds: 1 })).toThrow('from 1 to 2000')
  stand.tiktok.world.startLoad({ accounts: 1, messagesPerSecond: 50, seconds: 1 })
  await expect.poll(() => stand.tiktok.world.loadReport().acknowledged, { timeout: 8000 }).toBe(50)
  expect(stand.tiktok.world.loadReport()).toMatchObject({ state: 'done', asked: 50, sent: 50, waiting: 0 })
  expect(stand.heard.filter(h => h.event === 'im_receive_msg')).toHaveLength(50)
  expect(() => stand.tiktok.world.startLoad({ accounts: 0, messagesPerSecond: 1, seconds: 1 })).toThrow('from 1 to 50')
})

test('requests of a client without a token never reach the world', async () => {
  expect(await refusal(business({ apiUrl: `${stand.tiktok.url}/open_api/v1.3`, token: 'act.nobody', businessId: stand.businessId }).profile())).toBe(40105)
})
