import { useNavigate, useSearch } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { accountsQuery } from '../api/queries.ts'
import { remember } from '../kit/storage.ts'

/** Which account the desk looks at: one, or all (null). It is part of the address, so that a link shows what its sender saw. */
export function useChoice() {
  const { account } = useSearch({ strict: false })
  const navigate = useNavigate()
  const accounts = useQuery(accountsQuery).data ?? []
  const chosen = accounts.find(a => a.id === account) ?? null
  const choose = useCallback((id: number | null) => {
    remember('account', id)
    void navigate({ to: '.', search: had => ({ ...had, account: id ?? undefined }) })
  }, [navigate])
  return { accountId: chosen ? chosen.id : accounts.length === 0 ? (account ?? null) : null, chosen, accounts, choose }
}
