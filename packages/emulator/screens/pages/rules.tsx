import { useState } from 'react'
import { ask, deed, useWorld } from '../api.ts'
import type { Rule } from '../words.ts'

/** Where TikTok is silent or reports disagree: what this emulator does, what else it could do, and the evidence. */
export function RulesPage() {
  const rules = useWorld(() => ask<{ items: Rule[] }>('rules'), 'rules')?.items ?? []
  const [find, setFind] = useState('')
  const shown = rules.filter(r => `${r.name} ${r.says} ${r.evidence}`.toLowerCase().includes(find.toLowerCase()))
  return (
    <main className="page"><div className="pagehead"><h1>Rules</h1><label className="push"><span className="vh">Find a rule</span><input className="field" placeholder="Find a rule" value={find} onChange={e => setFind(e.currentTarget.value)} /></label></div>
      <p className="dim measure">Where TikTok says nothing, or reports disagree, the choice is yours. Each rule says what it decides and why its default was chosen.</p>
      <div className="cards">{shown.map(rule => (
        <section key={rule.name} className="card rule" aria-label={rule.name}>
          <header><b className="mono">{rule.name}</b><span className="chip">{rule.face}</span>{rule.value !== rule.default && <span className="chip warn push">changed</span>}</header>
          <div className="in stack"><p>{rule.says.replace(/\.$/, '')}.</p>
            <div role="radiogroup" aria-label={rule.name} className="stack tight">{Object.entries(rule.options).map(([option, does]) => (
              <label key={option} className="choice"><input type="radio" name={rule.name} checked={rule.value === option} onChange={deed(() => ask('rules', 'PATCH', { [rule.name]: option }))} /><span><b className="medium">{option}</b>{option === rule.default ? <span className="faint"> (default)</span> : null}<br /><span className="dim">{does}</span></span></label>
            ))}</div>
            <p className="meta faint">{rule.evidence}</p></div>
        </section>
      ))}</div>
    </main>
  )
}
