import './accounts.css'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { useSearch } from '@tanstack/react-router'
import { Go } from '../kit/Act.tsx'
import { Empty } from '../kit/words.tsx'
import { failures } from './words.tsx'

/** Where a consent that did not work out ends: what happened, whether anything was connected, what to do. */
export function ConnectResult() {
  const { reason, code } = useSearch({ from: '/inside/connect/result' })
  const said = failures[reason ?? ''] ?? { title: 'It was not connected', what: 'TikTok came back with an answer we do not know. Nothing was connected.', next: 'Start again from Accounts.' }
  return (
    <div className="page"><div className="top"><h1>Connect TikTok</h1></div>
      <div className="body">
        <Empty icon={<IconPlugConnectedX size={20} stroke={1.75} aria-hidden="true" />} title={said.title} acts={<><Go to="/accounts" search={{ connect: true }} kind="go">Connect again</Go><Go to="/accounts">To the accounts</Go></>}>{said.what} {said.next}</Empty>
        {code && <p className="mono faint" style={{ textAlign: 'center' }}>{code}</p>}
      </div>
    </div>
  )
}
