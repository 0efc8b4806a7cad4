/** Checks the chunk plan of an init. Written apart from any planner, by intent. developers §4.1 */
export type ChunkBounds = { least: number; most: number; lastMost: number; sizeMost: number; oddOne: boolean }

/** MB or MiB is nowhere said: "wide" accepts whatever one reading allows, "narrow" only what both do. */
export const BOUNDS: Record<'wide' | 'narrow', ChunkBounds> = {
  wide: { least: 5_000_000, most: 67_108_864, lastMost: 134_217_728, sizeMost: 4 * 1024 ** 3, oddOne: true },
  narrow: { least: 5 * 1024 * 1024, most: 64_000_000, lastMost: 128_000_000, sizeMost: 4_000_000_000, oddOne: false },
}

const CHUNK = 'The chunk size is invalid'
const COUNT = 'The total chunk count is invalid'

/** TikTok's message and our reason; undefined when the plan is good. */
export function wrongChunks(size: number, chunk: number, count: number, bounds: ChunkBounds): { message: string; why: string } | undefined {
  const no = (message: string, why: string) => ({ message, why })
  if (size > bounds.sizeMost) return no('The request source info is empty or incorrect', `A video has at most 4 GB; video_size is ${size}`)
  if (chunk > size) return no(CHUNK, `chunk_size ${chunk} is more than video_size ${size}`)
  if (size <= bounds.least) {
    if (chunk !== size) return no(CHUNK, `A video of at most ${bounds.least} bytes goes in one chunk: chunk_size must be ${size}`)
  } else if (chunk < bounds.least) return no(CHUNK, `A chunk has at least ${bounds.least} bytes; chunk_size is ${chunk}`)
  if (chunk > bounds.most) return no(CHUNK, `A chunk has at most ${bounds.most} bytes; chunk_size is ${chunk}`)
  const right = Math.floor(size / chunk)
  if (count !== right) return no(COUNT, `total_chunk_count is floor(video_size / chunk_size) = ${right}, not ${count}`)
  if (count > 1000) return no(COUNT, `At most 1000 chunks; this would be ${count}`)
  if (count === 1 && size > bounds.most) return no(CHUNK, `A video of more than ${bounds.most} bytes goes in several chunks`)
  if (count === 1 && chunk < size && !bounds.oddOne) return no(CHUNK, `One chunk only: chunk_size must be video_size ${size}`)
  const last = size - chunk * (count - 1)
  if (last > bounds.lastMost) return no(CHUNK, `The last chunk would have ${last} bytes, more than ${bounds.lastMost}`)
  return undefined
}

/** Bytes of the nth chunk (from 0); the last takes the remainder. */
export const chunkLength = (n: number, upload: { size: number; chunkSize: number; chunks: number }) => (n < upload.chunks - 1 ? upload.chunkSize : upload.size - upload.chunkSize * (upload.chunks - 1))
