import type { House } from '../kit/house.ts'
import { theHouse } from '../kit/actor.ts'
import { isLoopback } from '../kit/config.ts'
import { appById, saveWebhookCheck, type App } from './apps.ts'
import { businessClient, keysOf } from './clients.ts'

export const HOOKS = 'app.webhook'
const DAILY_MS = 86_400_000
const SOON_MS = 300_000

/** Where TikTok delivers an app's webhooks to: the public address, or this machine when TikTok itself lives on it. Null: TikTok cannot reach us. */
export function hookUrl(house: House, app: Pick<App, 'slug' | 'platform'>): string | null {
  const { publicUrl, port, tiktok } = house.config
  if (publicUrl?.startsWith('https:')) return `${publicUrl}/hooks/${app.slug}/`
  const api = app.platform === 'business' ? tiktok.businessUrl : tiktok.apiUrl
  return isLoopback(new URL(api).hostname) ? `http://127.0.0.1:${port}/hooks/${app.slug}/` : null
}

/**
 * Names our address to TikTok for messages, and believes it only when TikTok's own list shows it (law 10). Planned again daily: another
 * server with the same app would silently take the messages away. Returns what is wrong, null when all is well.
 */
export async function registerHooks(house: House, appId: number): Promise<string | null> {
  const app = await appById(house, appId)
  if (!app || app.platform !== 'business') return null
  const url = hookUrl(house, app)
  const problem = url === null ? 'no_public_address' : await register(house, app, url)
  const now = house.clock.now()
  await house.commit(async (trx, tell) => {
    const before = await trx.selectFrom('app').select(['webhook_problem', 'webhook_checked_at']).where('id', '=', appId).executeTakeFirst()
    await saveWebhookCheck(trx, appId, { url: url ?? '', at: now, problem })
    await house.due.at(trx, HOOKS, String(appId), new Date(now.getTime() + (problem === null ? DAILY_MS : SOON_MS)))
    if (before?.webhook_checked_at === null || before?.webhook_problem !== problem) {
      tell({ type: problem === null ? 'app.webhook_confirmed' : 'app.webhook_problem', accountId: null, audience: 'managers', subject: `app:${appId}`, actor: theHouse, body: { appId, url, problem } })
    }
  })
  return problem
}

async function register(house: House, app: App, url: string): Promise<string | null> {
  const { webhook } = businessClient(house, { accountId: null, appId: app.id })
  try {
    const before = await webhook.list(keysOf(app), 'DIRECT_MESSAGE')
    if (before.callback_url === url) return null
    await webhook.update(keysOf(app), { event_type: 'DIRECT_MESSAGE', callback_url: url })
    const after = await webhook.list(keysOf(app), 'DIRECT_MESSAGE')
    return after.callback_url === url ? null : 'tiktok_lists_another_address'
  } catch (why) {
    house.log.warn({ err: why, appId: app.id }, 'the webhook address could not be registered; tried again shortly')
    return 'registration_failed'
  }
}
