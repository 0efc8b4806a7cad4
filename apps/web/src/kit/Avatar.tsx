import { useState } from 'react'

type Props = { name: string; src?: string | null; account?: boolean; size?: 'xs' | 's' | 'm' | 'l' | 'xl'; children?: React.ReactNode }

/** People are round, accounts are rounded squares. TikTok's picture where there is one; initials when it is missing or has expired. */
export function Avatar({ name, src, account, size, children }: Props) {
  const [broken, setBroken] = useState<string | null>(null)
  const shown = src && src !== broken ? src : null
  return (
    <span className={['av', tint(name), account ? 'sq' : '', size ?? ''].filter(Boolean).join(' ')} aria-hidden="true">
      {shown ? <img src={shown} alt="" loading="lazy" referrerPolicy="no-referrer" onError={() => setBroken(shown)} /> : initials(name)}
      {children && <span className="on">{children}</span>}
    </span>
  )
}

const tint = (name: string) => `t${([...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973, 7) % 6) + 1}`

export function initials(name: string): string {
  const words = name.replace(/^@/, '').split(/[\s._-]+/).filter(Boolean)
  const letters = words.length > 1 ? [words[0], words[1]].map(word => [...(word ?? '')][0] ?? '') : [...(words[0] ?? '?')].slice(0, 2)
  return letters.join('').toUpperCase()
}
