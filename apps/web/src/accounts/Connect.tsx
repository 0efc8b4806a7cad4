import { Modal } from '@mantine/core'
import { IconBrandTiktok, IconMessageCircle, IconMovie } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { ask } from '../api/client.ts'
import { connectOptionsQuery } from '../api/queries.ts'
import type { Platform } from '../api/types.ts'
import { Act, Go } from '../kit/Act.tsx'
import { Bones, Failed } from '../kit/words.tsx'
import { platformWords } from './words.tsx'

const icon = { size: 20, stroke: 1.75, 'aria-hidden': true } as const

/** Goes to TikTok's consent page. */
export const useConnect = () => useMutation({
  mutationFn: (wish: { platform: Platform; accountId?: number }) => ask<{ url: string }>('/connect', { method: 'POST', body: wish, key: crypto.randomUUID() }),
  onSuccess: ({ url }) => location.assign(url),
})

/** The two permissions an account can give, each with the reason when it cannot be asked for now. */
export function ConnectWays({ accountId }: { accountId?: number }) {
  const options = useQuery(connectOptionsQuery)
  const connect = useConnect()
  if (options.isPending) return <Bones rows={2} />
  if (options.error) return <Failed of="The ways to connect could not be read." error={options.error} again={() => void options.refetch()} />
  return (
    <div className="stack g4">
      <div className="ways">
        {options.data.map(({ platform, possible, why, setting }) => (
          <div key={platform} className="card"><div className="in stack g3">
            <h3 className="row">{platform === 'business' ? <IconMessageCircle {...icon} /> : <IconMovie {...icon} />}{platformWords[platform].name}</h3>
            <p className="dim">{platformWords[platform].gives}. Asked for by {platformWords[platform].from}.</p>
            {!possible && <p className="st warn" style={{ whiteSpace: 'normal' }}>{why}</p>}
            {!possible && setting && <p className="meta dim">Set <code>{setting}</code>, or <Go to="/settings/$section" params={{ section: 'apps' }} kind="quiet" size="s">open Apps</Go></p>}
            <span><Act kind="go" icon={<IconBrandTiktok size={16} stroke={1.75} aria-hidden="true" />} why={possible ? null : (why ?? 'Not possible now')} busy={connect.isPending} onClick={() => connect.mutate({ platform, ...(accountId === undefined ? {} : { accountId }) })}>Ask for {platform === 'business' ? 'messages' : 'posts'}</Act></span>
          </div></div>
        ))}
      </div>
      {connect.error && <Failed error={connect.error} />}
      <p className="meta faint">TikTok shows what is asked and its owner agrees or not. An account may give either permission alone; both end in the same account here.</p>
    </div>
  )
}

export function ConnectDialog({ opened, close, accountId }: { opened: boolean; close: () => void; accountId?: number }) {
  return <Modal opened={opened} onClose={close} title="Connect TikTok" size="xl"><ConnectWays accountId={accountId} /></Modal>
}
