import type { ServerResponse } from 'node:http'
import type { Context } from 'hono'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { mayHear, type HouseEvent } from './kit/events.ts'
import { whoIsThere } from './identity/who.ts'
import type { House } from './kit/house.ts'
import type { Viewer } from './kit/viewer.ts'

type Page = { viewer: Viewer; headers: Headers; hear: (frame: string) => void; close: () => void }

const HEARTBEAT_MS = 15_000
/** A page that has not read so many bytes is cut off; it comes back by its Last-Event-ID. */
const MOST_BEHIND = 1 << 20
/** Stream connections live this long at most; then the page reconnects, and rights that were taken away are gone. */
const LONGEST_MS = 15 * 60_000

export const frameOf = (event: HouseEvent) =>
  `id: ${event.id}\ndata: ${JSON.stringify({ id: event.id, at: event.at, type: event.type, accountId: event.accountId, subject: event.subject, actor: event.actor, body: event.body })}\n\n`

/**
 * `GET /api/v1/events`: everything the viewer may hear, each event once and in order (laws 4 and 12). Resumes after `Last-Event-ID`
 * (or `?after=`); a cursor older than what is kept gets `event: reload`. The frame of an event is made once for all pages.
 */
export function openStream(house: House) {
  const pages = new Set<Page>()
  const stop = house.live.subscribe(event => {
    let frame: string | undefined
    for (const page of pages) if (mayHear(page.viewer, event)) page.hear(frame ??= frameOf(event))
    // Rights may have changed: everyone who listens is looked at again, by what they came in with.
    if (/^(person|token|group|session)\./.test(event.type)) void lookAgain()
  })
  const lookAgain = () => Promise.all([...pages].map(async page => {
    const now = await whoIsThere(house, page.headers).catch(() => undefined)
    if (now) page.viewer = now.viewer
    else page.close()
  }))
  const beat = setInterval(() => { for (const page of pages) page.hear(': still here\n\n') }, HEARTBEAT_MS)

  const door = async (c: Context<{ Variables: { viewer: Viewer } }>) => {
    const res = (c.env as { outgoing: ServerResponse }).outgoing
    const said = c.req.header('last-event-id') ?? c.req.query('after')
    const cursor = said === undefined ? undefined : Number(said)
    const held: string[] = []
    let live = false
    const write = (text: string) => { if (res.writableLength > MOST_BEHIND) res.destroy(); else res.write(text) }
    const until = house.live.last() // what is told from here on comes through `hear`; what was before is looked up
    const page: Page = {
      viewer: c.get('viewer'), headers: c.req.raw.headers,
      hear: frame => { if (live) write(frame); else held.push(frame) },
      close: () => res.end(),
    }
    pages.add(page) // subscribe first, then look back
    const over = setTimeout(() => res.end(), LONGEST_MS)
    res.on('close', () => { clearTimeout(over); pages.delete(page) })
    res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
    res.socket?.setNoDelay(true)
    if (cursor === undefined || Number.isNaN(cursor)) res.write(`retry: 1000\nid: ${until}\nevent: hello\ndata: {}\n\n`)
    else if (!await house.live.canResume(cursor)) res.write(`retry: 1000\nid: ${until}\nevent: reload\ndata: {}\n\n`)
    else {
      const missed = await house.live.between(cursor, until)
      res.write('retry: 1000\n\n' + missed.filter(event => mayHear(page.viewer, event)).map(frameOf).join(''))
    }
    if (held.length > 0) res.write(held.join(''))
    live = true
    return RESPONSE_ALREADY_SENT
  }
  return { door, listening: () => pages.size, close() { stop(); clearInterval(beat); for (const page of pages) page.close() } }
}
