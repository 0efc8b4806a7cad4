import { Menu } from '@mantine/core'
import { IconCalendarEvent, IconDots, IconIdBadge2, IconInbox, IconSettings } from '@tabler/icons-react'
import { Link, useNavigate, useRouterState } from '@tanstack/react-router'
import type { Me } from '../api/types.ts'
import { useChoice } from './choice.ts'
import { PersonItems } from './PersonMenu.tsx'

const icon = { size: 22, stroke: 1.75, 'aria-hidden': true } as const

export function TabBar({ me }: { me: Me }) {
  const path = useRouterState({ select: state => state.location.pathname })
  const { accountId, accounts } = useChoice()
  const navigate = useNavigate()
  const unread = accounts.filter(a => accountId === null || a.id === accountId).reduce((sum, a) => sum + a.unread, 0)
  const at = (start: string) => (path.startsWith(start) ? 'at' : 'off')
  return (
    <nav className="tabbar" aria-label="Main">
      <Link to="/inbox" className={at('/inbox')}><IconInbox {...icon} />Inbox{unread > 0 && <span className="count acc">{unread > 99 ? '99+' : unread}</span>}</Link>
      <Link to="/posts" className={at('/posts')}><IconCalendarEvent {...icon} />Publishing</Link>
      <Link to="/accounts" className={at('/accounts')}><IconIdBadge2 {...icon} />Accounts</Link>
      <Menu position="top-end" width={260}>
        <Menu.Target><button type="button" className={at('/settings')}><IconDots {...icon} />More</button></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconSettings size={16} stroke={1.75} aria-hidden="true" />} onClick={() => void navigate({ to: '/settings/$section', params: { section: 'people' } })}>Settings</Menu.Item>
          {me.mode === 'demo' && me.emulatorUrl && <Menu.Item component="a" href={me.emulatorUrl} target="_blank" rel="noreferrer">Demo mode: open the emulator</Menu.Item>}
          <Menu.Divider />
          <PersonItems />
        </Menu.Dropdown>
      </Menu>
    </nav>
  )
}
