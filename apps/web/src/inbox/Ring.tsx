import { IconDoor, IconEyeOff } from '@tabler/icons-react'
import type { Conversation } from '../api/types.ts'
import { useNow } from '../kit/useNow.ts'
import { QUOTA, ringOf } from './window.ts'

/** The window ring with its words below; one sentence for readers, the drawing is hidden from them. */
export function Ring({ window, under = true }: { window: Conversation['window']; under?: boolean }) {
  const face = ringOf(window, useNow())
  const tone = face.shape === 'calm' ? '' : face.shape
  return <>
    <span className={`ring ${tone}${face.few ? ' few' : ''}`} style={{ '--p': face.percent } as React.CSSProperties} aria-hidden="true">{face.shape === 'shut' ? <IconDoor size={14} stroke={1.75} /> : face.shape === 'ghost' ? <IconEyeOff size={14} stroke={1.75} /> : face.number}</span>
    {under && <span className={`left ${tone}${face.few ? ' few' : ''}`} aria-hidden="true">{face.words}</span>}
    <span className="vh">{face.aloud}</span>
  </>
}

/** Ten bars, spent ones hollow, always with its sentence. */
export function Quota({ left, uses }: { left: number; uses: number }) {
  return (
    <span className="row">
      <span className={`quota${left <= 2 ? ' low' : ''}`} aria-hidden="true">{Array.from({ length: QUOTA }, (_, i) => <i key={i} className={i < left ? '' : 'x'} />)}</span>
      <span><b className="medium">{left}</b> of {QUOTA} left{uses > 0 && <span className="only-wide">, this uses {uses}</span>}</span>
    </span>
  )
}
