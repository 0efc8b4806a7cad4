import { useEffect, useState } from 'react'
import { ask, say, verb } from '../api.ts'

type Report = { state: 'running' | 'done' | 'none'; asked: number; sent: number; acknowledged: number; waiting: number; seconds: number; perSecond: number; p50Ms: number; p99Ms: number; worstMs: number }

/** Many customers at once: so many accounts, so many messages a second, for so long; never more than it says. */
export function LoadPage() {
  const [accounts, setAccounts] = useState('3'), [perSecond, setPerSecond] = useState('20'), [seconds, setSeconds] = useState('10')
  const [report, setReport] = useState<Report>()
  useEffect(() => {
    const timer = setInterval(() => { ask<Report>('world/loadReport', 'POST', []).then(setReport, () => undefined) }, 500)
    return () => clearInterval(timer)
  }, [])
  const start = () => { verb('startLoad', { accounts: Number(accounts), messagesPerSecond: Number(perSecond), seconds: Number(seconds) }).then(() => undefined, say) }
  const field = (name: string, value: string, set: (v: string) => void) => <label>{name}<input className="field num" inputMode="numeric" value={value} onChange={e => set(e.currentTarget.value)} /></label>
  const figure = (name: string, value: string | number) => <div><dt className="meta faint">{name}</dt><dd className="num figure">{value}</dd></div>
  return (
    <main className="page"><div className="pagehead"><h1>Load</h1></div>
      <p className="dim measure">Customers write to connected accounts; each webhook's way to a 200 is measured. Bounded: 50 accounts, 2,000 messages a second, ten minutes.</p>
      <form className="card in loadform" onSubmit={e => { e.preventDefault(); start() }}>
        {field('Accounts', accounts, setAccounts)}{field('Messages a second', perSecond, setPerSecond)}{field('Seconds', seconds, setSeconds)}
        <button type="submit" className="btn go">Start</button>
        {report?.state === 'running' && <button type="button" className="btn" onClick={() => { verb('stopLoad').then(() => undefined, say) }}>Stop</button>}
      </form>
      {report && report.state !== 'none' && (
        <dl className="card in figures" role="status">
          {figure('Written', `${report.sent} of ${report.asked}`)}{figure('Acknowledged', report.acknowledged)}{figure('Under way', report.waiting)}{figure('A second', report.perSecond.toFixed(1))}
          {figure('Half within', `${report.p50Ms} ms`)}{figure('99 of 100 within', `${report.p99Ms} ms`)}{figure('Slowest', `${report.worstMs} ms`)}
        </dl>
      )}
    </main>
  )
}
