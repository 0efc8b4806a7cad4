import { PasswordInput, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useRouteContext, useSearch } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { ask, Problem } from '../api/client.ts'
import type { Role } from '../api/types.ts'
import { Act, Go } from '../kit/Act.tsx'
import { Bones, Failed, Say } from '../kit/words.tsx'
import { DoorPage } from './DoorPage.tsx'

type Link = { kind: 'owner' | 'invitation' | 'reset'; email: string | null; name: string | null; role: Role | null; expiresAt: string }
const titles = { owner: 'Take the keys', invitation: 'Come in', reset: 'A new password' }
const intros = {
  owner: 'This link came from the terminal of this installation. Whoever uses it owns the house.',
  invitation: 'Somebody who works here invited you. Say who you are and choose a password.',
  reset: 'Choose a new password. You are signed out everywhere else.',
}

/** Where every one-time link leads: the owner's first visit, an invitation, a reset. */
export function Welcome() {
  const { token } = useSearch({ from: '/welcome' })
  const { queryClient } = useRouteContext({ from: '__root__' })
  const navigate = useNavigate()
  const link = useQuery({ queryKey: ['entry', token], queryFn: () => ask<Link>('/entry/look', { method: 'POST', body: { token } }), enabled: Boolean(token), retry: false, staleTime: Infinity })
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)

  async function submit(event: FormEvent<HTMLFormElement>, known: Link) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const field = (name: string) => { const value = form.get(name); return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined }
    const typed = form.get('password')
    const password = typeof typed === 'string' ? typed : ''
    setBusy(true)
    setError(null)
    try {
      const entered = await ask<{ signedIn: boolean }>('/entry', { method: 'POST', body: { token, password, email: field('email'), name: field('name') } })
      queryClient.clear()
      await navigate(entered.signedIn ? { to: known.kind === 'owner' ? '/start' : '/inbox', replace: true } : { to: '/sign-in', replace: true })
    } catch (why) {
      setError(why)
    } finally {
      setBusy(false)
    }
  }

  const known = link.data
  return (
    <DoorPage words="One door in, for the people who work here.">
      <div className="stack g1"><h1>{known ? titles[known.kind] : 'Welcome'}</h1><p className="dim">{known ? intros[known.kind] : location.host}</p></div>
      {!token && <Say kind="warn">This page needs a link. The owner’s is printed in the terminal; others come from an owner or admin.</Say>}
      {link.isLoading && <Bones rows={2} />}
      {link.error && (link.error instanceof Problem && link.error.status > 0 && link.error.status < 500 ? <Say kind="bad" role="alert"><b className="medium">{link.error.title}.</b> {link.error.message}</Say> : <Failed error={link.error} again={() => void link.refetch()} />)}
      {known && (
        <form onSubmit={event => void submit(event, known)}>
          {known.kind !== 'reset' && <TextInput label="Your name" name="name" defaultValue={known.name ?? ''} autoComplete="name" autoFocus />}
          <TextInput label="E-mail" name="email" type="email" defaultValue={known.email ?? ''} readOnly={known.email !== null} autoComplete="username" required withAsterisk={false} />
          <PasswordInput label="Password" description="At least ten characters; a few words are fine" name="password" autoComplete="new-password" minLength={10} required withAsterisk={false} visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }} />
          {error !== null && <Failed error={error} />}
          <Act kind="go" size="l" type="submit" busy={busy}>{known.kind === 'reset' ? 'Set the password' : 'Come in'}</Act>
        </form>
      )}
      <p><Go to="/sign-in" kind="quiet" size="s">To the sign-in</Go></p>
    </DoorPage>
  )
}
