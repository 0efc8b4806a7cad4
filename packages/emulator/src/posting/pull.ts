import { join } from 'node:path'
import { writeFile } from 'node:fs/promises'
import type { Ground } from '../face.ts'
import { openSink } from '../upload/ends.ts'

/** PULL_FROM_URL really fetches. developers §4.6 */

const MOST_BYTES = 4 * 1024 ** 3
/** Wall time without a byte after which a host counts as dead. */
const IDLE_MS = 20_000

export type Pulled = { ok: true; file: string; bytes: number } | { ok: false; why: string; bytes: number }

/** Fetches into a file; no redirects, no other answer than 200. `heard` is told how many bytes there are. */
export async function pull(ground: Ground, url: string, name: string, heard: (bytes: number) => void): Promise<Pulled> {
  const file = join(ground.mediaFolder, name)
  const quit = new AbortController()
  let idle = setTimeout(() => quit.abort(), IDLE_MS)
  let bytes = 0
  try {
    const answer = await ground.fetch(url, { redirect: 'manual', signal: quit.signal, headers: { 'user-agent': 'TikTok-Media-Fetcher' } })
    if (answer.status >= 300 && answer.status < 400) return { ok: false, bytes, why: `${url} redirects (${answer.status}); redirects make a URL invalid` }
    if (answer.status !== 200 || !answer.body) return { ok: false, bytes, why: `${url} answered ${answer.status}` }
    const size = Number(answer.headers.get('content-length') ?? 0)
    if (size > MOST_BYTES) return { ok: false, bytes, why: `${url} has ${size} bytes; at most 4 GB are accepted` }
    if (size === 0) {
      const all = new Uint8Array(await answer.arrayBuffer())
      await writeFile(file, all)
      heard(all.length)
      return { ok: true, file, bytes: all.length }
    }
    const sink = await openSink(file, size)
    try {
      for await (const part of answer.body) {
        clearTimeout(idle)
        idle = setTimeout(() => quit.abort(), IDLE_MS)
        await sink.write(part as Uint8Array, bytes)
        bytes += (part as Uint8Array).length
        heard(bytes)
      }
    } finally {
      await sink.close()
    }
    if (bytes !== size) return { ok: false, bytes, why: `${url} said ${size} bytes and sent ${bytes}` }
    return { ok: true, file, bytes }
  } catch (why) {
    return { ok: false, bytes, why: `${url} could not be fetched to its end: ${why instanceof Error ? why.message : String(why)}` }
  } finally {
    clearTimeout(idle)
  }
}
