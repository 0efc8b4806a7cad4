import './frame.css'
import { useMantineColorScheme } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Outlet, useNavigate, useRouteContext, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { meQuery } from '../api/queries.ts'
import { now, pace, setClock } from '../kit/clock.ts'
import { useKeys } from '../kit/keys.ts'
import { flushOutbox } from '../inbox/outbox.ts'
import { useChoice } from './choice.ts'
import { openAccounts, openCommands, openKeys } from './openers.ts'
import { Offline } from './Offline.tsx'
import { Demo, Side } from './Side.tsx'
import { TabBar } from './TabBar.tsx'

const CommandBar = lazy(() => import('./CommandBar.tsx').then(m => ({ default: m.CommandBar })))
const KeySheet = lazy(() => import('./KeySheet.tsx').then(m => ({ default: m.KeySheet })))
const CLOCK_MS = 60_000
const SKEW_MS = 10_000

/** What stands around every page of somebody who is signed in. */
export function Frame() {
  const { live, queryClient } = useRouteContext({ from: '__root__' })
  const me = useQuery({ ...meQuery, refetchInterval: CLOCK_MS }).data
  const navigate = useNavigate()
  const path = useRouterState({ select: state => state.location.pathname })
  const { accounts, choose } = useChoice()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const [bar, setBar] = useState(0)
  const [sheet, setSheet] = useState(false)
  const person = me?.viewer.id

  useEffect(() => { if (me) setClock(me.serverTime, me.pace) }, [me])
  // The clock of a demo can be moved: an event that is not of our time says so before the next look.
  useEffect(() => live.onEvents(events => {
    const last = events.at(-1)
    if (last && Math.abs(Date.parse(last.at) - now()) > SKEW_MS * Math.max(1, pace())) void queryClient.invalidateQueries({ queryKey: ['me'] })
  }), [live, queryClient])
  useEffect(() => {
    if (!person) return undefined
    live.start(person)
    return flushOutbox(queryClient, live)
  }, [live, person, queryClient])
  useEffect(() => {
    const commands = () => setBar(n => n + 1)
    const keys = () => setSheet(true)
    addEventListener('stagedoor:commands', commands)
    addEventListener('stagedoor:keys', keys)
    return () => { removeEventListener('stagedoor:commands', commands); removeEventListener('stagedoor:keys', keys) }
  }, [])

  const digits = Object.fromEntries(Array.from({ length: 10 }, (_, n): [string, () => void][] => {
    const pick = () => { const account = accounts[n - 1]; if (n === 0) choose(null); else if (account) choose(account.id) }
    return [[`mod+${n}`, pick], [`g ${n}`, pick]]
  }).flat())
  useKeys({
    'mod+k': openCommands, '?': openKeys, '/': openCommands, 'mod+.': () => setColorScheme(colorScheme === 'dark' ? 'light' : 'dark'),
    'g i': () => void navigate({ to: '/inbox' }), 'g p': () => void navigate({ to: '/posts' }), 'g a': () => void navigate({ to: '/accounts' }),
    'g s': () => void navigate({ to: '/settings/$section', params: { section: 'people' } }), 'g g': openAccounts, c: () => void navigate({ to: '/posts/new' }), ...digits,
  })

  if (!me) return null
  const alone = /^\/inbox\/\d+|^\/posts\/new/.test(path) // on a phone these have the whole screen
  return (
    <div className={alone ? 'frame alone' : 'frame'}>
      <a className="skip" href="#main">To the page</a>
      <Side me={me} />
      <div className="main">
        {me.mode === 'demo' && <div className="demo-strip"><Demo url={me.emulatorUrl} /></div>}
        <Offline live={live} />
        <main id="main" tabIndex={-1}><Outlet /></main>
      </div>
      <TabBar me={me} />
      <Suspense>{bar > 0 && <CommandBar key={bar} />}{sheet && <KeySheet opened onClose={() => setSheet(false)} />}</Suspense>
    </div>
  )
}
