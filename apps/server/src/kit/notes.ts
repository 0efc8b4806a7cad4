import { sql } from 'kysely'
import type { Db, Trx } from './db.ts'
import type { JsonValue } from './json.ts'

/** Small named facts about this installation that must outlive the process. */
type NoteTable = { name: string; value: JsonValue }
declare module './db.ts' { interface Tables { note: NoteTable } }

export async function readNote<T extends JsonValue>(db: Db | Trx, name: string): Promise<T | null> {
  const row = await db.selectFrom('note').select('value').where('name', '=', name).executeTakeFirst()
  return row ? row.value as T : null
}

export async function writeNote(db: Db | Trx, name: string, value: JsonValue): Promise<void> {
  await sql`insert into note (name, value) values (${name}, ${JSON.stringify(value)}::jsonb) on conflict (name) do update set value = excluded.value`.execute(db)
}
