import { Refused, type WebhookEvent } from '@stagedoor/tiktok'
import { tiktok, type Actor } from '../kit/actor.ts'
import type { Trx } from '../kit/db.ts'
import type { Tell } from '../kit/events.ts'
import type { House } from '../kit/house.ts'
import { tellAccount } from './account-view.ts'
import { appById, type Platform } from './apps.ts'
import { keysOf, oauthOf } from './clients.ts'
import { endGrant, findGrantByOpenId, openAccess, type GrantRow } from './grants.ts'
import { REFRESH } from './refresh.ts'
import { setTransport } from './transports.ts'

/**
 * Gives TikTok our permission back and forgets the tokens. What was written and posted stays. `revoked` false: TikTok could not be told
 * (the person can remove us in the TikTok app); we have forgotten the tokens all the same.
 */
export async function disconnect(house: House, accountId: number, platform: Platform | null, actor: Actor): Promise<{ ended: number; revoked: boolean }> {
  const grants = await house.db.selectFrom('grant_').innerJoin('app', 'app.id', 'grant_.app_id').selectAll('grant_').select('app.platform')
    .where('account_id', '=', accountId).where('state', '!=', 'removed').execute()
  const mine = grants.filter(grant => platform === null || grant.platform === platform)
  let revoked = true
  for (const grant of mine) {
    revoked = await revoke(house, grant) && revoked
    await house.commit(async (trx, tell) => {
      await forget(house, trx, grant.id, accountId, grant.platform, 'disconnected')
      await tellAccount(house, trx, tell, { type: 'account.disconnected', accountId, actor, extra: { platform: grant.platform, grantId: grant.id } })
    })
  }
  return { ended: mine.length, revoked }
}

async function revoke(house: House, grant: GrantRow): Promise<boolean> {
  const token = openAccess(house, grant)
  const app = await appById(house, grant.app_id)
  if (token === undefined || !app) return false
  try {
    await oauthOf(house, app, grant.account_id).revoke(keysOf(app), token)
    return true
  } catch (why) {
    house.log.info({ err: why, grantId: grant.id }, 'TikTok could not be told that a permission is given back')
    // Refused because the token is dead already: there is nothing left to give back.
    return why instanceof Refused && why.next !== 'slow down' && why.next !== 'try again'
  }
}

async function forget(house: House, trx: Trx, grantId: number, accountId: number, platform: Platform, why: string) {
  await endGrant(trx, grantId, 'removed', why)
  await house.due.cancel(trx, REFRESH, String(grantId))
  if (platform !== 'business') return
  const left = await trx.selectFrom('grant_').innerJoin('app', 'app.id', 'grant_.app_id').select('grant_.id')
    .where('account_id', '=', accountId).where('app.platform', '=', 'business').where('state', '!=', 'removed').executeTakeFirst()
  if (!left) await setTransport(trx, { accountId, kind: 'direct', state: 'stopped', why, now: house.clock.now() })
}

type Removed = { appId: number; event: WebhookEvent }

/** Listens to `authorization.removed`: the person took our permission away on TikTok's side (developers §6). */
export async function authorizationRemoved(house: House, trx: Trx, tell: Tell, list: Removed[]): Promise<void> {
  for (const { appId, event } of list) {
    if (event.event !== 'authorization.removed' || event.user_openid === undefined) continue
    const grant = await findGrantByOpenId(trx, appId, event.user_openid)
    const app = grant && await appById(house, grant.appId, trx)
    if (!grant || !app || grant.state === 'removed') continue
    // A removal older than the newest consent is about the permission before it.
    const row = await trx.selectFrom('grant_').select('connected_at').where('id', '=', grant.id).executeTakeFirstOrThrow()
    if (event.create_time * 1000 < row.connected_at.getTime() - 1000) continue
    await forget(house, trx, grant.id, grant.accountId, app.platform, 'removed_on_tiktok')
    await tellAccount(house, trx, tell, { type: 'account.removed_on_tiktok', accountId: grant.accountId, actor: tiktok, extra: { platform: app.platform, grantId: grant.id } })
  }
}
