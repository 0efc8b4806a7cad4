import { MultiSelect, TextInput } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ask, askAll } from '../api/client.ts'
import type { Notice, NoticeDelivery } from '../api/house-types.ts'
import type { Page } from '../api/types.ts'
import { Act } from '../kit/Act.tsx'
import { now } from '../kit/clock.ts'
import { dayAndTime } from '../kit/times.ts'
import { Bones, Empty, Failed, Say } from '../kit/words.tsx'
import { useChange } from './act.ts'
import { Once } from './Once.tsx'

const known = ['*', 'message.*', 'message.received', 'message.updated', 'conversation.*', 'target.*', 'target.updated', 'account.*', 'person.*']

/** Webhooks we send: chosen events to an address, signed, tried again for three days. */
export function Notices() {
  const notices = useQuery({ queryKey: ['notices'], queryFn: ({ signal }) => askAll<Notice>('/notices', signal) })
  const [wish, setWish] = useState({ name: '', url: '', events: ['message.received'] })
  const [secret, setSecret] = useState<string | null>(null)
  const make = useChange<{ secret: string }>(['notices'], said => { setSecret(said.secret); setWish({ ...wish, name: '', url: '' }) })
  return (
    <section className="sect" aria-label="Notices">
      <header><h2>Notices</h2><span className="meta faint">What happens here, told to another program at once</span></header>
      {secret && <Say kind="ok" role="status"><b className="medium">The secret for checking signatures, this once.</b><div style={{ marginTop: 8 }}><Once text={secret} label="Notice secret" /></div></Say>}
      {notices.isPending && <Bones rows={2} />}
      {notices.error && <Failed of="The notices could not be read." error={notices.error} again={() => void notices.refetch()} />}
      {notices.data?.length === 0 && <div className="card"><Empty title="No notices">Nobody else is told. Private addresses are never called.</Empty></div>}
      {notices.data?.map(notice => <NoticeCard key={notice.id} notice={notice} />)}
      <form className="card" onSubmit={event => { event.preventDefault(); make.mutate({ path: '/notices', body: wish }) }}>
        <header><b className="medium">New notice</b></header>
        <div className="in inline-form">
          <TextInput label="Name" required withAsterisk={false} value={wish.name} onChange={event => setWish({ ...wish, name: event.currentTarget.value })} />
          <TextInput label="Address" type="url" placeholder="https://" required withAsterisk={false} value={wish.url} onChange={event => setWish({ ...wish, url: event.currentTarget.value })} />
          <MultiSelect className="wide" label="Events" description="A star stands for everything of that kind" searchable value={wish.events} onChange={events => setWish({ ...wish, events })} data={known} />
          <span><Act kind="go" type="submit" busy={make.isPending} why={wish.events.length === 0 ? 'Choose at least one event' : null}>Make it</Act></span>
        </div>
        {make.error && <div className="in"><Failed error={make.error} /></div>}
      </form>
    </section>
  )
}

function NoticeCard({ notice: n }: { notice: Notice }) {
  const [open, setOpen] = useState(false)
  const change = useChange(['notices'])
  const path = `/notices/${n.id}`
  return (
    <div className="card">
      <ul className="lines"><li>
        <div className="stack g0 grow"><b className="medium">{n.name}</b><span className="meta mono faint">{n.url}</span><span className="row g1 wrap" style={{ marginTop: 4 }}>{n.events.map(event => <span key={event} className="chip">{event}</span>)}</span></div>
        <span className={`st ${n.state === 'on' ? (n.failingSince ? 'warn' : 'ok') : n.state === 'stopped' ? 'bad' : ''}`}>{n.state === 'on' ? (n.failingSince ? 'Failing' : 'On') : n.state === 'stopped' ? 'Stopped' : 'Paused'}</span>
        <Act size="s" onClick={() => setOpen(!open)} aria-expanded={open}>Log</Act>
        <Act size="s" busy={change.isPending} onClick={() => change.mutate({ path, method: 'PATCH', body: { state: n.state === 'on' ? 'paused' : 'on' } })}>{n.state === 'on' ? 'Pause' : 'Switch on'}</Act>
        <Act size="s" kind="stop" busy={change.isPending} onClick={() => change.mutate({ path, method: 'DELETE' })}>End it</Act>
        {n.why && <div style={{ flexBasis: '100%' }}><Say kind="warn">{n.why}</Say></div>}
        {change.error && <div style={{ flexBasis: '100%' }}><Failed error={change.error} /></div>}
      </li></ul>
      {open && <Deliveries notice={n} />}
    </div>
  )
}

function Deliveries({ notice }: { notice: Notice }) {
  const log = useInfiniteQuery({ queryKey: ['deliveries', notice.id], queryFn: ({ pageParam, signal }) => ask<Page<NoticeDelivery>>(`/notices/${notice.id}/deliveries?limit=20${pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : ''}`, { signal }), initialPageParam: null as string | null, getNextPageParam: last => last.next })
  const replay = useChange(['deliveries'])
  const items = log.data?.pages.flatMap(page => page.items) ?? []
  if (log.isPending) return <Bones rows={2} />
  if (items.length === 0) return <p className="faint" style={{ padding: '10px 16px' }}>Nothing was sent yet.</p>
  return (
    <ul className="lines" style={{ borderTop: '1px solid var(--line)' }}>
      {replay.error && <li><Failed error={replay.error} /></li>}
      {items.map(d => <li key={d.id}><time className="meta faint">{dayAndTime(d.firstAt, now())}</time><span className="mono grow">{d.type}</span><span className={`st ${d.state === 'delivered' ? 'ok' : d.state === 'given up' ? 'bad' : ''}`}>{d.state}{d.lastStatus ? ` · ${d.lastStatus}` : ''}</span><span className="meta faint num">{d.attempts} {d.attempts === 1 ? 'try' : 'tries'}</span><Act size="s" busy={replay.isPending} onClick={() => replay.mutate({ path: `/notices/${notice.id}/deliveries/${d.id}/replay` })}>Send again</Act>{d.lastProblem && <p className="meta dim" style={{ flexBasis: '100%' }}>{d.lastProblem}</p>}</li>)}
      {log.hasNextPage && <li><Act size="s" busy={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>Older</Act></li>}
    </ul>
  )
}
