import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { chunks } from '../fixtures/index.ts'
import { nextRange, planChunks, type ByteRange, type ChunkPlan } from './chunks.ts'

const walk = (plan: ChunkPlan): ByteRange[] => {
  const ranges: ByteRange[] = []
  for (let range = nextRange(plan, 0); range !== null; range = nextRange(plan, range.end + 1)) ranges.push(range)
  return ranges
}

test('every plan keeps every rule of TikTok for chunks', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 4 * 1024 ** 3 }), size => {
    const plan = planChunks(size), { video_size, chunk_size, total_chunk_count } = plan
    const last = video_size - chunk_size * (total_chunk_count - 1)
    expect(video_size).toBe(size)
    expect(total_chunk_count).toBe(Math.floor(video_size / chunk_size))
    expect(total_chunk_count).toBeGreaterThanOrEqual(1)
    expect(total_chunk_count).toBeLessThanOrEqual(1000)
    expect(chunk_size).toBeLessThanOrEqual(64_000_000)
    expect(size < 5_000_000 ? chunk_size === size : chunk_size >= 5_000_000).toBe(true)
    expect(size <= 64_000_000 || total_chunk_count > 1).toBe(true)
    expect(total_chunk_count > 1 || chunk_size === size).toBe(true)
    expect(last).toBeGreaterThanOrEqual(chunk_size)
    expect(last).toBeLessThan(2 * chunk_size)
    expect(last).toBeLessThanOrEqual(128_000_000)
  }))
})

test('the chunks of a plan cover the file once, in order, without a gap', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 4 * 1024 ** 3 }), size => {
    const plan = planChunks(size), ranges = walk(plan)
    expect(ranges).toHaveLength(plan.total_chunk_count)
    let at = 0
    for (const range of ranges) at = range.start === at && range.total === size ? range.end + 1 : Number.NaN
    expect(at).toBe(size)
  }), { numRuns: 50 })
})

test('TikTok\u2019s own examples come out byte for byte', () => {
  for (const example of chunks) expect(walk(example.plan).map(({ start, end, total }) => `bytes ${start}-${end}/${total}`)).toEqual(example.ranges)
})

test('64,000,000 bytes go in one piece, one more in six', () => {
  expect(planChunks(64_000_000)).toEqual({ video_size: 64_000_000, chunk_size: 64_000_000, total_chunk_count: 1 })
  expect(planChunks(64_000_001)).toEqual({ video_size: 64_000_001, chunk_size: 10_000_000, total_chunk_count: 6 })
  expect(planChunks(4 * 1024 ** 3).total_chunk_count).toBe(429)
})

test('an empty file, one over 4 GiB and a wrong place are refused', () => {
  for (const size of [0, -1, 1.5, Number.NaN, 4 * 1024 ** 3 + 1]) expect(() => planChunks(size)).toThrow(RangeError)
  for (const sent of [1, 9_999_999, 60_000_000, 70_000_000, -10_000_000]) expect(() => nextRange(planChunks(64_000_001), sent)).toThrow(RangeError)
  expect(nextRange(planChunks(64_000_001), 64_000_001)).toBeNull()
})
