import { createHmac, randomBytes } from 'node:crypto'
import { saveApp } from '../src/accounts/apps.ts'
import { insertAccount } from '../src/accounts/accounts.ts'
import { saveGrant } from '../src/accounts/grants.ts'
import type { Config } from '../src/kit/config.ts'
import { room } from '../src/kit/http.ts'
import type { Viewer } from '../src/kit/viewer.ts'
import { inboxRoutes } from '../src/inbox/routes.ts'
import { deliveryRoutes } from '../src/delivery-routes.ts'
import { defineInbox, inboxListeners } from '../src/inbox/start.ts'
import type { ConversationView, MessageView } from '../src/inbox/views.ts'
import { hookRoutes, startReceiving } from '../src/webhook.ts'
import { testGround, withTheTest, type AtEnd } from './test-ground.ts'

export const SECRET = 'the secret of the app'
export const BUSINESS = '-000m92FMx51cCiNHVohwvmBsKhdvuASfXim'
export const CUSTOMER = '+QPPG/tWHhieel0csQH3JB3GZjKqp7retBmIVSQGbJ9+n4KnLX4d8hlzrfgp0ivV'
export const CONVERSATION = 'bpgZEU3K+RW/m7K7Hp+i8OfRWw=='

type Content = Record<string, unknown>
/** The `content` of a message event, business §5.6; `over` replaces fields. */
export const messageContent = (direction: 'in' | 'out', over: Content = {}): Content => {
  const customer = { id: CUSTOMER, role: 'personal_account' }, business = { id: BUSINESS, role: 'business_account' }
  return {
    from: direction === 'in' ? 'customer' : 'business.a', to: direction === 'in' ? 'business.a' : 'customer', unique_identifier: CUSTOMER,
    from_user: direction === 'in' ? customer : business, to_user: direction === 'in' ? business : customer,
    conversation_id: CONVERSATION, message_id: newId(), timestamp: Date.UTC(2026, 10, 21, 12), type: 'text', text: { body: 'Hello' },
    scene_type: 0, is_follower: false, message_tag: { source: direction === 'in' ? 'APP' : 'API' }, ...over,
  }
}
export const newId = () => randomBytes(19).toString('base64')
export const envelope = (event: string, content: Content | string, over: Content = {}) => JSON.stringify({
  client_key: '7600000000000000001', event, create_time: Date.UTC(2026, 10, 21, 12) / 1000, user_openid: BUSINESS, content: typeof content === 'string' ? content : JSON.stringify(content), ...over,
})
export const signed = (body: string | Uint8Array, at: Date, secret = SECRET) => {
  const t = Math.floor(at.getTime() / 1000)
  return `t=${t},s=${createHmac('sha256', secret).update(`${t}.`).update(body).digest('hex')}`
}

/** The inbox with one connected account, without sign-in and without TikTok: deliveries are posted by the test, in the shapes of the sheet. */
export async function openDesk(set: Partial<Config> = {}, atEnd: AtEnd = withTheTest) {
  const house = await testGround(set, {}, atEnd)
  const account = await house.db.transaction().execute(async trx => {
    const { row } = await saveApp(house, trx, { platform: 'business', clientKey: '7600000000000000001', secret: SECRET, name: 'Test', environment: 'production', source: 'wizard' })
    const made = await insertAccount(trx, { handle: 'business.a', displayName: 'Business A', isBusiness: true }, house.clock.now())
    const hour = 3_600_000
    await saveGrant(house, trx, { appId: row.id, accountId: made.id, openId: BUSINESS, pair: {
      accessToken: 'act', refreshToken: 'rft', expiresAt: new Date(house.clock.now().getTime() + 24 * hour), refreshExpiresAt: new Date(house.clock.now().getTime() + 8760 * hour), scopes: ['message.list.read', 'message.list.send'],
    } })
    return { id: made.id, appId: row.id, slug: row.slug }
  })
  defineInbox(house)
  await house.jobs.start()
  const drainer = startReceiving(house, inboxListeners)
  const owner: Viewer = { kind: 'person', id: 'p1', personId: 'p1', name: 'Ana', role: 'owner', scopes: ['read', 'send'], accounts: 'all' }
  const appAs = (viewer: Viewer) => {
    const app = room()
    app.use(async (c, next) => { c.set('house', house); c.set('viewer', viewer); await next() })
    return app.route('/', hookRoutes).route('/api/v1', inboxRoutes).route('/api/v1', deliveryRoutes)
  }
  atEnd(() => drainer.stop())
  const app = appAs(owner)
  const knock = (body: string | Uint8Array<ArrayBuffer>, header: string | undefined, slug = account.slug) =>
    app.request(`/hooks/${slug}/`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...(header === undefined ? {} : { 'tiktok-signature': header }) } })
  const call = async <T>(method: string, path: string, body?: unknown, { as, key }: { as?: Viewer; key?: string } = {}) => {
    const answer = await (as ? appAs(as) : app).request(`/api/v1${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }), headers: { 'content-type': 'application/json', ...(key ? { 'idempotency-key': key } : {}) } })
    return { status: answer.status, body: await answer.json() as T }
  }
  return {
    house, account, owner, drainer, knock, call,
    /** Signs and posts one delivery; throws unless it is answered 200. */
    async deliver(event: string, content: Content | string, over: Content = {}) {
      const body = envelope(event, content, over)
      const answer = await knock(body, signed(body, house.clock.now()))
      if (answer.status !== 200) throw new Error(`The webhook was answered ${answer.status}: ${await answer.text()}`)
    },
    async conversations() { await drainer.drained(); return (await call<{ items: ConversationView[] }>('GET', '/conversations')).body.items },
    async messages(id: number) { await drainer.drained(); return (await call<{ items: MessageView[] }>('GET', `/conversations/${id}/messages?limit=100`)).body.items },
    async events() { await house.live.caughtUp(); return await house.live.between(0, Number.MAX_SAFE_INTEGER) },
  }
}
