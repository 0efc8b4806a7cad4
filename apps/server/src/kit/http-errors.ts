import type { Context, Env } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { Log } from './log.ts'
import { Problem } from './problem.ts'

type Found = { house?: { log: Log }; requestId?: string }

/** Every error becomes a problem with the request's id. What we did not expect is logged whole and told to nobody. */
export function answerProblem<E extends Env>(why: Error, c: Context<E>): Response {
  const { house, requestId } = c.var as Found
  const known = asProblem(why)
  if (!known) house?.log.error({ err: why, requestId, method: c.req.method, path: c.req.routePath }, 'a request failed unexpectedly')
  const body = known ?? new Problem(500, 'unexpected', 'Something went wrong on our side', 'It is not certain that anything was done: look before you try again. The server log has the reason under this request id.')
  if (why instanceof HTTPException && !(why instanceof Problem) && why.res) return why.res
  return Response.json({ ...body.toJSON(), ...(requestId === undefined ? {} : { requestId }) },
    { status: body.status, headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...(body.status === 503 || body.status === 429 ? { 'retry-after': String(Number(body.extra.retryAfterSeconds ?? 2)) } : {}) } })
}

/** For `app.notFound`. */
export const notFound = (c: Context): Response => answerProblem(new Problem(404, 'not_found', 'There is nothing here', `${c.req.method} ${c.req.path} is not known. Nothing was done.`), c)

function asProblem(why: Error): Problem | undefined {
  if (why instanceof Problem) return why
  if (why instanceof HTTPException) {
    if (why.status === 400) return new Problem(400, 'malformed', 'This request cannot be read', `${why.message || 'Its body is not valid JSON'}. Nothing was done.`)
    return new Problem(why.status as 400, `http_${why.status}`, 'This request was refused', why.message || 'Nothing was done.')
  }
  if (databaseIsAway(why)) return new Problem(503, 'database_away', 'The database does not answer just now', 'Your request was not finished. It is being restarted; try again in a few seconds.')
  return undefined
}

/** Connection refused, reset or ended, or a server that starts or stops (SQLSTATE classes 08 and 57P). */
export function databaseIsAway(why: unknown): boolean {
  if (!(why instanceof Error)) return false
  if (why.cause !== undefined && databaseIsAway(why.cause)) return true
  if ('code' in why && typeof why.code === 'string' && /^(08...|57P0[1-3]|ECONNREFUSED|ECONNRESET|EPIPE)$/.test(why.code)) return true
  return /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(why.message)
}
