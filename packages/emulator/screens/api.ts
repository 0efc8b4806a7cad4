import { useEffect, useRef, useState } from 'react'

/** Asks the control API; a refusal becomes an error with its sentence. */
export async function ask<T>(path: string, method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' = 'GET', body?: unknown): Promise<T> {
  const answer = await fetch(`/_emulator/${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }) })
  const said: unknown = await answer.json().catch(() => undefined)
  if (!answer.ok) {
    const detail = typeof said === 'object' && said !== null && 'detail' in said ? String(said.detail) : `The emulator answered ${answer.status}`
    throw new Error(detail)
  }
  return said as T
}

/** Does a verb of the world, such as customerSays. */
export const verb = <T = unknown>(name: string, ...args: unknown[]): Promise<T> => ask<T>(`world/${name}`, 'POST', args)

/** Reads now, and again whenever the world changed (many changes become one look). `key` names what is read. */
export function useWorld<T>(read: () => Promise<T>, key: string): T | undefined {
  const [value, setValue] = useState<T>()
  const latest = useRef(read)
  useEffect(() => { latest.current = read })
  useEffect(() => {
    let living = true, turn = 0
    const look = async () => {
      const mine = ++turn, next = await latest.current()
      if (living && mine === turn) setValue(next)
    }
    const again = () => { look().catch(say) }
    again()
    const stop = onWorld(again)
    return () => { living = false; stop() }
  }, [key])
  return value
}

export function useList<T>(list: string): T[] {
  return useWorld(() => ask<{ items: T[] }>(`world/${list}`), list)?.items ?? []
}

const hearers = new Set<() => void>()
let source: EventSource | undefined
let waiting: ReturnType<typeof setTimeout> | undefined

function onWorld(hear: () => void): () => void {
  hearers.add(hear)
  if (!source) {
    source = new EventSource('/_emulator/timeline/stream')
    source.onmessage = worldChanged
    source.onopen = worldChanged
    setInterval(() => { if (document.visibilityState === 'visible') worldChanged() }, 3000) // some changes of the world are told to nobody
  }
  return () => { hearers.delete(hear) }
}

/** Everybody looks again, at most about ten times a second. */
export function worldChanged(): void {
  waiting ??= setTimeout(() => { waiting = undefined; for (const hear of hearers) hear() }, 90)
}

type Notice = { id: number; words: string; bad: boolean }
let notices: Notice[] = []
const readers = new Set<(list: Notice[]) => void>()
const tellReaders = () => { for (const reader of readers) reader(notices) }

/** Shows a sentence for a few seconds; errors show their message. */
export function say(what: unknown, bad = what instanceof Error): void {
  const notice = { id: Math.random(), words: what instanceof Error ? what.message : String(what), bad }
  notices = [...notices.slice(-2), notice]
  tellReaders()
  setTimeout(() => { notices = notices.filter(n => n.id !== notice.id); tellReaders() }, 6000)
}

export function useNotices(): Notice[] {
  const [list, setList] = useState(notices)
  useEffect(() => { readers.add(setList); return () => { readers.delete(setList) } }, [])
  return list
}

/** Runs a deed of a button: errors are shown, the world is looked at again. */
export const deed = (work: () => Promise<unknown>) => (): void => { work().then(worldChanged, say) }
