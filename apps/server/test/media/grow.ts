import { copyFile, open } from 'node:fs/promises'

/**
 * Copies a real MP4 and makes it exactly `bytes` long by a `free` box at its end (ISO 14496-12: players and TikTok skip it).
 * `filled` writes noise, so that no file system keeps the hole as a hole; without it the file is sparse and costs nothing.
 */
export async function grow(from: string, to: string, bytes: number, filled = false) {
  await copyFile(from, to)
  const file = await open(to, 'r+')
  try {
    const at = (await file.stat()).size, box = bytes - at
    if (box < 16) throw new Error(`${from} cannot grow to ${bytes} bytes: a free box needs 16`)
    const head = Buffer.alloc(16)
    head.writeUInt32BE(1, 0) // 1: the real size follows as 64 bits
    head.write('free', 4)
    head.writeBigUInt64BE(BigInt(box), 8)
    await file.write(head, 0, 16, at)
    if (filled) {
      const noise = Buffer.alloc(1 << 20, 0).map((_, i) => (i * 2654435761) >>> 13)
      for (let to = at + 16; to < bytes; to += noise.length) await file.write(noise, 0, Math.min(noise.length, bytes - to), to)
    } else await file.truncate(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}
