import '@mantine/spotlight/styles.layer.css'
import { useMantineColorScheme } from '@mantine/core'
import { createSpotlight, Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight'
import { IconCalendarEvent, IconIdBadge2, IconInbox, IconKeyboard, IconMoon, IconPlus, IconSearch, IconSettings, IconStack2, IconUserQuestion } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { Conversation } from '../api/types.ts'
import { abilityOf } from '../accounts/ability.ts'
import { Avatar } from '../kit/Avatar.tsx'
import { keyName } from '../kit/keys.ts'
import type { Pages } from '../live/patch.ts'
import { useChoice } from './choice.ts'
import { openKeys } from './openers.ts'

const [store, commands] = createSpotlight()
const icon = { size: 16, stroke: 1.75, 'aria-hidden': true } as const
const keys = (...names: string[]) => <span className="kbd-row">{names.map(name => <kbd key={name}>{keyName(name)}</kbd>)}</span>

/** ⌘K: everywhere one can go, everyone this browser has in its list, each command with its key beside it. */
export function CommandBar() {
  const navigate = useNavigate()
  const client = useQueryClient()
  const { accounts, choose } = useChoice()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const [people] = useState(() => {
    const read = client.getQueriesData<Pages<Conversation>>({ queryKey: ['conversations'] }).flatMap(([, data]) => data?.pages.flatMap(page => page.items) ?? [])
    return [...new Map(read.map(c => [c.id, c])).values()].slice(0, 500)
  })
  useEffect(() => commands.open(), [])
  const go = (label: string, to: string, glyph: React.ReactNode, key: React.ReactNode): SpotlightActionData => ({ id: to, label, leftSection: glyph, rightSection: key, onClick: () => void navigate({ to }) })
  const groups: SpotlightActionGroupData[] = [
    { group: 'Go to', actions: [go('Inbox', '/inbox', <IconInbox {...icon} />, keys('G', 'I')), { id: 'requests', label: 'Message requests', leftSection: <IconUserQuestion {...icon} />, onClick: () => void navigate({ to: '/inbox', search: { folder: 'requests' } }) }, go('Posts', '/posts', <IconCalendarEvent {...icon} />, keys('G', 'P')), go('Accounts', '/accounts', <IconIdBadge2 {...icon} />, keys('G', 'A')), go('Settings', '/settings/people', <IconSettings {...icon} />, keys('G', 'S'))] },
    { group: 'Do', actions: [go('New post', '/posts/new', <IconPlus {...icon} />, keys('C')), { id: 'theme', label: 'Change the theme', leftSection: <IconMoon {...icon} />, rightSection: keys('⌘.'), onClick: () => setColorScheme(colorScheme === 'dark' ? 'light' : 'dark') }, { id: 'keys', label: 'All keys', leftSection: <IconKeyboard {...icon} />, rightSection: keys('?'), onClick: openKeys }] },
    { group: 'Accounts', actions: [{ id: 'all', label: 'All accounts', leftSection: <IconStack2 {...icon} />, rightSection: keys('⌘0'), onClick: () => choose(null) }, ...accounts.map((a, i) => ({ id: `a${a.id}`, label: a.displayName, keywords: a.handle, description: `@${a.handle} · ${abilityOf(a).sentence}`, leftSection: <Avatar account size="s" name={a.displayName} src={a.avatarUrl} />, rightSection: i < 9 ? keys(`⌘${i + 1}`) : null, onClick: () => choose(a.id) }))] },
    { group: 'Conversations', actions: people.map(c => ({ id: `c${c.id}`, label: c.contact.displayName || c.contact.handle, description: `@${c.contact.handle}`, keywords: c.contact.handle, leftSection: <Avatar size="s" name={c.contact.displayName || c.contact.handle} />, onClick: () => void navigate({ to: '/inbox/$id', params: { id: c.id } }) })) },
  ]
  return <Spotlight store={store} shortcut={null} actions={groups.filter(group => group.actions.length > 0)} limit={12} highlightQuery overlayProps={{ blur: 0 }} scrollable maxHeight={420} nothingFound="Nothing by that name" searchProps={{ placeholder: 'A person, an account, a page', 'aria-label': 'Search commands', leftSection: <IconSearch size={20} stroke={1.75} aria-hidden="true" /> }} />
}
