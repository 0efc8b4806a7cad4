import { Nonsense, Refused, Unreachable, type NextStep } from '@stagedoor/tiktok'
import { describe, expect, test } from 'vitest'
import { Problem } from '../kit/http.ts'
import { outcomeOf } from './outcome.ts'

const refused = (code: number, next: NextStep) => new Refused({ platform: 'business', path: '/business/message/send/', status: 200, code, next })
const during = { before: false, attempts: 0 }

describe('what is known about a message after a call ended badly', () => {
  test.each([
    ['TikTok’s no is not sent', refused(40002, 'fix the request'), 'refused'],
    ['outside the window is not sent', refused(40064, 'wait for the customer'), 'refused'],
    ['a permission taken away is not sent', refused(40105, 'reconnect'), 'refused'],
    ['an account that is not connected is not sent', new Problem(409, 'not_connected', 'Not connected', 'Connect it.'), 'refused'],
    ['too many requests waits', refused(40100, 'slow down'), 'not done'],
    ['a connection that was never made waits', new Unreachable('/send/', 'ECONNREFUSED'), 'not done'],
    ['a name that was not found waits', new Unreachable('/send/', 'ENOTFOUND'), 'not done'],
    ['a connection cut in the middle is unknown', new Unreachable('/send/', 'ECONNRESET'), 'unknown'],
    ['a timeout is unknown', new Unreachable('/send/', 'timeout'), 'unknown'],
    ['an HTML page is unknown', new Nonsense('/send/', 502, 'HTML'), 'unknown'],
    ['TikTok’s own trouble is unknown, for it may have sent first', refused(50000, 'try again'), 'unknown'],
    ['a mistake of ours in the middle is unknown', new TypeError('x is not a function'), 'unknown'],
  ])('%s', (_, why, is) => { expect(outcomeOf(why, during).is).toBe(is) })

  test('before anything left this house, nothing is unknown', () => {
    for (const why of [new Unreachable('/token/', 'timeout'), new Nonsense('/token/', 502, 'HTML'), refused(50000, 'try again'), new Error('anything')]) {
      expect(outcomeOf(why, { before: true, attempts: 0 }).is).toBe('not done')
    }
  })

  test('only 40064 closes the window', () => {
    expect(outcomeOf(refused(40064, 'wait for the customer'), during)).toMatchObject({ closesWindow: true })
    expect(outcomeOf(refused(40007, 'fix the request'), during)).toMatchObject({ closesWindow: false })
  })

  test('pauses grow, and have an end', () => {
    const pauses = [0, 1, 2, 5, 20].map(attempts => { const outcome = outcomeOf(refused(40100, 'slow down'), { before: false, attempts }); return outcome.is === 'not done' ? outcome.pauseMs : 0 })
    expect(pauses).toEqual([1000, 2000, 4000, 32_000, 60_000])
  })
})
