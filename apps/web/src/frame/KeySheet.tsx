import { Modal, Switch } from '@mantine/core'
import { useState } from 'react'
import { keyName } from '../kit/keys.ts'
import { recall, remember } from '../kit/storage.ts'

const sheet: [string, [string, string[]][]][] = [
  ['Anywhere', [['Command bar', ['⌘K']], ['All keys', ['?']], ['All accounts, one account', ['⌘0', '⌘9']], ['The same, where the browser keeps those', ['G', '0–9']], ['Inbox', ['G', 'I']], ['Posts', ['G', 'P']], ['Accounts', ['G', 'A']], ['Settings', ['G', 'S']], ['Theme', ['⌘.']]]],
  ['In the inbox', [['Next, previous', ['J', 'K']], ['Into the talk, back', ['↵', 'Esc']], ['Reply', ['R']], ['Contact panel', ['I']], ['Send', ['⌘↵']]]],
  ['In publishing', [['New post', ['C']], ['Publish, after the choices', ['⌘↵']]]],
]

export function KeySheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [single, setSingle] = useState(!recall<boolean>('single-keys-off'))
  return (
    <Modal opened={opened} onClose={onClose} title="Keys" size="lg">
      <div className="key-sheet">
        {sheet.map(([where, keys]) => (
          <section key={where}><h3>{where}</h3>
            <dl>{keys.map(([what, which]) => <div key={what} style={{ display: 'contents' }}><dt>{what}</dt><dd className="kbd-row">{which.map(key => <kbd key={key}>{keyName(key)}</kbd>)}</dd></div>)}</dl>
          </section>
        ))}
      </div>
      <Switch label="Single letters are keys" description="Off: only keys with Ctrl or ⌘ do something" checked={single} onChange={event => { setSingle(event.currentTarget.checked); remember('single-keys-off', event.currentTarget.checked ? null : true) }} />
    </Modal>
  )
}
