import { sql } from 'kysely'
import type { House } from '../kit/house.ts'
import { theHouse } from '../kit/actor.ts'
import { forgetAnswers } from '../identity/once.ts'
import { forgetTries } from '../identity/tries.ts'
import { saveApp, type NewApp } from './apps.ts'
import { HOOKS, registerHooks } from './hooks.ts'
import { startNotices } from './notices/start.ts'
import { PROFILE, refreshProfile } from './profile.ts'
import { REFRESH, refreshGrant } from './refresh.ts'

const SWEEP = 'people.sweep'
const SWEEP_MS = 6 * 3_600_000
/** Two servers that start at once add each app once. */
const SAVING = 4_300_102

/** Before jobs and due rows start: says who refreshes tokens, looks at profiles, registers webhooks, delivers notices and sweeps. */
export function startAccounts(house: House): void {
  registerSecrets(house)
  house.due.on(REFRESH, async subject => { await refreshGrant(house, Number(subject), { because: 'time' }) })
  house.due.on(PROFILE, subject => refreshProfile(house, Number(subject)))
  house.due.on(HOOKS, async subject => { await registerHooks(house, Number(subject)) })
  house.due.on(SWEEP, async subject => {
    await forgetAnswers(house)
    await forgetTries(house.db)
    await house.due.at(house.db, SWEEP, subject, new Date(house.clock.now().getTime() + SWEEP_MS))
  })
  startNotices(house)
}

/** Every sealed column of people and accounts, for changing the house's secret. */
export function registerSecrets(house: House): void {
  for (const [table, column, name] of sealed) house.secrets.register({ table, column, id: 'id', name: id => name.replace('#', id) })
  house.secrets.register({ table: 'auth_secret', column: 'sealed', id: 'one', name: () => 'auth_secret:sessions' })
  house.secrets.register({ table: 'consent', column: 'verifier_sealed', id: 'state_hash', name: id => `consent:${id.replace('\\x', '')}:verifier` })
}

const sealed: [table: string, column: string, name: string][] = [
  ['app', 'secret_sealed', 'app:#:secret'], ['app', 'previous_secret_sealed', 'app:#:previous_secret'],
  ['grant_', 'access_sealed', 'grant:#:access'], ['grant_', 'refresh_sealed', 'grant:#:refresh'],
  ['notice', 'secret_sealed', 'notice:#:secret'],
]

/** Apps whose keys the environment gives. Safe to repeat at every start, by several servers at once. */
export async function upsertConfiguredApps(house: House): Promise<void> {
  const { developers, business } = house.config.apps
  const apps: NewApp[] = []
  if (developers) apps.push({ platform: 'developers', clientKey: developers.clientKey, secret: developers.clientSecret, name: 'TikTok for Developers', environment: developers.clientKey.startsWith('sb') ? 'sandbox' : 'production', source: 'environment' })
  if (business) apps.push({ platform: 'business', clientKey: business.appId, secret: business.secret, name: 'TikTok for Business', environment: 'production', source: 'environment' })
  await house.commit(async (trx, tell) => {
    await sql`select pg_advisory_xact_lock(${SAVING})`.execute(trx)
    await house.due.at(trx, SWEEP, 'all', new Date(house.clock.now().getTime() + SWEEP_MS))
    for (const app of apps) {
      const { row, change } = await saveApp(house, trx, app)
      if (row.platform === 'business') await house.due.at(trx, HOOKS, String(row.id), house.clock.now())
      if (change !== 'same') tell({ type: `app.${change}`, accountId: null, audience: 'managers', subject: `app:${row.id}`, actor: theHouse, body: { appId: row.id, slug: row.slug, platform: row.platform } })
    }
  })
}
