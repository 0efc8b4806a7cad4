import type { LoadReport } from './business/types.ts'
import { wallNow } from './clock.ts'

/** Drives a load on a running emulator by its control API and prints what the receiver made of it. */
export async function runLoad(url: string, text: string, say: (line: string) => void): Promise<LoadReport> {
  const given = Object.fromEntries(text.split(',').map(pair => pair.split('=')).map(([key = '', value]) => [key.trim(), Number(value)]))
  const order = { accounts: given['accounts'] ?? 3, messagesPerSecond: given['rate'] ?? 20, seconds: given['seconds'] ?? 10 }
  const verb = async (name: string, args: unknown[]) => {
    const answer = await fetch(`${url}/_emulator/world/${name}`, { method: 'POST', body: JSON.stringify(args) })
    const body = (await answer.json()) as LoadReport & { detail?: string }
    if (!answer.ok) throw new Error(body.detail ?? `The emulator answered ${answer.status}`)
    return body
  }
  let report = await verb('startLoad', [order])
  const until = wallNow() + (order.seconds + 30) * 1000
  while (report.state === 'running' || report.waiting > 0) {
    await new Promise(done => setTimeout(done, 500))
    report = await verb('loadReport', [])
    if (wallNow() > until) break
  }
  say(`${report.sent} of ${report.asked} messages written in ${report.seconds.toFixed(1)} s, ${report.acknowledged} acknowledged (${report.perSecond.toFixed(1)} a second), ${report.waiting} not yet`)
  say(`From message to 200: median ${report.p50Ms} ms, 99th percentile ${report.p99Ms} ms, slowest ${report.worstMs} ms`)
  return report
}
