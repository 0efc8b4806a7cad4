import { TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { askAll } from '../api/client.ts'
import type { Group } from '../api/house-types.ts'
import { accountsQuery } from '../api/queries.ts'
import { Act } from '../kit/Act.tsx'
import { Bones, Empty, Failed } from '../kit/words.tsx'
import { AccountPicker } from './AccountPicker.tsx'
import { useChange } from './act.ts'

/** Groups of accounts, for agencies with many: an agent is given a group instead of each account. */
export function Groups() {
  const groups = useQuery({ queryKey: ['groups'], queryFn: ({ signal }) => askAll<Group>('/groups', signal) })
  const [wish, setWish] = useState({ name: '', accounts: [] as number[] })
  const make = useChange(['groups'], () => setWish({ name: '', accounts: [] }))
  return (
    <section className="sect" aria-label="Groups">
      <header><h2>Groups</h2><span className="meta faint">Accounts of one client, one brand, one region</span></header>
      {groups.isPending && <Bones rows={2} />}
      {groups.error && <Failed of="The groups could not be read." error={groups.error} again={() => void groups.refetch()} />}
      {groups.data?.length === 0 && <div className="card"><Empty title="No groups yet">With a handful of accounts nobody needs them.</Empty></div>}
      {groups.data && groups.data.length > 0 && <div className="card"><ul className="lines">{groups.data.map(group => <GroupLine key={group.id} group={group} />)}</ul></div>}
      <form className="card" onSubmit={event => { event.preventDefault(); make.mutate({ path: '/groups', body: wish }) }}>
        <header><b className="medium">New group</b></header>
        <div className="in inline-form"><TextInput label="Name" required withAsterisk={false} value={wish.name} onChange={event => setWish({ ...wish, name: event.currentTarget.value })} /><AccountPicker label="Accounts" value={wish.accounts} onChange={accounts => setWish({ ...wish, accounts })} /><span><Act kind="go" type="submit" busy={make.isPending}>Make it</Act></span></div>
        {make.error && <div className="in"><Failed error={make.error} /></div>}
      </form>
    </section>
  )
}

function GroupLine({ group }: { group: Group }) {
  const accounts = useQuery(accountsQuery).data ?? []
  const [edit, setEdit] = useState<number[] | null>(null)
  const change = useChange(['groups'], () => setEdit(null))
  const path = `/groups/${group.id}`
  return (
    <li>
      <div className="stack g0 grow"><b className="medium">{group.name}</b><span className="meta faint">{group.accounts.map(id => accounts.find(a => a.id === id)?.displayName).filter(Boolean).join(', ') || 'No accounts'}{group.people.length > 0 && ` · ${group.people.length} people`}</span></div>
      <Act size="s" onClick={() => setEdit(edit ? null : group.accounts)}>{edit ? 'Keep it' : 'Change'}</Act>
      <Act size="s" kind="stop" busy={change.isPending} onClick={() => change.mutate({ path, method: 'DELETE' })}>Dissolve</Act>
      {edit && <div className="row" style={{ flexBasis: '100%', alignItems: 'end' }}><div className="grow"><AccountPicker label={`Accounts of ${group.name}`} value={edit} onChange={setEdit} /></div><Act kind="go" busy={change.isPending} onClick={() => change.mutate({ path, method: 'PATCH', body: { accounts: edit } })}>Save</Act></div>}
      {change.error && <div style={{ flexBasis: '100%' }}><Failed error={change.error} /></div>}
    </li>
  )
}
