import { paint, size, span } from './show.ts'

export type Bar = { at(done: number, note?: string): void; end(): void }
const CELLS = 24
const EVERY_MS = 80

/** A bar on the terminal's error stream; without a terminal a line for each quarter. `title` is shown in front. */
export function startBar(title: string, total: number, stream: NodeJS.WriteStream = process.stderr): Bar {
  const began = performance.now()
  let first: number | undefined, drawnAt = -Infinity, quarter = -1
  const line = (done: number, note: string) => {
    const part = total === 0 ? 1 : done / total, full = Math.round(part * CELLS)
    const rate = ((done - (first ?? 0)) / Math.max(1, performance.now() - began)) * 1000
    const pace = note || (done < total && rate > 0 ? `${size(rate)}/s, ${span(((total - done) / rate) * 1000)} left` : '')
    return `${title}  ${paint('green', '█'.repeat(full), stream)}${paint('dim', '░'.repeat(CELLS - full), stream)}  ${String(Math.floor(part * 100)).padStart(3)} %  ${size(done)} of ${size(total)}  ${pace}`
  }
  return {
    at(done, note = '') {
      first ??= done
      if (stream.isTTY) {
        if (performance.now() - drawnAt < EVERY_MS && done < total && note === '') return
        drawnAt = performance.now()
        stream.write(`\r\u001B[2K${line(done, note)}`)
      } else {
        const now = total === 0 ? 4 : Math.floor((done / total) * 4)
        if (now > quarter || note) stream.write(`${title}: ${now * 25} %${note ? `, ${note}` : ''}\n`)
        quarter = now
      }
    },
    end() { if (stream.isTTY) stream.write('\r\u001B[2K') },
  }
}
/** For `--json` and for programs: nothing is drawn. */
export const noBar: Bar = { at() { /* nobody looks */ }, end() { /* nothing was drawn */ } }
