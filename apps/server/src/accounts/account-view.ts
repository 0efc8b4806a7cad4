import { sql } from 'kysely'
import type { Actor } from '../kit/actor.ts'
import type { Db, Trx } from '../kit/db.ts'
import type { Tell } from '../kit/events.ts'
import type { House } from '../kit/house.ts'
import type { AccountRow } from './accounts.ts'
import type { AccountView } from './account-shape.ts'
import type { Platform } from './apps.ts'
import { capabilitiesOf, disprovingCodes, provingPaths, type Proof } from './capabilities.ts'
import type { GrantRow } from './grants.ts'
import { lookalikes, type Known } from './join.ts'
import { missingOf } from './scopes.ts'
import type { TransportRow } from './transports.ts'

type GrantWithPlatform = GrantRow & { platform: Platform }
type ProofRow = Proof & { accountId: number }

/** Accounts as the API shows them, in a handful of queries however many there are. `all`: the accounts this viewer sees, for lookalikes. */
export async function viewAccounts(db: Db, rows: AccountRow[], all: Known[] = []): Promise<AccountView[]> {
  if (rows.length === 0) return []
  const ids = rows.map(row => row.id)
  const grants = await grantsOf(db, ids)
  const transports = await db.selectFrom('transport').selectAll().where('account_id', 'in', ids).orderBy('since', 'desc').execute()
  const proofs = await proofsOf(db, ids)
  const unread = await unreadOf(db, ids)
  return rows.map(row => viewOne(row, {
    grants: grants.filter(grant => grant.account_id === row.id), transports: transports.filter(transport => transport.account_id === row.id),
    proofs: proofs.filter(proof => proof.accountId === row.id), unread: unread.get(row.id) ?? 0, all,
  }))
}

type About = { grants: GrantWithPlatform[]; transports: TransportRow[]; proofs: Proof[]; unread: number; all: Known[] }

function viewOne(row: AccountRow, about: About): AccountView {
  const shown = about.grants.filter(grant => grant.state !== 'removed')
  const self = about.all.find(account => account.id === row.id)
  const transport = about.transports.find(item => item.state !== 'stopped') ?? about.transports[0]
  return {
    id: row.id, handle: row.handle ?? '', displayName: row.display_name, isBusiness: row.is_business,
    avatarUrl: row.avatar_media_id === null ? null : `/api/v1/accounts/${row.id}/avatar?v=${row.avatar_media_id}`,
    grants: shown.map(grant => ({
      id: grant.id, platform: grant.platform, appId: grant.app_id, state: grant.state, why: grant.why, scopes: grant.scopes,
      missing: missingOf(grant.platform, grant.scopes), expiresAt: grant.expires_at.toISOString(), refreshedAt: grant.refreshed_at.toISOString(),
    })),
    capabilities: capabilitiesOf(about.grants, about.proofs),
    transport: transport ? { kind: transport.kind, state: transport.state, why: transport.why } : null,
    unread: about.unread, connectedAt: row.connected_at.toISOString(),
    possibleMatches: (self ? lookalikes(self, about.all) : []).map(other => ({ id: other.id, handle: other.handle ?? '', displayName: other.displayName })),
  }
}

const grantsOf = (db: Db, ids: number[]): Promise<GrantWithPlatform[]> =>
  db.selectFrom('grant_').innerJoin('app', 'app.id', 'grant_.app_id').selectAll('grant_').select('app.platform').where('account_id', 'in', ids).orderBy('grant_.id').execute()

/** The newest telling call per account and endpoint, out of the call journal; kept 30 days there. */
async function proofsOf(db: Db, ids: number[]): Promise<ProofRow[]> {
  const { rows } = await sql<ProofRow>`
    select distinct on (account_id, endpoint) account_id as "accountId", endpoint as path, at, outcome, code from call
    where account_id = any(${ids}::bigint[]) and endpoint like any(${provingPaths.map(path => `%${path}`)}::text[])
      and (outcome = 'ok' or (outcome = 'refused' and code = any(${disprovingCodes}::text[])))
    order by account_id, endpoint, id desc`.execute(db)
  return rows
}

async function unreadOf(db: Db, ids: number[]): Promise<Map<number, number>> {
  const { rows } = await sql<{ id: number; unread: number }>`
    select account_id as id, sum(unread)::int as unread from conversation where account_id = any(${ids}::bigint[]) and unread > 0 group by account_id`.execute(db)
  return new Map(rows.map(row => [row.id, row.unread]))
}

/** Accounts as the question "is it the same one?" needs them. */
export async function knownAccounts(db: Db, ids: number[] | 'all' = 'all'): Promise<Known[]> {
  const { rows } = await sql<Known>`
    select a.id, a.handle, a.display_name as "displayName",
      coalesce(jsonb_agg(jsonb_build_object('appId', g.app_id, 'openId', g.open_id)) filter (where g.id is not null), '[]') as "openIds"
    from account a left join grant_ g on g.account_id = a.id ${ids === 'all' ? sql`` : sql`where a.id = any(${ids}::bigint[])`} group by a.id order by a.id`.execute(db)
  return rows
}

/** Tells everybody who sees the account what it looks like now. */
export async function tellAccount(_house: House, trx: Trx, tell: Tell, what: { type: string; accountId: number; actor: Actor; extra?: Record<string, string | number | null> }): Promise<void> {
  const row = await trx.selectFrom('account').selectAll().where('id', '=', what.accountId).executeTakeFirst()
  const [view] = row ? await viewAccounts(trx, [row]) : []
  if (view) tell({ type: what.type, accountId: what.accountId, subject: `account:${what.accountId}`, actor: what.actor, body: { ...view, ...what.extra } })
}
