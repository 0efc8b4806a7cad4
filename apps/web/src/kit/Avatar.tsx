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

function tint(name: string): string {
  let sum = 7
  for (let i = 0; i < name.length; i++) sum = (sum * 31 + name.charCodeAt(i)) % 9973
  return `t${(sum % 6) + 1}`
}

const letters = (word: string | undefined, most: number) => Array.from(new Intl.Segmenter().segment(word ?? ''), part => part.segment).slice(0, most)

export function initials(name: string): string {
  const words = name.replace(/^@/, '').split(/[\s._-]+/).filter(Boolean)
  const shown = words.length > 1 ? [...letters(words[0], 1), ...letters(words[1], 1)] : letters(words[0] ?? '?', 2)
  return shown.join('').toUpperCase()
}
