import { IconBolt, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { ask, deed, say, useWorld, worldChanged } from '../api.ts'
import type { Fault, KnownFault, RouteRow } from '../words.ts'
import { useFaults } from './top.tsx'

/** The four a demonstration needs most; every other one is behind "Arm one". */
const presets: { name: string; note: string; fault: { on: string; does: string; times?: number; probability?: number; expiresInMs?: number; afterBytes?: number } }[] = [
  { name: 'Do it, then lose the answer', note: 'next send', fault: { on: 'business.send', does: 'lose answer', times: 1 } },
  { name: 'Deliver webhooks twice', note: '10 %', fault: { on: 'deliver', does: 'duplicate', probability: 0.1 } },
  { name: 'Echo before the answer', note: 'always', fault: { on: 'business.send', does: 'echo before answer' } },
  { name: 'Cut the next upload', note: 'once', fault: { on: 'upload.put', does: 'cut', times: 1, afterBytes: 1_000_000 } },
  { name: 'Too many calls, for a minute', note: 'all', fault: { on: '*', does: '429', expiresInMs: 60_000 } },
]
const same = (a: Fault, b: { on: string; does: string }) => a.on === b.on && a.does === b.does

export function Faults() {
  const armed = useFaults()
  const [open, setOpen] = useState(false)
  const others = armed.filter(f => !presets.some(p => same(f, p.fault)))
  return (
    <section aria-label="Faults">
      <h2 className="lab"><IconBolt size={14} stroke={1.75} aria-hidden />faults <button type="button" className="link push" aria-expanded={open} onClick={() => setOpen(!open)}>{open ? 'Close' : 'Arm one'}</button></h2>
      {open && <ArmOne done={() => setOpen(false)} />}
      <ul className="faults">
        {presets.map(p => {
          const on = armed.find(f => same(f, p.fault))
          return <li key={p.name}><button type="button" role="switch" aria-checked={on !== undefined} aria-label={p.name} className={`switch${on ? ' on' : ''}`} onClick={deed(() => on ? ask(`faults?id=${on.id}`, 'DELETE') : ask('faults', 'POST', p.fault))} /><span className={`cut${on ? '' : ' dim'}`}>{p.name}</span><span className="meta faint push num">{p.note}</span></li>
        })}
        {others.map(f => <li key={f.id}><button type="button" className="iconbtn" aria-label={`Disarm ${f.does}`} onClick={deed(() => ask(`faults?id=${f.id}`, 'DELETE'))}><IconX size={16} stroke={1.75} /></button><span className="cut">{f.does}</span><span className="meta faint push num">{f.on}{f.times ? ` · ${f.times - f.hits} left` : ''}</span></li>)}
      </ul>
    </section>
  )
}

function ArmOne({ done }: { done: () => void }) {
  const known = useWorld(() => ask<{ known: KnownFault[] }>('faults'), 'known')?.known ?? []
  const routes = useWorld(() => ask<{ items: RouteRow[] }>('routes'), 'routes')?.items.filter(r => r.face !== 'control' && r.face !== 'screens') ?? []
  const [does, setDoes] = useState('lose answer'), [on, setOn] = useState('business.send'), [times, setTimes] = useState('1'), [chance, setChance] = useState(''), [who, setWho] = useState(''), [more, setMore] = useState('')
  const about = known.find(k => k.does === does)
  const arm = async () => {
    const extra: unknown = more.trim() === '' ? {} : JSON.parse(more)
    await ask('faults', 'POST', { on, does, ...(times ? { times: Number(times) } : {}), ...(chance ? { probability: Number(chance) / 100 } : {}), ...(who ? { account: who } : {}), ...(typeof extra === 'object' ? extra : {}) })
    done()
  }
  return (
    <form className="armform" onSubmit={e => { e.preventDefault(); arm().then(worldChanged, say) }}>
      <label>What happens<select className="select" value={does} onChange={e => setDoes(e.currentTarget.value)}>{[...new Map(known.map(k => [k.does, k])).values()].map(k => <option key={k.does}>{k.does}</option>)}</select></label>
      {about && <p className="meta dim">{about.says}{about.takes ? ` (takes ${about.takes})` : ''}</p>}
      <label>Where<select className="select" value={on} onChange={e => setOn(e.currentTarget.value)}><option value="*">everywhere</option><option value="deliver">deliver: webhooks out</option>{routes.map(r => <option key={r.name} value={r.name}>{r.name}</option>)}</select></label>
      <span className="row"><label>Times<input className="field num" inputMode="numeric" value={times} placeholder="always" onChange={e => setTimes(e.currentTarget.value)} /></label><label>Chance, %<input className="field num" inputMode="numeric" value={chance} placeholder="100" onChange={e => setChance(e.currentTarget.value)} /></label></span>
      <label>Only for the account<input className="field" value={who} placeholder="everyone" onChange={e => setWho(e.currentTarget.value)} /></label>
      <label>More, as JSON<input className="field mono" value={more} placeholder='{"delayMs":6000}' onChange={e => setMore(e.currentTarget.value)} /></label>
      <button type="submit" className="btn go">Arm it</button>
    </form>
  )
}
