import { Menu } from '@mantine/core'
import { IconChevronDown, IconSearch, IconSortAscending } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useEffectEvent, useMemo, useRef } from 'react'
import { conversationsQuery } from '../api/queries.ts'
import type { Conversation, Folder, Sort } from '../api/types.ts'
import { useChoice } from '../frame/choice.ts'
import { openCommands } from '../frame/openers.ts'
import { Switcher } from '../frame/Switcher.tsx'
import { Act, Go, IconAct } from '../kit/Act.tsx'
import { Door } from '../kit/Door.tsx'
import { keyName } from '../kit/keys.ts'
import { Bones, Empty, Failed } from '../kit/words.tsx'
import { Ghosts } from './Ghosts.tsx'
import { Row } from './Row.tsx'

const ROW_PX = 82
const folders: Record<Folder, string> = { open: 'Open', requests: 'Requests', closed: 'Closed' }
const sorts: Record<Sort, string> = { recent: 'Newest first', closes: 'Closes soonest' }
const icon = { size: 16, stroke: 1.75, 'aria-hidden': true } as const

export function useList() {
  const { folder = 'open', sort = 'recent' } = useSearch({ from: '/inside/inbox' })
  const { accountId } = useChoice()
  const filter = useMemo(() => ({ account: accountId, folder, sort }), [accountId, folder, sort])
  const list = useInfiniteQuery(conversationsQuery(filter))
  const items = useMemo(() => list.data?.pages.flatMap(page => page.items) ?? [], [list.data])
  return { ...filter, list, items }
}

export function List({ chosen }: { chosen: number | null }) {
  const { folder, sort, list, items } = useList()
  const { accounts, accountId } = useChoice()
  const navigate = useNavigate()
  const pane = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({ count: items.length, getScrollElement: () => pane.current, estimateSize: () => ROW_PX, overscan: 6, getItemKey: i => items[i]?.id ?? i })
  const shown = rows.getVirtualItems()
  const lastShown = shown.at(-1)?.index ?? 0
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list
  useEffect(() => { if (hasNextPage && !isFetchingNextPage && lastShown >= items.length - 10) void fetchNextPage() }, [lastShown, items.length, hasNextPage, isFetchingNextPage, fetchNextPage])
  const byId = useMemo(() => new Map(accounts.map(a => [a.id, a])), [accounts])
  const reveal = useEffectEvent((id: number | null) => { const at = items.findIndex(c => c.id === id); if (at >= 0) rows.scrollToIndex(at, { align: 'auto' }) })
  useEffect(() => reveal(chosen), [chosen])

  return (
    <section className="listbox" aria-label={`Conversations: ${folders[folder]}`}>
      <div className="head"><span className="only-phone"><Switcher round /></span><h1>{folders[folder]}</h1><span className="faint num">{items.length > 0 ? `${items.length}${hasNextPage ? '+' : ''}` : ''}</span><Act kind="quiet" size="s" className="push only-desk" onClick={openCommands} icon={<IconSearch {...icon} />}><span className="vh">Search and commands</span><kbd>{keyName('⌘K')}</kbd></Act><span className="only-phone push"><IconAct name="Search and commands" icon={<IconSearch {...icon} size={20} />} onClick={openCommands} /></span></div>
      <div className="tools">
        <Menu position="bottom-start">
          <Menu.Target><button type="button" className="btn s quiet"><IconSortAscending {...icon} />{sorts[sort]}<IconChevronDown {...icon} size={14} /></button></Menu.Target>
          <Menu.Dropdown>{(Object.keys(sorts) as Sort[]).map(one => <Menu.Item key={one} aria-current={one === sort || undefined} onClick={() => void navigate({ to: '.', search: had => ({ ...had, sort: one === 'recent' ? undefined : one }) })}>{sorts[one]}</Menu.Item>)}</Menu.Dropdown>
        </Menu>
        <Menu position="bottom-end">
          <Menu.Target><button type="button" className="btn s quiet push">{folders[folder]}<IconChevronDown {...icon} size={14} /></button></Menu.Target>
          <Menu.Dropdown>{(Object.keys(folders) as Folder[]).map(one => <Menu.Item key={one} aria-current={one === folder || undefined} onClick={() => void navigate({ to: '/inbox', search: had => ({ ...had, folder: one === 'open' ? undefined : one }) })}>{folders[one]}</Menu.Item>)}</Menu.Dropdown>
        </Menu>
      </div>
      {folder === 'open' && <Ghosts accountId={accountId} />}
      <div className="convs" ref={pane}>
        {list.isPending && <Bones rows={6} />}
        {list.error && items.length === 0 && <div style={{ padding: 16 }}><Failed of="The list could not be read." error={list.error} again={() => void list.refetch()} /></div>}
        {list.isSuccess && items.length === 0 && <Nothing folder={folder} handle={accountId === null ? null : byId.get(accountId)?.handle ?? null} none={accounts.length === 0} />}
        <ul style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {shown.map(row => {
            const conversation: Conversation | undefined = items[row.index]
            return conversation && <li key={row.key} style={{ position: 'absolute', insetInline: 0, height: ROW_PX, transform: `translateY(${row.start}px)` }}><Row conversation={conversation} account={accountId === null ? byId.get(conversation.accountId) : undefined} at={conversation.id === chosen} /></li>
          })}
        </ul>
      </div>
    </section>
  )
}

function Nothing({ folder, handle, none }: { folder: Folder; handle: string | null; none: boolean }) {
  if (none) return <Empty icon={<Door size={34} lit={false} />} title="No account is connected" acts={<Go to="/accounts" search={{ connect: true }} kind="go">Connect TikTok</Go>}>Messages arrive here by themselves once an account has given its permission.</Empty>
  if (folder === 'requests') return <Empty title="No requests">People who write for the first time wait here. Answering accepts them.</Empty>
  if (folder === 'closed') return <Empty title="Nothing is closed">Conversations that are done lie here. They come back when the customer writes.</Empty>
  return <Empty icon={<Door size={34} />} title="Everyone is answered" acts={<Go to="/inbox" search={{ folder: 'closed' }}>See closed</Go>}>New messages {handle ? `to @${handle} ` : ''}appear here by themselves.</Empty>
}
