import { IconPlugConnectedX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { Act } from '../kit/Act.tsx'
import { clockTime } from '../kit/times.ts'
import { useLiveState, type Live } from '../live/live.ts'

const PATIENCE_MS = 2_500 // a hiccup is not worth a banner

/** A line under the frame's header, never a dialog: since when there is no connection, and when it is tried again. */
export function Offline({ live }: { live: Live }) {
  const line = useLiveState(live)
  const away = line !== null && line.state === 'connecting'
  const [shownSince, setShownSince] = useState<number | null>(null)
  const since = line?.since ?? null
  const shown = away && shownSince === since
  const [wall, setWall] = useState(Date.now)
  useEffect(() => {
    if (!away) return undefined
    const late = setTimeout(() => setShownSince(since), PATIENCE_MS)
    const tick = setInterval(() => setWall(Date.now()), 1_000)
    return () => { clearTimeout(late); clearInterval(tick) }
  }, [away, since])
  if (!shown || !line) return null
  const seconds = line.retryAt ? Math.max(0, Math.ceil((line.retryAt - wall) / 1_000)) : 0
  return (
    <div className="nolink" role="status">
      <IconPlugConnectedX size={16} stroke={1.75} aria-hidden="true" />
      <b className="medium">No connection since {clockTime(line.since)}.</b>
      <span aria-live="off">What you write is kept; {seconds > 0 ? `we try again in ${seconds} s` : 'we are trying again'}.</span>
      <Act size="s" className="push" onClick={() => live.tryNow()}>Now</Act>
    </div>
  )
}
