import { closeSync, existsSync, fdatasync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, renameSync, write, writeSync } from 'node:fs'
import { join } from 'node:path'

/** One changed record; null means it is gone. */
export type Change = [kind: string, id: string, record: unknown]

/** State that survives kill -9: one line per group of changes, on disk before anyone hears of them; now and then one file of everything. */
export type Journal = {
  /** Resolves when the changes are on disk. A torn last line is as if it never happened, so a group is whole or absent. */
  append(changes: Change[]): Promise<void>
  close(): void
}

const COMPACT_AT_BYTES = 32 * 1024 * 1024

/** Opens the folder, plays what is there into `load`, and keeps writing. `everything` is asked for when the journal has grown. */
export function openJournal(folder: string, load: (change: Change) => void, everything: () => Iterable<Change>): Journal {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const snapshot = join(folder, 'world.jsonl')
  let generation = 0
  if (existsSync(snapshot)) {
    const lines = readFileSync(snapshot, 'utf8').split('\n')
    generation = (JSON.parse(lines[0] ?? '{}') as { generation: number }).generation
    for (const line of lines.slice(1)) if (line) load(JSON.parse(line) as Change)
  }
  const journalOf = (n: number) => join(folder, `changes-${n}.jsonl`)
  let size = replay(journalOf(generation), load)
  let file = openSync(journalOf(generation), 'a', 0o600)
  ftruncateSync(file, size)

  const compact = () => {
    const temporary = `${snapshot}.new`
    const out = openSync(temporary, 'w', 0o600)
    writeSync(out, `${JSON.stringify({ generation: generation + 1 })}\n`)
    for (const change of everything()) writeSync(out, `${JSON.stringify(change)}\n`)
    fsyncSync(out)
    closeSync(out)
    const next = openSync(journalOf(generation + 1), 'w', 0o600)
    renameSync(temporary, snapshot)
    closeSync(file)
    renameSync(journalOf(generation), join(folder, 'changes-old.jsonl'))
    file = next
    generation += 1
    size = 0
  }
  return {
    append: async changes => {
      const line = Buffer.from(`${JSON.stringify(changes)}\n`)
      try {
        for (let at = 0; at < line.length;) at += await writeSome(file, line, at)
        await new Promise<void>((done, failed) => fdatasync(file, why => (why ? failed(why) : done())))
      } catch (why) {
        ftruncateSync(file, size) // half a line would hide every line after it
        throw new Error(`The emulator cannot write its state (${why instanceof Error ? why.message : String(why)}). Nothing was lost so far; free some space and ask again`, { cause: why })
      }
      size += line.length
      if (size > COMPACT_AT_BYTES) compact()
    },
    close: () => closeSync(file),
  }
}

const writeSome = (file: number, line: Buffer, at: number) => new Promise<number>((done, failed) => write(file, line, at, line.length - at, null, (why, bytes) => (why ? failed(why) : done(bytes))))

/** Reads whole lines; answers how many bytes of the file are good. */
function replay(path: string, load: (change: Change) => void): number {
  if (!existsSync(path)) return 0
  const raw = readFileSync(path)
  let at = 0
  for (let end = raw.indexOf(10, at); end !== -1; end = raw.indexOf(10, at)) {
    let changes: Change[]
    try {
      changes = JSON.parse(raw.toString('utf8', at, end)) as Change[]
    } catch {
      break
    }
    for (const change of changes) load(change)
    at = end + 1
  }
  return at
}
