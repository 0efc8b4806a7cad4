import { IconCopy, IconRefresh, IconTerminal2 } from '@tabler/icons-react'
import { memo, useEffect, useRef, useState } from 'react'
import { ask, deed, say } from '../api.ts'
import { patience, secondOf } from '../times.ts'
import type { WireEntry } from '../words.ts'

const KEPT = 400
const filters = ['All', 'Refused', 'Webhooks'] as const

/** The code a person looks for: TikTok's own where the body carries one, else HTTP's. */
export function codeOf(entry: WireEntry): string {
  if (entry.status === null) return 'cut'
  const own = /"code":\s*"?(\w+)"?/.exec(entry.responseBody)?.[1] ?? /"error":\s*"(\w+)"/.exec(entry.responseBody)?.[1]
  return entry.kind === 'request' && own !== undefined && own !== '0' ? own : String(entry.status)
}
export const wasRefused = (entry: WireEntry): boolean => entry.why !== undefined || entry.status === null || entry.status >= 400
const toneOf = (entry: WireEntry): string => wasRefused(entry) ? (entry.fault ? 'odd' : 'no') : entry.fault ? 'odd' : 'ok'

/** Every request and delivery as it happens; press one to see why it was refused, copy it, play it again. */
export function Log() {
  const entries = useWire()
  const [at, setAt] = useState<number>(), [filter, setFilter] = useState<(typeof filters)[number]>('All')
  const shown = entries.filter(e => filter === 'All' || (filter === 'Refused' ? wasRefused(e) : e.kind === 'delivery'))
  const entry = entries.find(e => e.id === at)
  return (
    <section className="log" aria-label="Requests and deliveries">
      <div className="loghead"><h2 className="lab"><IconTerminal2 size={14} stroke={1.75} aria-hidden />every request and delivery</h2>
        <span className="seg push" role="group" aria-label="Show">{filters.map(f => <button key={f} type="button" aria-pressed={f === filter} onClick={() => setFilter(f)}>{f}</button>)}</span></div>
      <ol aria-label="Log">
        {shown.length === 0 && <li className="empty">Nothing yet. Write as the customer, or call this emulator from your program.</li>}
        {shown.map(e => <Row key={e.id} entry={e} at={e.id === at} choose={setAt} />)}
      </ol>
      {entry && <Why entry={entry} />}
    </section>
  )
}

const Row = memo(function Row({ entry, at, choose }: { entry: WireEntry; at: boolean; choose: (id: number | undefined) => void }) {
  const what = entry.kind === 'delivery' ? `${entry.name} → ${new URL(entry.url).host}${entry.fault ? `, ${entry.fault}` : ''}` : entry.url
  return (
    <li className={`${toneOf(entry)}${entry.kind === 'delivery' ? ' out' : ''}${at ? ' at' : ''}`}>
      <button type="button" aria-pressed={at} onClick={() => choose(at ? undefined : entry.id)}>
        <time>{secondOf(entry.at)}</time><span className="m">{entry.kind === 'delivery' ? 'OUT' : entry.method}</span><span className="cut">{what}</span><span className="s">{codeOf(entry)}</span><span className="ms">{patience(entry.ms)}</span>
      </button>
    </li>
  )
})

function Why({ entry }: { entry: WireEntry }) {
  const title = wasRefused(entry) ? (entry.kind === 'delivery' ? 'Why did it not arrive?' : 'Why was this refused?') : entry.kind === 'delivery' ? 'Delivered' : 'Answered'
  return (
    <div className="why">
      <div className="row"><b className="medium">{title}</b><span className={`chip mono ${wasRefused(entry) ? 'bad' : 'ok'}`}>{codeOf(entry)}</span>{entry.fault && <span className="chip warn">fault: {entry.fault}</span>}
        <span className="push row g1">
          <button type="button" className="btn s quiet" onClick={deed(async () => { await navigator.clipboard.writeText(curlOf(entry)); say('Copied as cURL.') })}><IconCopy size={14} stroke={1.75} aria-hidden />cURL</button>
          <button type="button" className="btn s quiet" onClick={deed(() => replay(entry))}><IconRefresh size={14} stroke={1.75} aria-hidden />Replay</button></span></div>
      <p>{entry.why ?? (entry.fault ? `The fault “${entry.fault}” was armed.` : 'Nothing was wrong with it.')}</p>
      <pre tabIndex={0} aria-label="What went over the wire">{pretty(entry.requestBody)}{entry.requestBody ? '\n' : ''}<span className={wasRefused(entry) ? 'bad' : ''}>{pretty(entry.responseBody) || '(no body)'}</span></pre>
    </div>
  )
}

const pretty = (text: string): string => {
  try { return JSON.stringify(JSON.parse(text), null, 1) } catch { return text }
}

const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
const skipped = new Set(['host', 'connection', 'content-length', 'accept-encoding', 'transfer-encoding', 'keep-alive'])
const headersOf = (entry: WireEntry): [string, string][] => Object.entries(entry.requestHeaders).filter(([key]) => !skipped.has(key.toLowerCase()))
const addressOf = (entry: WireEntry): string => new URL(entry.url, location.origin).href

export const curlOf = (entry: WireEntry): string =>
  ['curl -i', `-X ${entry.method}`, quote(addressOf(entry)), ...headersOf(entry).map(([key, value]) => `-H ${quote(`${key}: ${value}`)}`), ...(entry.requestBody ? [`--data-binary ${quote(entry.requestBody)}`] : [])].join(' \\\n  ')

/** A delivery is sent again by the emulator, freshly signed; a request is made again from this page. */
async function replay(entry: WireEntry): Promise<void> {
  if (entry.deliveryId) {
    await ask(`deliveries/${encodeURIComponent(entry.deliveryId)}/replay`, 'POST')
    return
  }
  const answer = await fetch(addressOf(entry), { method: entry.method, headers: Object.fromEntries(headersOf(entry).filter(([key]) => !/^(sec-|origin|referer|user-agent|cookie)/i.test(key))), ...(entry.requestBody && entry.method !== 'GET' ? { body: entry.requestBody } : {}) })
  say(`Made again: HTTP ${answer.status}.`)
}

/** The newest first; new ones come by the stream, many in one burst become one drawing. */
function useWire(): WireEntry[] {
  const [entries, setEntries] = useState<WireEntry[]>([])
  const fresh = useRef<WireEntry[]>([])
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const draw = () => {
      timer = undefined
      const add = fresh.current.splice(0).toReversed()
      setEntries(list => [...add, ...list.filter(e => !add.some(a => a.id === e.id))].slice(0, KEPT))
    }
    const put = (list: WireEntry[]) => { fresh.current.push(...list); timer ??= setTimeout(draw, 60) }
    const source = new EventSource('/_emulator/log/stream')
    source.onopen = () => { ask<{ items: WireEntry[] }>('log?limit=200').then(({ items }) => { setEntries([]); put(items) }, say) }
    source.onmessage = event => put([JSON.parse(String(event.data)) as WireEntry])
    return () => { source.close(); clearTimeout(timer) }
  }, [])
  return entries
}
