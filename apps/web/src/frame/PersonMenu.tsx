import { Menu, useMantineColorScheme } from '@mantine/core'
import { IconCommand, IconDeviceLaptop, IconKeyboard, IconLogout, IconMoon, IconSun, IconUserCircle } from '@tabler/icons-react'
import { useNavigate, useRouteContext } from '@tanstack/react-router'
import type { Me } from '../api/types.ts'
import { signOut } from '../identity/auth.ts'
import { Avatar } from '../kit/Avatar.tsx'
import { useLiveState } from '../live/live.ts'
import { openCommands, openKeys } from './openers.ts'

const icon = { size: 16, stroke: 1.75, 'aria-hidden': true } as const

export function PersonMenu({ me }: { me: Me }) {
  const { live } = useRouteContext({ from: '__root__' })
  const line = useLiveState(live)
  return (
    <Menu position="top-start" width={220}>
      <Menu.Target>
        <button type="button" className="me">
          <Avatar size="s" name={me.viewer.name} /><span className="name cut medium">{me.viewer.name}</span><span className="name meta faint push" style={{ minWidth: 52, textAlign: 'right' }}>{line?.state === 'open' ? 'Online' : 'Offline'}</span><span className="vh">: theme, keys, sign out</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown><PersonItems /></Menu.Dropdown>
    </Menu>
  )
}

export function PersonItems() {
  const { live, queryClient } = useRouteContext({ from: '__root__' })
  const navigate = useNavigate()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const themes = [['light', 'Light', IconSun], ['dark', 'Dark', IconMoon], ['auto', 'As the system', IconDeviceLaptop]] as const
  return <>
    <Menu.Label>Theme</Menu.Label>
    {themes.map(([value, words, Glyph]) => <Menu.Item key={value} leftSection={<Glyph {...icon} />} onClick={() => setColorScheme(value)} rightSection={colorScheme === value ? <span className="meta dim">on</span> : null}>{words}</Menu.Item>)}
    <Menu.Divider />
    <Menu.Item leftSection={<IconUserCircle {...icon} />} onClick={() => void navigate({ to: '/settings/$section', params: { section: 'me' } })}>My sign-in</Menu.Item>
    <Menu.Item leftSection={<IconCommand {...icon} />} onClick={openCommands}>Commands</Menu.Item>
    <Menu.Item leftSection={<IconKeyboard {...icon} />} onClick={openKeys}>All keys</Menu.Item>
    <Menu.Divider />
    <Menu.Item leftSection={<IconLogout {...icon} />} onClick={() => void signOut().finally(() => { live.stop(); queryClient.clear(); void navigate({ to: '/sign-in' }) })}>Sign out</Menu.Item>
  </>
}
