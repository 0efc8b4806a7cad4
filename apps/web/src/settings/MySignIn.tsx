import { PasswordInput, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { askAll } from '../api/client.ts'
import type { Session } from '../api/house-types.ts'
import { meQuery } from '../api/queries.ts'
import { changePassword, confirmTwoFactor, endTwoFactor, startTwoFactor } from '../identity/auth.ts'
import { Act } from '../kit/Act.tsx'
import { now } from '../kit/clock.ts'
import { dayAndTime } from '../kit/times.ts'
import { toast } from '../kit/toast.tsx'
import { Bones, Failed, Say } from '../kit/words.tsx'
import { useChange } from './act.ts'
import { Once } from './Once.tsx'

function field(event: FormEvent<HTMLFormElement>, name: string): string {
  const value = new FormData(event.currentTarget).get(name)
  return typeof value === 'string' ? value : ''
}

/** One's own way in: where one is signed in, the password, the second factor. */
export function MySignIn() {
  const sessions = useQuery({ queryKey: ['sessions'], queryFn: ({ signal }) => askAll<Session>('/sessions', signal) })
  const end = useChange(['sessions'])
  return (
    <section className="sect" aria-label="My sign-in">
      <header><h2>My sign-in</h2></header>
      <div className="card">
        <header><b className="medium">Where I am signed in</b>{(sessions.data?.length ?? 0) > 1 && <Act size="s" className="push" busy={end.isPending} onClick={() => end.mutate({ path: '/sessions', method: 'DELETE' })}>End all others</Act>}</header>
        {sessions.isPending && <Bones rows={2} />}
        {sessions.error && <div className="in"><Failed error={sessions.error} again={() => void sessions.refetch()} /></div>}
        {end.error && <div className="in"><Failed error={end.error} /></div>}
        <ul className="lines">{sessions.data?.map(s => <li key={s.id}><div className="stack g0 grow"><span className="medium">{browserName(s.browser)}{s.current && <span className="chip acc" style={{ marginLeft: 8 }}>This one</span>}</span><span className="meta faint num">{s.address ?? 'address not known'}, last here {dayAndTime(s.lastSeenAt, now())}</span></div>{!s.current && <Act size="s" busy={end.isPending} onClick={() => end.mutate({ path: `/sessions/${s.id}`, method: 'DELETE' })}>End it</Act>}</li>)}</ul>
      </div>
      <Password />
      <TwoFactor />
    </section>
  )
}

function browserName(agent: string | null): string {
  if (!agent) return 'A browser'
  const name = /Edg\//.test(agent) ? 'Edge' : /Firefox\//.test(agent) ? 'Firefox' : /Chrom(e|ium)\//.test(agent) ? 'Chrome' : /Safari\//.test(agent) ? 'Safari' : 'A browser'
  const on = /iPhone|iPad/.test(agent) ? 'iPhone or iPad' : /Android/.test(agent) ? 'Android' : /Mac OS X/.test(agent) ? 'Mac' : /Windows/.test(agent) ? 'Windows' : /Linux/.test(agent) ? 'Linux' : ''
  return on ? `${name} on ${on}` : name
}

function Password() {
  const [round, setRound] = useState(0)
  const change = useMutation({ mutationFn: ({ old, fresh }: { old: string; fresh: string }) => changePassword(old, fresh), onSuccess: () => { setRound(round + 1); toast('The password is changed; other sign-ins are ended') } })
  return (
    <form key={round} className="card" onSubmit={event => { event.preventDefault(); change.mutate({ old: field(event, 'old'), fresh: field(event, 'fresh') }) }}>
      <header><b className="medium">Password</b></header>
      <div className="in inline-form">
        <PasswordInput label="Now" name="old" autoComplete="current-password" required withAsterisk={false} />
        <PasswordInput label="From now on" name="fresh" autoComplete="new-password" minLength={10} required withAsterisk={false} />
        <span><Act type="submit" busy={change.isPending}>Change it</Act></span>
      </div>
      {change.error && <div className="in"><Failed error={change.error} /></div>}
    </form>
  )
}

function TwoFactor() {
  const me = useQuery(meQuery).data?.viewer
  const client = useQueryClient()
  const [begun, setBegun] = useState<{ totpURI: string; backupCodes: string[] } | null>(null)
  const again = () => client.invalidateQueries({ queryKey: ['me'] })
  const begin = useMutation({ mutationFn: startTwoFactor, onSuccess: setBegun })
  const confirm = useMutation({ mutationFn: confirmTwoFactor, onSuccess: () => { setBegun(null); toast('Two-factor is on'); return again() } })
  const end = useMutation({ mutationFn: endTwoFactor, onSuccess: () => { toast('Two-factor is off'); return again() } })
  const error = begin.error ?? confirm.error ?? end.error
  const secret = begun ? new URL(begun.totpURI).searchParams.get('secret') : null
  return (
    <div className="card">
      <header><b className="medium">Two-factor</b><span className={`st push ${me?.twoFactor ? 'ok' : ''}`}>{me?.twoFactor ? 'On' : 'Off'}</span></header>
      <div className="in stack g4">
        {error && <Failed error={error} />}
        {begun && secret ? <>
          <Say kind="acc"><b className="medium">Enter this key in your authenticator, then give its code.</b> On this device, <a href={begun.totpURI}>open the authenticator</a>.</Say>
          <Once text={secret} label="Authenticator key" />
          <div className="stack"><b className="medium">Backup codes, each good once</b><span className="meta faint">Keep them somewhere that is not this computer.</span><Once text={begun.backupCodes.join(' ')} label="Backup codes" /></div>
          <form className="inline-form" onSubmit={event => { event.preventDefault(); confirm.mutate(field(event, 'code').replaceAll(' ', '')) }}><TextInput label="Code" name="code" inputMode="numeric" autoComplete="one-time-code" required withAsterisk={false} /><span><Act kind="go" type="submit" busy={confirm.isPending}>Switch it on</Act></span></form>
        </> : me?.twoFactor
          ? <form className="inline-form" onSubmit={event => { event.preventDefault(); end.mutate(field(event, 'password')) }}><PasswordInput label="Password" name="password" autoComplete="current-password" required withAsterisk={false} /><span><Act type="submit" kind="stop" busy={end.isPending}>Switch it off</Act></span></form>
          : <form className="inline-form" onSubmit={event => { event.preventDefault(); begin.mutate(field(event, 'password')) }}><PasswordInput label="Password" description="Then a code from your phone is asked for at each sign-in" name="password" autoComplete="current-password" required withAsterisk={false} /><span><Act type="submit" busy={begin.isPending}>Begin</Act></span></form>}
      </div>
    </div>
  )
}
