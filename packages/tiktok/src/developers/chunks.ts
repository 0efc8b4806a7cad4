/** How a file is cut for upload: pure. Rules and the safe plan: developers §4.1. */
import { transfer } from './transfer.contract.ts'

/** In TikTok's words, so that it can be spread into source_info. All in bytes. */
export type ChunkPlan = { video_size: number; chunk_size: number; total_chunk_count: number }
/** One chunk; `end` is inclusive, as in the Content-Range header. */
export type ByteRange = { start: number; end: number; total: number }

/**
 * The plan for a file of `size` bytes: up to 64,000,000 in one piece, above that chunks of 10,000,000
 * with the remainder in the last. Throws RangeError for an empty file or one over 4 GiB.
 */
export function planChunks(size: number): ChunkPlan {
  if (!Number.isSafeInteger(size) || size < 1) throw new RangeError(`A video needs at least one byte, not ${size}`)
  if (size > transfer.video.maxBytes) throw new RangeError(`TikTok takes at most ${transfer.video.maxBytes} bytes, this file has ${size}`)
  if (size <= transfer.plan.singleUpTo) return { video_size: size, chunk_size: size, total_chunk_count: 1 }
  const chunk_size = transfer.plan.chunkSize
  return { video_size: size, chunk_size, total_chunk_count: Math.floor(size / chunk_size) }
}

/**
 * The chunk that follows `sent` bytes, or null when all are sent.
 * Throws RangeError when `sent` is not the end of a chunk: the plan and the place do not belong together.
 */
export function nextRange(plan: ChunkPlan, sent: number): ByteRange | null {
  const { video_size: total, chunk_size, total_chunk_count } = plan
  if (sent === total) return null
  const index = sent / chunk_size
  if (!Number.isInteger(index) || index < 0 || index >= total_chunk_count) throw new RangeError(`${sent} of ${total} bytes is not the end of a chunk of ${chunk_size}`)
  return { start: sent, end: index === total_chunk_count - 1 ? total - 1 : sent + chunk_size - 1, total }
}
