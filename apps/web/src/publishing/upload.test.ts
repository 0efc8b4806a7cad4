import { expect, test } from 'vitest'
import { secondsLeft } from './upload.ts'

test('the time an upload still takes follows the speed of the last seconds', () => {
  expect(secondsLeft([{ at: 0, sent: 0 }, { at: 2_000, sent: 20_000_000 }], 20_000_000, 120_000_000)).toBe(10)
  expect(secondsLeft([{ at: 0, sent: 5 }, { at: 100, sent: 10 }], 10, 100)).toBeNull()
  expect(secondsLeft([{ at: 0, sent: 5 }, { at: 2_000, sent: 5 }], 5, 100)).toBeNull()
  expect(secondsLeft([], 0, 100)).toBeNull()
})
