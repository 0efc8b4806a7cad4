import { PasswordInput, TextInput } from '@mantine/core'
import { useNavigate, useRouteContext, useSearch } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { Problem } from '../api/client.ts'
import { Act } from '../kit/Act.tsx'
import { Say } from '../kit/words.tsx'
import { giveCode, signIn } from './auth.ts'
import { DoorPage } from './DoorPage.tsx'

/** Where a person wanted to go before the door; only places of this house. */
export const wayOn = (to: string | undefined) => (to && /^\/(?!\/)/.test(to) && !to.startsWith('/sign-in') ? to : '/inbox')

export function SignIn() {
  const { queryClient } = useRouteContext({ from: '__root__' })
  const { to } = useSearch({ from: '/sign-in' })
  const navigate = useNavigate()
  const [step, setStep] = useState<'password' | 'code'>('password')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (busy) return
    const form = new FormData(event.currentTarget)
    const field = (name: string) => { const value = form.get(name); return typeof value === 'string' ? value : '' }
    setBusy(true)
    setError(null)
    try {
      if (step === 'password' && await signIn(field('email').trim(), field('password')) === 'two factor') { setStep('code'); return }
      if (step === 'code') await giveCode(field('code').replaceAll(' ', ''))
      queryClient.clear()
      await navigate({ to: wayOn(to), replace: true })
    } catch (why) {
      setError(sentence(why, step))
    } finally {
      setBusy(false)
    }
  }

  return (
    <DoorPage words="The messages come in by the stage door, and the show goes out from it.">
      <div className="stack g1"><h1>Sign in</h1><p className="dim">{location.host}</p></div>
      <form onSubmit={event => void submit(event)}>
        {step === 'password' ? <>
          <TextInput label="E-mail" name="email" type="email" autoComplete="username" required withAsterisk={false} autoFocus />
          <PasswordInput label="Password" name="password" autoComplete="current-password" required withAsterisk={false} visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }} />
        </> : <TextInput key="code" label="Code" description="Six digits from your authenticator, or one of your backup codes" name="code" autoComplete="one-time-code" inputMode="numeric" required withAsterisk={false} autoFocus />}
        {error && <Say kind="bad" role="alert">{error}</Say>}
        <Act kind="go" size="l" type="submit" busy={busy}>Sign in</Act>
      </form>
      <p className="meta faint">No account, or a forgotten password? Ask an owner for a link. A locked-out owner runs <span className="mono">npm run owner-link</span>.</p>
    </DoorPage>
  )
}

function sentence(why: unknown, step: 'password' | 'code'): string {
  if (!(why instanceof Problem)) return 'This page tripped. Reload it and try again.'
  if (why.status === 429) return why.message || 'Too many tries. Wait a minute, then try again.'
  if (why.status === 401 || why.status === 403) return step === 'code' ? 'That code does not fit. They change every 30 seconds; try the next one.' : why.code.includes('BANNED') ? 'This sign-in was switched off by an owner.' : 'That e-mail and password do not fit together.'
  return why.message || why.title
}
