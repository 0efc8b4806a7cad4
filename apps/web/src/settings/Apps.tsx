import { PasswordInput, Select, TextInput } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { askAll } from '../api/client.ts'
import type { App } from '../api/house-types.ts'
import { meQuery } from '../api/queries.ts'
import type { Platform } from '../api/types.ts'
import { Act } from '../kit/Act.tsx'
import { now } from '../kit/clock.ts'
import { dayAndTime } from '../kit/times.ts'
import { Bones, Failed, Say } from '../kit/words.tsx'
import { useChange } from './act.ts'
import { GoLive } from './GoLive.tsx'
import { Once } from './Once.tsx'

const platforms: Record<Platform, { name: string; where: string; key: string; secret: string; portal: string }> = {
  developers: { name: 'TikTok for Developers', where: 'Posts and profile', key: 'Client key', secret: 'Client secret', portal: 'https://developers.tiktok.com/apps' },
  business: { name: 'TikTok API for Business', where: 'Messages', key: 'App ID', secret: 'Secret', portal: 'https://business-api.tiktok.com/portal/apps' },
}

/** Our registrations at TikTok: entering credentials, and exactly which addresses to register there. */
export function Apps() {
  const me = useQuery(meQuery).data
  const apps = useQuery({ queryKey: ['apps'], queryFn: ({ signal }) => askAll<App>('/apps', signal) })
  const demo = me?.mode === 'demo'
  return (
    <section className="sect" aria-label="Apps at TikTok">
      <header><h2>{demo ? 'Set up the real one' : 'Apps at TikTok'}</h2></header>
      {demo && <><GoLive /><p className="meta dim">The apps below belong to the emulator.</p></>}
      {!demo && me && !me.publicUrl && <Say kind="warn"><b className="medium">No public address is set.</b> Posts can be connected from this computer; messages need TikTok to reach Stagedoor. Set <code>PUBLIC_URL</code> to its https address and start again.</Say>}
      {apps.isPending && <Bones rows={3} />}
      {apps.error && <Failed of="The apps could not be read." error={apps.error} again={() => void apps.refetch()} />}
      {apps.data?.map(app => <AppCard key={app.id} app={app} />)}
      {apps.data && <NewApp have={apps.data.map(app => app.platform)} />}
    </section>
  )
}

function AppCard({ app }: { app: App }) {
  const [secret, setSecret] = useState<string | null>(null)
  const change = useChange(['apps'], () => setSecret(null))
  const words = platforms[app.platform]
  return (
    <div className="card">
      <header><b className="medium cut">{app.name}</b><span className="chip">{words.where}</span>{app.environment === 'sandbox' && <span className="chip warn">Sandbox</span>}<span className="meta faint push num">{app.accounts} {app.accounts === 1 ? 'account' : 'accounts'}</span></header>
      <div className="in stack g4">
        <dl className="kv"><dt>{words.key}</dt><dd className="mono">{app.clientKey}</dd><dt>From</dt><dd>{app.source === 'environment' ? 'The environment' : 'This page'}</dd>{app.previousSecretUntil && <><dt>Old secret</dt><dd className="num">good until {dayAndTime(app.previousSecretUntil, now())}</dd></>}</dl>
        <div className="stack"><b className="medium">Register at TikTok, letter by letter</b>
          {app.redirectUri ? <><span className="meta faint">Redirect address</span><Once text={app.redirectUri} label="Redirect address" /></> : <span className="st warn" style={{ whiteSpace: 'normal' }}>No redirect address is possible before PUBLIC_URL is a public https address.</span>}
          {app.hookUrl && <><span className="meta faint">Webhook address</span><Once text={app.hookUrl} label="Webhook address" /></>}
          {app.hookProblem ? <Say kind="warn">{app.hookProblem}</Say> : app.hookCheckedAt && <span className="st ok"><IconCheck size={16} stroke={1.75} aria-hidden="true" />TikTok delivers here, seen {dayAndTime(app.hookCheckedAt, now())}</span>}
        </div>
        {secret !== null && <form className="inline-form" onSubmit={event => { event.preventDefault(); change.mutate({ path: `/apps/${app.id}`, method: 'PATCH', body: { secret } }) }}><PasswordInput label={`New ${words.secret.toLowerCase()}`} description="The old one stays good for two weeks" value={secret} onChange={event => setSecret(event.currentTarget.value)} required withAsterisk={false} autoComplete="off" /><span><Act kind="go" type="submit" busy={change.isPending}>Save</Act></span></form>}
        {change.error && <Failed error={change.error} />}
        <div className="row wrap">
          <Act size="s" onClick={() => setSecret(secret === null ? '' : null)}>{secret === null ? 'New secret' : 'Keep the old one'}</Act>
          {app.platform === 'business' && <Act size="s" busy={change.isPending} onClick={() => change.mutate({ path: `/apps/${app.id}/check` })}>Ask TikTok where it delivers</Act>}
          <Act size="s" kind="stop" busy={change.isPending} onClick={() => change.mutate({ path: `/apps/${app.id}`, method: 'DELETE' })}>Retire</Act>
        </div>
      </div>
    </div>
  )
}

function NewApp({ have }: { have: Platform[] }) {
  const first: Platform = have.includes('developers') && !have.includes('business') ? 'business' : 'developers'
  const [wish, setWish] = useState({ platform: first, clientKey: '', secret: '', environment: 'production' })
  const make = useChange<App>(['apps', 'connect'], () => setWish({ ...wish, clientKey: '', secret: '' }))
  const words = platforms[wish.platform]
  return (
    <form className="card" onSubmit={event => { event.preventDefault(); make.mutate({ path: '/apps', body: wish }) }}>
      <header><b className="medium">{have.length === 0 ? 'Enter your first app' : 'Another app'}</b></header>
      <div className="in inline-form">
        <Select label="Platform" value={wish.platform} onChange={platform => setWish({ ...wish, platform: (platform ?? 'developers') as Platform })} data={(Object.keys(platforms) as Platform[]).map(p => ({ value: p, label: platforms[p].name }))} description={<a href={words.portal} target="_blank" rel="noreferrer noopener">Where to find the keys</a>} />
        <Select label="Environment" value={wish.environment} onChange={environment => setWish({ ...wish, environment: environment ?? 'production' })} data={[{ value: 'production', label: 'Production' }, { value: 'sandbox', label: 'Sandbox' }]} />
        <TextInput label={words.key} value={wish.clientKey} onChange={event => setWish({ ...wish, clientKey: event.currentTarget.value.trim() })} required withAsterisk={false} autoComplete="off" spellCheck={false} />
        <PasswordInput label={words.secret} value={wish.secret} onChange={event => setWish({ ...wish, secret: event.currentTarget.value.trim() })} required withAsterisk={false} autoComplete="off" />
        <span><Act kind="go" type="submit" busy={make.isPending}>Save</Act></span>
      </div>
      <p className="in help">Kept encrypted, never shown again. After saving, the addresses to register at TikTok appear here.</p>
      {make.error && <div className="in"><Failed error={make.error} /></div>}
    </form>
  )
}
