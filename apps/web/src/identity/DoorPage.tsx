import './door.css'
import type { ReactNode } from 'react'
import { Wordmark } from '../kit/Door.tsx'

const BRICK = { high: 40, wide: 80 }
const bricks = Array.from({ length: 16 }, (_, row) => {
  const y = 20 + row * BRICK.high
  const joints = Array.from({ length: 10 }, (_, i) => `M${i * BRICK.wide + (row % 2) * (BRICK.wide / 2)} ${y}v${BRICK.high}`).join('')
  return `M0 ${y}H720${joints}`
}).join('')

/** The page one meets before the desk: the door at night on the left, what to do on the right. */
export function DoorPage({ words, wide, children }: { words: string; wide?: boolean; children: ReactNode }) {
  return (
    <main className="door">
      <div className="scene"><Scene /><p>{words}</p></div>
      <section className={wide ? 'pane wide' : 'pane'}><div><Wordmark />{children}</div></section>
    </main>
  )
}

const Scene = () => (
  <svg viewBox="0 0 720 900" preserveAspectRatio="xMidYMax slice" aria-hidden="true">
    <defs>
      <linearGradient id="wall" x1="0" y1="0" x2="0" y2="1"><stop stopColor="#1d1f2b" /><stop offset="1" stopColor="#14151c" /></linearGradient>
      <linearGradient id="lt" x1="0" y1="0" x2="0" y2="1"><stop stopColor="#f9dc98" /><stop offset="1" stopColor="#f2b950" /></linearGradient>
      <linearGradient id="fl" x1="0" y1="0" x2="0" y2="1"><stop stopColor="#f2b950" stopOpacity=".55" /><stop offset="1" stopColor="#f2b950" stopOpacity="0" /></linearGradient>
      <radialGradient id="gl"><stop stopColor="#f6c667" stopOpacity=".28" /><stop offset="1" stopColor="#f6c667" stopOpacity="0" /></radialGradient>
    </defs>
    <rect width="720" height="640" fill="url(#wall)" /><rect y="640" width="720" height="260" fill="#101117" />
    <path d={bricks} stroke="#262836" strokeWidth="1.5" fill="none" />
    <circle cx="360" cy="470" r="330" fill="url(#gl)" />
    <path d="M280 640V430a80 80 0 0 1 160 0v210z" fill="#0d0e13" />
    <path d="M292 640V432a68 68 0 0 1 136 0v208z" fill="url(#lt)" />
    <path d="M292 640V432a68 68 0 0 1 30-56v264z" fill="#6d5430" opacity=".55" />
    <path d="M292 640h136l150 260H142z" fill="url(#fl)" />
    <circle cx="360" cy="316" r="7" fill="#f9dc98" /><path d="M350 300h20v10h-20z" fill="#2c2e3c" />
  </svg>
)
