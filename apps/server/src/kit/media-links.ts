import { timingSafeEqual } from 'node:crypto'
import type { Generated } from 'kysely'
import type { Clock } from './clock.ts'
import type { Db, Trx } from './db.ts'
import type { Secrets } from './secrets.ts'

export type MediaLinks = {
  /** A path such as `/m/<token>`: unguessable, until `expiresAt` on the domain clock, or until revoked. The same purpose shares one link while it lasts long enough. */
  link(trx: Trx | Db, mediaId: number, about: { expiresAt: Date; purpose: string }): Promise<string>
  /** Ends one link by its path, or all links of a file. */
  revoke(trx: Trx | Db, what: { path: string } | { mediaId: number }): Promise<void>
  /** Whose bytes a link's token opens now; undefined when it is unknown, over or revoked. */
  follow(token: string): Promise<number | undefined>
}

type LinkTable = { id: Generated<number>; media_id: number; purpose: string; nonce: string; expires_at: Date; revoked_at: Date | null; created_at: Date }
declare module './db.ts' { interface Tables { media_link: LinkTable } }

const PURPOSE = 'media link'

// The token is a keyed digest of its row, so the database alone opens nothing and the same link can be given again.
export function linksTo(db: Db, clock: Clock, secrets: Secrets): MediaLinks {
  const pathOf = (row: { id: number; nonce: string }) => `/m/${row.id.toString(36)}.${secrets.mac(PURPOSE, `${row.id}:${row.nonce}`)}`
  return {
    async link(trx, mediaId, { expiresAt, purpose }) {
      const now = clock.now()
      const atLeast = new Date(now.getTime() + (expiresAt.getTime() - now.getTime()) / 2)
      const known = await trx.selectFrom('media_link').select(['id', 'nonce']).where('media_id', '=', mediaId).where('purpose', '=', purpose)
        .where('revoked_at', 'is', null).where('expires_at', '>=', atLeast).where('expires_at', '<=', expiresAt).orderBy('expires_at', 'desc').executeTakeFirst()
      if (known && atLeast > now) return pathOf(known)
      return pathOf(await trx.insertInto('media_link')
        .values({ media_id: mediaId, purpose, nonce: crypto.randomUUID(), expires_at: expiresAt, revoked_at: null, created_at: now }).returning(['id', 'nonce']).executeTakeFirstOrThrow())
    },
    async revoke(trx, what) {
      const id = 'path' in what ? idOf(what.path.replace(/^.*\/m\//, '')) : undefined
      await trx.updateTable('media_link').set({ revoked_at: clock.now() }).where('revoked_at', 'is', null)
        .where('mediaId' in what ? 'media_id' : 'id', '=', 'mediaId' in what ? what.mediaId : id ?? -1).execute()
    },
    async follow(token) {
      const id = idOf(token)
      if (id === undefined) return undefined
      const row = await db.selectFrom('media_link').selectAll().where('id', '=', id).executeTakeFirst()
      if (!row || row.revoked_at !== null || row.expires_at <= clock.now()) return undefined
      const said = Buffer.from(token.slice(token.indexOf('.') + 1))
      const right = secrets.macs(PURPOSE, `${row.id}:${row.nonce}`).some(mac => mac.length === said.length && timingSafeEqual(Buffer.from(mac), said))
      return right ? row.media_id : undefined
    },
  }
}

function idOf(token: string): number | undefined {
  const parts = /^([0-9a-z]{1,11})\.[\w-]{43}$/.exec(token)
  const id = parts?.[1] === undefined ? Number.NaN : Number.parseInt(parts[1], 36)
  return Number.isSafeInteger(id) ? id : undefined
}
