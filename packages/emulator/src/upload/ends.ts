import { open, type FileHandle } from 'node:fs/promises'

/** Of a huge file only both ends are kept (a sparse file of the right size): headers and indexes lie there, and the middle is never looked at. */
const HEAD_BYTES = 24 * 1024 * 1024
const TAIL_BYTES = 40 * 1024 * 1024

/** `write` answers nothing when there was nothing to keep. */
export type Sink = { write(block: Uint8Array, at: number): Promise<void> | undefined; close(): Promise<void> }

/** Opens (or goes on with) the file of an upload of known size. `whole` keeps everything. */
export async function openSink(file: string, size: number, whole = false): Promise<Sink> {
  const handle: FileHandle = await open(file, 'a').then(async made => {
    await made.close()
    return open(file, 'r+')
  })
  if ((await handle.stat()).size !== size) await handle.truncate(size)
  const headEnd = whole ? size : HEAD_BYTES
  const tailStart = whole ? size : Math.max(headEnd, size - TAIL_BYTES)
  const keep = async (block: Uint8Array, at: number) => {
    if (at < headEnd) await handle.write(block, 0, Math.min(block.length, headEnd - at), at)
    if (at + block.length > tailStart) {
      const skip = Math.max(0, tailStart - at)
      await handle.write(block, skip, block.length - skip, at + skip)
    }
  }
  return {
    write: (block, at) => (at >= headEnd && at + block.length <= tailStart ? undefined : keep(block, at)),
    close: () => handle.close(),
  }
}
