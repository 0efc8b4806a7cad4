import { IconArrowBackUp, IconArrowLeft, IconCircleCheck, IconLayoutSidebarRight } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { ask, Problem } from '../api/client.ts'
import { accountsQuery, conversationQuery } from '../api/queries.ts'
import type { Conversation } from '../api/types.ts'
import { Go, IconAct } from '../kit/Act.tsx'
import { Avatar } from '../kit/Avatar.tsx'
import { useKeys } from '../kit/keys.ts'
import { layConversation } from '../live/live.ts'
import { toast } from '../kit/toast.tsx'
import { NotFound } from '../kit/NotFound.tsx'
import { recall, remember } from '../kit/storage.ts'
import { Failed } from '../kit/words.tsx'
import { Composer } from './Composer.tsx'
import { Contact } from './Contact.tsx'
import { Log } from './Log.tsx'

const icon = { size: 16, stroke: 1.75, 'aria-hidden': true } as const
const WIDE_PX = 1280
/** In a burst, reading is told at most so often. */
const READ_EVERY_MS = 1000

export function TalkPage() {
  const { id } = useParams({ from: '/inside/inbox/$id' })
  const { data: conversation, error, refetch } = useQuery(conversationQuery(id))
  const navigate = useNavigate()
  const [panel, setPanel] = useState(() => innerWidth >= WIDE_PX && recall<boolean>('contact-panel') !== false)
  const toggle = () => { setPanel(!panel); if (innerWidth >= WIDE_PX) remember('contact-panel', panel ? false : null) }
  useKeys({ i: toggle, Escape: event => { if (event.target instanceof HTMLElement && event.target.id === 'reply') event.target.blur(); else void navigate({ to: '/inbox' }) } })
  useReading(conversation)

  if (error) return <section className="talkbox" aria-label="Conversation"><div style={{ padding: 24, margin: 'auto' }}>{error instanceof Problem && error.status === 404 ? <NotFound /> : <Failed of="The conversation could not be read." error={error} again={() => void refetch()} />}</div></section>
  return (
    <section className="talkbox" aria-label="Conversation">
      <Header conversation={conversation} panel={panel} toggle={toggle} />
      <div className={panel ? 'talkrow facts-on' : 'talkrow'}>
        <div>
          <Log key={id} conversationId={id} />
          {conversation && <Composer key={`c${id}`} conversation={conversation} />}
        </div>
        {panel && conversation && <Contact conversation={conversation} close={toggle} />}
      </div>
    </section>
  )
}

function Header({ conversation: c, panel, toggle }: { conversation: Conversation | undefined; panel: boolean; toggle: () => void }) {
  const account = useQuery(accountsQuery).data?.find(a => a.id === c?.accountId)
  const name = c ? c.contact.displayName || `@${c.contact.handle}` : ''
  return (
    <div className="head">
      <span className="only-phone"><Go to="/inbox" kind="quiet" icon={<IconArrowLeft {...icon} size={20} />} aria-label="Back to the list" /></span>
      {c && <>
        <Avatar size="m" name={name} src={c.contact.avatarUrl} />
        <div className="stack g0 grow"><h2 className="row" style={{ fontSize: 13, lineHeight: '20px' }}><span className="cut" dir="auto">{name}</span>{c.contact.isFollower && <span className="chip">Follower</span>}{c.kind === 'request' && <span className="chip line">Request</span>}</h2>
          <span className="meta faint cut">@{c.contact.handle}{account && ` to @${account.handle}`}</span></div>
        <CloseOrOpen conversation={c} />
        <IconAct name="Contact (I)" icon={<IconLayoutSidebarRight {...icon} />} aria-expanded={panel} onClick={toggle} />
      </>}
    </div>
  )
}

function CloseOrOpen({ conversation: c }: { conversation: Conversation }) {
  const client = useQueryClient()
  const closed = c.state === 'closed'
  const act = useMutation({
    mutationFn: () => ask<Conversation>(`/conversations/${c.id}/${closed ? 'reopen' : 'close'}`, { method: 'POST', body: {} }),
    onSuccess: changed => { layConversation(client, changed); toast(closed ? 'Open again' : 'Closed. It comes back when they write') },
  })
  useKeys({ e: () => act.mutate() })
  return <IconAct name={closed ? 'Open again (E)' : 'Close (E)'} busy={act.isPending} icon={closed ? <IconArrowBackUp {...icon} /> : <IconCircleCheck {...icon} />} onClick={() => act.mutate()} />
}

/** What is looked at is read: at once when it is quiet, once a second in a burst, and only while the page is really in front of somebody. */
function useReading(conversation: Conversation | undefined) {
  const client = useQueryClient()
  const told = useRef({ mark: '', at: -Infinity })
  const [visible, setVisible] = useState(document.visibilityState === 'visible')
  useEffect(() => {
    const look = () => setVisible(document.visibilityState === 'visible')
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [])
  useEffect(() => {
    if (!conversation || conversation.unread === 0 || !visible) return
    const mark = `${conversation.id} ${conversation.lastMessageAt} ${conversation.unread}`
    if (told.current.mark === mark) return
    const tell = () => {
      told.current = { mark, at: performance.now() }
      ask(`/conversations/${conversation.id}/read`, { method: 'POST', body: {} }).then(
        () => client.invalidateQueries({ queryKey: ['accounts'] }),
        () => { told.current.mark = '' }, // it is tried again with the next message or the next look
      ).catch(() => undefined)
    }
    const waitMs = told.current.at + READ_EVERY_MS - performance.now()
    if (waitMs <= 0) { tell(); return }
    const timer = setTimeout(tell, waitMs)
    return () => clearTimeout(timer)
  }, [conversation, visible, client])
}
