import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Problem } from '../api/client.ts'
import { Act } from './Act.tsx'

const glyphs = { plain: IconInfoCircle, acc: IconInfoCircle, ok: IconCircleCheck, warn: IconAlertTriangle, bad: IconAlertTriangle }

/** A short panel: what is so, whose side it is on, what to do next. */
export function Say({ kind = 'plain', icon, children, role }: { kind?: keyof typeof glyphs; icon?: ReactNode; children: ReactNode; role?: 'alert' | 'status' }) {
  const Glyph = glyphs[kind]
  return <div className={`say ${kind === 'plain' ? '' : kind}`} role={role}>{icon ?? <Glyph size={16} stroke={1.75} aria-hidden="true" />}<div>{children}</div></div>
}

/** What went wrong, in words first; the code comes last. */
export function Failed({ of, error, again }: { of?: string; error: unknown; again?: () => void }) {
  const problem = error instanceof Problem ? error : new Problem(0, 'unexpected', 'This page tripped.', error instanceof Error ? error.message : String(error), null)
  return (
    <Say kind="bad" role="alert">
      <b className="medium">{of ?? problem.title}</b> {problem.message}
      <span className="row wrap" style={{ marginTop: 8 }}>
        {again && <Act size="s" onClick={again}>Try again</Act>}
        <span className="push mono faint">{problem.requestId ? `${problem.code} · req ${problem.requestId}` : problem.code}</span>
      </span>
    </Say>
  )
}

/** An empty place that says what is so and offers one next step. */
export function Empty({ icon, title, children, acts }: { icon?: ReactNode; title: string; children?: ReactNode; acts?: ReactNode }) {
  return <div className="empty">{icon}<h2>{title}</h2>{children && <p>{children}</p>}{acts && <div className="row">{acts}</div>}</div>
}

/** The shape of what comes, after 150 ms, without a shimmer. */
export function Bones({ rows = 4 }: { rows?: number }) {
  return (
    <div className="bones" role="status" aria-label="Reading">
      {Array.from({ length: rows }, (_, i) => <span key={i} className="stack"><i style={{ width: `${38 - (i % 3) * 8}%` }} /><i style={{ width: `${70 - (i % 2) * 14}%` }} /></span>)}
    </div>
  )
}
