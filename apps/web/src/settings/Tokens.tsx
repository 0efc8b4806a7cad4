import { Checkbox, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { askAll } from '../api/client.ts'
import type { Scope, Token } from '../api/house-types.ts'
import { accountsQuery } from '../api/queries.ts'
import { Act } from '../kit/Act.tsx'
import { now } from '../kit/clock.ts'
import { dayAndTime } from '../kit/times.ts'
import { Bones, Empty, Failed, Say } from '../kit/words.tsx'
import { AccountPicker } from './AccountPicker.tsx'
import { useChange } from './act.ts'
import { Once } from './Once.tsx'

const scopes: Record<Scope, string> = { read: 'Read what you see', send: 'Send messages', publish: 'Upload and publish', manage: 'Manage the house' }

export function Tokens() {
  const tokens = useQuery({ queryKey: ['tokens'], queryFn: ({ signal }) => askAll<Token>('/tokens', signal) })
  const accounts = useQuery(accountsQuery).data ?? []
  const [wish, setWish] = useState({ name: '', scopes: ['read'] as Scope[], accounts: [] as number[], days: '90' })
  const [made, setMade] = useState<string | null>(null)
  const make = useChange<{ token: string }>(['tokens'], said => { setMade(said.token); setWish({ ...wish, name: '' }) })
  const revoke = useChange(['tokens'])
  const at = now()
  const live = tokens.data?.filter(t => t.revokedAt === null) ?? []
  return (
    <section className="sect" aria-label="API tokens">
      <header><h2>API tokens</h2><span className="meta faint">For scripts and other programs. <a href="/api/docs" target="_blank" rel="noreferrer">How the API works</a></span></header>
      {made && <Say kind="ok" role="status"><b className="medium">Here it is, this once.</b> It is kept only as a fingerprint; lost means making a new one.<div style={{ marginTop: 8 }}><Once text={made} label="API token" /></div></Say>}
      {tokens.isPending && <Bones rows={2} />}
      {tokens.error && <Failed of="The tokens could not be read." error={tokens.error} again={() => void tokens.refetch()} />}
      {revoke.error && <Failed error={revoke.error} />}
      {tokens.isSuccess && live.length === 0 && <div className="card"><Empty title="No tokens">Nothing but people has a key to this house.</Empty></div>}
      {live.length > 0 && <div className="card"><ul className="lines">{live.map(t => (
        <li key={t.id}><div className="stack g0 grow"><span><b className="medium">{t.name}</b> <span className="mono faint">…{t.ending}</span></span><span className="meta faint num">{t.person.name} · {t.lastUsedAt ? `last used ${dayAndTime(t.lastUsedAt, at)}` : 'never used'} · {t.expiresAt ? (Date.parse(t.expiresAt) < at ? 'expired' : `until ${dayAndTime(t.expiresAt, at)}`) : 'does not expire'}</span></div>
          <span className="row g1 wrap">{t.scopes.map(scope => <span key={scope} className="chip">{scope}</span>)}<span className="chip line">{t.accounts === null ? 'all accounts' : t.accounts.map(id => accounts.find(a => a.id === id)?.handle ?? id).join(', ')}</span></span>
          <Act size="s" kind="stop" busy={revoke.isPending} onClick={() => revoke.mutate({ path: `/tokens/${t.id}`, method: 'DELETE' })}>Revoke</Act></li>
      ))}</ul></div>}
      <form className="card" onSubmit={event => { event.preventDefault(); make.mutate({ path: '/tokens', body: { name: wish.name, scopes: wish.scopes, accounts: wish.accounts.length > 0 ? wish.accounts : null, expiresInDays: wish.days === '' ? null : Number(wish.days) } }) }}>
        <header><b className="medium">New token</b></header>
        <div className="in inline-form">
          <TextInput label="Name" description="Who will use it" required withAsterisk={false} value={wish.name} onChange={event => setWish({ ...wish, name: event.currentTarget.value })} />
          <Select label="Good for" value={wish.days} onChange={days => setWish({ ...wish, days: days ?? '90' })} data={[{ value: '30', label: '30 days' }, { value: '90', label: '90 days' }, { value: '365', label: 'A year' }, { value: '', label: 'Until it is revoked' }]} />
          <Checkbox.Group className="wide" label="It may" value={wish.scopes} onChange={value => setWish({ ...wish, scopes: value as Scope[] })}><div className="row wrap g4" style={{ marginTop: 6 }}>{(Object.keys(scopes) as Scope[]).map(scope => <Checkbox key={scope} value={scope} label={scopes[scope]} />)}</div></Checkbox.Group>
          <div className="wide"><AccountPicker label="Only for these accounts" description="None chosen: all that you see" value={wish.accounts} onChange={ids => setWish({ ...wish, accounts: ids })} /></div>
          <span><Act kind="go" type="submit" busy={make.isPending} why={wish.scopes.length === 0 ? 'Choose what it may do' : null}>Make it</Act></span>
        </div>
        {make.error && <div className="in"><Failed error={make.error} /></div>}
      </form>
    </section>
  )
}
