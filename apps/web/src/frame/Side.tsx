import { IconCalendarEvent, IconIdBadge2, IconInbox, IconMasksTheater, IconSettings } from '@tabler/icons-react'
import { Link, useRouterState, useSearch } from '@tanstack/react-router'
import type { Me } from '../api/types.ts'
import { Wordmark } from '../kit/Door.tsx'
import { useChoice } from './choice.ts'
import { PersonMenu } from './PersonMenu.tsx'
import { Switcher } from './Switcher.tsx'

const icon = { size: 16, stroke: 1.75, 'aria-hidden': true } as const

export function Side({ me }: { me: Me }) {
  const path = useRouterState({ select: state => state.location.pathname })
  const { accountId, accounts } = useChoice()
  const { folder = 'open' } = useSearch({ strict: false })
  const unread = accounts.filter(a => accountId === null || a.id === accountId).reduce((sum, a) => sum + a.unread, 0)
  const needs = accounts.filter(a => a.grants.some(grant => grant.state === 'reconnect')).length
  const at = (start: string) => (path.startsWith(start) ? ' at' : '')
  const inbox = path.startsWith('/inbox')
  const publishing = path.startsWith('/posts')
  return (
    <nav className="side" aria-label="Main">
      <Link to="/inbox" className="mark" aria-label="Stagedoor, to the inbox"><Wordmark words={false} /><span className="name" aria-hidden="true">Stagedoor</span></Link>
      <Switcher />
      <Link to="/inbox" className={`nav${inbox ? ' rail-at' : ''}`} title="Inbox"><IconInbox {...icon} /><span className="name">Inbox</span>{unread > 0 && <Count n={unread} />}</Link>
      {inbox && (['open', 'requests', 'closed'] as const).map(name => (
        <Link key={name} to="/inbox" search={had => ({ ...had, folder: name === 'open' ? undefined : name })} className={`nav sub${name === folder ? ' at' : ''}`} aria-current={name === folder ? 'page' : undefined}>{folderNames[name]}</Link>
      ))}
      <Link to="/posts" className={`nav${publishing ? ' rail-at' : ''}`} title="Publishing"><IconCalendarEvent {...icon} /><span className="name">Publishing</span></Link>
      {publishing && <>
        <Link to="/posts" className={`nav sub${path === '/posts/new' ? '' : ' at'}`}>Posts</Link>
        <Link to="/posts/new" className={`nav sub${path === '/posts/new' ? ' at' : ''}`}>New post</Link>
      </>}
      <Link to="/accounts" className={`nav${at('/accounts')}${at('/connect')}`} title="Accounts"><IconIdBadge2 {...icon} /><span className="name">Accounts</span>{needs > 0 && <Count n={needs} />}</Link>
      <Link to="/settings/$section" params={{ section: 'people' }} className={`nav${at('/settings')}`} title="Settings"><IconSettings {...icon} /><span className="name">Settings</span></Link>
      <div className="foot">
        {me.mode === 'demo' && <Demo url={me.emulatorUrl} />}
        <PersonMenu me={me} />
      </div>
    </nav>
  )
}

const Count = ({ n }: { n: number }) => <span className="count">{n > 999 ? '999+' : n}</span>
const folderNames = { open: 'Open', requests: 'Requests', closed: 'Closed' }

/** On every page of a demo, so that nobody mistakes the rehearsal for the show. */
export function Demo({ url }: { url: string | null }) {
  return (
    <div className="demo">
      <IconMasksTheater {...icon} />
      <span><b>Demo mode.</b> TikTok is the emulator. {url && <a href={url} target="_blank" rel="noreferrer">Open it</a>} <Link className="link only-desk" to="/settings/$section" params={{ section: 'apps' }}>Set up the real one</Link></span>
    </div>
  )
}
