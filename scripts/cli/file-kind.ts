import type { FileHandle } from 'node:fs/promises'
import { Trouble } from './trouble.ts'

const starts = (bytes: Buffer, at: number, text: string) => bytes.subarray(at, at + text.length).toString('latin1') === text

/** What a file is by its first bytes; null for what no post can be made of. */
export function kindOf(first: Buffer): string | null {
  if (starts(first, 4, 'ftyp')) return starts(first, 8, 'qt  ') ? 'video/quicktime' : 'video/mp4'
  if (['moov', 'mdat', 'wide', 'free', 'skip'].some(box => starts(first, 4, box))) return 'video/quicktime'
  if (first.readUInt32BE(0) === 0x1A45DFA3) return 'video/webm'
  if (first.readUInt32BE(0) >>> 8 === 0xFFD8FF) return 'image/jpeg'
  if (starts(first, 0, 'RIFF') && starts(first, 8, 'WEBP')) return 'image/webp'
  return null
}

/** Looked at before anything is sent: gigabytes in vain, or a private file an assistant was talked into, do not leave this machine. */
export async function kindOfFile(file: FileHandle, name: string): Promise<string> {
  const first = Buffer.alloc(12)
  await file.read(first, 0, 12, 0)
  return kindOf(first) ?? fail(name)
}
const fail = (name: string): never => {
  throw new Trouble('refused', 'not_media', 'This is no video or picture', `"${name}" does not begin like MP4, MOV, WebM, JPEG or WebP, whatever its name says. Nothing was sent.`)
}
