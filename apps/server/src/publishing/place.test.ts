import { assert, integer, nat, property } from 'fast-check'
import { expect, test } from 'vitest'
import { planChunks } from '@stagedoor/tiktok'
import { isLast, placeOf } from './place.ts'

const plan = { video_size: 50_000_123, chunk_size: 10_000_000, total_chunk_count: 5 }

test.each([
  ['a count, as the documents print it', { contentRange: 'bytes 0-10000000/50000123' }, 10_000_000],
  ['a last index, as RFC 9110 has it', { contentRange: 'bytes 0-9999999/50000123' }, 10_000_000],
  ['everything, as a count', { contentRange: 'bytes 0-50000123/50000123' }, 50_000_123],
  ['everything, as a last index', { contentRange: 'bytes 0-50000122/50000123' }, 50_000_123],
  ['the range of another file', { contentRange: 'bytes 0-10000000/99' }, null],
  ['nothing readable', { contentRange: 'bytes */50000123' }, null],
  ['nothing at all', {}, null],
  ['a status between two chunks', { uploadedBytes: 23_456_789 }, 20_000_000],
  ['a status inside the last chunk', { uploadedBytes: 50_000_000 }, 40_000_000],
  ['a status of everything', { uploadedBytes: 50_000_123 }, 50_000_123],
  ['a status beyond the file', { uploadedBytes: 50_000_124 }, null],
])('how far TikTok is, from %s', (_, told, place) => {
  expect(placeOf(told, plan)).toBe(place)
})

test('whatever TikTok says, the place is the end of a chunk of ours', () => {
  assert(property(integer({ min: 1, max: 4_000_000_000 }), nat(4_000_000_000), (size, told) => {
    const cut = planChunks(size), place = placeOf({ uploadedBytes: told }, cut)
    expect(place === null || place === size || (place % cut.chunk_size === 0 && place / cut.chunk_size < cut.total_chunk_count)).toBe(true)
  }))
})

test('the only chunk of a small file is its last', () => {
  expect(isLast(0, planChunks(1))).toBe(true)
  expect(isLast(30_000_000, plan)).toBe(false)
  expect(isLast(40_000_000, plan)).toBe(true)
})
