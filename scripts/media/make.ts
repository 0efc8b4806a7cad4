// Makes the small real files that tests feed on. They are committed, so tests need no ffmpeg; run this again only to change them:
//   node --conditions=stagedoor scripts/media/make.ts [folder]
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

type Made = { name: string; says: string; args: string[] }

const picture = (size: string, rate: string, seconds: number) => ['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`]
const sound = (seconds: number) => ['-f', 'lavfi', '-i', `sine=frequency=330:duration=${seconds}`]
const h264 = ['-c:v', 'libx264', '-preset', 'veryslow', '-crf', '40', '-pix_fmt', 'yuv420p']
const aac = ['-c:a', 'aac', '-b:a', '24k', '-ac', '1']
const same = ['-map_metadata', '-1', '-fflags', '+bitexact', '-flags:v', '+bitexact', '-flags:a', '+bitexact']

/** Every file, and what it is there to show. */
export const files: Made[] = [
  { name: 'fine.mp4', says: 'H.264 with sound, 360 × 640, 30 fps, 4 s: everything TikTok recommends', args: [...picture('360x640', '30', 4), ...sound(4), ...h264, ...aac, '-movflags', '+faststart'] },
  { name: 'tail-index.mp4', says: 'the same with its index at the end, as cameras write it', args: [...picture('360x640', '30', 1), ...h264] },
  { name: 'fine.webm', says: 'VP9 in WebM', args: [...picture('360x640', '30', 1), '-c:v', 'libvpx-vp9', '-crf', '55', '-b:v', '0'] },
  { name: 'hevc.mov', says: 'H.265 in QuickTime', args: [...picture('360x640', '30', 1), '-c:v', 'libx265', '-crf', '45', '-tag:v', 'hvc1', '-x265-params', 'log-level=error'] },
  { name: 'slow.mp4', says: '10 frames a second, below what TikTok takes', args: [...picture('360x640', '10', 2), ...h264] },
  { name: 'tiny.mp4', says: '160 × 160, sides below what TikTok takes', args: [...picture('160x160', '30', 1), ...h264] },
  { name: 'sound-only.mp4', says: 'an MP4 without any picture', args: [...sound(1), ...aac] },
  { name: 'mpeg4.mp4', says: 'a codec TikTok does not take', args: [...picture('360x640', '30', 0.3), '-c:v', 'mpeg4', '-q:v', '31'] },
]

/** Makes every file into `folder`. Finds ffmpeg on the PATH or in FFMPEG. */
export function makeAll(folder: string) {
  mkdirSync(folder, { recursive: true })
  for (const file of files) {
    const at = join(folder, file.name)
    execFileSync(process.env['FFMPEG'] ?? 'ffmpeg', ['-y', '-loglevel', 'error', ...file.args, ...same, at])
    console.log(`${file.name}  ${statSync(at).size} bytes  ${file.says}`)
  }
  writeFileSync(join(folder, 'turned.mp4'), turned(readFileSync(join(folder, 'tail-index.mp4'))))
  console.log('turned.mp4  lies on its side, a rotation tells the player')
}

/** A quarter turn, written into the track header's matrix (ISO 14496-12, tkhd version 0): ffmpeg's versions disagree on how to say it. */
function turned(file: Buffer) {
  const matrix = file.indexOf('tkhd') + 4 + 40, one = 0x00010000
  const turn = [0, one, 0, -one, 0, 0, 0, 0, 0x40000000]
  turn.forEach((value, at) => file.writeInt32BE(value, matrix + at * 4))
  return file
}

if (import.meta.main) makeAll(process.argv[2] ?? join(import.meta.dirname, '../../apps/server/test/media'))
