import { IconBolt, IconCamera, IconRefresh, IconRestore } from '@tabler/icons-react'
import { useRef } from 'react'
import { ask, deed, say, useWorld, worldChanged } from '../api.ts'
import type { Fault } from '../words.ts'

export const useFaults = () => useWorld(() => ask<{ armed: Fault[] }>('faults'), 'faults')?.armed ?? []

export function TopFaults() {
  const armed = useFaults().length
  return armed === 0 ? null : <span className="chip warn tall"><IconBolt size={14} stroke={1.75} aria-hidden />{armed === 1 ? '1 fault armed' : `${armed} faults armed`}</span>
}

/** Snapshot to a file, restore from one, reset to the seed. */
export function TopWorld() {
  const file = useRef<HTMLInputElement>(null)
  const save = deed(async () => {
    const snapshot = await ask<unknown>('snapshot')
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([JSON.stringify(snapshot)], { type: 'application/json' }))
    link.download = nameOfSnapshot()
    link.click()
    URL.revokeObjectURL(link.href)
    say('The snapshot is in your downloads.')
  })
  const restore = (picked: File | undefined) => {
    picked?.text().then(text => ask('snapshot', 'PUT', JSON.parse(text) as unknown)).then(() => { say('The world is as it was in the snapshot.'); worldChanged() }, say)
  }
  const reset = deed(async () => {
    if (!confirm('Back to the seed? Every conversation, post, token and fault of this world goes.')) return
    await ask('reset', 'POST')
    say('The world is as the seed made it.')
  })
  return (
    <span className="row g1">
      <button type="button" className="btn s quiet" onClick={save}><IconCamera size={15} stroke={1.75} aria-hidden /><span className="wide">Snapshot</span><span className="vh slim">Snapshot</span></button>
      <button type="button" className="btn s quiet" onClick={() => file.current?.click()}><IconRestore size={15} stroke={1.75} aria-hidden /><span className="wide">Restore</span><span className="vh slim">Restore</span></button>
      <input ref={file} type="file" accept="application/json" className="vh" tabIndex={-1} aria-label="Snapshot file" onChange={e => { restore(e.currentTarget.files?.[0]); e.currentTarget.value = '' }} />
      <button type="button" className="btn s quiet stop" onClick={reset}><IconRefresh size={15} stroke={1.75} aria-hidden /><span className="wide">Reset</span><span className="vh slim">Reset</span></button>
    </span>
  )
}

const nameOfSnapshot = () => `rehearsal-${new Date().toISOString().slice(0, 16).replace(':', '')}.json`
