import { IconArrowDown } from '@tabler/icons-react'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { messagesQuery } from '../api/queries.ts'
import type { Message } from '../api/types.ts'
import { Act } from '../kit/Act.tsx'
import { now } from '../kit/clock.ts'
import { dayName, sameDay } from '../kit/times.ts'
import { Bones, Failed } from '../kit/words.tsx'
import { Bubble, PendingBubble } from './Bubble.tsx'
import { usePending } from './outbox.ts'

const SHOWN = 80 // older ones join the page when somebody scrolls to them
const NEAR_BOTTOM_PX = 60
const GROUP_MS = 5 * 60_000
/** What comes sooner than this after the one before appears without sliding in: fifty a second would be a page that never rests. */
const CALM_MS = 500

/** The talk. It hangs from its bottom edge: new messages appear in sight, older ones join above without moving anything. */
export function Log({ conversationId }: { conversationId: number }) {
  const log = useInfiniteQuery(messagesQuery(conversationId))
  const pending = usePending().filter(p => p.conversationId === conversationId)
  const client = useQueryClient()
  const all = useMemo(() => (log.data?.pages.flatMap(page => page.items) ?? []).toReversed(), [log.data])
  const [most, setMost] = useState(SHOWN)
  const [away, setAway] = useState(false)
  const pane = useRef<HTMLDivElement>(null)
  const top = useRef<HTMLLIElement>(null)
  const shown = all.slice(Math.max(0, all.length - most))
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = log
  const hidden = all.length > most

  useEffect(() => {
    const mark = top.current
    if (!mark) return
    const watch = new IntersectionObserver(([seen]) => {
      if (!seen?.isIntersecting) return
      if (hidden) setMost(n => n + SHOWN)
      else if (hasNextPage && !isFetchingNextPage) { setMost(n => n + SHOWN); void fetchNextPage() }
    }, { root: pane.current, rootMargin: '400px 0px 0px' })
    watch.observe(mark)
    return () => watch.disconnect()
  }, [hidden, hasNextPage, isFetchingNextPage, fetchNextPage])

  const known = new Set(all.map(m => m.clientKey))
  const waiting = pending.filter(p => !known.has(p.key))
  const newest = all.at(-1)?.id ?? 0
  return (
    <div style={{ position: 'relative', flex: 1, display: 'flex', minHeight: 0 }}>
      <div className="talk" ref={pane} tabIndex={0} role="log" aria-label="Messages" aria-relevant="additions" onScroll={event => setAway(event.currentTarget.scrollTop < -NEAR_BOTTOM_PX)}>
        <ol>
          <li ref={top} className="older">{isFetchingNextPage ? 'Reading older messages' : !hasNextPage && !hidden && all.length > 0 ? 'The talk begins here' : ''}</li>
          {log.isPending && <li><Bones rows={4} /></li>}
          {log.error && all.length === 0 && <li><Failed of="The messages could not be read." error={log.error} again={() => void log.refetch()} /></li>}
          {log.isSuccess && all.length === 0 && waiting.length === 0 && <li className="older">No messages yet</li>}
          {shown.map((m, i) => <Line key={m.clientKey ?? m.id} message={m} before={shown[i - 1]} after={shown[i + 1]} fresh={m.id === newest && calm(shown[i - 1], m)} />)}
          {waiting.map(p => <PendingBubble key={p.key} pending={p} client={client} />)}
        </ol>
      </div>
      {away && <Act size="s" className="below" icon={<IconArrowDown size={14} stroke={1.75} aria-hidden="true" />} onClick={() => pane.current?.scrollTo({ top: 0, behavior: 'smooth' })}>To the newest</Act>}
    </div>
  )
}

const calm = (before: Message | undefined, m: Message) => !before || Date.parse(m.sentAt) - Date.parse(before.sentAt) > CALM_MS

function Line({ message: m, before, after, fresh }: { message: Message; before: Message | undefined; after: Message | undefined; fresh: boolean }) {
  const newDay = !before || !sameDay(before.sentAt, m.sentAt)
  const together = after !== undefined && after.direction === m.direction && after.author?.id === m.author?.id && after.origin === m.origin && after.state === m.state && Date.parse(after.sentAt) - Date.parse(m.sentAt) < GROUP_MS && sameDay(m.sentAt, after.sentAt)
  return <>{newDay && <li className="day">{dayName(Date.parse(m.sentAt), now())}</li>}<Bubble message={m} last={!together} fresh={fresh} /></>
}
