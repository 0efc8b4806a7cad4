import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useState } from 'react'
import { Act } from '../kit/Act.tsx'

/** Something shown once (a link, a token, a secret), with a button that copies it. */
export function Once({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false)
  const copy = () => void navigator.clipboard.writeText(text).then(() => setCopied(true), () => setCopied(false))
  return <div className="once"><code aria-label={label} tabIndex={0} onFocus={event => getSelection()?.selectAllChildren(event.currentTarget)}>{text}</code><Act size="s" icon={copied ? <IconCheck size={14} stroke={1.75} aria-hidden="true" /> : <IconCopy size={14} stroke={1.75} aria-hidden="true" />} onClick={copy}>{copied ? 'Copied' : 'Copy'}</Act></div>
}
