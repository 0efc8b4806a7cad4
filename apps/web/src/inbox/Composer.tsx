import { IconDoor } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { accountsQuery } from '../api/queries.ts'
import type { Conversation } from '../api/types.ts'
import { Act } from '../kit/Act.tsx'
import { now } from '../kit/clock.ts'
import { isMac, keyName } from '../kit/keys.ts'
import { clockTime } from '../kit/times.ts'
import { useNow } from '../kit/useNow.ts'
import { readDraft, useDraft } from './drafts.ts'
import { sendReply } from './outbox.ts'
import { Quota, Ring } from './Ring.tsx'
import { ringOf, whyNot } from './window.ts'

const MOST = 6_000 // characters of one message, TikTok's limit

/** Where one answers: the limit stands where one types. */
export function Composer({ conversation: c }: { conversation: Conversation }) {
  const { draft, write } = useDraft(c.id)
  const client = useQueryClient()
  const field = useRef<HTMLTextAreaElement>(null)
  const account = useQuery(accountsQuery).data?.find(a => a.id === c.accountId)
  const nowMs = useNow()
  const text = draft?.text ?? ''
  const shut = whyNot(c, nowMs)
  const noGrant = account && !account.grants.some(g => g.platform === 'business' && g.state === 'working') ? `@${account.handle} has no working permission for messages. Connect it again under Accounts.` : null
  const why = shut ?? noGrant ?? (text.trim() === '' ? 'Write something first.' : text.length > MOST ? `TikTok takes ${MOST} characters; this is ${text.length - MOST} too many.` : null)
  const face = ringOf(c.window, nowMs)
  const name = c.contact.displayName || c.contact.handle

  useEffect(() => {
    const again = (event: Event) => { if (event instanceof CustomEvent && event.detail === c.id) write(readDraft(c.id)?.text ?? '') }
    addEventListener('stagedoor:draft', again)
    return () => removeEventListener('stagedoor:draft', again)
  }, [c.id, write])

  function send() {
    if (why || !draft) return
    write('')
    sendReply(client, { key: draft.key, conversationId: c.id, text: draft.text.trim(), at: new Date(now()).toISOString() })
    field.current?.focus()
  }

  return (
    <div className={shut ? 'write shut' : 'write'}>
      <div className="meter">
        {shut ? <><span className="ring shut" aria-hidden="true"><IconDoor size={14} stroke={1.75} /></span><span>{shut}</span></> : <>
          <Ring window={c.window} under={false} />
          <span aria-hidden="true">{face.shape === 'ghost' ? 'How much time is left, only TikTok knows' : <><b className="medium">{face.words}</b> left</>}{c.window.closesAt && <span className="only-wide">, until {clockTime(c.window.closesAt)}</span>}</span>
          {c.window.left !== null && <span className="push"><Quota left={c.window.left} uses={text.trim() === '' ? 0 : 1} /></span>}
        </>}
      </div>
      {c.blocked && <p className="meta" style={{ padding: '6px 12px 0' }}><span className="st warn">Waits.</span> <span className="dim">What you send now goes out after somebody decides about the message above whose outcome is not known.</span></p>}
      <textarea ref={field} id="reply" value={text} dir="auto" rows={2} placeholder={c.kind === 'request' ? `Answering accepts ${name}’s request` : `Reply to ${name}`} aria-label={`Reply to ${name}`}
        onChange={event => write(event.currentTarget.value)}
        onKeyDown={event => { if (event.key === 'Enter' && (isMac ? event.metaKey : event.ctrlKey)) { event.preventDefault(); send() } }} />
      <div className="acts">
        <span className="meta faint" style={{ paddingLeft: 6 }}>{draft ? 'Kept on this computer' : ''}</span>
        <span className="meta faint num push" style={{ padding: '0 8px', minWidth: 84, textAlign: 'right' }}>{text.length} / {MOST}</span>
        <Act kind="go" size="s" why={why} onClick={send}>Send <span className="only-desk" aria-hidden="true">{keyName('⌘↵')}</span></Act>
      </div>
    </div>
  )
}
