const tints = ['', ' t2', ' t3', ' t4', ' t5', ' t6']
export const initialsOf = (name: string): string => name.split(/[\s._-]+/).filter(Boolean).slice(0, 2).map(word => Array.from(word)[0] ?? '').join('').toUpperCase()

/** People are round, accounts are rounded squares. */
export function Avatar({ name, handle, square = false, small = false }: { name: string; handle: string; square?: boolean; small?: boolean }) {
  const tint = tints[Array.from(handle).reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % tints.length]
  return <span className={`av${tint}${square ? ' sq' : ''}${small ? ' s' : ''}`} aria-hidden="true">{initialsOf(name)}</span>
}
