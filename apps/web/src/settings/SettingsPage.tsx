import './settings.css'
import { IconApi, IconBell, IconFolders, IconHistory, IconKey, IconMoon, IconUserCircle, IconUsers } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { lazy, Suspense, type ComponentType } from 'react'
import { meQuery } from '../api/queries.ts'
import { NotFound } from '../kit/NotFound.tsx'
import { Bones, Say } from '../kit/words.tsx'

const icon = { size: 16, stroke: 1.75, 'aria-hidden': true } as const
type Section = { id: string; name: string; glyph: React.ReactNode; managers: boolean; page: ComponentType }
const sections: Section[] = [
  { id: 'people', name: 'Team', glyph: <IconUsers {...icon} />, managers: true, page: lazy(() => import('./People.tsx').then(m => ({ default: m.People }))) },
  { id: 'groups', name: 'Groups', glyph: <IconFolders {...icon} />, managers: true, page: lazy(() => import('./Groups.tsx').then(m => ({ default: m.Groups }))) },
  { id: 'apps', name: 'Apps at TikTok', glyph: <IconKey {...icon} />, managers: true, page: lazy(() => import('./Apps.tsx').then(m => ({ default: m.Apps }))) },
  { id: 'tokens', name: 'API tokens', glyph: <IconApi {...icon} />, managers: false, page: lazy(() => import('./Tokens.tsx').then(m => ({ default: m.Tokens }))) },
  { id: 'notices', name: 'Notices', glyph: <IconBell {...icon} />, managers: true, page: lazy(() => import('./Notices.tsx').then(m => ({ default: m.Notices }))) },
  { id: 'audit', name: 'Audit log', glyph: <IconHistory {...icon} />, managers: true, page: lazy(() => import('./Audit.tsx').then(m => ({ default: m.Audit }))) },
  { id: 'me', name: 'My sign-in', glyph: <IconUserCircle {...icon} />, managers: false, page: lazy(() => import('./MySignIn.tsx').then(m => ({ default: m.MySignIn }))) },
  { id: 'look', name: 'Appearance', glyph: <IconMoon {...icon} />, managers: false, page: lazy(() => import('./Appearance.tsx').then(m => ({ default: m.Appearance }))) },
]

export function SettingsPage() {
  const { section } = useParams({ from: '/inside/settings/$section' })
  const role = useQuery(meQuery).data?.viewer.role
  const at = sections.find(s => s.id === section)
  const manager = role === 'owner' || role === 'admin'
  const shown = sections.filter(s => manager || !s.managers)
  const Page = at?.page
  return (
    <div className="page">
      <div className="top"><h1>Settings</h1></div>
      <div className="body"><div className="set">
        <nav aria-label="Settings">{shown.map(s => <Link key={s.id} to="/settings/$section" params={{ section: s.id }} className={`nav${s.id === section ? ' at' : ''}`}>{s.glyph}{s.name}</Link>)}</nav>
        <Suspense fallback={<Bones rows={4} />}>{!at || !Page ? <NotFound /> : at.managers && !manager ? <div className="sect"><Say>{at.name} belongs to owners and admins. Ask one of them; your own sign-in, tokens and the look of the desk are yours.</Say></div> : <Page />}</Suspense>
      </div></div>
    </div>
  )
}
