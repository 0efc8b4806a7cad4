import { expect, test } from 'vitest'
import { run } from '../../scripts/chaos/journeys.ts'

test('messages and uploads survive kills of server, database and emulator: nothing lost, nothing twice, nothing stuck', async () => {
  const { violations, counts } = await run({ seed: 20_261_121, scale: 'small', say: () => {} })
  expect(violations).toEqual([])
  expect(counts).toMatchObject({ 'messages from customers': 60, replies: 20, posts: 3, 'kills of the server': 1, 'kills of the database': 1, 'kills of the emulator': 1 })
}, 300_000)
