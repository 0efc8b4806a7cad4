import { openLane, PERSON } from './parts/knocker.ts'
import { openStage } from './parts/stage.ts'
import { median, type Report } from './report.ts'

export const name = 'Session: what knowing who asks, and showing only what is theirs, adds to a request'

const MOST_MS = 2

/** One connection, requests one after the other, the two sides taking turns: what is measured is the way of one request, not the queue. */
export async function run({ quick }: { quick: boolean }): Promise<Report> {
  const rounds = quick ? 5 : 9, count = quick ? 100 : 200
  const stage = await openStage()
  try {
    const house = await stage.server('house-server.ts', { BENCH_DATABASE: await stage.database('house', true), BENCH_PERSON: 'yes' })
    const origin = `http://127.0.0.1:${house.port}`
    const entered = await fetch(`${origin}/api/auth/sign-in/email`, { method: 'POST', headers: { 'content-type': 'application/json', origin }, body: JSON.stringify(PERSON) })
    if (!entered.ok) throw new Error(`Signing in answered ${entered.status}.`)
    const cookie = entered.headers.getSetCookie().map(line => line.split(';')[0]).join('; ')
    const get = (path: string, head = '') => Buffer.from(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${house.port}\r\n${head}\r\n`)
    const ways = {
      bare: get('/api/nothing'), known: get('/api/v1/nothing', `cookie: ${cookie}\r\n`), // nothing there either way: the one is told so at once, the other when it is known who asks
      me: get('/api/v1/me', `cookie: ${cookie}\r\n`), list: get('/api/v1/conversations?limit=20', `cookie: ${cookie}\r\n`),
    }
    const wanted = { bare: 404, known: 404, me: 200, list: 200 }
    const lane = await openLane(house.port)
    const medians: Record<keyof typeof ways, number[]> = { bare: [], known: [], me: [], list: [] }
    for (let round = -1; round < rounds; round++) {
      const ms: Record<keyof typeof ways, number[]> = { bare: [], known: [], me: [], list: [] }
      for (let n = 0; n < count; n++) for (const way of ['bare', 'known', 'me', 'list'] as const) {
        const began = performance.now()
        const status = await lane.ask(ways[way])
        ms[way].push(performance.now() - began)
        if (status !== wanted[way]) throw new Error(`${way} was answered ${status}.`)
      }
      if (round >= 0) for (const way of ['bare', 'known', 'me', 'list'] as const) medians[way].push(median(ms[way])) // the first round warms
    }
    lane.close()
    const of = (way: keyof typeof ways) => median(medians[way])
    const session = of('known') - of('bare')
    return {
      name,
      figures: [
        { what: 'session, rights and visible accounts', value: `${session.toFixed(2)} ms (${of('known').toFixed(2)} ms, the same answer without ${of('bare').toFixed(2)} ms)`, target: `< ${MOST_MS} ms`, met: session < MOST_MS },
        { what: 'GET /me', value: `${of('me').toFixed(2)} ms` },
        { what: 'GET /conversations, joined with what is theirs', value: `${of('list').toFixed(2)} ms` },
      ],
      notes: [`Medians of ${rounds} rounds of ${count} requests each, one after the other on one connection, the ways taking turns.`],
    }
  } finally {
    await stage.close()
  }
}
