import { flatOut, signedRequests, steadily } from './parts/knocker.ts'
import { openStage } from './parts/stage.ts'
import type { Report } from './report.ts'

export const name = 'Processing: kept deliveries turned into messages, conversations and events'

const PATH = '/hooks/business/'
type Status = { open: number; messages: number; p50: number; p99: number }

/** First as fast as it goes over a backlog, then 1,000 deliveries a second through the real door, kept and processed by one process. */
export async function run({ quick }: { quick: boolean }): Promise<Report> {
  const stage = await openStage()
  try {
    const house = await stage.server('house-server.ts', { BENCH_DATABASE: await stage.database('house', true), BENCH_DRAIN: 'off' })
    const count = quick ? 5000 : 20_000
    const kept = await flatOut(house.port, signedRequests(PATH, count), 64)
    if (kept.refused > 0) throw new Error(`${kept.refused} deliveries were not answered 200.`)
    const { seconds } = await house.ask<{ seconds: number }>({ do: 'drain' })
    const before = await house.ask<Status>({ do: 'status' })
    if (before.messages !== count || before.open !== 0) throw new Error(`${count} deliveries became ${before.messages} messages, ${before.open} are still open.`)
    await house.ask({ do: 'clear' })

    const held = quick ? 10 : 30
    let backlog = 0, watching = true
    const watch = (async () => { while (watching) { backlog = Math.max(backlog, (await house.ask<{ open: number }>({ do: 'open' })).open); await new Promise(later => { setTimeout(later, 500) }) } })()
    const flow = await steadily(house.port, signedRequests(PATH, held * 1000), 1000)
    watching = false
    await watch
    await new Promise(later => { setTimeout(later, 500) })
    const after = await house.ask<Status>({ do: 'status' })
    const whole = flow.refused === 0 && after.open === 0 && after.messages === count + held * 1000
    return {
      name,
      figures: [
        { what: 'over a backlog', value: `${Math.round(count / seconds)} messages a second`, target: '≥ 1000', met: count / seconds >= 1000 },
        { what: `1,000/s for ${held} s`, value: `${whole ? 'held' : `not held (${flow.refused} refused, ${after.open} open, ${after.messages - count} messages)`}, backlog at most ${backlog}, kept to settled ${after.p50.toFixed(0)} / ${after.p99.toFixed(0)} ms`, target: 'flat', met: whole && backlog < 1000 },
      ],
      notes: ['200 conversations; each message becomes its row, its alias, its conversation’s counters and two events.'],
    }
  } finally {
    await stage.close()
  }
}
