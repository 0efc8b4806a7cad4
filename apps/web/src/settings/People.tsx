import { Menu, Modal, MultiSelect, Select, TextInput } from '@mantine/core'
import { IconDots, IconUserPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { askAll } from '../api/client.ts'
import type { EntryLink, Group, Invitation, Person } from '../api/house-types.ts'
import { accountsQuery, meQuery } from '../api/queries.ts'
import type { Role } from '../api/types.ts'
import { Act } from '../kit/Act.tsx'
import { now } from '../kit/clock.ts'
import { Avatar } from '../kit/Avatar.tsx'
import { dayAndTime } from '../kit/times.ts'
import { Bones, Failed, Say } from '../kit/words.tsx'
import { AccountPicker } from './AccountPicker.tsx'
import { useChange } from './act.ts'
import { Once } from './Once.tsx'

export const roles: Record<Role, string> = { owner: 'Owner', admin: 'Admin', agent: 'Agent' }
type Shown = { words: string; link: EntryLink }

export function People() {
  const me = useQuery(meQuery).data?.viewer
  const people = useQuery({ queryKey: ['people'], queryFn: ({ signal }) => askAll<Person>('/people', signal) })
  const invitations = useQuery({ queryKey: ['invitations'], queryFn: ({ signal }) => askAll<Invitation>('/invitations', signal) })
  const [inviting, setInviting] = useState(false)
  const [editing, setEditing] = useState<Person | null>(null)
  const [shown, setShown] = useState<Shown | null>(null)
  const withdraw = useChange(['invitations'])
  return (
    <section className="sect" aria-label="Team">
      <header><h2>Team</h2><span className="meta faint">{people.data ? `${people.data.length} ${people.data.length === 1 ? 'person' : 'people'}${invitations.data?.length ? `, ${invitations.data.length} invited` : ''}` : ''}</span><Act kind="go" className="push" icon={<IconUserPlus size={16} stroke={1.75} aria-hidden="true" />} onClick={() => setInviting(true)}>Invite</Act></header>
      {shown && <Say kind="ok" role="status"><b className="medium">{shown.words}</b> {shown.link.mailed ? 'It was also mailed.' : 'Pass the link on; it works once.'}<div style={{ marginTop: 8 }}><Once text={shown.link.url} label="One-time link" /></div></Say>}
      {people.isPending && <Bones rows={3} />}
      {people.error && <Failed of="The team could not be read." error={people.error} again={() => void people.refetch()} />}
      {withdraw.error && <Failed error={withdraw.error} />}
      {people.data && (
        <div className="card"><ul className="lines">
          {people.data.map(person => <PersonLine key={person.id} person={person} mine={person.id === me?.id} edit={() => setEditing(person)} show={setShown} />)}
          {invitations.data?.map(i => (
            <li key={i.id}><span className="av none" aria-hidden="true" /><div className="stack g0 grow"><span className="medium">{i.name ?? i.email}</span><span className="meta faint">{i.email}, link opens until {dayAndTime(i.expiresAt, now())}</span></div><span className="dim">{roles[i.role]}, invited</span><Act size="s" kind="quiet" busy={withdraw.isPending} onClick={() => withdraw.mutate({ path: `/invitations/${i.id}`, method: 'DELETE' })}>Withdraw</Act></li>
          ))}
        </ul></div>
      )}
      <Invite opened={inviting} close={() => setInviting(false)} show={setShown} owner={me?.role === 'owner'} />
      {editing && <Given person={editing} close={() => setEditing(null)} />}
    </section>
  )
}

function PersonLine({ person: p, mine, edit, show }: { person: Person; mine: boolean; edit: () => void; show: (shown: Shown) => void }) {
  const accounts = useQuery(accountsQuery).data ?? []
  const change = useChange(['people'])
  const reset = useChange<EntryLink>([], link => show({ words: `${p.name} can set a new password with this link.`, link }))
  const out = useChange([])
  const sees = p.role !== 'agent' ? 'all accounts' : p.groups.length + p.accounts.length === 0 ? 'no account yet' : [p.accounts.map(id => accounts.find(a => a.id === id)?.displayName ?? '').filter(Boolean).join(', '), p.groups.length > 0 ? `${p.groups.length} ${p.groups.length === 1 ? 'group' : 'groups'}` : ''].filter(Boolean).join(', ')
  const to = (body: unknown) => change.mutate({ path: `/people/${p.id}`, method: 'PATCH', body })
  const error = change.error ?? reset.error ?? out.error
  return (
    <li>
      <Avatar name={p.name} /><div className="stack g0 grow"><span><b className="medium">{p.name}</b>{mine && <span className="faint"> you</span>}{p.disabled && <span className="chip bad" style={{ marginLeft: 8 }}>Disabled</span>}{p.twoFactor && <span className="chip" style={{ marginLeft: 8 }}>Two-factor</span>}</span><span className="meta faint">{p.email}</span></div>
      <span className="dim" style={{ maxWidth: 220 }}>{roles[p.role]}, {sees}</span><span className="meta faint num">{p.lastSeenAt ? dayAndTime(p.lastSeenAt, now()) : 'never here'}</span>
      <Menu>
        <Menu.Target><button type="button" className="btn s icon quiet" aria-label={`What to do with ${p.name}`}><IconDots size={16} stroke={1.75} aria-hidden="true" /></button></Menu.Target>
        <Menu.Dropdown>
          {!mine && (['agent', 'admin', 'owner'] as const).filter(role => role !== p.role).map(role => <Menu.Item key={role} onClick={() => to({ role })}>Make {roles[role].toLowerCase()}</Menu.Item>)}
          {p.role === 'agent' && <Menu.Item onClick={edit}>Accounts and groups</Menu.Item>}
          <Menu.Item onClick={() => reset.mutate({ path: `/people/${p.id}/reset` })}>Link for a new password</Menu.Item>
          <Menu.Item onClick={() => out.mutate({ path: `/people/${p.id}/sessions`, method: 'DELETE' })}>Sign out everywhere</Menu.Item>
          {!mine && <Menu.Item color="red" onClick={() => to({ disabled: !p.disabled })}>{p.disabled ? 'Enable' : 'Disable'}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      {error && <div style={{ flexBasis: '100%' }}><Failed error={error} /></div>}
    </li>
  )
}

const useGroups = () => useQuery({ queryKey: ['groups'], queryFn: ({ signal }) => askAll<Group>('/groups', signal) }).data ?? []

function Invite({ opened, close, show, owner }: { opened: boolean; close: () => void; show: (shown: Shown) => void; owner: boolean }) {
  const [wish, setWish] = useState({ email: '', name: '', role: 'agent' as Role, accounts: [] as number[], groups: [] as number[] })
  const groups = useGroups()
  const invite = useChange<{ link: EntryLink }>(['invitations'], said => { show({ words: `${wish.email} is invited.`, link: said.link }); setWish({ ...wish, email: '', name: '' }); close() })
  return (
    <Modal opened={opened} onClose={close} title="Invite somebody">
      <form className="stack g4" onSubmit={event => { event.preventDefault(); invite.mutate({ path: '/invitations', body: { ...wish, name: wish.name.trim() || undefined } }) }}>
        <TextInput label="E-mail" type="email" required withAsterisk={false} value={wish.email} onChange={event => setWish({ ...wish, email: event.currentTarget.value })} data-autofocus />
        <TextInput label="Name" description="They may change it" value={wish.name} onChange={event => setWish({ ...wish, name: event.currentTarget.value })} />
        <Select label="Role" description="Agents see only what they are given; admins and owners see all" value={wish.role} onChange={role => role && setWish({ ...wish, role: role as Role })} data={(owner ? ['agent', 'admin', 'owner'] : ['agent', 'admin']).map(role => ({ value: role, label: roles[role as Role] }))} />
        {wish.role === 'agent' && <AccountPicker label="Accounts" value={wish.accounts} onChange={accounts => setWish({ ...wish, accounts })} />}
        {wish.role === 'agent' && groups.length > 0 && <MultiSelect label="Groups" value={wish.groups.map(String)} onChange={ids => setWish({ ...wish, groups: ids.map(Number) })} data={groups.map(g => ({ value: String(g.id), label: g.name }))} />}
        {invite.error && <Failed error={invite.error} />}
        <div className="row"><Act onClick={close}>Keep it</Act><Act kind="go" type="submit" busy={invite.isPending}>Make a link</Act></div>
      </form>
    </Modal>
  )
}

function Given({ person, close }: { person: Person; close: () => void }) {
  const [accounts, setAccounts] = useState(person.accounts)
  const [chosen, setChosen] = useState(person.groups)
  const groups = useGroups()
  const give = useChange(['people'], close)
  return (
    <Modal opened onClose={close} title={`What ${person.name} sees`}>
      <div className="stack g4">
        <AccountPicker label="Accounts" value={accounts} onChange={setAccounts} />
        {groups.length > 0 && <MultiSelect label="Groups" value={chosen.map(String)} onChange={ids => setChosen(ids.map(Number))} data={groups.map(g => ({ value: String(g.id), label: g.name }))} />}
        {give.error && <Failed error={give.error} />}
        <div className="row"><Act onClick={close}>Keep it as it was</Act><Act kind="go" busy={give.isPending} onClick={() => give.mutate({ path: `/people/${person.id}/accounts`, method: 'PUT', body: { accounts, groups: chosen } })}>Save</Act></div>
      </div>
    </Modal>
  )
}
