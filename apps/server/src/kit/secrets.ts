import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Db } from './db.ts'

/** Texts encrypted at rest (law 7): AES-256-GCM, with the id of their key, bound to the name of their row so that a swapped column opens nowhere else. */
export type Secrets = {
  /** `row` names the place, such as `grant:12:access`. */
  seal(text: string, row: string): string
  /** Throws CannotOpen when the text was sealed for another row or with a key that is not here. */
  open(sealed: string, row: string): string
  /** A keyed digest for one purpose, base64url, 43 characters. Another purpose gives another digest. */
  mac(purpose: string, text: string): string
  /** The digests under the current and the previous key, for comparing. */
  macs(purpose: string, text: string): string[]
  /** A column that `rotate` seals anew. `name` gives the row name from the row's id. */
  register(place: SealedColumn): void
  /** Seals every registered column with the current key while the house runs. Returns how many were done and how many could not be opened. */
  rotate(db: Db): Promise<{ sealed: number; unreadable: number }>
  /** Sealed texts that still need the previous key. */
  pending(db: Db): Promise<number>
  keyId: string
}
export type SealedColumn = { table: string; column: string; id: string; name: (id: string) => string }

export class CannotOpen extends Error {
  constructor(row: string, why: string) { super(`The secret of ${row} cannot be opened: ${why}`) }
}

type Key = { id: string; bytes: Buffer; mac: Buffer }
const VERSION = 's1'
const IV_BYTES = 12
const TAG_BYTES = 16
const BATCH = 200

export function openSecrets(secret: string, previous: string | null): Secrets {
  const current = keyOf(secret)
  const keys = previous === null ? [current] : [current, keyOf(previous)]
  const places: SealedColumn[] = []
  const seal = (text: string, row: string) => {
    const iv = randomBytes(IV_BYTES)
    const cipher = createCipheriv('aes-256-gcm', current.bytes, iv).setAAD(Buffer.from(row))
    const box = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
    return `${VERSION}.${current.id}.${box.toString('base64url')}`
  }
  const open = (sealed: string, row: string) => {
    const [version, keyId, text] = sealed.split('.')
    if (version !== VERSION || text === undefined) throw new CannotOpen(row, 'it is not a sealed text of ours')
    const key = keys.find(item => item.id === keyId)
    if (!key) throw new CannotOpen(row, 'it was sealed with another secret. Start with that one as STAGEDOOR_SECRET_PREVIOUS')
    const box = Buffer.from(text, 'base64url')
    try {
      const decipher = createDecipheriv('aes-256-gcm', key.bytes, box.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(row)).setAuthTag(box.subarray(-TAG_BYTES))
      return Buffer.concat([decipher.update(box.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8')
    } catch {
      throw new CannotOpen(row, 'it was changed, or belongs to another row')
    }
  }
  const macs = (purpose: string, text: string) => keys.map(key => createHmac('sha256', key.mac).update(`${purpose}\n${text}`).digest('base64url'))
  return {
    keyId: current.id, seal, open, macs,
    mac: (purpose, text) => createHmac('sha256', current.mac).update(`${purpose}\n${text}`).digest('base64url'),
    register(place) { places.push(place) },
    async rotate(db) {
      const total = { sealed: 0, unreadable: 0 }
      for (const place of places) {
        const done = await rotateColumn(db, place, current.id, (sealed, row) => seal(open(sealed, row), row))
        total.sealed += done.sealed
        total.unreadable += done.unreadable
      }
      return total
    },
    async pending(db) {
      let count = 0
      for (const { table, column } of places) {
        const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(table)}
          where ${sql.ref(column)} is not null and ${sql.ref(column)} not like ${`${VERSION}.${current.id}.%`}`.execute(db)
        count += rows[0]?.count ?? 0
      }
      return count
    },
  }
}

function keyOf(secret: string): Key {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', secret, 'stagedoor', purpose, 32))
  return { id: createHash('sha256').update(derive('key id')).digest('hex').slice(0, 8), bytes: derive('seal'), mac: derive('mac') }
}

// A row changed meanwhile by a running verb is already sealed with the current key: the update compares what it read.
async function rotateColumn(db: Db, { table, column, id, name }: SealedColumn, keyId: string, reseal: (sealed: string, row: string) => string) {
  const done = { sealed: 0, unreadable: 0 }
  for (let after: string | null = null; ;) {
    const page: { rows: { id: string; sealed: string }[] } = await sql<{ id: string; sealed: string }>`
      select ${sql.ref(id)}::text as id, ${sql.ref(column)} as sealed from ${sql.table(table)}
      where ${sql.ref(column)} is not null and ${sql.ref(column)} not like ${`${VERSION}.${keyId}.%`} and ${sql.ref(id)}::text > ${after ?? ''}
      order by ${sql.ref(id)}::text limit ${BATCH}`.execute(db)
    for (const row of page.rows) {
      after = row.id
      let fresh: string
      try { fresh = reseal(row.sealed, name(row.id)) } catch { done.unreadable++; continue }
      await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${fresh} where ${sql.ref(id)}::text = ${row.id} and ${sql.ref(column)} = ${row.sealed}`.execute(db)
      done.sealed++
    }
    if (page.rows.length < BATCH) return done
  }
}
