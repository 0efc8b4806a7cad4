import { wallNow } from '../clock.ts'
import type { Ground } from '../face.ts'
import { conversationOf, receive } from './talk.ts'
import type { LoadReport, LoadVerbs } from './types.ts'

/** Bounds: nobody fills a disk or a laptop by a typing mistake. */
const MOST = { accounts: 50, messagesPerSecond: 2000, seconds: 600 }
const STEP_MS = 20

/** Many customers write at once; the time from the message to the receiver's 200 is measured on the wall clock. */
export function loadVerbs(ground: Ground): LoadVerbs {
  let timer: NodeJS.Timeout | undefined, started = 0, ended = 0, asked = 0, sent = 0, told = 0, acknowledged = 0
  let state: LoadReport['state'] = 'none', took: number[] = []
  const waiting = new Map<string, number>()
  ground.timeline.listen(({ name, about }) => {
    const id = String(about['id']), since = waiting.get(id)
    if (since === undefined || (name !== 'delivered' && name !== 'delivery given up')) return
    waiting.delete(id)
    if (name === 'delivered') { acknowledged += 1; took.push(wallNow() - since) }
  })
  const report = (): LoadReport => {
    const sorted = took.toSorted((a, b) => a - b), at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
    const seconds = ((ended || wallNow()) - started) / 1000
    return { state, asked, sent, acknowledged, waiting: waiting.size, seconds: state === 'none' ? 0 : seconds, perSecond: seconds > 0 && state !== 'none' ? acknowledged / seconds : 0, p50Ms: at(0.5), p99Ms: at(0.99), worstMs: sorted.at(-1) ?? 0 }
  }
  const stop = () => {
    clearInterval(timer)
    timer = undefined
    if (state === 'running') { state = 'done'; ended = wallNow() }
    return report()
  }
  return {
    startLoad: order => {
      if (timer) throw new Error('A load is running; stop it first')
      for (const key of ['accounts', 'messagesPerSecond', 'seconds'] as const) if (!(order[key] >= 1 && order[key] <= MOST[key])) throw new Error(`${key} is a number from 1 to ${MOST[key]}`)
      const accounts = ground.store.shelf('account').all().filter(a => ground.store.shelf('grant').find(g => g.accountId === a.id && g.state === 'working' && g.scopes.includes('message.list.read'))).slice(0, order.accounts)
      if (accounts.length === 0) throw new Error('No account is connected for messages yet: authorize one first')
      const crowd = Array.from({ length: 20 }, (_, i) => ground.store.shelf('customer').find(c => c.handle === `load.${i}`) ?? ground.world.addCustomer({ handle: `load.${i}`, displayName: `Load ${i}` }))
      started = wallNow(); ended = 0; asked = order.messagesPerSecond * order.seconds; sent = told = acknowledged = 0; state = 'running'; took = []; waiting.clear()
      timer = setInterval(() => {
        const due = Math.min(asked, Math.floor((wallNow() - started) / 1000 * order.messagesPerSecond))
        for (; sent < due; sent++) {
          const account = accounts[sent % accounts.length], customer = crowd[sent % crowd.length]
          if (!account || !customer) continue
          for (const id of receive(ground, conversationOf(ground, customer.id, account.id), { type: 'text', text: `Load ${sent}` }).deliveries) { waiting.set(id, wallNow()); told += 1 }
        }
        if (sent >= asked) stop()
      }, STEP_MS)
      timer.unref()
      return report()
    },
    stopLoad: stop, loadReport: report,
  }
}
