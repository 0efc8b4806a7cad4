import { assert, double, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import { isAsked, nextAskMs, pauseMs } from './asking.ts'

const DAY = 86_400_000

test.each(['processing', 'in moderation', 'in drafts inbox'] as const)('asking about a video %s has growing gaps and an end', state => {
  let age = 0, questions = 0, gap = 0, shrank = false
  for (;;) {
    const next = nextAskMs(state, age)
    if (next === null) break
    expect(next).toBeGreaterThan(0)
    if (age + next < DAY) shrank ||= next < gap
    gap = next
    age += next
    questions++
  }
  expect(shrank).toBe(false)
  expect(age).toBeLessThanOrEqual(7 * DAY)
  expect(questions).toBeLessThan(400)
})

test('what is done or not begun is not asked about', () => {
  expect((['opening', 'uploading', 'live', 'failed', 'not sure'] as const).filter(isAsked)).toEqual([])
})

test('the pause between two tries is random and at most doubles', () => {
  assert(property(integer({ min: 1, max: 5 }), double({ min: 0, max: 1, noNaN: true }), (repeat, dice) => {
    expect(pauseMs(repeat, () => dice)).toBeLessThanOrEqual(500 * 2 ** (repeat - 1))
  }))
})
