import { sql, type Expression, type SqlBool } from 'kysely'
import type { Db } from '../kit/db.ts'
import type { HouseEvent } from '../kit/events.ts'
import type { Viewer } from '../kit/viewer.ts'
import { seesAccount } from './visible.ts'

export type AuditFilter = { actor?: string | undefined; actorKind?: string | undefined; type?: string | undefined; account?: number | undefined; from?: Date | undefined; to?: Date | undefined }
export type AuditLine = Pick<HouseEvent, 'id' | 'at' | 'type' | 'accountId' | 'subject' | 'actor' | 'body'>

/** Events, newest first, as far as this viewer sees their accounts. The event log is the audit: there is no second book. */
export async function auditLines(db: Db, viewer: Viewer, filter: AuditFilter, before: number | null, limit: number): Promise<AuditLine[]> {
  const conditions: Expression<SqlBool>[] = [seesAccount(viewer, 'event.account_id'), sql<SqlBool>`(audience <> 'person' or person_id = ${viewer.personId})`]
  if (before !== null) conditions.push(sql<SqlBool>`id < ${before}`)
  if (filter.actor !== undefined) conditions.push(sql<SqlBool>`(actor->>'id' = ${filter.actor} or actor->>'name' ilike ${`%${escapeLike(filter.actor)}%`})`)
  if (filter.actorKind !== undefined) conditions.push(sql<SqlBool>`actor->>'kind' = ${filter.actorKind}`)
  if (filter.type !== undefined) conditions.push(filter.type.endsWith('*') ? sql<SqlBool>`type like ${`${escapeLike(filter.type.slice(0, -1))}%`}` : sql<SqlBool>`type = ${filter.type}`)
  if (filter.account !== undefined) conditions.push(sql<SqlBool>`account_id = ${filter.account}`)
  if (filter.from !== undefined) conditions.push(sql<SqlBool>`at >= ${filter.from}`)
  if (filter.to !== undefined) conditions.push(sql<SqlBool>`at < ${filter.to}`)
  const { rows } = await sql<AuditLine>`select id, at, type, account_id as "accountId", subject, actor, body from event
    where ${sql.join(conditions, sql` and `)} order by id desc limit ${limit}`.execute(db)
  return rows
}

const escapeLike = (text: string) => text.replaceAll(/[\\%_]/g, found => `\\${found}`)

const head = ['id', 'at', 'type', 'account', 'subject', 'actor kind', 'actor id', 'actor', 'details']
export const csvHead = `${head.join(',')}\r\n`

/** One line of CSV (RFC 4180). A cell that a spreadsheet would run as a formula is made plain text. */
export const csvLine = (line: AuditLine): string =>
  `${[line.id, line.at.toISOString(), line.type, line.accountId ?? '', line.subject, line.actor.kind, line.actor.id ?? '', line.actor.name, JSON.stringify(line.body)].map(cell).join(',')}\r\n`

function cell(value: string | number): string {
  const text = String(value)
  const plain = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}
