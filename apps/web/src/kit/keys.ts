import { useEffect, useRef } from 'react'
import { recall } from './storage.ts'

export const isMac = /Mac|iP(hone|ad|od)/.test(navigator.platform)
/** "⌘K" on a Mac, "Ctrl K" elsewhere. */
export const keyName = (key: string) => (isMac ? key : key.replace('⌘', 'Ctrl ').replace('⌥', 'Alt '))

/** Names: 'j', '?', 'Escape', 'mod+k', 'g i' (one after the other). Single letters are silent in fields, in dialogs, and when switched off. */
export type Keys = Record<string, (event: KeyboardEvent) => void>

const inField = (target: EventTarget | null) => target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
const inDialog = () => document.querySelector('[role="dialog"][aria-modal="true"]') !== null
let lastG = 0

export function useKeys(keys: Keys) {
  const latest = useRef(keys)
  useEffect(() => { latest.current = keys })
  useEffect(() => {
    const heard = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || inDialog()) return
      const mod = isMac ? event.metaKey : event.ctrlKey
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
      const afterG = performance.now() - lastG < 1_500
      const name = mod ? `mod+${key}` : event.altKey ? `alt+${key}` : afterG && plain ? `g ${key}` : key
      const single = plain && event.key.length === 1
      if (single && (inField(event.target) || recall<boolean>('single-keys-off'))) return
      if (inField(event.target) && plain && event.key !== 'Escape') return
      // Escape belongs to an open menu first.
      if (event.key === 'Escape' && event.target instanceof Element && event.target.closest('[role="menu"], [role="listbox"], [aria-expanded="true"]')) return
      const act = latest.current[name] ?? (name.startsWith('g ') ? latest.current[key] : undefined)
      if (act) { act(event); if (name.startsWith('g ')) lastG = 0; event.preventDefault() }
      else if (plain && key === 'g') lastG = performance.now()
    }
    document.addEventListener('keydown', heard)
    return () => document.removeEventListener('keydown', heard)
  }, [])
}
