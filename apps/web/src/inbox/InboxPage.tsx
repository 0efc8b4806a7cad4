import './inbox.css'
import { Outlet, useNavigate, useParams } from '@tanstack/react-router'
import { useKeys } from '../kit/keys.ts'
import { List, useList } from './List.tsx'

/** List, talk and contact side by side; on a phone one at a time. */
export function InboxPage() {
  const { id } = useParams({ strict: false })
  const chosen = typeof id === 'number' ? id : null
  const { items } = useList()
  const navigate = useNavigate()
  const move = (by: number) => {
    const at = items.findIndex(c => c.id === chosen)
    const next = items[at < 0 ? 0 : Math.min(items.length - 1, Math.max(0, at + by))]
    if (next) void navigate({ to: '/inbox/$id', params: { id: next.id } })
  }
  useKeys({ j: () => move(1), k: () => move(-1), r: () => document.getElementById('reply')?.focus(), Enter: event => { if (event.target === document.body) document.getElementById('reply')?.focus() } })
  return <div className={chosen === null ? 'desk' : 'desk open'}><List chosen={chosen} /><Outlet /></div>
}
