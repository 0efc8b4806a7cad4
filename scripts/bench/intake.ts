import { flatOut, signedRequests, steadily } from './parts/knocker.ts'
import { openStage } from './parts/stage.ts'
import { median, type Figure, type Report } from './report.ts'

export const name = 'Intake: signed, unique deliveries, each on disk before its 200, beside a bare server that inserts one row per delivery'

/** A and B alternate in one run on one database server; the ratio is of the medians. HMAC is checked on both sides. */
export async function run({ quick }: { quick: boolean }): Promise<Report> {
  const rounds = quick ? 3 : 5
  const count = quick ? 3000 : 8000
  const stage = await openStage()
  try {
    const bare = await stage.server('bare-server.ts', { BENCH_DATABASE: await stage.database('bare', false) })
    const house = await stage.server('house-server.ts', { BENCH_DATABASE: await stage.database('house', true), BENCH_DRAIN: 'off' })
    const sides = { bare: { port: bare.port, path: '/' }, house: { port: house.port, path: '/hooks/business/' } }
    const requests = (side: keyof typeof sides, many: number) => signedRequests(sides[side].path, many)
    for (const side of ['bare', 'house'] as const) await flatOut(sides[side].port, requests(side, 3000), 64) // warm
    const figures: Figure[] = []
    for (const [connections, wanted] of [[16, 1.2], [64, 1.5]] as const) {
      const rates = { bare: [] as number[], house: [] as number[] }
      for (let round = 0; round < rounds; round++) for (const side of round % 2 === 0 ? (['bare', 'house'] as const) : (['house', 'bare'] as const)) {
        const { perSecond, refused } = await flatOut(sides[side].port, requests(side, count), connections)
        if (refused > 0) throw new Error(`${refused} deliveries were not answered 200 by ${side}.`)
        rates[side].push(perSecond)
      }
      const ratio = median(rates.house) / median(rates.bare)
      figures.push({ what: `${connections} connections`, value: `${ratio.toFixed(2)} of bare (${Math.round(median(rates.house))}/s, bare ${Math.round(median(rates.bare))}/s)`, target: `≥ ${wanted}`, met: ratio >= wanted })
    }
    const waits = { bare: [] as number[], house: [] as number[] }
    for (let round = 0; round < rounds; round++) for (const side of round % 2 === 0 ? (['bare', 'house'] as const) : (['house', 'bare'] as const)) {
      const { ms } = await steadily(sides[side].port, requests(side, quick ? 400 : 600), 200)
      waits[side].push(median(ms))
    }
    const slower = median(waits.house) / median(waits.bare)
    figures.push({ what: 'median latency at 200/s', value: `${slower.toFixed(2)} of bare (${median(waits.house).toFixed(2)} ms, bare ${median(waits.bare).toFixed(2)} ms)`, target: '≤ 1.2', met: slower <= 1.2 })
    return { name, figures, notes: ['Dedupe and wake-up are included; turning deliveries into messages is measured by "processing".', `${rounds} rounds each, alternating; load, both servers and PostgreSQL share this machine.`] }
  } finally {
    await stage.close()
  }
}
