import { expect, test } from 'vitest'
import { sharedCommit } from './shared-commit.ts'

test('calls that arrive together share one write, and each waits for it', async () => {
  const batches: number[][] = []
  const keep = sharedCommit<number>(async batch => { batches.push(batch); await Promise.resolve() }, 3)
  await Promise.all([1, 2, 3, 4, 5].map(keep))
  expect(batches).toEqual([[1, 2, 3], [4, 5]])
})

test('one bad item is refused alone, its neighbours are kept', async () => {
  const kept: number[] = []
  const keep = sharedCommit<number>(async batch => { if (batch.includes(2)) throw new Error('no twos'); kept.push(...batch); await Promise.resolve() })
  const answers = await Promise.allSettled([1, 2, 3].map(keep))
  expect(answers.map(a => a.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(kept).toEqual([1, 3])
})

test('after a failure the lane goes on', async () => {
  let broken = true
  const keep = sharedCommit<number>(async () => { await Promise.resolve(); if (broken) throw new Error('down') })
  await expect(keep(1)).rejects.toThrow('down')
  broken = false
  await expect(keep(2)).resolves.toBeUndefined()
})
