import { expect, test } from 'vitest'
import type { Conversation, Message, Post, Target } from '../api/types.ts'
import { placeConversation, placeMessage, placeTarget, readNews, type Pages } from './patch.ts'
import { cutFrames } from './stream.ts'

const conversation = (id: number, minute: number, more: Partial<Conversation> = {}): Conversation => ({
  id, accountId: 1, contact: { id, handle: `c${id}`, displayName: `C ${id}`, avatarUrl: null, isFollower: null }, kind: 'ongoing', state: 'open', unread: 0, last: null,
  lastMessageAt: new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString(), window: { closesAt: new Date(Date.UTC(2026, 0, 3, 12, 60 - minute)).toISOString(), left: 10, rule: null }, blocked: false, seenUntil: null, ...more,
})
const message = (id: number, more: Partial<Message> = {}): Message => ({
  id, conversationId: 1, direction: 'in', kind: 'text', typeName: 'TEXT', text: `m${id}`, sentAt: new Date(Date.UTC(2026, 0, 1, 12, id)).toISOString(), state: 'received', problem: null, origin: 'phone', author: null, clientKey: null, automatic: null, repliesTo: null, reactions: [], ...more,
})
const pages = <T>(...items: { items: T[]; next: string | null }[]): Pages<T> => ({ pages: items, pageParams: items.map(() => null) })
const ids = (data: Pages<{ id: number }>) => data.pages.map(page => page.items.map(item => item.id))
const open = { account: null, folder: 'open', sort: 'recent' } as const

test('a conversation that hears something rises to the top of the list', () => {
  const list = pages({ items: [conversation(3, 30), conversation(2, 20)], next: 'x' }, { items: [conversation(1, 10)], next: null })
  expect(ids(placeConversation(list, conversation(1, 40, { unread: 1 }), open))).toEqual([[1, 3, 2], []])
  expect(ids(placeConversation(list, conversation(4, 25), open))).toEqual([[3, 4, 2], [1]])
})

test('a conversation leaves a list it no longer belongs to', () => {
  const list = pages({ items: [conversation(3, 30), conversation(2, 20)], next: null })
  expect(ids(placeConversation(list, conversation(2, 20, { state: 'closed' }), open))).toEqual([[3]])
  expect(placeConversation(list, conversation(9, 50, { accountId: 2 }), { ...open, account: 1 })).toBe(list)
  expect(placeConversation(list, conversation(9, 50), { ...open, folder: 'requests' })).toBe(list)
})

test('the list by closing time keeps its order', () => {
  const list = pages({ items: [conversation(3, 30), conversation(2, 20)], next: null })
  expect(ids(placeConversation(list, conversation(5, 25), { ...open, sort: 'closes' }))).toEqual([[3, 5, 2]])
  expect(ids(placeConversation(list, conversation(3, 59, { window: { closesAt: null, left: 0, rule: null } }), { ...open, sort: 'closes' }))).toEqual([[2]])
})

test('what falls behind the last page read is not put in the wrong place', () => {
  const list = pages({ items: [conversation(3, 30), conversation(2, 20)], next: 'more' })
  expect(ids(placeConversation(list, conversation(1, 10), open))).toEqual([[3, 2]])
})

test('a reply drawn before the server had it becomes the stored one, once', () => {
  const drawn = message(-1, { clientKey: 'k', direction: 'out', state: 'queued', sentAt: new Date(Date.UTC(2026, 0, 1, 12, 9)).toISOString() })
  const list = pages({ items: [drawn, message(1)], next: null })
  const stored = placeMessage(list, message(7, { clientKey: 'k', direction: 'out', state: 'queued' }))
  expect(ids(stored)).toEqual([[7, 1]])
  expect(ids(placeMessage(stored, message(7, { clientKey: 'k', direction: 'out', state: 'sent' })))).toEqual([[7, 1]])
  const both = pages({ items: [message(7), drawn, message(1)], next: null })
  expect(ids(placeMessage(both, message(7, { clientKey: 'k' })))).toEqual([[7, 1]])
})

test('messages stand in the order they were sent, whatever the order of arrival', () => {
  const list = pages({ items: [message(5), message(2)], next: null })
  expect(ids(placeMessage(list, message(3)))).toEqual([[5, 3, 2]])
  expect(ids(placeMessage(list, message(1)))).toEqual([[5, 2, 1]])
  expect(ids(placeMessage(pages({ items: [message(5)], next: 'older' }), message(1)))).toEqual([[5]])
})

test('a target changes inside its post and nothing else is drawn anew', () => {
  const target = { id: 4, accountId: 1, state: 'uploading' } as Target
  const other = { id: 2, targets: [{ id: 9 }] } as Post
  const list = pages({ items: [{ id: 1, targets: [target] } as Post, other], next: null })
  const changed = placeTarget(list, { id: 4, state: 'live' } as Target)
  expect(changed.pages[0]?.items[0]?.targets[0]).toMatchObject({ accountId: 1, state: 'live' })
  expect(changed.pages[0]?.items[1]).toBe(other)
  expect(placeTarget(list, { id: 77 } as Target)).toBe(list)
})

test('an event is read by what it carries', () => {
  const event = { id: 1, at: '', accountId: 1, subject: '', actor: { kind: 'tiktok', id: null, name: 'TikTok' } }
  expect(readNews({ ...event, type: 'message.received', body: { message: { id: 1 }, conversation: { id: 2 } } })).toMatchObject({ message: { id: 1 }, conversation: { id: 2 } })
  expect(readNews({ ...event, type: 'conversation.updated', body: { id: 2, unread: 1 } })).toMatchObject({ conversation: { id: 2, unread: 1 } })
  expect(readNews({ ...event, type: 'account.updated', body: null })).toEqual({})
})

test('a frame cut in the middle waits for its rest', () => {
  const first = cutFrames('retry: 1000\n\n: beat\n\nid: 4\ndata: {"a":1}\n\nid: 5\nda')
  expect(first.frames).toEqual([{ id: '4', event: 'message', data: '{"a":1}' }])
  expect(cutFrames(`${first.rest}ta: {"b":2}\n\nevent: reload\ndata: x\n\n`)).toEqual({ frames: [{ id: '5', event: 'message', data: '{"b":2}' }, { id: null, event: 'reload', data: 'x' }], rest: '' })
})
