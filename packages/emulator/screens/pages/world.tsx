import { useState } from 'react'
import { deed, say, useList, verb, worldChanged } from '../api.ts'
import { emulatorNow } from '../parts/clock.tsx'
import { nameOf } from '../parts/creator.tsx'
import { hourOf, span } from '../times.ts'
import type { Account, AppRecord, AutoMessage, Conversation, Customer, Grant, Hook, Post, Publication, Space, Token } from '../words.ts'

/** Everything that is in this world, and verbs to bring more. */
export function WorldPage() {
  const apps = useList<AppRecord>('apps'), accounts = useList<Account>('accounts'), customers = useList<Customer>('customers'), grants = useList<Grant>('grants'), tokens = useList<Token>('tokens')
  const conversations = useList<Conversation>('conversations'), publications = useList<Publication>('publications'), posts = useList<Post>('posts')
  const autos = useList<AutoMessage>('autoMessages'), spaces = useList<Space>('spaces'), hooks = useList<Hook>('rioHooks')
  const handle = (id: string) => `@${accounts.find(a => a.id === id)?.handle ?? '?'}`
  const living = (grant: Grant) => tokens.filter(t => t.appId === grant.appId && t.accountId === grant.accountId && !t.dead && t.kind === 'access').map(t => t.expiresAt)
  return (
    <main className="page"><div className="pagehead"><h1>World</h1></div>
      <Table name="Apps" head={['Name', 'Platform', 'Key', 'Secret', 'Redirects', 'Webhook', 'Audited']} rows={apps.map(a => [a.name, a.platform, <code key="k">{a.id}</code>, <code key="s">{a.secret}</code>, a.redirectUris.join(' ') || '–', a.webhookUrl ?? '–',
        <button key="a" type="button" role="switch" aria-checked={a.audited} aria-label={`${a.name} is audited`} className={`switch${a.audited ? ' on' : ''}`} onClick={deed(() => verb('changeApp', a.id, { audited: !a.audited }))} />])} />
      <Settings apps={apps} />
      <Table name="Accounts" head={['Handle', 'Name', 'Region', 'Followers', 'Private', 'Business', 'Everyone may write']} rows={accounts.map(a => [`@${a.handle}`, a.displayName, a.region, a.followers, ...(['private', 'isBusiness', 'messagesFromEveryone'] as const).map(key =>
        <button key={key} type="button" role="switch" aria-checked={a[key]} aria-label={`@${a.handle}: ${key}`} className={`switch${a[key] ? ' on' : ''}`} onClick={deed(() => verb('changeAccount', a.handle, { [key]: !a[key] }))} />)])}
        add={<Add words={['Handle', 'Name', 'Region']} add={([newHandle = '', displayName = '', region = '']) => verb('addAccount', { handle: newHandle, ...(displayName ? { displayName } : {}), ...(region ? { region } : {}) })} />} />
      <Table name="Customers" head={['Handle', 'Name', 'Region']} rows={customers.map(c => [`@${c.handle}`, c.displayName, c.region])}
        add={<Add words={['Handle', 'Name', 'Region']} add={([newHandle = '', displayName = '', region = '']) => verb('addCustomer', { handle: newHandle, ...(displayName ? { displayName } : {}), ...(region ? { region } : {}) })} />} />
      <Table name="Grants" head={['Account', 'App', 'open_id', 'Scopes', 'Access token', '']} rows={grants.map(g => [handle(g.accountId), apps.find(a => a.id === g.appId)?.platform ?? g.appId, <code key="o">{g.openId}</code>, g.scopes.join(', '),
        g.state === 'removed' ? 'removed' : living(g).length > 0 ? `ends in ${span(Math.max(...living(g)) - emulatorNow())}` : 'none lives',
        g.state === 'working' ? <button key="r" type="button" className="btn s quiet stop" onClick={deed(() => verb('removeApp', handle(g.accountId), g.appId))}>Remove</button> : null])} />
      <Table name="Tokens" head={['Kind', 'Account', 'App', 'Token', 'Ends']} rows={tokens.toReversed().map(t => [t.kind, handle(t.accountId), apps.find(a => a.id === t.appId)?.platform ?? t.appId, <code key="t">{t.id.slice(0, 18)}…</code>, t.dead ?? (t.expiresAt <= emulatorNow() ? 'expired' : `in ${span(t.expiresAt - emulatorNow())}`)])}
        add={tokens.length > 0 ? <p className="row in addform"><button type="button" className="btn" onClick={deed(() => verb('expireTokens'))}>Expire every access token now</button></p> : undefined} />
      <Table name="Conversations" head={['Customer', 'Account', 'Kind', 'Messages', 'Left', 'Last']} rows={conversations.map(c => [`@${c.customer}`, `@${c.account}`, c.type, c.messages, c.left ?? '∞', hourOf(c.updatedAt)])} />
      <Table name="Automatic messages" head={['Account', 'Kind', 'Words', 'Review', '']} rows={autos.map(m => [handle(m.accountId), m.type, m.question ?? m.title ?? m.content ?? '', m.status,
        m.status === 'REVIEWING' ? <span key="r" className="row g1"><button type="button" className="btn s" onClick={deed(() => verb('reviews', m.id, 'APPROVED'))}>Approve</button><button type="button" className="btn s" onClick={deed(() => verb('reviews', m.id, 'REJECTED'))}>Reject</button></span> : null])} />
      <Table name="Respond.io workspaces" head={['Name', 'Organisation', 'Token', 'Base URL']} rows={spaces.map(s => [s.name, s.orgId, <code key="t">{s.token}</code>, <code key="b">{location.origin}/v2</code>])}
        add={<Add words={['Workspace']} add={([name = '']) => verb('addSpace', { name })} />} />
      <Table name="Respond.io webhooks" head={['Event', 'Address', 'Signing key', 'State']} rows={hooks.map(h => [h.event, h.url, <code key="k">{h.key}</code>, h.disabled ? 'switched off after 30 errors' : 'on'])}
        add={spaces.length > 0 ? <Add words={['Event', 'Address']} add={([event = '', url = '']) => verb('addRespondioHook', spaces.at(-1)?.id, { event, url })} /> : undefined} />
      <Table name="Publications" head={['Account', 'What', 'Mode', 'Step', 'Reason', 'Since']} rows={publications.toReversed().map(p => [handle(p.accountId), nameOf(p), p.mode, p.step, p.failReason ?? '–', hourOf(p.createdAt)])} />
      <Table name="Posts" head={['Account', 'Caption', 'Who sees it', 'State', 'Views']} rows={posts.toReversed().map(p => [handle(p.accountId), p.caption || '–', p.privacy, p.state, p.views])} />
    </main>
  )
}

/** What a program needs to talk to this emulator instead of TikTok, ready to paste. */
function Settings({ apps }: { apps: AppRecord[] }) {
  const developers = apps.find(a => a.platform === 'developers'), business = apps.find(a => a.platform === 'business')
  const lines = [
    `TIKTOK_API_URL=${location.origin}`, `TIKTOK_AUTHORIZE_URL=${location.origin}/v2/auth/authorize/`, `TIKTOK_BUSINESS_API_URL=${location.origin}/open_api/v1.3`, `TIKTOK_BUSINESS_AUTHORIZE_URL=${location.origin}/v2/auth/authorize/`,
    ...(developers ? [`TIKTOK_CLIENT_KEY=${developers.id}`, `TIKTOK_CLIENT_SECRET=${developers.secret}`] : []), ...(business ? [`TIKTOK_BUSINESS_APP_ID=${business.id}`, `TIKTOK_BUSINESS_SECRET=${business.secret}`] : []),
  ].join('\n')
  return (
    <section className="card tablecard" aria-label="Settings to paste">
      <header><b>Settings to paste</b><button type="button" className="btn s push" onClick={deed(async () => { await navigator.clipboard.writeText(lines); say('Copied.') })}>Copy</button></header>
      <pre className="in paste" tabIndex={0} aria-label="Settings">{lines}</pre>
    </section>
  )
}

function Table({ name, head, rows, add }: { name: string; head: string[]; rows: React.ReactNode[][]; add?: React.ReactNode }) {
  return (
    <section className="card tablecard" aria-label={name}>
      <header><b>{name}</b><span className="push faint num">{rows.length}</span></header>
      {rows.length > 0 && <div className="scroll" tabIndex={0} role="group" aria-label={`${name}, table`}><table><thead><tr>{head.map((h, i) => <th key={i} scope="col">{h || <span className="vh">Deed</span>}</th>)}</tr></thead>
        <tbody>{rows.slice(0, 200).map((row, i) => <tr key={i}>{row.map((cell, j) => <td key={j}>{cell}</td>)}</tr>)}</tbody></table></div>}
      {rows.length === 0 && <p className="in dim">None yet.</p>}
      {add}
    </section>
  )
}

function Add({ words, add }: { words: string[]; add: (values: string[]) => Promise<unknown> }) {
  const [values, setValues] = useState<string[]>([])
  return (
    <form className="row in addform" onSubmit={e => { e.preventDefault(); add(values.map(v => v.trim())).then(() => { setValues([]); worldChanged() }, say) }}>
      {words.map((word, i) => <input key={word} className="field" aria-label={word} placeholder={word} value={values[i] ?? ''} required={i === 0} onChange={e => { const next = [...values]; next[i] = e.currentTarget.value; setValues(Array.from(next, v => v ?? '')) }} />)}
      <button type="submit" className="btn">Add</button>
    </form>
  )
}
