import { sql, type Expression, type SqlBool } from 'kysely'
import type { Viewer } from '../kit/viewer.ts'

type Column = Expression<unknown> | string

/**
 * The one predicate of visibility (law 12): joined into every query over rows that belong to an account.
 * `column` names the row's account, as in `.where(seesAccount(viewer, 'message.account_id'))`. What it hides is answered as if it did not exist.
 */
export function seesAccount(viewer: Viewer, column: Column): Expression<SqlBool> {
  if (viewer.accounts === 'all') return sql<SqlBool>`true`
  const reference = typeof column === 'string' ? sql.ref(column) : column
  // One array parameter: the statement is the same however many accounts there are.
  return sql<SqlBool>`${reference} = any(${viewer.accounts}::bigint[])`
}
