// Stagedoor's upload step, whole (rows, seals, ledger, progress, one commit per part), against whatever receives: the sink's address stands in for TikTok's.
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { insertAccount } from '../../../apps/server/src/accounts/accounts.ts'
import { saveApp } from '../../../apps/server/src/accounts/apps.ts'
import { saveGrant } from '../../../apps/server/src/accounts/grants.ts'
import { planChunks } from '@stagedoor/tiktok'
import { wallClock } from '../../../apps/server/src/kit/clock.ts'
import { readConfig } from '../../../apps/server/src/kit/config.ts'
import { openGround } from '../../../apps/server/src/kit/ground.ts'
import { insertAsset } from '../../../apps/server/src/publishing/assets.ts'
import { attemptById, insertAttempt } from '../../../apps/server/src/publishing/attempts.ts'
import { openLocks } from '../../../apps/server/src/publishing/locks.ts'
import { sealName } from '../../../apps/server/src/publishing/open.ts'
import { insertPost } from '../../../apps/server/src/publishing/posts.ts'
import { takeStep } from '../../../apps/server/src/publishing/steps.ts'
import { insertTarget } from '../../../apps/server/src/publishing/targets.ts'
import { upload } from '../../../apps/server/src/publishing/upload.ts'

const sink = process.env['BENCH_SINK'] ?? ''
const config = readConfig({ STAGEDOOR_MODE: 'live', STAGEDOOR_DATA_DIR: join(process.env['BENCH_DATA'] ?? '', 'house'), STAGEDOOR_SECRET: 'a secret for benchmarks that is long enough', DATABASE_URL: process.env['BENCH_DATABASE'], ALLOW_PRIVATE: new URL(sink).host, LOG_LEVEL: 'warn' })
const house = await openGround(config, { clock: wallClock() })
const locks = openLocks(house)
const accounts: number[] = []
for (let n = 0; n < 20; n++) accounts.push(await house.db.transaction().execute(async trx => {
  const { row } = await saveApp(house, trx, { platform: 'developers', clientKey: 'aw-bench', secret: 'a secret', name: 'Benchmark', environment: 'production', source: 'wizard' })
  const account = await insertAccount(trx, { handle: `creator.${n}`, displayName: `Creator ${n}`, isBusiness: false }, house.clock.now())
  const year = new Date(house.clock.now().getTime() + 365 * 86_400_000)
  await saveGrant(house, trx, { appId: row.id, accountId: account.id, openId: `open-${n}`, pair: { accessToken: 'a', refreshToken: 'r', expiresAt: year, refreshExpiresAt: year, scopes: ['video.publish'] } })
  return account.id
}))

/** A file that is known already, with an upload that TikTok has just opened. */
async function opened(assetId: number, bytes: number, accountId: number): Promise<number> {
  return await house.commit(async (trx, tell) => {
    const now = house.clock.now(), plan = planChunks(bytes)
    const post = await insertPost(trx, assetId, { kind: 'person', id: 'bench', name: 'Benchmark' }, now)
    const target = await insertTarget(trx, post.id, accountId, { mode: 'draft', caption: '', options: { privacy: null, allowComment: false, allowDuet: false, allowStitch: false, yourBrand: false, brandedContent: false, aigc: false, coverMs: null } })
    const attempt = await insertAttempt(trx, { id: target.id, accountId }, now)
    await takeStep(house, trx, tell, attempt, {
      states: ['opening'], lines: [], change: {
        state: 'uploading', publish_id: randomUUID(), upload_url_sealed: house.secrets.seal(sink, sealName(attempt.id)), expires_at: new Date(now.getTime() + 3_600_000),
        size: bytes, chunk_size: plan.chunk_size, chunk_count: plan.total_chunk_count,
      },
    })
    return attempt.id
  })
}

type Order = { do: 'adopt'; path: string } | { do: 'upload'; assetId: number; bytes: number; at: number }

async function obey(order: Order) {
  if (order.do === 'adopt') {
    const { mediaId, bytes } = await house.media.adopt(order.path, { mime: 'video/mp4', accountId: null })
    const { row } = await house.db.transaction().execute(trx => insertAsset(trx, { uploadId: randomUUID(), mediaId, owner: { kind: 'person', id: 'bench', name: 'Benchmark', personId: 'bench' }, name: 'large.mp4', mime: 'video/mp4', kind: 'video', bytes }, house.clock.now()))
    return { assetId: row.id, bytes }
  }
  const ids = []
  for (const accountId of accounts.slice(0, order.at)) ids.push(await opened(order.assetId, order.bytes, accountId))
  globalThis.gc?.()
  const before = process.memoryUsage.rss(), cpu = process.cpuUsage(), began = performance.now()
  let peak = before
  const watch = setInterval(() => { peak = Math.max(peak, process.memoryUsage.rss()) }, 20)
  const ends = await Promise.all(ids.map(async id => { await upload(house, locks, id, new AbortController().signal); return performance.now() - began }))
  clearInterval(watch)
  const used = process.cpuUsage(cpu)
  for (const id of ids) if ((await attemptById(house.db, id))?.state !== 'processing') throw new Error('An upload did not end as it should.')
  return { ms: Math.max(...ends), firstMs: Math.min(...ends), cpuSeconds: (used.user + used.system) / 1e6, grewBytes: Math.max(peak, process.memoryUsage.rss()) - before }
}

process.on('message', order => { void obey(order as Order).then(said => process.send?.(said), (why: unknown) => { console.error(why); process.exit(1) }) })
process.on('disconnect', () => { process.exit(0) })
process.on('SIGTERM', () => { process.exit(0) })
process.send?.({ port: 0 })
