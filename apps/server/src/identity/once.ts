import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import type { Trx } from '../kit/db.ts'
import type { Tell } from '../kit/events.ts'
import type { House } from '../kit/house.ts'
import { problem, type Variables } from '../kit/http.ts'
import type { JsonValue } from '../kit/json.ts'

declare module '../kit/db.ts' {
  interface Tables { once_answer: { who: string; key: string; request: Buffer; status: number; answer: JsonValue; at: Date } }
}

export const KEPT_HOURS = 72
const LONGEST_KEY = 200

/** A request that may come again: whose it is, its Idempotency-Key (null: none was sent) and a digest of what it asks. */
export type Once = { who: string; key: string | null; request: Buffer }
export type Answer<T> = { status: number; answer: T; again: boolean }

/** Reads the Idempotency-Key of a request and the digest of method, path and body. Throws problem 400 `bad_idempotency_key`. */
export async function onceOf(c: Context<{ Variables: Variables }>): Promise<Once> {
  const key = c.req.header('idempotency-key') ?? null
  if (key !== null && (key.length === 0 || key.length > LONGEST_KEY)) {
    problem(400, 'bad_idempotency_key', 'Idempotency-Key is not usable', `It must have 1 to ${LONGEST_KEY} characters. Nothing was done; send a random one such as a UUID.`)
  }
  const request = createHash('sha256').update(`${c.req.method} ${c.req.path}\n`).update(Buffer.from(await c.req.arrayBuffer())).digest()
  return { who: `${c.var.viewer.kind}:${c.var.viewer.id}`, key, request }
}

/**
 * Does a deed at most once per Idempotency-Key: the key is claimed first and the answer stored last, in the deed's own transaction.
 * A second request with the key waits for the first to commit, then gets its answer; killed before the commit, nothing was done and the
 * next try does it; killed after, the next try finds the answer. Throws problem 409 `idempotency_key_reused` for another body.
 */
export function onceOnly<T extends JsonValue>(house: House, once: Once, status: number, deed: (trx: Trx, tell: Tell) => Promise<T>): Promise<Answer<T>> {
  return house.commit(async (trx, tell) => {
    if (once.key === null) return { status, answer: await deed(trx, tell), again: false }
    const now = house.clock.now()
    const row = { who: once.who, key: once.key, request: once.request, status, answer: JSON.stringify(null), at: now }
    await trx.deleteFrom('once_answer').where('who', '=', row.who).where('key', '=', row.key).where('at', '<', new Date(now.getTime() - KEPT_HOURS * 3_600_000)).execute()
    const mine = await trx.insertInto('once_answer').values(row).onConflict(oc => oc.columns(['who', 'key']).doNothing()).returning('key').executeTakeFirst()
    if (!mine) return await earlier<T>(trx, row)
    const answer = await deed(trx, tell)
    await trx.updateTable('once_answer').set({ answer: JSON.stringify(answer) }).where('who', '=', row.who).where('key', '=', row.key).execute()
    return { status, answer, again: false }
  })
}

async function earlier<T extends JsonValue>(trx: Trx, row: { who: string; key: string; request: Buffer }): Promise<Answer<T>> {
  const kept = await trx.selectFrom('once_answer').selectAll().where('who', '=', row.who).where('key', '=', row.key).executeTakeFirstOrThrow()
  if (!kept.request.equals(row.request)) {
    return problem(409, 'idempotency_key_reused', 'This Idempotency-Key was used for something else', 'Nothing was done. Send a new key for a new request; to repeat the earlier one, send exactly its body.')
  }
  return { status: kept.status, answer: kept.answer as T, again: true }
}

/** The whole door for a POST that must not happen twice: `return await once(c, 202, async (trx, tell) => …)`. A repeated answer carries `Idempotency-Replayed: true`. */
export async function once<T extends JsonValue>(c: Context<{ Variables: Variables }>, status: 200 | 201 | 202, deed: (trx: Trx, tell: Tell) => Promise<T>): Promise<Response> {
  const done = await onceOnly(c.var.house, await onceOf(c), status, deed)
  if (done.again) c.header('idempotency-replayed', 'true')
  return c.json(done.answer, done.status as 200 | 201 | 202)
}

/** Answers older than 72 h are forgotten. */
export const forgetAnswers = (house: House): Promise<unknown> =>
  house.db.deleteFrom('once_answer').where('at', '<', new Date(house.clock.now().getTime() - KEPT_HOURS * 3_600_000)).execute()
