import { expect, test } from 'vitest'
import { run } from '../../scripts/chaos/killed.ts'

test('a request repeated after the server was killed between commit and answer is one row, with the same answer', async () => {
  const { violations, counts } = await run({ seed: 20_261_122, scale: 'small', say: () => {} })
  expect(violations).toEqual([])
  expect(counts).toMatchObject({ 'kills of the server': 15, 'replies, one row each': 15, 'posts, one row each': 15 })
}, 300_000)
