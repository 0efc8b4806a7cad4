/** This browser's own memory. Private windows and full disks may refuse it: then it is forgotten, never an error. */
export function remember(name: string, value: unknown) {
  try {
    if (value === undefined || value === null) localStorage.removeItem(`stagedoor.${name}`)
    else localStorage.setItem(`stagedoor.${name}`, JSON.stringify(value))
  } catch { /* nothing can be done, and nothing depends on it */ }
}

export function recall<T>(name: string): T | null {
  try {
    const kept = localStorage.getItem(`stagedoor.${name}`)
    return kept === null ? null : (JSON.parse(kept) as T)
  } catch {
    return null
  }
}

/** Every remembered name that begins so. */
export function remembered(prefix: string): string[] {
  try {
    return Object.keys(localStorage).filter(name => name.startsWith(`stagedoor.${prefix}`)).map(name => name.slice('stagedoor.'.length))
  } catch {
    return []
  }
}
