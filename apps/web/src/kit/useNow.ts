import { useEffect, useState } from 'react'
import { now } from './clock.ts'

/** The server's time, told anew every `everyMs` of this page's time (a fast clock is asked more often, never faster than once a second). */
export function useNow(everyMs = 60_000): number {
  const [at, setAt] = useState(now)
  useEffect(() => {
    const timer = setInterval(() => setAt(now()), Math.max(1_000, everyMs))
    return () => clearInterval(timer)
  }, [everyMs])
  return Math.max(at, 0)
}
