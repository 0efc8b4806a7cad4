import { IconPlayerPause, IconPlayerPlay, IconPlayerTrackNext } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { ask, deed, worldChanged } from '../api.ts'
import { dayOf, secondOf } from '../times.ts'
import type { Clock } from '../words.ts'

let known: { clock: Clock; at: number } | undefined
/** The emulator's time now, as the page counts it between two words of the server. */
export const emulatorNow = (): number => known ? known.clock.now + (known.clock.frozen ? 0 : (performance.now() - known.at) * known.clock.pace) : Date.now()

export function useClock(): Clock & { now: number } {
  const [, tick] = useState(0)
  useEffect(() => {
    const source = new EventSource('/_emulator/clock/stream')
    source.onmessage = event => {
      known = { clock: JSON.parse(String(event.data)) as Clock, at: performance.now() }
      tick(n => n + 1)
      worldChanged()
    }
    const timer = setInterval(() => tick(n => n + 1), 500)
    return () => { source.close(); clearInterval(timer) }
  }, [])
  return { ...(known?.clock ?? { pace: 1, frozen: false }), now: emulatorNow() }
}

const order = (what: object) => deed(() => ask('clock', 'POST', what))

export function ClockBar() {
  const { now, pace, frozen } = useClock()
  return (
    <div className="clockbar" role="group" aria-label="Clock">
      <button type="button" className="btn s icon quiet" aria-label={frozen ? 'Let time run' : 'Freeze time'} onClick={order({ do: frozen ? 'resume' : 'freeze' })}>
        {frozen ? <IconPlayerPlay size={15} stroke={1.75} /> : <IconPlayerPause size={15} stroke={1.75} />}
      </button>
      <b className={frozen ? 'still' : ''}><span className="wide">{dayOf(now)} </span>{secondOf(now)}</b>
      <button type="button" className="btn s quiet" onClick={order({ do: 'advance', ms: 3_600_000 })}>+1 h</button>
      <button type="button" className="btn s quiet wide" onClick={order({ do: 'advance', ms: 86_400_000 })}>+1 d</button>
      <button type="button" className={`btn s quiet${pace === 60 ? ' on' : ''}`} aria-pressed={pace === 60} onClick={order({ do: 'pace', pace: pace === 60 ? 1 : 60 })}>60×</button>
      <button type="button" className="btn s quiet" aria-label="Next due: jump there" onClick={order({ do: 'next' })}><IconPlayerTrackNext size={15} stroke={1.75} /><span className="wide">Next due</span></button>
    </div>
  )
}
