import type { Probe, Probed } from './probe.ts'

/** One of TikTok's rules, and how a file stands to it. `fixable`: converting the file would help. */
export type Finding = { rule: string; verdict: 'pass' | 'fixable' | 'fail'; sentence: string }

/** TikTok's decimal gigabyte is assumed for the limit (its pages never say whether it means 4·1000³ or 4·1024³): the smaller is safe under both. */
export const MOST_BYTES = 4_000_000_000
/** The init accepts up to ten minutes; the creator's own limit binds and is asked when posting. */
const MOST_SECONDS = 600
const LEAST_SIDE = 360, MOST_SIDE = 4096, LEAST_RATE = 23, MOST_RATE = 60
const containers = ['MP4', 'MOV', 'WebM']
const codecs: Record<string, string> = { avc: 'H.264', hevc: 'H.265', vp8: 'VP8', vp9: 'VP9' }
const spoken: Record<string, string> = { av1: 'AV1', mp4v: 'MPEG-4 Part 2' }

/** What TikTok would say about this video (media transfer guide, "Media restrictions"). Pure; the browser shows the same sentences. */
export function findings(probe: Probe): Finding[] {
  const shorter = Math.min(probe.width, probe.height), longer = Math.max(probe.width, probe.height)
  const codec = probe.codec === null ? 'an unknown codec' : codecs[probe.codec] ?? spoken[probe.codec] ?? probe.codec
  const rate = `${Math.round(probe.frameRate * 100) / 100} frames a second`
  return [
    judge('container', containers.includes(probe.container), 'fixable', `${probe.container} container.`, `${probe.container} is not a container TikTok takes. Convert it to MP4.`),
    judge('codec', probe.codec !== null && probe.codec in codecs, 'fixable', `${codec}${probe.codec === 'avc' ? ', as TikTok recommends' : ''}.`, `TikTok does not take ${codec}. Convert it to H.264.`),
    judge('sides', shorter >= LEAST_SIDE && longer <= MOST_SIDE, 'fixable', `${probe.width} × ${probe.height} pixels.`,
      `${probe.width} × ${probe.height} pixels: each side must be ${LEAST_SIDE} to ${MOST_SIDE}. Scale it and choose it again.`),
    judge('frame rate', Math.round(probe.frameRate) >= LEAST_RATE && Math.round(probe.frameRate) <= MOST_RATE, 'fixable', `${rate}.`, `${rate}: TikTok takes ${LEAST_RATE} to ${MOST_RATE}. Convert it to 30.`),
    judge('duration', probe.durationMs > 0 && probe.durationMs <= MOST_SECONDS * 1000, probe.durationMs > 0 ? 'fixable' : 'fail', `${clock(probe.durationMs)} long.`,
      probe.durationMs > 0 ? `${clock(probe.durationMs)} long: TikTok takes up to 10 minutes. Trim it.` : 'It lasts no time at all: there is nothing to play.'),
    judge('bytes', probe.bytes <= MOST_BYTES, 'fixable', `${size(probe.bytes)}.`, `${size(probe.bytes)}: TikTok takes up to 4 GB. Compress it.`),
    ...probe.rotation === 0 ? [] : [{ rule: 'rotation', verdict: 'pass' as const, sentence: `Recorded on its side (${probe.rotation}°); players turn it upright.` }],
  ]
}

/** A file that cannot be a post: one finding that says why. */
export function refusal(why: Extract<Probed, { ok: false }>['code'], name: string): Finding {
  const sentences = {
    empty: `“${name}” is empty (0 bytes). Nothing was kept for posting. Choose the file again; if it is still empty, it was not copied whole.`,
    'no video': `“${name}” has no picture in it, only sound or other data. Choose a video.`,
    'not media': `“${name}” is not a video that can be read (MP4, MOV or WebM), whatever its name says. Choose another file.`,
    truncated: `“${name}” ends before its own index says: it was cut off while being copied or recorded. Copy it again from where it came from.`,
  }
  return { rule: why === 'empty' ? 'bytes' : 'readable', verdict: 'fail', sentence: sentences[why] }
}

/** Whether TikTok would take the file as it is. */
export const mayBePosted = (list: Finding[]) => list.every(finding => finding.verdict === 'pass')

const judge = (rule: string, good: boolean, otherwise: 'fixable' | 'fail', pass: string, complaint: string): Finding => ({ rule, verdict: good ? 'pass' : otherwise, sentence: good ? pass : complaint })

const clock = (ms: number) => {
  const seconds = Math.round(ms / 100) / 10
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}
export const size = (bytes: number) => bytes < 1000 ? `${bytes} bytes` : bytes < 1e6 ? `${Math.round(bytes / 1e3)} KB` : bytes < 1e9 ? `${Math.round(bytes / 1e5) / 10} MB` : `${Math.round(bytes / 1e7) / 100} GB`
