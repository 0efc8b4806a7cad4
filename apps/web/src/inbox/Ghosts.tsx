import { IconEyeOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { accountsQuery, ghostsQuery } from '../api/queries.ts'
import { shortTime } from '../kit/times.ts'
import { useNow } from '../kit/useNow.ts'

const SHOWN_FOR_MS = 48 * 3_600_000 // as long as one may answer

/** People in the EEA, the UK and Switzerland: TikTok tells only that somebody wrote, and when. */
export function Ghosts({ accountId }: { accountId: number | null }) {
  const now = useNow()
  const accounts = useQuery(accountsQuery).data ?? []
  const lately = (useQuery(ghostsQuery).data ?? []).filter(g => (accountId === null || g.accountId === accountId) && Date.parse(g.wroteAt) > now - SHOWN_FOR_MS)
  const [first] = lately
  if (!first) return null
  const to = [...new Set(lately.map(g => `@${accounts.find(a => a.id === g.accountId)?.handle ?? '…'}`))].join(', ')
  return (
    <div className="ghosts" role="status">
      <IconEyeOff size={16} stroke={1.75} aria-hidden="true" />
      <span>{lately.length === 1 ? 'Someone' : `${lately.length} messages from people`} in the EEA, the UK or Switzerland wrote to {to}, last {shortTime(first.wroteAt, now)}. TikTok does not share who or what. <a href="https://www.tiktok.com/messages" target="_blank" rel="noreferrer noopener">Open TikTok</a></span>
    </div>
  )
}
