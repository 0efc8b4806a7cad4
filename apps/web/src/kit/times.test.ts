import { expect, test } from 'vitest'
import { clockAt } from './clock.ts'
import { dayName, length, shortTime, size, sizeOf, span, spanAloud } from './times.ts'

const H = 3_600_000
const M = 60_000

test('time left is said in hours and minutes, never vaguely', () => {
  const said: [number, string][] = [[43.5 * H, '43 h'], [10 * H + 5 * M, '10 h'], [5 * H + 12 * M, '5 h 12 m'], [2 * H, '2 h'], [38 * M, '38 m'], [2 * M, '2 m'], [119_000, '119 s'], [500, '1 s'], [0, '0 m'], [-5, '0 m']]
  for (const [ms, text] of said) expect(span(ms)).toBe(text)
})

test('a screen reader hears whole words', () => {
  expect(spanAloud(5 * H + 12 * M)).toBe('5 hours 12 minutes')
  expect(spanAloud(H + M)).toBe('1 hour 1 minute')
  expect(spanAloud(30 * H + 12 * M)).toBe('30 hours')
  expect(spanAloud(61_000)).toBe('61 seconds')
})

test('a list says the hour today, the weekday this week, the date before', () => {
  const now = new Date(2026, 10, 24, 14, 30).getTime()
  expect(shortTime(new Date(2026, 10, 24, 14, 7).toISOString(), now)).toBe('14:07')
  expect(shortTime(new Date(2026, 10, 22, 9, 0).toISOString(), now)).toMatch(/^\p{L}+/u)
  expect(shortTime(new Date(2026, 10, 12, 9, 0).toISOString(), now)).toMatch(/12/)
  expect(dayName(new Date(2026, 10, 23, 23, 59).getTime(), now)).toBe('Yesterday')
})

test('sizes are decimal, as TikTok counts them', () => {
  expect([size(412_400_000), size(4_000_000_000), size(36_600), size(0), size(10)]).toEqual(['412.4 MB', '4.0 GB', '37 kB', '0 kB', '1 kB'])
  expect(sizeOf(260_000_000, 412_400_000)).toBe('260.0 of 412.4 MB')
  expect([length(223_000), length(3_729_000)]).toEqual(['3:43', '1:02:09'])
})

test('the page counts time from the server, at the pace the server runs', () => {
  expect(clockAt({ server: 1_000, pace: 60, measured: 0 }, 500)).toBe(31_000)
  expect(clockAt({ server: 1_000, pace: 0, measured: 0 }, 500)).toBe(1_000)
})
