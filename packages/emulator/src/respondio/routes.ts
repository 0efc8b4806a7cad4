import type { Ground, Route } from '../face.ts'
import { contactNamed, makeDoor, page, type Asked } from './door.ts'
import { matches } from './filter.ts'
import { RioNo } from './refuse.ts'
import { acceptSend } from './send.ts'
import { channelShape, contactShape, idOf, messageShape, userShape } from './shapes.ts'
import type { Channel, Contact, RioMessage } from './types.ts'
import { mergeContacts } from './verbs.ts'

/** The routes of §15.1 and a few more of §5. */
export function respondioRoutes(ground: Ground): Route[] {
  const door = makeDoor(ground), { store } = ground
  const done = (contact: Contact) => ({ contactId: idOf(ground, contact.id) })
  const channelsOf = (spaceId: string): Channel[] => store.shelf('rioChannel').filter(c => c.spaceId === spaceId)
  const messagesOf = (contact: Contact): RioMessage[] => store.shelf('rioMessage').filter(m => m.contactId === contact.id)
  const text = (value: unknown, name: string, most: number): string => {
    if (typeof value !== 'string' || value === '' || value.length > most) throw new RioNo(400, 'Validation error.', `${name} is text of at most ${most} characters.`)
    return value
  }
  const change = (asked: Asked, make: (contact: Contact) => Partial<Contact>) => {
    const contact = contactNamed(ground, asked)
    store.shelf('rioContact').put({ ...contact, ...make(contact) })
    return done(contact)
  }
  const contactRoutes: Route[] = [
    door('contacts', 'POST', '/contact/list', 'Contacts of the workspace, by id', async asked => {
      const body = await asked.body()
      if (typeof body['search'] !== 'string') throw new RioNo(400, 'Validation error.', 'The key "search" must be there, even empty.')
      const fits = matches(body['filter'])
      const search = body['search'].toLowerCase()
      const all = store.shelf('rioContact').filter(c => c.spaceId === asked.space.id && !c.mergedInto && `${c.firstName} ${c.lastName} ${c.email ?? ''} ${c.phone ?? ''}`.toLowerCase().includes(search) && fits(c))
      return page(ground, asked, all, c => Number(c.id), c => contactShape(ground, c))
    }),
    door('merge', 'POST', '/contact/merge', 'Merges two contacts, the first stays', async asked => {
      const ids: unknown = (await asked.body())['contactIds']
      if (!Array.isArray(ids) || ids.length !== 2) throw new RioNo(400, 'Validation error.', 'contactIds are two ids, the first stays.')
      const [keep, gone] = ids.map(id => store.shelf('rioContact').get(String(id)))
      if (!keep || !gone || keep.spaceId !== asked.space.id || gone.spaceId !== asked.space.id) throw new RioNo(404, 'Contact not found', 'Both contacts must be of this workspace.')
      mergeContacts(ground, keep.id, gone.id)
      return done(keep)
    }),
    door('contact', 'GET', '/contact/:idf', 'One contact', asked => contactShape(ground, contactNamed(ground, asked))),
    door('contactUpdate', 'PUT', '/contact/:idf', 'Changes fields of a contact', async asked => {
      const body = await asked.body()
      return change(asked, c => ({ firstName: typeof body['firstName'] === 'string' ? body['firstName'] : c.firstName, lastName: typeof body['lastName'] === 'string' ? body['lastName'] : c.lastName, email: typeof body['email'] === 'string' ? body['email'] : c.email, phone: typeof body['phone'] === 'string' ? body['phone'] : c.phone }))
    }),
    door('contactDelete', 'DELETE', '/contact/:idf', 'Deletes a contact and its messages', asked => {
      const contact = contactNamed(ground, asked)
      for (const message of messagesOf(contact)) store.shelf('rioMessage').drop(message.id)
      store.shelf('rioContact').drop(contact.id)
      return done(contact)
    }),
    door('contactChannels', 'GET', '/contact/:idf/channels', 'The channels of a contact', asked => {
      const contact = contactNamed(ground, asked), messages = messagesOf(contact)
      const used = channelsOf(asked.space.id).filter(c => c.id === contact.lastChannelId || messages.some(m => m.channelId === c.id))
      return page(ground, asked, used, c => Number(c.id), c => {
        const own = messages.filter(m => m.channelId === c.id), time = (list: RioMessage[]) => list.length === 0 ? undefined : Math.floor(Math.max(...list.map(m => m.messageId)) / 1_000_000)
        return { ...channelShape(ground, c), contactChannelId: Number(contact.id) + Number(c.id), lastMessageTime: time(own), lastIncomingMessageTime: time(own.filter(m => m.traffic === 'incoming')) }
      })
    }),
    door('tag', 'POST', '/contact/:idf/tag', 'Adds tags', async asked => { const tags = await tagList(asked); return change(asked, c => ({ tags: [...new Set([...c.tags, ...tags])] })) }),
    door('untag', 'DELETE', '/contact/:idf/tag', 'Removes tags', async asked => { const tags = await tagList(asked); return change(asked, c => ({ tags: c.tags.filter(t => !tags.includes(t)) })) }),
    door('comment', 'POST', '/contact/:idf/comment', 'An internal comment', async asked => {
      const contact = contactNamed(ground, asked), words = text((await asked.body())['text'], 'text', 1000), at = ground.clock.now()
      store.shelf('rioComment').put({ id: `${contact.id}/${ground.ids.uuid('rioComment')}`, contactId: contact.id, text: words, at })
      return { contactId: idOf(ground, contact.id), text: words, created_at: Math.floor(at / 1000) }
    }),
    door('status', 'POST', '/contact/:idf/conversation/status', 'Opens or closes the conversation', async asked => {
      const { status, category, summary } = await asked.body()
      if (status !== 'open' && status !== 'close') throw new RioNo(400, 'Validation error.', 'status is open or close.')
      if (category !== undefined && !store.shelf('rioNote').find(n => n.spaceId === asked.space.id && n.category === category)) throw new RioNo(400, 'Validation error.', 'category is none of /space/closing_notes.')
      if (summary !== undefined) text(summary, 'summary', 512)
      return change(asked, () => ({ status: status === 'open' ? 'open' : 'closed' }))
    }),
    door('assignee', 'POST', '/contact/:idf/conversation/assignee', 'Assigns the conversation', async asked => {
      const { assignee } = await asked.body()
      const user = assignee === null ? null : store.shelf('rioUser').find(u => u.spaceId === asked.space.id && (u.id === idText(assignee) || u.email === assignee))
      if (user === undefined) throw new RioNo(404, 'User not found', 'Nobody of this workspace is called so.')
      return change(asked, () => ({ assigneeId: user ? Number(user.id) : null }))
    }),
  ]
  const messageRoutes: Route[] = [
    door('messages', 'GET', '/contact/:idf/message/list', 'Messages of a contact over all channels, newest first', asked => {
      const contact = contactNamed(ground, asked)
      return page(ground, asked, messagesOf(contact), m => m.messageId, m => messageShape(ground, m), { newestFirst: true, most: Number(ground.rules.get('rio-page')) })
    }),
    door('message', 'GET', '/contact/:idf/message/:messageId', 'One message', asked => {
      const found = store.shelf('rioMessage').get(`${contactNamed(ground, asked).id}/${asked.call.params['messageId']}`)
      if (!found) throw new RioNo(404, 'Message not found', 'This contact has no such message.')
      return messageShape(ground, found)
    }),
    door('send', 'POST', '/contact/:idf/message', 'Accepts a message; its status follows', async asked => {
      const contact = contactNamed(ground, asked), { channelId, message } = await asked.body()
      const id = channelId === undefined || channelId === null ? contact.lastChannelId : idText(channelId)
      const channel = channelsOf(asked.space.id).find(c => c.id === id)
      if (!channel) throw new RioNo(404, 'Channel not found', 'This workspace has no such channel.')
      if (typeof message !== 'object' || message === null) throw new RioNo(400, 'Validation error.', 'message is an object.')
      const kept = acceptSend(ground, contact, channel, Object.fromEntries(Object.entries(message)), { source: 'api', userId: null })
      return { messageId: idOf(ground, kept.messageId), contactId: idOf(ground, contact.id) }
    }),
  ]
  const spaceRoutes: Route[] = [
    door('channels', 'GET', '/space/channel', 'Channels of the workspace', asked => page(ground, asked, channelsOf(asked.space.id), c => Number(c.id), c => channelShape(ground, c))),
    door('users', 'GET', '/space/user', 'People of the workspace', asked => page(ground, asked, store.shelf('rioUser').filter(u => u.spaceId === asked.space.id), u => Number(u.id), u => userShape(ground, u))),
    door('user', 'GET', '/space/user/:id', 'One person', asked => {
      const user = store.shelf('rioUser').get(asked.call.params['id'] ?? '')
      if (!user || user.spaceId !== asked.space.id) throw new RioNo(404, 'User not found', 'Nobody of this workspace is called so.')
      return userShape(ground, user)
    }),
    door('closingNotes', 'GET', '/space/closing_notes', 'Closing notes', asked => page(ground, asked, store.shelf('rioNote').filter(n => n.spaceId === asked.space.id), n => Number(n.id), n => ({ category: n.category, description: n.description }))),
  ]
  return [...contactRoutes, ...messageRoutes, ...spaceRoutes]
}

const idText = (value: unknown): string => typeof value === 'number' || typeof value === 'string' ? String(value) : ''

async function tagList(asked: Asked): Promise<string[]> {
  const list = await asked.list()
  if (!Array.isArray(list) || list.length < 1 || list.length > 10 || !list.every(t => typeof t === 'string' && t.length <= 255)) throw new RioNo(400, 'Validation error.', 'Send one to ten names of at most 255 characters.')
  return list.map(String)
}
