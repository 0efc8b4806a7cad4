import { Combobox, useCombobox } from '@mantine/core'
import { IconAlertTriangle, IconCircleDashed, IconPlus, IconSelector, IconStack2 } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { abilityOf } from '../accounts/ability.ts'
import { Avatar } from '../kit/Avatar.tsx'
import { keyName } from '../kit/keys.ts'
import { useChoice } from './choice.ts'

const small = { size: 14, stroke: 1.75, 'aria-hidden': true } as const

/** One account or all: by mouse, by arrows, by ⌘0…⌘9, by G and a digit. */
export function Switcher({ round }: { round?: boolean }) {
  const { accountId, chosen, accounts, choose } = useChoice()
  const navigate = useNavigate()
  const box = useCombobox({ onDropdownOpen: () => box.selectActiveOption(), onDropdownClose: () => box.resetSelectedOption() })
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    const open = () => { if (button.current?.offsetParent) { box.openDropdown(); button.current.focus() } }
    addEventListener('stagedoor:accounts', open)
    return () => removeEventListener('stagedoor:accounts', open)
  })
  return (
    <Combobox store={box} width="max-content" position="bottom-start" shadow="xl" withinPortal onOptionSubmit={value => {
      box.closeDropdown()
      if (value === 'connect') void navigate({ to: '/accounts', search: had => ({ ...had, connect: true }) })
      else choose(value === 'all' ? null : Number(value))
    }}>
      <Combobox.Target targetType="button">
        <button ref={button} type="button" className={round ? 'switcher round' : 'switcher'} onClick={() => box.toggleDropdown()}>
          <span className="vh">Account: {round && (chosen ? chosen.displayName : 'All accounts')}</span>
          {chosen ? <Avatar account size="s" name={chosen.displayName} src={chosen.avatarUrl} /> : <span className="pile">{accounts.length === 0 ? <IconStack2 {...small} size={20} /> : accounts.slice(0, 2).map(a => <Avatar key={a.id} account size="s" name={a.displayName} src={a.avatarUrl} />)}</span>}
          {!round && <><span className="name cut medium">{chosen ? chosen.displayName : 'All accounts'}</span>{!chosen && <span className="name faint num">{accounts.length}</span>}<IconSelector {...small} size={16} className="push name" /></>}
        </button>
      </Combobox.Target>
      <Combobox.Dropdown className="accounts-menu">
        <Combobox.Options aria-label="Accounts" mah="70vh" style={{ overflowY: 'auto' }}>
          <Combobox.Option value="all" className="item" active={accountId === null} selected={accountId === null}>
            <span className="av m sq" style={{ background: 'var(--well)', color: 'var(--ink-2)' }}><IconStack2 {...small} size={16} /></span>
            <span className="stack g0"><b className="medium">All accounts</b><span className="meta dim">{accounts.length === 0 ? 'None yet' : `${accounts.length}, each as last proven`}</span></span>
            <span className="push row g1"><Unread n={accounts.reduce((sum, a) => sum + a.unread, 0)} /><kbd className="only-desk">{keyName('⌘0')}</kbd></span>
          </Combobox.Option>
          {accounts.map((account, i) => {
            const ability = abilityOf(account)
            return (
              <Combobox.Option key={account.id} value={String(account.id)} className="item" active={account.id === accountId} selected={account.id === accountId}>
                <Avatar account size="m" name={account.displayName} src={account.avatarUrl} />
                <span className="stack g0">
                  <span className="row g1"><b className="medium cut">{account.displayName}</b><span className="meta faint cut">@{account.handle}</span></span>
                  <span className={`meta ${ability.kind === 'ok' ? 'dim' : `st ${ability.kind}`}`} style={{ gap: 4 }}>{ability.kind === 'bad' ? <IconAlertTriangle {...small} /> : ability.kind === 'warn' ? <IconCircleDashed {...small} /> : null}{ability.sentence}</span>
                </span>
                <span className="push row g1"><Unread n={account.unread} />{i < 9 && <kbd className="only-desk">{keyName(`⌘${i + 1}`)}</kbd>}</span>
              </Combobox.Option>
            )
          })}
          <Combobox.Option value="connect" className="item add"><IconPlus {...small} size={16} />Connect TikTok</Combobox.Option>
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}

const Unread = ({ n }: { n: number }) => (n > 0 ? <span className="count"><span className="vh">Unread: </span>{n}</span> : null)
