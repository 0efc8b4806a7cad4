import { describe, expect, test } from 'vitest'
import { mayWrite, windowOf, type WindowFacts } from './window.ts'

const at = (hours: number) => new Date(Date.UTC(2026, 10, 21) + hours * 3_600_000)
const facts = (over: Partial<WindowFacts> = {}): WindowFacts => ({ customerWroteAt: at(0), sentSince: 0, refusedAt: null, ...over })

describe('the reply window, rule profile A', () => {
  test.each([
    ['opens for 48 hours with ten messages when the customer writes', facts(), { closesAt: at(48), left: 10 }],
    ['counts what was sent since', facts({ sentSince: 3 }), { closesAt: at(48), left: 7 }],
    ['never shows less than nothing left', facts({ sentSince: 12 }), { closesAt: at(48), left: 0 }],
    ['is unknown when the customer was never seen writing', facts({ customerWroteAt: null, sentSince: 2 }), { closesAt: null, left: null }],
    ['is closed by 40064 at once', facts({ refusedAt: at(5) }), { closesAt: at(5), left: 0 }],
    ['opens again when the customer writes after a 40064', facts({ customerWroteAt: at(6), refusedAt: at(5) }), { closesAt: at(54), left: 10 }],
    ['is closed by 40064 even where the customer was never seen', facts({ customerWroteAt: null, refusedAt: at(5) }), { closesAt: at(5), left: 0 }],
  ])('%s', (_, given, expected) => { expect(windowOf(given)).toEqual({ ...expected, rule: 'A' }) })

  test.each([
    ['a second before it closes', facts(), new Date(at(48).getTime() - 1000), { ok: true }],
    ['the moment it closes', facts(), at(48), { ok: false, why: 'window_closed' }],
    ['with the tenth message gone', facts({ sentSince: 10 }), at(1), { ok: false, why: 'quota_used' }],
    ['where only TikTok knows', facts({ customerWroteAt: null }), at(1), { ok: true }],
    ['after TikTok closed it', facts({ refusedAt: at(2) }), at(3), { ok: false, why: 'window_closed' }],
  ])('whether one may write %s', (_, given, now, expected) => { expect(mayWrite(given, now)).toEqual(expected) })
})
