import { Hono } from 'hono'
import type { House } from './kit/house.ts'

/** `/healthz`: the process answers. `/readyz`: the database answers and its schema is ours; 503 with the reason when not. Nothing is revealed. */
export const health = (house: House) => new Hono()
  .get('/healthz', c => c.json({ ok: true }, 200, { 'cache-control': 'no-store' }))
  .get('/readyz', async c => {
    const state = await house.ready()
    return c.json(state, state.ready ? 200 : 503, { 'cache-control': 'no-store' })
  })
