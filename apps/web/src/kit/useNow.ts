import { useEffect, useState } from 'react'
import { now, pace } from './clock.ts'

/** The server's time, told anew every `everyMs` of its own time: a demo's clock that runs fast is looked at more often, never more than once a second. */
export function useNow(everyMs = 60_000): number {
  const [at, setAt] = useState(now)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>
    const tick = () => { setAt(now()); timer = setTimeout(tick, Math.min(Math.max(1_000, everyMs / Math.max(pace(), 0.1)), 60_000)) }
    timer = setTimeout(tick, 1_000)
    return () => clearTimeout(timer)
  }, [everyMs])
  return at
}
