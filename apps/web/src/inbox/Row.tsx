import { IconAlertCircle, IconHelpCircle } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import type { Account, Conversation } from '../api/types.ts'
import { Avatar } from '../kit/Avatar.tsx'
import { now } from '../kit/clock.ts'
import { shortTime } from '../kit/times.ts'
import { kinds, lineOf } from './kinds.tsx'
import { Ring } from './Ring.tsx'

type Props = { conversation: Conversation; account: Account | undefined; at: boolean }

/** One conversation in the list. Drawn anew only when it, its account or its being chosen changed. */
export const Row = memo(function Row({ conversation: c, account, at }: Props) {
  const name = c.contact.displayName || `@${c.contact.handle}`
  return (
    <Link to="/inbox/$id" params={{ id: c.id }} className={`conv${at ? ' at' : ''}${c.unread > 0 ? ' new' : ''}`} aria-current={at ? 'true' : undefined} data-conversation={c.id}>
      <Avatar size="m" name={name} src={c.contact.avatarUrl}>{account && <Avatar account size="xs" name={account.displayName} src={account.avatarUrl} />}</Avatar>
      <span className="mid">
        <span className="row"><span className="who cut" dir="auto">{name}</span>{c.kind === 'request' && <span className="chip line">Request</span>}{c.lastMessageAt && <time className="meta faint push" dateTime={c.lastMessageAt}>{shortTime(c.lastMessageAt, now())}</time>}</span>
        <span className="snip cut" dir="auto"><Snippet of={c} /></span>
        <span className="row tags">{account && <span className="meta faint cut">@{account.handle}</span>}{c.unread > 0 && <span className="count acc push"><span className="vh">Unread: </span>{c.unread}</span>}</span>
      </span>
      <span className="clock"><Ring window={c.window} /></span>
    </Link>
  )
})

function Snippet({ of: c }: { of: Conversation }) {
  if (!c.last) return <span className="faint">No messages yet</span>
  const line = lineOf(c.last)
  const glyph = c.last.kind !== 'text' && c.last.kind !== 'unknown' ? kinds[c.last.kind].glyph : null
  const bad = { size: 14, stroke: 1.75, 'aria-hidden': true } as const
  if (c.last.state === 'refused') return <span className="row g1"><span className="st bad"><IconAlertCircle {...bad} />Not sent:</span><span className="cut">{line}</span></span>
  if (c.last.state === 'not sure') return <span className="row g1"><span className="st warn"><IconHelpCircle {...bad} />Not sure:</span><span className="cut">{line}</span></span>
  return <>{c.last.direction === 'out' && <span className="faint">You: </span>}{glyph && <span className="glyph">{glyph}</span>}{line}</>
}
