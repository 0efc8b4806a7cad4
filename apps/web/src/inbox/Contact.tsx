import { IconExternalLink, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { accountsQuery } from '../api/queries.ts'
import type { Conversation } from '../api/types.ts'
import { abilityOf } from '../accounts/ability.ts'
import { IconAct } from '../kit/Act.tsx'
import { Avatar } from '../kit/Avatar.tsx'
import { dayAndTime } from '../kit/times.ts'
import { useNow } from '../kit/useNow.ts'

/** Who writes, to which account, and until when one may answer. */
export function Contact({ conversation: c, close }: { conversation: Conversation; close: () => void }) {
  const account = useQuery(accountsQuery).data?.find(a => a.id === c.accountId)
  const at = useNow()
  const name = c.contact.displayName || `@${c.contact.handle}`
  return (
    <aside className="factbox" aria-label={`About ${name}`}>
      <div className="head"><h2 style={{ fontSize: 13 }}>Contact</h2><span className="push"><IconAct name="Hide the contact (I)" size="s" icon={<IconX size={16} stroke={1.75} aria-hidden="true" />} onClick={close} /></span></div>
      <div className="facts">
        <section>
          <div className="row g3"><Avatar size="l" name={name} src={c.contact.avatarUrl} /><div className="stack g0"><b className="strong" dir="auto">{name}</b><a className="meta link" href={`https://www.tiktok.com/@${encodeURIComponent(c.contact.handle)}`} target="_blank" rel="noreferrer noopener">@{c.contact.handle} <IconExternalLink size={13} stroke={1.75} aria-hidden="true" /></a></div></div>
          <dl className="kv" style={{ marginTop: 14 }}>
            <dt>Follows</dt><dd>{c.contact.isFollower === null ? 'Not known' : c.contact.isFollower ? account?.displayName ?? 'Yes' : 'No'}</dd>
            <dt>State</dt><dd>{c.state === 'closed' ? 'Closed' : c.kind === 'request' ? 'Request, not accepted yet' : 'Open'}</dd>
            {c.lastMessageAt && <><dt>Last word</dt><dd className="num">{dayAndTime(c.lastMessageAt, at)}</dd></>}
            <dt>Answer until</dt><dd className="num">{c.window.closesAt ? dayAndTime(c.window.closesAt, at) : 'They write first'}</dd>
          </dl>
        </section>
        {account && <section><h3>Writes to</h3><Link to="/accounts/$id" params={{ id: account.id }} className="row" style={{ color: 'inherit' }}><Avatar account size="s" name={account.displayName} src={account.avatarUrl} /><span className="stack g0"><span className="medium">{account.displayName}</span><span className="meta faint">{abilityOf(account).sentence}</span></span></Link></section>}
      </div>
    </aside>
  )
}
