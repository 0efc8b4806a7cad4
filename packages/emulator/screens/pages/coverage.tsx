import { ask, useWorld } from '../api.ts'

type Row = { face: string; kind: string; name: string; what: string; state: 'done' | 'planned' | 'not modelled'; note?: string }

/** What this emulator models, what not, from its own code. */
export function CoveragePage() {
  const rows = useWorld(() => ask<{ items: Row[] }>('coverage'), 'coverage')?.items ?? []
  const faces = [...new Set(rows.map(r => r.face))], done = rows.filter(r => r.state === 'done').length
  return (
    <main className="page"><div className="pagehead"><h1>Coverage</h1><span className="push dim num">{done} of {rows.length} done</span></div>
      <p className="dim measure">Every call and event the documents name, and whether it is here. The table is made from the routes themselves.</p>
      {faces.map(face => (
        <section key={face} className="card tablecard" aria-label={face}><header><b>{face}</b><span className="push faint num">{rows.filter(r => r.face === face && r.state === 'done').length} / {rows.filter(r => r.face === face).length}</span></header>
          <div className="scroll" tabIndex={0} role="group" aria-label={`${face}, table`}><table><thead><tr><th scope="col">Kind</th><th scope="col">Name</th><th scope="col">State</th><th scope="col">Note</th></tr></thead>
            <tbody>{rows.filter(r => r.face === face).map(r => <tr key={r.kind + r.name}><td>{r.kind}</td><td><code>{r.name}</code></td><td><span className={`chip ${r.state === 'done' ? 'ok' : r.state === 'planned' ? 'warn' : ''}`}>{r.state}</span></td><td className="dim">{r.note ?? r.what}</td></tr>)}</tbody></table></div>
        </section>
      ))}
    </main>
  )
}
