import type { ChunkPlan } from '@stagedoor/tiktok'

/** What TikTok said about how far it is: the Content-Range of a PUT's answer, or `uploaded_bytes` of the status. */
export type Told = { contentRange?: string | null; uploadedBytes?: number | undefined }

/**
 * How many bytes TikTok holds, as the end of a chunk: the place from which to go on. Null when nothing certain was said.
 * The documents print `bytes 0-{count}/{total}` where RFC 9110 would have the last index, so both readings are tried against the ends of
 * our own chunks (developers §4.3). Bytes of a chunk that did not arrive whole do not count: that chunk is sent again from its start.
 */
export function placeOf(told: Told, plan: ChunkPlan): number | null {
  const range = /^bytes\s+0-(\d+)\/(\d+)$/.exec(told.contentRange?.trim() ?? '')
  if (range && Number(range[2]) === plan.video_size) {
    const said = Number(range[1])
    if (isEnd(said, plan)) return said
    if (isEnd(said + 1, plan)) return said + 1
  }
  if (told.uploadedBytes === undefined || told.uploadedBytes < 0 || told.uploadedBytes > plan.video_size) return null
  if (told.uploadedBytes === plan.video_size) return plan.video_size
  return Math.min(Math.floor(told.uploadedBytes / plan.chunk_size), plan.total_chunk_count - 1) * plan.chunk_size
}

const isEnd = (bytes: number, plan: ChunkPlan) => bytes === plan.video_size || (bytes % plan.chunk_size === 0 && bytes / plan.chunk_size < plan.total_chunk_count)

/** Whether the chunk that starts at `start` is the last one: the step after which TikTok may publish. */
export const isLast = (start: number, plan: ChunkPlan) => start === (plan.total_chunk_count - 1) * plan.chunk_size
