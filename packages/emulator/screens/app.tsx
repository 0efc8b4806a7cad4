import { useEffect, useState, type ReactNode } from 'react'
import { useNotices } from './api.ts'
import { ClockBar } from './parts/clock.tsx'
import { TopFaults, TopWorld } from './parts/top.tsx'
import { Stage } from './pages/stage.tsx'
import { WorldPage } from './pages/world.tsx'
import { RulesPage } from './pages/rules.tsx'
import { LoadPage } from './pages/load.tsx'
import { CoveragePage } from './pages/coverage.tsx'

const pages: Record<string, { name: string; show: () => ReactNode }> = {
  '': { name: 'Stage', show: () => <Stage /> },
  world: { name: 'World', show: () => <WorldPage /> },
  rules: { name: 'Rules', show: () => <RulesPage /> },
  load: { name: 'Load', show: () => <LoadPage /> },
  coverage: { name: 'Coverage', show: () => <CoveragePage /> },
}

const here = () => location.hash.replace(/^#\/?/, '').split('?')[0] ?? ''

/** The frame: name, pages, clock, faults, snapshot and reset; below it one page. */
export function App() {
  const [at, setAt] = useState(here)
  const notices = useNotices()
  useEffect(() => {
    const go = () => setAt(here())
    addEventListener('hashchange', go)
    return () => removeEventListener('hashchange', go)
  }, [])
  const page = pages[at] ?? pages['']
  return (
    <div className={at === '' ? 'em' : 'em plain'}>
      <header className="emtop">
        <span className="mark"><svg viewBox="0 0 24 24" aria-hidden="true"><path className="wall" d="M1 24V12a11 11 0 0 1 22 0v12z" /><path className="floor" d="M8.5 20h7L19 24H3z" /><path className="light" d="M8.5 20V9.5a3.5 3.5 0 0 1 7 0V20z" /></svg>rehearsal</span>
        <span className="chip acc mono">not TikTok</span>
        <nav aria-label="Pages">{Object.entries(pages).map(([key, { name }]) => <a key={key} href={`#/${key}`} {...(key === at ? { 'aria-current': 'page' } : {})}>{name}</a>)}</nav>
        <div className="emtools"><ClockBar /><TopFaults /><TopWorld /></div>
      </header>
      {page?.show()}
      <div className="notices" role="status" aria-live="polite">{notices.map(n => <p key={n.id} className={n.bad ? 'bad' : ''}>{n.words}</p>)}</div>
    </div>
  )
}
