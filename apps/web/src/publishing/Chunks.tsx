import { sizeOf } from '../kit/times.ts'

const MB10 = 10_000_000
const MOST_CELLS = 60

/** The upload to TikTok: one cell per chunk (several chunks a cell when there are many), with its sentence. */
export function Chunks({ sent, total }: { sent: number; total: number }) {
  const chunks = Math.max(1, Math.floor(total / MB10))
  const cells = Math.min(chunks, MOST_CELLS)
  const done = total === 0 ? 0 : (sent / total) * cells
  const at = Math.min(chunks, Math.floor((sent / Math.max(1, total)) * chunks) + 1)
  return (
    <div className="stack" role="status">
      <div className="chunks" aria-hidden="true">{Array.from({ length: cells }, (_, i) => <i key={i} className={i + 1 <= done ? 'x' : i < done || i === Math.floor(done) ? 'c' : ''} />)}</div>
      <p className="row num"><span>{sizeOf(sent, total)}</span>{chunks > 1 && <span className="dim push">chunk {at} of {chunks}</span>}</p>
    </div>
  )
}
