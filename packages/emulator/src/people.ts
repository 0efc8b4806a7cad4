import { createHash } from 'node:crypto'
import type { Ids } from './ids.ts'
import { wrongRedirects } from './login/redirects.ts'
import type { Timeline } from './timeline.ts'
import type { Account, App, Customer, Grant, NewAccount, Platform, Token } from './words.ts'
import type { Store } from './world.ts'

export type NewApp = Partial<App> & { platform: Platform }

/** Who is there, and verbs to bring more. Part of `world`. */
export type PeopleVerbs = {
  readonly apps: App[]
  readonly accounts: Account[]
  readonly customers: Customer[]
  readonly grants: Grant[]
  readonly tokens: Token[]
  addApp(app: NewApp): App
  changeApp(id: string, change: Partial<App>): App
  addAccount(account: NewAccount): Account
  changeAccount(handle: string, change: Partial<Account>): Account
  addCustomer(customer: { handle: string; displayName?: string; region?: string }): Customer
  account(handle: string): Account
  /** The account's name in one app's eyes; the same again after a new consent, another one for another app. */
  openIdOf(appId: string, accountId: string): string
}

export class WorldError extends Error {}

const DEVELOPER_SCOPES = ['user.info.basic', 'user.info.profile', 'user.info.stats', 'video.list', 'video.upload', 'video.publish']
const BUSINESS_SCOPES = ['user.info.basic', 'user.info.username', 'user.info.stats', 'user.info.profile', 'user.account.type', 'user.insights', 'video.list', 'video.insights', 'comment.list', 'comment.list.manage', 'video.publish', 'video.upload', 'biz.spark.auth', 'discovery.search.words', 'message.list.read', 'message.list.send', 'message.list.manage']

export function peopleVerbs(store: Store, ids: Ids, now: () => number, timeline: Timeline): PeopleVerbs {
  const apps = store.shelf('app')
  const accounts = store.shelf('account')
  const customers = store.shelf('customer')
  const account = (handle: string) => {
    const plain = handle.replace(/^@/, '')
    const found = accounts.find(a => a.handle === plain) ?? accounts.get(plain)
    if (!found) throw new WorldError(`There is no account @${plain}. There are: ${accounts.all().map(a => `@${a.handle}`).join(', ') || 'none'}`)
    return found
  }
  return {
    get apps() { return apps.all() },
    get accounts() { return accounts.all() },
    get customers() { return customers.all() },
    get grants() { return store.shelf('grant').all() },
    get tokens() { return store.shelf('token').all() },
    addApp: app => apps.put(checked({
      id: app.platform === 'business' ? ids.snowflake('app') : `${app.environment === 'sandbox' ? 'sb' : 'aw'}${ids.bytes('app', 7).toString('hex')}`,
      name: 'An app', secret: ids.bytes('secret', 20).toString('hex'), redirectUris: [], webhookUrl: null,
      scopes: app.platform === 'business' ? BUSINESS_SCOPES : DEVELOPER_SCOPES, audited: false, environment: 'production', flavour: 'web', targetUsers: [], verifiedProperties: [],
      activeUserCap: app.audited ? 1000 : 5, ...app,
    })),
    changeApp: (id, change) => {
      const app = apps.get(id)
      if (!app) throw new WorldError(`There is no app ${id}. There are: ${apps.all().map(a => a.id).join(', ') || 'none'}`)
      checked({ ...app, ...change })
      return apps.put(Object.assign(app, change, { id }))
    },
    addAccount: given => {
      if (accounts.find(a => a.handle === given.handle)) throw new WorldError(`There is already an account @${given.handle}`)
      const made: Account = {
        id: ids.snowflake('account'), displayName: given.handle, bio: '', isBusiness: true, isVerified: false, region: 'MY', private: false, followers: 1240, following: 86, likes: 20_480,
        commentDisabled: false, duetDisabled: false, stitchDisabled: false, maxVideoSeconds: 300, postsPerDay: 15, banned: false, phoneVersion: '40.1.0', messagesFromEveryone: true, createdAt: now(), ...given,
      }
      timeline.tell('account added', { handle: made.handle })
      return accounts.put(made)
    },
    changeAccount: (handle, change) => accounts.put(Object.assign(account(handle), change)),
    addCustomer: ({ handle, displayName = handle, region = 'BR' }) => customers.put({ id: ids.bytes('customer', 48).toString('base64'), handle, displayName, region, createdAt: now() }),
    account,
    openIdOf: (appId, accountId) => `-000${createHash('sha256').update(`${appId}:${accountId}`).digest('base64url').slice(0, 32)}`,
  }
}

/** Refuses what TikTok's portal would refuse. */
function checked(app: App): App {
  const wrong = wrongRedirects(app.redirectUris, app) ?? (app.targetUsers.length > 10 ? 'A sandbox has at most 10 target users' : undefined)
  if (wrong) throw new WorldError(wrong)
  return app
}
