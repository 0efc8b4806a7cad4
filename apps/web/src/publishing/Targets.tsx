import { Menu } from '@mantine/core'
import { IconCheck, IconCircleDashed, IconPlus, IconX } from '@tabler/icons-react'
import { useEffect, useEffectEvent } from 'react'
import type { Account, TargetWish } from '../api/types.ts'
import { IconAct } from '../kit/Act.tsx'
import { Avatar } from '../kit/Avatar.tsx'
import type { Plan } from './plan.ts'
import { roadClosed } from './rules.ts'

type Props = { accounts: Account[]; preferred: number | null; plan: Plan; gaps: { accountId: number; why: string[] }[]; add: (id: number, mode: TargetWish['mode']) => void; remove: (id: number) => void; show: (id: number) => void }
const roadOf = (account: Account): TargetWish['mode'] | null => (roadClosed(account, 'direct') === null ? 'direct' : roadClosed(account, 'draft') === null ? 'draft' : null)
const icon = { size: 14, stroke: 1.75, 'aria-hidden': true } as const

/** Who posts it: a tab per account, each with its own state; the plus adds another. */
export function Targets({ accounts, preferred, plan, gaps, add, remove, show }: Props) {
  const chosen = new Set(plan.choices.map(c => c.accountId))
  const others = accounts.filter(a => !chosen.has(a.id))
  const at = plan.at ?? plan.choices[0]?.accountId
  // With one account looked at (or only one there) the choice is made already.
  const begin = useEffectEvent(() => {
    const able = accounts.filter(a => roadOf(a) !== null)
    const first = able.find(a => a.id === preferred) ?? (able.length === 1 ? able[0] : undefined)
    const road = first && roadOf(first)
    if (plan.choices.length === 0 && first && road) add(first.id, road)
  })
  useEffect(() => begin(), [accounts.length])
  return (
    <div className="whos">
      <div className="whos" role="tablist" aria-label="Accounts to post from" hidden={plan.choices.length === 0}>
        {plan.choices.map(choice => {
          const account = accounts.find(a => a.id === choice.accountId)
          const why = gaps.find(gap => gap.accountId === choice.accountId)?.why ?? []
          return (
            <button key={choice.accountId} type="button" role="tab" className="who-tab" aria-selected={choice.accountId === at} onClick={() => show(choice.accountId)}>
              <Avatar account size="m" name={account?.displayName ?? '?'} src={account?.avatarUrl} />
              <span className="stack g0"><span className="medium">{account?.displayName ?? 'Account'}</span>
                <span className={`meta st ${why.length > 0 ? 'warn' : 'ok'}`} style={{ gap: 4 }}>{why.length > 0 ? <><IconCircleDashed {...icon} />{why.length === 1 ? '1 choice left' : `${why.length} choices left`}</> : <><IconCheck {...icon} />{choice.mode === 'draft' ? 'As draft' : 'Ready'}</>}</span></span>
            </button>
          )
        })}
      </div>
      {at !== undefined && chosen.size > 1 && <IconAct name="Take this account out" icon={<IconX {...icon} size={16} />} onClick={() => remove(at)} />}
      {others.length > 0 && (
        <Menu position="bottom-start" width={320}>
          <Menu.Target><button type="button" className={plan.choices.length === 0 ? 'btn' : 'btn quiet icon'} aria-label={plan.choices.length === 0 ? undefined : 'Add an account'} style={{ minHeight: 44 }}><IconPlus {...icon} size={16} />{plan.choices.length === 0 && 'Choose an account'}</button></Menu.Target>
          <Menu.Dropdown>
            {others.map(account => {
              const road = roadOf(account)
              return <Menu.Item key={account.id} aria-disabled={road === null || undefined} leftSection={<Avatar account size="s" name={account.displayName} src={account.avatarUrl} />} closeMenuOnClick={road !== null} onClick={() => road && add(account.id, road)}><span className="medium">{account.displayName}</span><span className="meta faint" style={{ display: 'block' }}>{road ? `@${account.handle}` : roadClosed(account, 'direct')}</span></Menu.Item>
            })}
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  )
}
