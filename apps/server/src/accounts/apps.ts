import type { Generated, Selectable } from 'kysely'
import type { Db, Trx } from '../kit/db.ts'
import type { House } from '../kit/house.ts'

export type AppTable = {
  id: Generated<number>
  slug: string
  name: string
  platform: Platform
  environment: 'production' | 'sandbox'
  client_key: string
  secret_sealed: string
  previous_secret_sealed: string | null
  previous_until: Date | null
  source: 'environment' | 'wizard'
  webhook_url: string | null
  webhook_checked_at: Date | null
  webhook_problem: string | null
  created_at: Date
  retired_at: Date | null
}
export type Platform = 'developers' | 'business'
export type AppRow = Selectable<AppTable>
/** An app with its secrets in the clear: the current one first, the previous one while it is still valid. Never leaves the process. */
export type App = { id: number; slug: string; platform: Platform; clientKey: string; secrets: [string, ...string[]] }

declare module '../kit/db.ts' {
  interface Tables { app: AppTable }
}

/** TikTok keeps signing with the old secret for a while after it is changed in its portal. */
const PREVIOUS_SECRET_DAYS = 14
const DAY_MS = 86_400_000

/** The app whose callback path (`/hooks/<slug>/`) was called, or nothing. */
export async function appBySlug(house: House, slug: string): Promise<App | undefined> {
  const row = await house.db.selectFrom('app').selectAll().where('slug', '=', slug).where('retired_at', 'is', null).executeTakeFirst()
  return row && openApp(house, row)
}

/** `db` may be the open transaction of the caller. */
export async function appById(house: House, id: number, db: Db = house.db): Promise<App | undefined> {
  const row = await db.selectFrom('app').selectAll().where('id', '=', id).executeTakeFirst()
  return row && openApp(house, row)
}

/** The app that new consents of a platform use: the newest one that is not retired. */
export async function appFor(house: House, platform: Platform, db: Db = house.db): Promise<App | undefined> {
  const row = await db.selectFrom('app').selectAll().where('platform', '=', platform).where('retired_at', 'is', null)
    .orderBy('id', 'desc').limit(1).executeTakeFirst()
  return row && openApp(house, row)
}

export const listApps = (db: Db) => db.selectFrom('app').selectAll().where('retired_at', 'is', null).orderBy('id').execute()

export type NewApp = { platform: Platform; clientKey: string; secret: string; name: string; environment: 'production' | 'sandbox'; source: AppRow['source'] }

/** Adds an app, or brings back and updates the one with the same key. A changed secret leaves the old one valid for two weeks. */
export async function saveApp(house: House, trx: Trx, app: NewApp): Promise<{ row: AppRow; change: 'added' | 'changed' | 'same' }> {
  const known = await trx.selectFrom('app').selectAll().where('platform', '=', app.platform).where('client_key', '=', app.clientKey).forUpdate().executeTakeFirst()
  if (!known) return { row: await insertApp(house, trx, app), change: 'added' }
  const current = house.secrets.open(known.secret_sealed, secretName(known.id))
  if (current === app.secret && known.retired_at === null && known.name === app.name) return { row: known, change: 'same' }
  const now = house.clock.now()
  const row = await trx.updateTable('app').set({
    name: app.name, environment: app.environment, retired_at: null,
    ...(current === app.secret ? {} : {
      secret_sealed: house.secrets.seal(app.secret, secretName(known.id)),
      previous_secret_sealed: house.secrets.seal(current, previousName(known.id)),
      previous_until: new Date(now.getTime() + PREVIOUS_SECRET_DAYS * DAY_MS),
    }),
  }).where('id', '=', known.id).returningAll().executeTakeFirstOrThrow()
  return { row, change: 'changed' }
}

async function insertApp(house: House, trx: Trx, app: NewApp) {
  const slug = await freeSlug(trx, app.platform)
  const { id } = await trx.insertInto('app').values({
    slug, name: app.name, platform: app.platform, environment: app.environment, client_key: app.clientKey,
    secret_sealed: '', source: app.source, created_at: house.clock.now(),
    previous_secret_sealed: null, previous_until: null, webhook_url: null, webhook_checked_at: null, webhook_problem: null, retired_at: null,
  }).returning('id').executeTakeFirstOrThrow()
  // A secret is bound to its row, so it is sealed once the row has its name.
  return await trx.updateTable('app').set({ secret_sealed: house.secrets.seal(app.secret, secretName(id)) }).where('id', '=', id).returningAll().executeTakeFirstOrThrow()
}

async function freeSlug(trx: Trx, platform: Platform) {
  const rows = await trx.selectFrom('app').select('slug').where('platform', '=', platform).execute()
  const taken = new Set(rows.map(row => row.slug))
  for (let n = 1; ; n++) {
    const slug = n === 1 ? platform : `${platform}-${n}`
    if (!taken.has(slug)) return slug
  }
}

/** No new consents, no webhooks. The row stays: grants and history refer to it. */
export const retireApp = (trx: Trx, id: number, now: Date) =>
  trx.updateTable('app').set({ retired_at: now }).where('id', '=', id).where('retired_at', 'is', null).returningAll().executeTakeFirst()

/** What the last look at TikTok's list of callbacks said. `problem` null: TikTok names our address. */
export const saveWebhookCheck = (db: Db, id: number, check: { url: string; at: Date; problem: string | null }) =>
  db.updateTable('app').set({ webhook_url: check.url, webhook_checked_at: check.at, webhook_problem: check.problem }).where('id', '=', id).execute()

function openApp(house: House, row: AppRow): App {
  const previous = row.previous_secret_sealed && row.previous_until && row.previous_until > house.clock.now()
    ? [house.secrets.open(row.previous_secret_sealed, previousName(row.id))] : []
  return { id: row.id, slug: row.slug, platform: row.platform, clientKey: row.client_key, secrets: [house.secrets.open(row.secret_sealed, secretName(row.id)), ...previous] }
}

const secretName = (id: number) => `app:${id}:secret`
const previousName = (id: number) => `app:${id}:previous_secret`
