import { chromium } from 'playwright-core'
import { findBrowser } from '../check/programs.ts'
import { build } from '../launch/build.ts'
import { flatOut, freshTalks, PERSON, signedRequests, steadily } from './parts/knocker.ts'
import { openStage } from './parts/stage.ts'
import { median, percentile, type Report } from './report.ts'

export const name = 'Live: from the webhook to the words on the screen of a real browser'

const PATH = '/hooks/business/'
const PER_SECOND = 50

/** The inbox is open on the conversation that is written to; every message is found in the DOM by its number. */
export async function run({ quick }: { quick: boolean }): Promise<Report> {
  await build()
  const stage = await openStage()
  const browser = await chromium.launch({ executablePath: await findBrowser(), args: ['--no-sandbox', '--disable-dev-shm-usage'] })
  try {
    const house = await stage.server('house-server.ts', { BENCH_DATABASE: await stage.database('house', true), BENCH_PERSON: 'yes' })
    const talks = freshTalks(1)
    await flatOut(house.port, signedRequests(PATH, 30, { talks }), 1)
    await new Promise(later => { setTimeout(later, 1000) })
    const { id } = await house.ask<{ id: number }>({ do: 'first conversation' })
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    const origin = `http://127.0.0.1:${house.port}`
    await page.goto(`${origin}/sign-in`)
    await page.evaluate(async who => { await fetch('/api/auth/sign-in/email', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(who) }) }, PERSON)
    await page.goto(`${origin}/inbox/${id}`)
    await page.getByText('Message 29:').first().waitFor({ timeout: 30_000 })
    await page.evaluate(watchDom)

    const rounds = quick ? 2 : 3
    const count = PER_SECOND * (quick ? 8 : 20)
    const medians: number[] = [], worst: number[] = [], timers: number[] = []
    let missing = 0
    for (let round = 0; round < rounds; round++) {
      const from = 1000 + round * count
      const timer = watchTimer()
      const { sentAt, refused } = await steadily(house.port, signedRequests(PATH, count, { talks, from }), PER_SECOND)
      if (refused > 0) throw new Error(`${refused} deliveries were not answered 200.`)
      await new Promise(later => { setTimeout(later, 1500) })
      timers.push(percentile(timer(), 99))
      const seen = await page.evaluate(() => (globalThis as unknown as { seen: Record<string, number> }).seen)
      const ms = sentAt.flatMap((sent, n) => { const at = seen[from + n]; return at === undefined ? [] : [at - sent] })
      missing += count - ms.length
      medians.push(median(ms))
      worst.push(percentile(ms, 99))
    }
    const p50 = median(medians), p99 = median(worst)
    return {
      name,
      figures: [
        { what: `median at ${PER_SECOND}/s`, value: `${p50.toFixed(1)} ms`, target: '< 25 ms', met: p50 < 25 },
        { what: '99th percentile', value: `${p99.toFixed(1)} ms (a 1 ms timer's own: ${median(timers).toFixed(1)} ms)`, target: '< 100 ms', met: p99 < 100 },
        { what: 'messages never seen', value: String(missing), target: '0', met: missing === 0 },
      ],
      notes: [`${rounds} rounds of ${count} messages; the load, the server, PostgreSQL and Chromium share this machine.`],
    }
  } finally {
    await browser.close()
    await stage.close()
  }
}

/** In the page: notes when the number of each message first stands in the document. */
function watchDom() {
  const seen: Record<string, number> = {}
  ;(globalThis as unknown as { seen: typeof seen }).seen = seen
  new MutationObserver(changes => {
    const now = performance.timeOrigin + performance.now()
    const look = (text: string | null) => { for (const [, n] of (text ?? '').matchAll(/Message (\d+):/g)) if (n !== undefined) seen[n] ??= now }
    for (const change of changes) {
      if (change.type === 'characterData') look(change.target.textContent)
      for (const node of change.addedNodes) look(node.textContent)
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true })
}

/** How late a 1 ms timer of an idle loop is on this machine at this moment: what no program can be better than. */
function watchTimer(): () => number[] {
  const late: number[] = []
  let last = performance.now()
  const timer = setInterval(() => { const now = performance.now(); late.push(now - last - 1); last = now }, 1)
  return () => { clearInterval(timer); return late }
}
