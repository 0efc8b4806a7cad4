import { Select, TextInput } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { ask } from '../api/client.ts'
import type { AuditLine } from '../api/house-types.ts'
import { accountsQuery } from '../api/queries.ts'
import type { Page } from '../api/types.ts'
import { Act } from '../kit/Act.tsx'
import { now } from '../kit/clock.ts'
import { dayAndTime } from '../kit/times.ts'
import { Bones, Empty, Failed } from '../kit/words.tsx'

type Filter = { actor: string; actorKind: string | null; type: string; account: string | null }
const kinds = [{ value: 'person', label: 'People' }, { value: 'token', label: 'Tokens' }, { value: 'rule', label: 'Rules' }, { value: 'tiktok', label: 'TikTok' }, { value: 'system', label: 'Stagedoor' }]
const queryOf = (f: Filter) => new URLSearchParams(Object.entries(f).filter((e): e is [string, string] => Boolean(e[1]))).toString()

/** Who did what, newest first. */
export function Audit() {
  const accounts = useQuery(accountsQuery).data ?? []
  const [filter, setFilter] = useState<Filter>({ actor: '', actorKind: null, type: '', account: null })
  const asked = useDeferredValue(queryOf(filter))
  const lines = useInfiniteQuery({ queryKey: ['audit', asked], queryFn: ({ pageParam, signal }) => ask<Page<AuditLine>>(`/audit?limit=50&${asked}${pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : ''}`, { signal }), initialPageParam: null as string | null, getNextPageParam: last => last.next })
  const items = lines.data?.pages.flatMap(page => page.items) ?? []
  return (
    <section className="sect" aria-label="Audit log">
      <header><h2>Audit log</h2><span className="meta faint">Every act, with who did it</span><a className="btn push" href={`/api/v1/audit.csv${asked ? `?${asked}` : ''}`} download><IconDownload size={16} stroke={1.75} aria-hidden="true" />CSV</a></header>
      <div className="inline-form">
        <Select label="By" placeholder="Everybody" clearable allowDeselect value={filter.actorKind} onChange={actorKind => setFilter({ ...filter, actorKind })} data={kinds} />
        <TextInput label="Name" value={filter.actor} onChange={event => setFilter({ ...filter, actor: event.currentTarget.value })} />
        <TextInput label="Act" placeholder="person.*" value={filter.type} onChange={event => setFilter({ ...filter, type: event.currentTarget.value })} />
        <Select label="Account" placeholder="All" clearable allowDeselect value={filter.account} onChange={account => setFilter({ ...filter, account })} data={accounts.map(a => ({ value: String(a.id), label: a.displayName }))} />
      </div>
      {lines.isPending && <Bones rows={5} />}
      {lines.error && <Failed of="The log could not be read." error={lines.error} again={() => void lines.refetch()} />}
      {lines.isSuccess && items.length === 0 && <div className="card"><Empty title="Nothing by that filter">Loosen it; the log keeps everything.</Empty></div>}
      {items.length > 0 && <div className="card"><ul className="lines">{items.map(line => (
        <li key={line.id}><time className="meta faint num" style={{ minWidth: 96 }} dateTime={line.at}>{dayAndTime(line.at, now())}</time><span className="medium">{line.actor.name}</span><code className="grow">{line.type}</code><span className="meta faint">{line.accountId ? accounts.find(a => a.id === line.accountId)?.displayName : ''} <span className="mono">{line.subject}</span></span></li>
      ))}</ul></div>}
      {lines.hasNextPage && <span><Act busy={lines.isFetchingNextPage} onClick={() => void lines.fetchNextPage()}>Older</Act></span>}
    </section>
  )
}
