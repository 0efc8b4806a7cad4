import './accounts.css'
import { Modal } from '@mantine/core'
import { IconArrowLeft, IconExternalLink } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { ask, Problem } from '../api/client.ts'
import { accountQuery } from '../api/queries.ts'
import type { Account, Grant } from '../api/types.ts'
import { Act, Go } from '../kit/Act.tsx'
import { Avatar } from '../kit/Avatar.tsx'
import { NotFound } from '../kit/NotFound.tsx'
import { dayAndTime } from '../kit/times.ts'
import { useNow } from '../kit/useNow.ts'
import { Bones, Failed, Say } from '../kit/words.tsx'
import { abilityOf } from './ability.ts'
import { useConnect } from './Connect.tsx'
import { Cap, capabilityWords, platformWords } from './words.tsx'

export function AccountPage() {
  const { id } = useParams({ from: '/inside/accounts/$id' })
  const account = useQuery(accountQuery(id))
  const now = useNow()
  const connect = useConnect()
  const [asking, setAsking] = useState(false)
  if (account.error) return <div className="page"><div className="body">{account.error instanceof Problem && account.error.status === 404 ? <NotFound /> : <Failed of="The account could not be read." error={account.error} again={() => void account.refetch()} />}</div></div>
  const a = account.data
  if (!a) return <Bones rows={5} />
  const ability = abilityOf(a)
  return (
    <div className="page">
      <div className="top"><Go to="/accounts" kind="quiet" icon={<IconArrowLeft size={16} stroke={1.75} aria-hidden="true" />} aria-label="To the accounts" /><h1 className="cut">{a.displayName}</h1>{a.grants.length > 0 && <Act kind="stop" className="push" onClick={() => setAsking(true)}>Disconnect</Act>}</div>
      <div className="body">
        <div className="stack g5" style={{ maxWidth: 860, margin: '0 auto' }}>
          <div className="row g4 start wrap">
            <Avatar account size="xl" name={a.displayName} src={a.avatarUrl} />
            <div className="stack g1 grow">
              <h2>{a.displayName}</h2>
              {a.handle && <a className="link" href={`https://www.tiktok.com/@${encodeURIComponent(a.handle)}`} target="_blank" rel="noreferrer noopener">@{a.handle} <IconExternalLink size={13} stroke={1.75} aria-hidden="true" /></a>}
              <p className="meta dim num">Connected {dayAndTime(a.connectedAt, now)}{a.isBusiness === null ? '' : a.isBusiness ? ' · Business account' : ' · Personal account'}</p>
            </div>
          </div>
          <Say kind={ability.kind}><b className="medium">{ability.sentence}.</b>{a.transport?.why ? ` Messages: ${a.transport.why.replaceAll('_', ' ')}.` : ''}</Say>
          <section className="card" aria-label="Permissions"><header><b className="medium">Permissions</b></header>
            <ul className="caps">
              {(['business', 'developers'] as const).map(platform => <GrantRow key={platform} grant={a.grants.find(g => g.platform === platform)} platform={platform} now={now} busy={connect.isPending} connect={() => connect.mutate({ platform, accountId: a.id })} />)}
            </ul>
          </section>
          {connect.error && <Failed error={connect.error} />}
          <section className="card" aria-label="What it can do"><header><b className="medium">What it can do</b></header>
            <ul className="caps">
              {a.capabilities.map(c => (
                <li key={c.name}><Cap state={c.state} /><div className="stack g0"><span><b className="medium">{c.name[0]?.toUpperCase()}{c.name.slice(1)}</b> <span className={`st ${capabilityWords[c.state].tone}`}>{capabilityWords[c.state].word}</span></span><span>{c.why}</span>{c.proof && <span className="meta faint num">{c.proof.what} {dayAndTime(c.proof.at, now)}</span>}</div>{c.next && <NextStep next={c.next} />}</li>
              ))}
            </ul>
          </section>
        </div>
      </div>
      <Disconnect account={a} opened={asking} close={() => setAsking(false)} />
    </div>
  )
}

/** A step inside the desk stays in the page; one at TikTok opens beside it. */
function NextStep({ next }: { next: { label: string; href: string } }) {
  const navigate = useNavigate()
  if (next.href.startsWith('/')) return <a className="btn s" href={next.href} onClick={event => { event.preventDefault(); void navigate({ href: next.href }) }}>{next.label}</a>
  return <a className="btn s" href={next.href} target="_blank" rel="noreferrer noopener">{next.label}</a>
}

function GrantRow({ grant, platform, now, busy, connect }: { grant: Grant | undefined; platform: Grant['platform']; now: number; busy: boolean; connect: () => void }) {
  const words = platformWords[platform]
  const lost = grant && grant.state !== 'working'
  return (
    <li>
      <Cap state={!grant ? 'unproven' : lost ? 'no' : grant.missing.length > 0 ? 'limited' : 'works'} />
      <div className="stack g0">
        <span><b className="medium">{words.name}</b> <span className="faint">{words.from}</span></span>
        <span>{!grant ? 'Not asked for yet.' : grant.state === 'removed' ? 'Taken away at TikTok.' : grant.state === 'reconnect' ? 'TikTok no longer takes our key; its owner has to agree again.' : grant.missing.length > 0 ? 'Given in part.' : 'Given in full.'}</span>
        {grant && grant.missing.length > 0 && <span className="meta dim">Not given: <code>{grant.missing.join(', ')}</code></span>}
        {grant?.state === 'working' && grant.refreshedAt && <span className="meta faint num">Key renewed {dayAndTime(grant.refreshedAt, now)}, by itself</span>}
      </div>
      <Act size="s" kind={lost ? 'go' : 'plain'} busy={busy} onClick={connect}>{!grant ? 'Ask for it' : lost ? 'Connect again' : grant.missing.length > 0 ? 'Ask for the rest' : 'Ask again'}</Act>
    </li>
  )
}

function Disconnect({ account, opened, close }: { account: Account; opened: boolean; close: () => void }) {
  const client = useQueryClient()
  const act = useMutation({
    mutationFn: (platform: Grant['platform'] | null) => ask(`/accounts/${account.id}/disconnect`, { method: 'POST', body: platform ? { platform } : {}, key: crypto.randomUUID() }),
    onSuccess: () => { close(); void client.invalidateQueries({ queryKey: ['accounts'] }); void client.invalidateQueries({ queryKey: ['account', account.id] }) },
  })
  return (
    <Modal opened={opened} onClose={close} title={`Disconnect ${account.displayName}?`}>
      <div className="stack g4">
        <p>Our keys are given back to TikTok and thrown away here. Conversations and posts stay in Stagedoor; nothing is deleted at TikTok. Connecting again continues where it was.</p>
        {act.error && <Failed error={act.error} />}
        <div className="row wrap">
          <Act onClick={close}>Keep</Act>
          {account.grants.length > 1 && account.grants.map(g => <Act key={g.id} busy={act.isPending} onClick={() => act.mutate(g.platform)}>Only {platformWords[g.platform].name.toLowerCase()}</Act>)}
          <Act kind="stop" busy={act.isPending} onClick={() => act.mutate(null)}>Disconnect</Act>
        </div>
      </div>
    </Modal>
  )
}
