import { IconAlertTriangle, IconCheck, IconClock, IconKey, IconPlayerPlay, IconPoint, IconRefresh, IconSend, IconUpload } from '@tabler/icons-react'
import type { Attempt } from '../api/types.ts'
import { secondTime } from '../kit/times.ts'

type Look = { tone: '' | 'key' | 'warn' | 'ok'; glyph: React.ReactNode }
const icon = { size: 14, stroke: 1.75, 'aria-hidden': true } as const

/** Key steps (stored before what cannot be taken back) have the accent, trouble warns, proof is ok. */
const looks: Record<string, Look> = {
  queued: { tone: '', glyph: <IconPlayerPlay {...icon} /> },
  init: { tone: 'key', glyph: <IconKey {...icon} /> },
  'new upload': { tone: 'key', glyph: <IconKey {...icon} /> },
  ready: { tone: '', glyph: <IconUpload {...icon} /> },
  resumed: { tone: '', glyph: <IconRefresh {...icon} /> },
  looked: { tone: '', glyph: <IconRefresh {...icon} /> },
  waiting: { tone: '', glyph: <IconClock {...icon} /> },
  'sent whole': { tone: 'key', glyph: <IconSend {...icon} /> },
  processing: { tone: '', glyph: <IconClock {...icon} /> },
  'in drafts inbox': { tone: 'ok', glyph: <IconCheck {...icon} /> },
  posted: { tone: 'ok', glyph: <IconCheck {...icon} /> },
  live: { tone: 'ok', glyph: <IconCheck {...icon} /> },
}
const trouble: Look = { tone: 'warn', glyph: <IconAlertTriangle {...icon} /> }
const lookOf = (key: string): Look => looks[key] ?? (/refused|unanswered|retried|failed|not sure|no longer|stopped/.test(key) ? trouble : { tone: '', glyph: <IconPoint {...icon} /> })

/** Everything one try did, in order, to the second; newest last. */
export function Ledger({ attempt, of, waitingFor }: { attempt: Attempt; of: number; waitingFor: string | null }) {
  return (
    <section className="stack g3" aria-label={`Attempt ${attempt.n}`}>
      <h2 className="row wrap">Ledger <span className="chip line">Attempt {attempt.n} of {of}</span><span className="meta faint push" style={{ fontWeight: 400 }}>Everything that was done, in order</span></h2>
      <ol className="ledger">
        {attempt.events.map((event, i) => {
          const look = lookOf(event.key)
          return <li key={i} className={look.tone}><time dateTime={event.at}>{secondTime(event.at)}</time><span className="dot">{look.glyph}</span><div><p>{event.sentence}</p>{event.key === 'init' && attempt.publishId && <p className="meta mono faint">{attempt.publishId}</p>}</div></li>
        })}
        {waitingFor && <li className="wait"><time>now</time><span className="dot"><IconClock {...icon} /></span><p>{waitingFor}</p></li>}
      </ol>
    </section>
  )
}
