import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ask } from '../api/client.ts'
import type { Account } from '../api/types.ts'
import { Act } from '../kit/Act.tsx'
import { recall, remember } from '../kit/storage.ts'
import { Failed, Say } from '../kit/words.tsx'

/** TikTok gives one account different ids on its two platforms: where it is not certain that two are one, a person says. */
export function Merge({ account, other }: { account: Account; other: Account['possibleMatches'][number] }) {
  const client = useQueryClient()
  const place = `not-one.${account.id}-${other.id}`
  const [away, setAway] = useState(() => recall<boolean>(place) === true)
  const merge = useMutation({ mutationFn: () => ask(`/accounts/${account.id}/merge`, { method: 'POST', body: { otherId: other.id }, key: crypto.randomUUID() }), onSuccess: () => client.invalidateQueries({ queryKey: ['accounts'] }) })
  if (away) return null
  const named = (a: { handle: string; displayName: string }) => `${a.displayName}${a.handle ? ` (@${a.handle})` : ''}`
  return (
    <div style={{ padding: '16px 24px 0' }}>
      <Say kind="acc">
        <b className="medium">Are these one account?</b> {named(account)} and {named(other)} look alike. Joined, messages and posts stand under one name; this cannot be taken apart again.
        <span className="row wrap" style={{ marginTop: 8 }}><Act size="s" kind="go" busy={merge.isPending} onClick={() => merge.mutate()}>Join them</Act><Act size="s" kind="quiet" onClick={() => { remember(place, true); setAway(true) }}>They are two</Act></span>
      </Say>
      {merge.error && <Failed error={merge.error} />}
    </div>
  )
}
