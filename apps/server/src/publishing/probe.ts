import type { Input, InputVideoTrack } from 'mediabunny'

/** What a file is, read from its own bytes. Sides are as seen (after rotation). Times in milliseconds, frame rate in frames per second. */
export type Probe = { container: string; codec: string | null; width: number; height: number; durationMs: number; frameRate: number; rotation: number; hasSound: boolean; bytes: number }
export type Probed = { ok: true; probe: Probe } | { ok: false; code: 'empty' | 'no video' | 'not media' | 'truncated'; probe: null }

/** Positional reads: the file may be gigabytes, and only its index and a few frames are looked at. */
export type Readable = { bytes: number; read(start: number, end: number): Promise<Uint8Array> }

/** Frames looked at for the frame rate. */
const FRAMES = 240

/**
 * Reads container, codec, sides, duration, rotation and frame rate, and notices a file that ends before its own index says.
 * Never throws for bad bytes: a broken file is an answer, not an accident.
 */
export async function probeVideo(file: Readable): Promise<Probed> {
  if (file.bytes === 0) return { ok: false, code: 'empty', probe: null }
  const { CustomSource, Input, MATROSKA, MP4, QTFF, WEBM } = await import('mediabunny') // on first use: heavy
  const input = new Input({ formats: [MP4, QTFF, WEBM, MATROSKA], source: new CustomSource({ getSize: () => file.bytes, read: (start, end) => file.read(start, end) }) })
  try {
    if (!await input.canRead()) return { ok: false, code: 'not media', probe: null }
    const format = await input.getFormat()
    const cut = format === MP4 || format === QTFF ? await endsInsideABox(file) : false
    const track = await input.getPrimaryVideoTrack()
    if (!track) return { ok: false, code: cut ? 'truncated' : 'no video', probe: null }
    if (cut) return { ok: false, code: 'truncated', probe: null }
    const probe = await readTrack(input, track, format.name, file.bytes)
    const promised = await input.getDurationFromMetadata() ?? probe.durationMs / 1000
    if (promised - probe.durationMs / 1000 > 0.4 && probe.durationMs / 1000 < promised * 0.9) return { ok: false, code: 'truncated', probe: null }
    return { ok: true, probe }
  } catch {
    return { ok: false, code: await looksLikeMedia(file) ? 'truncated' : 'not media', probe: null }
  } finally {
    input.dispose()
  }
}

async function readTrack(input: Input, track: InputVideoTrack, container: string, bytes: number): Promise<Probe> {
  const stats = await track.computePacketStats(FRAMES)
  const codec = await track.getCodec() ?? inner(await track.getInternalCodecId())
  return {
    container: container === 'QuickTime File Format' ? 'MOV' : container === 'Matroska' ? 'MKV' : container, codec,
    width: await track.getDisplayWidth(), height: await track.getDisplayHeight(), rotation: await track.getRotation(),
    durationMs: Math.round(await input.computeDuration() * 1000), frameRate: Math.round(stats.averagePacketRate * 100) / 100,
    hasSound: await input.getPrimaryAudioTrack() !== null, bytes,
  }
}

const inner = (id: string | number | Uint8Array | null) => typeof id === 'string' ? id : null

/** Walks the boxes at the top (ISO 14496-12): true when one of them promises more bytes than the file has. */
async function endsInsideABox(file: Readable) {
  for (let at = 0, boxes = 0; at < file.bytes && boxes < 100_000; boxes++) {
    if (file.bytes - at < 8) return true
    const head = Buffer.from(await file.read(at, Math.min(at + 16, file.bytes)))
    const small = head.readUInt32BE(0)
    const size = small === 0 ? file.bytes - at : small === 1 && head.length === 16 ? Number(head.readBigUInt64BE(8)) : small
    if (size < 8 || at + size > file.bytes) return true
    at += size
  }
  return false
}

async function looksLikeMedia(file: Readable) {
  const head = Buffer.from(await file.read(0, Math.min(12, file.bytes)))
  return head.subarray(4, 8).toString('latin1') === 'ftyp' || (head.length >= 4 && head.readUInt32BE(0) === 0x1a45dfa3)
}
