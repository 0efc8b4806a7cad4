import { sql, type Generated } from 'kysely'
import { ticks, type Clock } from './clock.ts'
import type { Db } from './db.ts'
import type { Log } from './log.ts'
import { redactText } from './redact.ts'

/** `ok`: TikTok said yes. `refused`: it said no. `unreachable`: no answer. `nonsense`: an answer we do not know. */
export type Outcome = 'ok' | 'refused' | 'unreachable' | 'nonsense'
export type Call = { id: number; at: Date; accountId: number | null; appId: number | null; method: string; endpoint: string; outcome: Outcome; http: number | null; code: string | null; logId: string | null; ms: number }
export type FetchLike = (url: string | URL | Request, init?: RequestInit) => Promise<Response>

export type Journal = {
  /** A fetch that writes one row per call: never a query, a token, a body or an upload address. */
  wrap(fetchLike: (url: string | URL, init?: RequestInit) => Promise<Response>, about: { accountId?: number | null; appId?: number | null }): FetchLike
  /** The newest call of an account to an endpoint (a path such as `/v2/user/info/`) with one of the outcomes: what a capability is proven by. */
  last(accountId: number, endpoint: string, outcomes?: Outcome[]): Promise<Call | undefined>
  recent(filter: { accountId?: number; limit: number; before?: number }): Promise<Call[]>
  /** Forgets calls older than `before`. Returns how many went. */
  forget(before: Date): Promise<number>
  /** Resolves when every call so far is written. */
  settled(): Promise<void>
}

type CallTable = { id: Generated<number>; at: Date; account_id: number | null; app_id: number | null; method: string; endpoint: string; outcome: Outcome; http: number | null; code: string | null; log_id: string | null; ms: number }
declare module './db.ts' { interface Tables { call: CallTable } }

export const CALLS_KEPT_MS = 30 * 86_400_000
const LONGEST_READ = 256 * 1024

export function openJournal(db: Db, clock: Clock, log: Log): Journal {
  let written: Promise<void> = Promise.resolve()
  // One after the other, beside the caller. A line that cannot be written is told to the log and never fails a call that happened.
  const write = (row: Omit<CallTable, 'id'>) => {
    written = written.then(() => db.insertInto('call').values(row).execute())
      .then(() => undefined, (why: unknown) => { log.warn({ err: why, endpoint: row.endpoint }, 'a call to TikTok could not be written down') })
  }
  return {
    wrap: (fetchLike, { accountId = null, appId = null }) => async (target, init) => {
      const url = new URL(target instanceof Request ? target.url : target)
      const started = ticks()
      const row = { at: clock.now(), account_id: accountId, app_id: appId, method: (init?.method ?? (target instanceof Request ? target.method : 'GET')).toUpperCase(), endpoint: endpointOf(url) }
      const finish = (said: Said) => { write({ ...row, ...said, ms: Math.round(ticks() - started) }) }
      try {
        const answer = await fetchLike(target instanceof Request ? target.url : target, init)
        // A copy of a small JSON answer tells code and log id; one that breaks off or is no JSON is for the caller to find out too.
        finish(await readAnswer(answer, row.endpoint).catch((): Said => ({ outcome: 'nonsense', http: answer.status, code: null, log_id: null })))
        return answer
      } catch (why) {
        finish({ outcome: 'unreachable', http: null, code: why instanceof Error ? redactText(why.name).slice(0, 60) : null, log_id: null })
        throw why
      }
    },
    async last(accountId, endpoint, outcomes = ['ok']) {
      const row = await db.selectFrom('call').selectAll().where('account_id', '=', accountId).where('endpoint', '=', endpoint).where('outcome', 'in', outcomes).orderBy('id', 'desc').limit(1).executeTakeFirst()
      return row && read(row)
    },
    async recent({ accountId, limit, before }) {
      const rows = await db.selectFrom('call').selectAll().$if(accountId !== undefined, q => q.where('account_id', '=', accountId ?? null))
        .$if(before !== undefined, q => q.where('id', '<', before ?? 0)).orderBy('id', 'desc').limit(limit).execute()
      return rows.map(read)
    },
    async forget(before) {
      const { numAffectedRows } = await sql`delete from call where at < ${before}`.execute(db)
      return Number(numAffectedRows ?? 0)
    },
    settled: () => written,
  }
}

type Said = Pick<CallTable, 'outcome' | 'http' | 'code' | 'log_id'>
const read = (row: Omit<CallTable, 'id'> & { id: number }): Call => ({
  id: row.id, at: row.at, accountId: row.account_id, appId: row.app_id, method: row.method, endpoint: row.endpoint, outcome: row.outcome,
  http: row.http, code: row.code, logId: row.log_id, ms: row.ms,
})

/** The documented paths are named; any other address is an upload or a download, whose path is itself a secret. */
export function endpointOf(url: URL): string {
  if (/^\/(v2|open_api)\//.test(url.pathname) && !/upload/i.test(url.pathname)) return url.pathname.slice(0, 200)
  return /^\/open_api\/[\w./-]*upload\/?$/i.test(url.pathname) ? url.pathname : '(file transfer)'
}

async function readAnswer(answer: Response, endpoint: string): Promise<Said> {
  const http = answer.status
  const plain: Said = { outcome: http < 400 ? 'ok' : http < 500 ? 'refused' : 'nonsense', http, code: null, log_id: answer.headers.get('x-tt-logid') }
  const small = Number(answer.headers.get('content-length') ?? 0) <= LONGEST_READ
  if (endpoint === '(file transfer)' || answer.body === null || !small) return plain
  if (!/json/.test(answer.headers.get('content-type') ?? '')) return { ...plain, outcome: 'nonsense' }
  const said = await answer.clone().json() as { code?: unknown; request_id?: unknown; log_id?: unknown; error?: unknown }
  const inner = typeof said.error === 'object' && said.error !== null ? said.error as { code?: unknown; log_id?: unknown } : undefined
  const code = inner?.code ?? (typeof said.error === 'string' && said.error !== '' ? said.error : said.code)
  const logId = inner?.log_id ?? said.log_id ?? said.request_id
  const ok = http < 400 && (code === undefined || code === 'ok' || code === 0)
  return { outcome: ok ? 'ok' : http >= 500 ? 'nonsense' : 'refused', http, code: typeof code === 'string' || typeof code === 'number' ? String(code).slice(0, 80) : null, log_id: typeof logId === 'string' ? logId.slice(0, 80) : plain.log_id }
}
