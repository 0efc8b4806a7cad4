import type { Ground } from '../face.ts'
import { accountNamed } from '../business/stage.ts'
import { acceptSend } from './send.ts'
import type { RespondioVerbs } from './types.ts'

/** A token is a JWT with five claims and no end (§2). */
function tokenOf(ground: Ground, spaceId: number, orgId: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ iat: Math.floor(ground.clock.now() / 1000), id: spaceId * 10 + 1, spaceId, type: 'api', orgId })}`
  return `${body}.${ground.ids.word('rioToken', 43)}`
}

/** The second contact disappears into the first, with its messages (§12: a 404 on the old id). */
export function mergeContacts(ground: Ground, keep: string, gone: string): void {
  const contacts = ground.store.shelf('rioContact'), messages = ground.store.shelf('rioMessage'), old = contacts.get(gone)
  if (!old || !contacts.get(keep) || keep === gone) throw new Error('Two different contacts are needed')
  contacts.put({ ...old, mergedInto: keep })
  for (const message of messages.filter(m => m.contactId === gone)) {
    let messageId = message.messageId
    while (messages.get(`${keep}/${messageId}`)) messageId += 1
    messages.drop(message.id)
    messages.put({ ...message, messageId, contactId: keep, id: `${keep}/${messageId}` })
  }
}

export function respondioVerbs(ground: Ground): RespondioVerbs {
  const { store } = ground
  return {
    addSpace: ({ name = 'Workspace', accounts, orgId = 9001 } = {}) => {
      const n = 3100 + store.shelf('rioSpace').size, now = ground.clock.now()
      const space = store.shelf('rioSpace').put({ id: String(n), orgId, name, token: tokenOf(ground, n, orgId), timezone: 'UTC' })
      const chosen = accounts ? accounts.map(a => accountNamed(ground, a)) : store.shelf('account').all()
      const channels = chosen.map(account => store.shelf('rioChannel').put({ id: String(551_180 + store.shelf('rioChannel').size), spaceId: space.id, name: `${account.displayName} TikTok`, source: 'tiktok_business', accountId: account.id, createdAt: now, meta: null }))
      store.shelf('rioChannel').put({ id: String(551_180 + store.shelf('rioChannel').size), spaceId: space.id, name: 'WhatsApp', source: 'whatsapp_business', accountId: null, createdAt: now, meta: null })
      store.shelf('rioUser').put({ id: String(901 + store.shelf('rioUser').size), spaceId: space.id, firstName: 'Agent', lastName: 'One', email: `agent1.${n}@example.test`, role: 'agent', team: 'Sales' })
      store.shelf('rioUser').put({ id: String(901 + store.shelf('rioUser').size), spaceId: space.id, firstName: 'Owner', lastName: 'Two', email: `owner.${n}@example.test`, role: 'owner', team: null })
      for (const category of ['Resolved', 'Spam']) store.shelf('rioNote').put({ id: String(1 + store.shelf('rioNote').size), spaceId: space.id, category, description: category })
      return { space, channels }
    },
    addRespondioHook: (spaceId, { event, url }) => {
      if (!store.shelf('rioSpace').get(spaceId)) throw new Error('There is no such workspace')
      if (!URL.canParse(url)) throw new Error('The address of a webhook must be absolute')
      return store.shelf('rioHook').put({ id: String(1 + store.shelf('rioHook').size), spaceId, event, url, key: ground.ids.word('rioHook', 32), errors: [], disabled: false })
    },
    mergeContacts: (keep, gone) => mergeContacts(ground, keep, gone),
    respondioUserSays: (contactId, text) => {
      const contact = store.shelf('rioContact').get(contactId), channel = contact?.lastChannelId ? store.shelf('rioChannel').get(contact.lastChannelId) : undefined
      if (!contact || !channel) throw new Error('There is no such contact')
      const user = store.shelf('rioUser').find(u => u.spaceId === contact.spaceId)
      return { messageId: acceptSend(ground, contact, channel, { type: 'text', text }, { source: 'user', userId: user ? Number(user.id) : null }).messageId }
    },
    get spaces() { return store.shelf('rioSpace').all() },
    get rioContacts() { return store.shelf('rioContact').all() },
    get rioMessages() { return store.shelf('rioMessage').all() },
    get rioHooks() { return store.shelf('rioHook').all() },
  }
}
