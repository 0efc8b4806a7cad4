import type { Probe } from './types.ts'

/** What TikTok's processing would find wrong with a file: real bytes, really read. developers §4.5 */
export type Verdict = { probe?: Probe; reason?: string; why?: string }

const CONTAINERS: Record<string, string> = { MP4: 'mp4', 'QuickTime File Format': 'mov', WebM: 'webm' }
const CODECS = ['avc', 'hevc', 'vp8', 'vp9']
/** Frames looked at for the frame rate; the first megabytes hold them, whatever the file's size. */
const FRAMES = 120

export async function probeVideo(file: string, bytes: number, maxSeconds: number): Promise<Verdict> {
  const { ALL_FORMATS, FilePathSource, Input } = await import('mediabunny')
  const input = new Input({ source: new FilePathSource(file, { handleUnhandledError: () => undefined }), formats: ALL_FORMATS })
  try {
    const container = CONTAINERS[(await input.getFormat()).name]
    if (!container) return { reason: 'file_format_check_failed', why: `The container is ${(await input.getFormat()).name}; MP4, MOV or WebM are accepted` }
    const track = await input.getPrimaryVideoTrack()
    if (!track) return { reason: 'file_format_check_failed', why: 'There is no video track' }
    const codec = (await track.getCodec()) ?? 'unknown'
    const [width, height, stats] = [await track.getDisplayWidth(), await track.getDisplayHeight(), await track.computePacketStats(FRAMES)]
    const durationMs = Math.round((await durationOf(input, track)) * 1000)
    const probe: Probe = { container, codec, width, height, durationMs, frameRate: Math.round(stats.averagePacketRate * 100) / 100, bytes }
    const wrong = wrongVideo(probe, maxSeconds)
    return wrong ? { probe, ...wrong } : { probe }
  } catch (why) {
    return { reason: 'file_format_check_failed', why: `The file cannot be read as a video: ${why instanceof Error ? why.message : String(why)}` }
  } finally {
    input.dispose()
  }
}

/** The length as the file says it; only when it says none, packets are counted. */
async function durationOf(input: { getDurationFromMetadata?: () => Promise<number | null>; computeDuration(): Promise<number> }, track: { computeDuration(): Promise<number> }): Promise<number> {
  const said = await input.getDurationFromMetadata?.()
  return said ?? (await track.computeDuration())
}

export function wrongVideo(probe: Probe, maxSeconds: number): { reason: string; why: string } | undefined {
  if (!CODECS.includes(probe.codec)) return { reason: 'file_format_check_failed', why: `The codec is ${probe.codec}; H.264, H.265, VP8 or VP9 are accepted` }
  if (probe.frameRate < 22.9 || probe.frameRate > 60.1) return { reason: 'frame_rate_check_failed', why: `${probe.frameRate} frames a second; 23 to 60 are accepted` }
  for (const side of [probe.width, probe.height]) if (side < 360 || side > 4096) return { reason: 'picture_size_check_failed', why: `The picture is ${probe.width} × ${probe.height}; each side must be 360 to 4096 pixels` }
  if (probe.durationMs > maxSeconds * 1000 + 500) return { reason: 'duration_check_failed', why: `It lasts ${Math.round(probe.durationMs / 1000)} s; this creator may post ${maxSeconds} s` }
  return undefined
}

const PHOTO_BYTES = 20 * 1024 * 1024

/** A photo: JPEG or WebP, at most 20 MB and 1080p. */
export async function probePhoto(bytes: Uint8Array): Promise<Verdict> {
  const { default: sharp } = await import('sharp')
  try {
    const found = await sharp(bytes).metadata()
    const probe: Probe = { container: found.format, codec: found.format, width: found.width, height: found.height, durationMs: 0, frameRate: 0, bytes: bytes.length }
    if (found.format !== 'jpeg' && found.format !== 'webp') return { probe, reason: 'file_format_check_failed', why: `The photo is ${found.format}; JPEG or WebP are accepted` }
    if (bytes.length > PHOTO_BYTES) return { probe, reason: 'picture_size_check_failed', why: `The photo has ${bytes.length} bytes; 20 MB are accepted` }
    const [short, long] = [Math.min(found.width, found.height), Math.max(found.width, found.height)]
    if (short > 1080 || long > 1920) return { probe, reason: 'picture_size_check_failed', why: `The photo is ${found.width} × ${found.height}; at most 1080p (1920 × 1080 either way) is accepted` }
    return { probe }
  } catch {
    return { reason: 'file_format_check_failed', why: 'The file cannot be read as a photo' }
  }
}
