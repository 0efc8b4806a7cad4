import { IconCheck, IconChecks, IconClock, IconHelpCircle } from '@tabler/icons-react'
import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { memo, type ReactNode } from 'react'
import { ask } from '../api/client.ts'
import type { Message } from '../api/types.ts'
import { Act } from '../kit/Act.tsx'
import { clockTime } from '../kit/times.ts'
import { Failed, Say } from '../kit/words.tsx'
import { placeMessage, type Pages } from '../live/patch.ts'
import { nextDraft, readDraft } from './drafts.ts'
import { kinds, OriginGlyph, speaker } from './kinds.tsx'
import { dropPending, sendReply, type Pending } from './outbox.ts'
import { remember } from '../kit/storage.ts'

const small = { size: 13, stroke: 1.75, 'aria-hidden': true } as const

/** One message. Drawn anew only when it changed. */
export const Bubble = memo(function Bubble({ message: m, last, fresh }: { message: Message; last: boolean; fresh: boolean }) {
  const out = m.direction === 'out'
  const trouble = m.state === 'refused' || m.state === 'not sure'
  const look = ['bub', m.origin === 'automatic' ? 'auto' : '', m.state === 'refused' ? 'failed' : '', m.state === 'not sure' ? 'unsure' : '', m.kind === 'emoji' && m.text ? 'bare' : '', m.kind !== 'text' && !(m.kind === 'emoji' && m.text) ? 'kind' : ''].filter(Boolean).join(' ')
  return (
    <li className={`msg${out ? ' out' : ''}${fresh ? ' new-in' : ''}`} data-message={m.id}>
      <div className={look} dir="auto"><Content of={m} /></div>
      {m.reactions.length > 0 && <span className="react">{m.reactions.map((r, i) => <span key={i} role="img" aria-label={`${r.by === 'us' ? 'You' : 'They'} reacted ${r.emoji ?? 'with a picture'}`}>{r.emoji ?? '▢'}</span>)}</span>}
      {trouble ? <Trouble of={m} /> : (last || (out && m.state !== 'sent' && m.state !== 'seen')) && <Under of={m} />}
    </li>
  )
})

function Content({ of: m }: { of: Message }): ReactNode {
  if (m.kind === 'text' || (m.kind === 'emoji' && m.text)) return <Linked text={m.text ?? ''} />
  const kind = kinds[m.kind]
  return <>{kind.glyph}<span><b className="medium">{kind.name}</b>{m.kind === 'unknown' && <> <code>{m.typeName}</code>. Kept as it came.</>}{m.text && <span style={{ display: 'block' }}>{m.text}</span>}</span></>
}

/** Links open outside; everything else is plain text. */
function Linked({ text }: { text: string }) {
  return text.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/).map((part, i) => (i % 2 === 1 ? <a key={i} href={part} target="_blank" rel="noreferrer noopener nofollow">{part}</a> : part))
}

function Under({ of: m }: { of: Message }) {
  const time = <time dateTime={m.sentAt}>{clockTime(m.sentAt)}</time>
  if (m.direction === 'in') return <p className="under"><OriginGlyph origin={m.origin} />{time}</p>
  return <p className="under"><OriginGlyph origin={m.origin} /><span>{speaker(m)}</span>{time}<State of={m} /></p>
}

function State({ of: m }: { of: Message }) {
  switch (m.state) {
    case 'queued': return <><IconClock {...small} /><span>Waiting</span></>
    case 'sending': return <><IconClock {...small} /><span>Sending</span></>
    case 'sent': return <><IconCheck {...small} /><span>Sent</span></>
    case 'seen': return <><IconChecks {...small} /><span>Seen</span></>
    case 'received': case 'refused': case 'not sure': return null
  }
}

/** Said in words first: was it delivered, what now; the code comes last. */
function Trouble({ of: m }: { of: Message }) {
  const client = useQueryClient()
  const act = useMutation({
    mutationFn: (what: 'retry' | 'look' | 'discard') => ask<Message | undefined>(`/messages/${m.id}/${what}`, { method: 'POST', body: {}, key: crypto.randomUUID() }),
    onSuccess: said => { if (said && typeof said.id === 'number') client.setQueryData<Pages<Message>>(['messages', m.conversationId], had => had && placeMessage(had, said)); else void client.invalidateQueries({ queryKey: ['messages', m.conversationId] }) },
  })
  const unsure = m.state === 'not sure'
  const discarded = m.problem?.code === 'discarded'
  return <>
    <Say kind={unsure ? 'warn' : discarded ? 'plain' : 'bad'} icon={unsure ? <IconHelpCircle size={16} stroke={1.75} aria-hidden="true" /> : undefined} role={discarded ? undefined : 'alert'}>
      {discarded ? <b className="medium">Discarded.</b> : unsure ? <b className="medium">We do not know if this arrived.</b> : <b className="medium">Not sent.</b>} {m.problem ? `${m.problem.detail} ${m.problem.next}` : unsure ? 'The answer was lost. It is never sent again by itself. Look in TikTok, then say.' : 'TikTok refused it, so nothing was delivered.'}
      <span className="row wrap" style={{ marginTop: 8 }}>
        {unsure && <Act size="s" busy={act.isPending} onClick={() => act.mutate('look')}>Look again</Act>}
        <Act size="s" kind={discarded ? 'quiet' : 'plain'} busy={act.isPending} onClick={() => act.mutate('retry')}>Send again</Act>
        {!discarded && <Act size="s" kind="quiet" busy={act.isPending} onClick={() => act.mutate('discard')}>{unsure ? 'Let it be' : 'Discard'}</Act>}
        {m.problem && !discarded && <span className="meta faint num push">{m.problem.code}</span>}
      </span>
    </Say>
    {act.error && <Failed error={act.error} />}
  </>
}

/** A reply that Stagedoor has not taken yet. */
export function PendingBubble({ pending: p, client }: { pending: Pending; client: QueryClient }) {
  const edit = () => {
    remember(`draft.${p.conversationId}`, nextDraft(readDraft(p.conversationId), [p.text, readDraft(p.conversationId)?.text].filter(Boolean).join('\n')))
    dropPending(p.key)
    dispatchEvent(new CustomEvent('stagedoor:draft', { detail: p.conversationId }))
  }
  return (
    <li className="msg out new-in">
      <div className={p.problem ? 'bub failed' : 'bub'} dir="auto">{p.text}</div>
      {p.problem
        ? <Say kind="bad" role="alert"><b className="medium">Not sent. {p.problem.title}</b> {p.problem.detail}<span className="row wrap" style={{ marginTop: 8 }}><Act size="s" onClick={edit}>Edit</Act><Act size="s" onClick={() => { dropPending(p.key); sendReply(client, { key: crypto.randomUUID(), conversationId: p.conversationId, text: p.text, at: p.at }) }}>Send again</Act><Act size="s" kind="quiet" onClick={() => dropPending(p.key)}>Discard</Act><span className="meta faint push">{p.problem.code}</span></span></Say>
        : <p className="under"><time dateTime={p.at}>{clockTime(p.at)}</time><IconClock {...small} /><span>{p.waiting ? 'Waiting for the connection' : 'Sending'}</span></p>}
    </li>
  )
}
