// Stagedoor's own server, whole, with one connected account. Over IPC it answers how far its deliveries are.
import { createServer } from 'node:http'
import { join } from 'node:path'
import { sql } from 'kysely'
import { insertAccount } from '../../../apps/server/src/accounts/accounts.ts'
import { saveApp } from '../../../apps/server/src/accounts/apps.ts'
import { saveGrant } from '../../../apps/server/src/accounts/grants.ts'
import { openApp } from '../../../apps/server/src/app.ts'
import { wallClock } from '../../../apps/server/src/kit/clock.ts'
import { readConfig } from '../../../apps/server/src/kit/config.ts'
import { openGround } from '../../../apps/server/src/kit/ground.ts'
import { inboxListeners } from '../../../apps/server/src/inbox/start.ts'
import { startReceiving } from '../../../apps/server/src/webhook.ts'
import { addPerson } from '../../../apps/server/src/identity/people.ts'
import { BUSINESS, CLIENT_KEY, PERSON, SECRET } from './knocker.ts'

const config = readConfig({ STAGEDOOR_MODE: 'live', STAGEDOOR_DATA_DIR: join(process.env['BENCH_DATA'] ?? '', 'house'), STAGEDOOR_SECRET: 'a secret for benchmarks that is long enough', DATABASE_URL: process.env['BENCH_DATABASE'], LOG_LEVEL: 'warn' })
const house = await openGround(config, { clock: wallClock() })
await house.db.transaction().execute(async trx => {
  const { row } = await saveApp(house, trx, { platform: 'business', clientKey: CLIENT_KEY, secret: SECRET, name: 'Benchmark', environment: 'production', source: 'wizard' })
  const account = await insertAccount(trx, { handle: 'business.a', displayName: 'Business A', isBusiness: true }, house.clock.now())
  const year = new Date(house.clock.now().getTime() + 365 * 86_400_000)
  const { id } = await saveGrant(house, trx, { appId: row.id, accountId: account.id, openId: BUSINESS, pair: { accessToken: 'a', refreshToken: 'r', expiresAt: year, refreshExpiresAt: year, scopes: ['message.list.read'] } })
  // There is no TikTok here to ask for names and pictures.
  await trx.updateTable('grant_').set({ state: 'reconnect' }).where('id', '=', id).execute()
})
const app = await openApp(house)
if (process.env['BENCH_PERSON']) await addPerson(house, { email: PERSON.email, password: PERSON.password, name: 'Bench', role: 'owner' })
let drainer = app.drainer
if (process.env['BENCH_DRAIN'] === 'off') await drainer.stop()

const server = createServer(app.listener)
server.listen(0, '127.0.0.1', () => { process.send?.({ port: (server.address() as { port: number }).port }) })
process.on('SIGTERM', () => { process.exit(0) })
process.on('disconnect', () => { process.exit(0) })
process.on('message', said => {
  const { do: what } = said as { do: string }
  void (async () => {
    if (what === 'drain') {
      const began = performance.now()
      drainer = startReceiving(house, inboxListeners)
      await drainer.drained()
      process.send?.({ seconds: (performance.now() - began) / 1000 })
    } else if (what === 'first conversation') {
      process.send?.(await house.db.selectFrom('conversation').select('id').orderBy('last_message_at', 'desc').limit(1).executeTakeFirst() ?? { id: 0 })
    } else if (what === 'open') {
      const { rows } = await sql`select count(*)::int as open from delivery where settled_at is null`.execute(house.db)
      process.send?.(rows[0])
    } else if (what === 'clear') {
      await sql`truncate delivery`.execute(house.db)
      process.send?.({ done: true })
    } else {
      const { rows } = await sql`select count(*) filter (where settled_at is null)::int as open, (select count(*)::int from message) as messages,
        coalesce(percentile_cont(0.5) within group (order by extract(epoch from settled_at - received_at) * 1000), 0)::float8 as p50,
        coalesce(percentile_cont(0.99) within group (order by extract(epoch from settled_at - received_at) * 1000), 0)::float8 as p99 from delivery`.execute(house.db)
      process.send?.(rows[0])
    }
  })()
})
