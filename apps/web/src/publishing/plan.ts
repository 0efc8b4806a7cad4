import { useCallback, useState } from 'react'
import type { TargetWish } from '../api/types.ts'
import { recall, remember } from '../kit/storage.ts'
import { newChoice, type Choice } from './rules.ts'

/** A post that is being made: kept in this browser until it is published, with the key that makes publishing happen once. */
export type Plan = { key: string; assetId: number | null; choices: Choice[]; at: number | null }

const fresh = (): Plan => ({ key: crypto.randomUUID(), assetId: null, choices: [], at: null })

export function usePlan() {
  const [plan, set] = useState<Plan>(() => recall<Plan>('post-plan') ?? fresh())
  const change = useCallback((by: (had: Plan) => Plan) => set(had => {
    const next = by(had)
    // Another text is another post: a plan that was sent and refused gets a new key when it changes.
    remember('post-plan', next)
    return next
  }), [])
  const choose = useCallback((accountId: number, by: Partial<Choice>) => change(had => ({ ...had, choices: had.choices.map(c => (c.accountId === accountId ? { ...c, ...by } : c)) })), [change])
  const add = useCallback((accountId: number, mode: TargetWish['mode']) => change(had => {
    const like = had.choices[0]
    return { ...had, at: accountId, choices: [...had.choices, { ...newChoice(accountId, mode), caption: like?.caption ?? '' }] }
  }), [change])
  const remove = useCallback((accountId: number) => change(had => {
    const choices = had.choices.filter(c => c.accountId !== accountId)
    return { ...had, choices, at: had.at === accountId ? (choices[0]?.accountId ?? null) : had.at }
  }), [change])
  const forget = useCallback(() => { remember('post-plan', null); set(fresh()) }, [])
  return { plan, change, choose, add, remove, forget }
}
