import './accounts.css'
import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { accountsQuery } from '../api/queries.ts'
import type { Account, CapabilityState } from '../api/types.ts'
import { Act, Go } from '../kit/Act.tsx'
import { Avatar } from '../kit/Avatar.tsx'
import { Bones, Empty, Failed, Say } from '../kit/words.tsx'
import { abilityOf } from './ability.ts'
import { ConnectDialog, ConnectWays } from './Connect.tsx'
import { Merge } from './Merge.tsx'
import { Cap, capabilityWords } from './words.tsx'

const columns = [['profile', 'Profile'], ['drafts', 'Drafts'], ['direct post', 'Post'], ['statistics', 'Statistics'], ['read messages', 'Read'], ['send messages', 'Send']] as const
const icon = { size: 16, stroke: 1.75, 'aria-hidden': true } as const

export function AccountsPage() {
  const accounts = useQuery(accountsQuery)
  const { connect, connected } = useSearch({ from: '/inside/accounts' })
  const navigate = useNavigate()
  const ask = (open: boolean) => void navigate({ to: '.', search: had => ({ ...had, connect: open || undefined, connected: undefined }) })
  const fresh = accounts.data?.find(a => a.id === connected)
  return (
    <div className="page">
      <div className="top"><h1>Accounts</h1><span className="meta faint only-desk">What each can do, as last proven</span><Act kind="go" className="push" icon={<IconPlus {...icon} />} onClick={() => ask(true)}>Connect TikTok</Act></div>
      <div className="body" style={{ padding: 0 }}>
        {fresh && <div style={{ padding: '16px 24px 0' }}><Say kind="ok" role="status"><b className="medium">{fresh.displayName} is connected.</b> {abilityOf(fresh).sentence}. What is not proven yet is proven by its first use.</Say></div>}
        {accounts.data?.flatMap(a => a.possibleMatches.filter(other => other.id > a.id).map(other => <Merge key={`${a.id}-${other.id}`} account={a} other={other} />))}
        {accounts.isPending && <Bones rows={4} />}
        {accounts.error && <div style={{ padding: 24 }}><Failed of="The accounts could not be read." error={accounts.error} again={() => void accounts.refetch()} /></div>}
        {accounts.data?.length === 0 && <div style={{ padding: 24, maxWidth: 860, margin: '0 auto' }}><Empty title="No account yet">Connect the first one. Nothing is posted or sent by connecting.</Empty><ConnectWays /></div>}
        {accounts.data && accounts.data.length > 0 && <>
          <table className="accts">
            <thead><tr><th>Account</th><th>In a sentence</th>{columns.map(([name, label]) => <th key={name} className="c">{label}</th>)}<th>Messages by</th><th><span className="vh">Open</span></th></tr></thead>
            <tbody>{accounts.data.map(account => <AccountRow key={account.id} account={account} />)}</tbody>
          </table>
          <p className="legend">{(Object.keys(capabilityWords) as CapabilityState[]).map(state => <span key={state}><Cap state={state} />{capabilityWords[state].word}</span>)}</p>
        </>}
      </div>
      <ConnectDialog opened={Boolean(connect) && (accounts.data?.length ?? 0) > 0} close={() => ask(false)} />
    </div>
  )
}

function AccountRow({ account }: { account: Account }) {
  const ability = abilityOf(account)
  return (
    <tr>
      <td className="span"><Link to="/accounts/$id" params={{ id: account.id }} className="row g3" style={{ color: 'inherit' }}><Avatar account size="m" name={account.displayName} src={account.avatarUrl} /><span className="stack g0"><b className="medium">{account.displayName}</b><span className="meta faint">{account.handle ? `@${account.handle}` : 'Handle not shared'}</span></span></Link></td>
      <td className="span"><span className={`row start ${ability.kind === 'ok' ? '' : `st ${ability.kind}`}`} style={{ whiteSpace: 'normal' }}>{ability.kind === 'bad' ? <IconAlertTriangle {...icon} /> : ability.kind === 'warn' ? <IconCircleDashed {...icon} /> : <IconCircleCheck {...icon} className="okc" />}{ability.sentence}</span></td>
      {columns.map(([name, label]) => <td key={name} className="c" data-l={label}><Cap state={account.capabilities.find(c => c.name === name)?.state ?? 'unproven'} label={label} /></td>)}
      <td className="dim span">{account.transport ? `${account.transport.kind === 'direct' ? 'Direct' : 'Respond.io'}${account.transport.state === 'working' ? '' : `, ${account.transport.state}`}` : <span className="faint">–</span>}</td>
      <td className="span" style={{ textAlign: 'right' }}><Go to="/accounts/$id" params={{ id: account.id }} size="s" kind={ability.kind === 'bad' ? 'go' : 'plain'} aria-label={`Open ${account.displayName}`}>{ability.kind === 'bad' ? 'Connect again' : 'Open'}</Go></td>
    </tr>
  )
}
