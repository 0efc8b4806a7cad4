import type { House } from './api.ts'
import { follow } from './listen.ts'
import type { Conversation, Me, Message } from './shapes.ts'
import { span } from './show.ts'
import { Trouble } from './trouble.ts'

export const isSettled = (message: Message) => !['queued', 'sending'].includes(message.state)
const path = (conversationId: number) => `/api/v1/conversations/${conversationId}/messages`

/** Queues a reply. With `waitMs` it comes back with its outcome, or as it stands then. */
export async function sendMessage(house: House, conversationId: number, text: string, { key, waitMs, show }: { key: string; waitMs: number; show?: (message: Message) => void }): Promise<Message> {
  const begin = () => house.deed<Message>(path(conversationId), { text }, key)
  if (waitMs <= 0) return await begin()
  return await follow(house, {
    begin, isOver: isSettled, patienceMs: waitMs, ...(show ? { show } : {}),
    hear: (event, now) => event.subject === `message:${now.id}` && event.type === 'message.updated' ? event.body as Message : undefined,
    look: async now => (await house.list<Message>(path(conversationId), 100)).find(message => message.id === now.id) ?? now,
  })
}

/** What became of it, in words; throws trouble when it was refused or nobody knows. */
export function outcomeOf(message: Message, to: string): string {
  const why = message.problem
  if (message.state === 'refused') throw new Trouble('refused', why?.code ?? 'refused', why?.title ?? 'It was refused', `${why?.detail ?? ''} It was not sent. ${why?.next ?? ''}`.trim())
  if (message.state === 'not sure') throw new Trouble('not sure', why?.code ?? 'not_sure', why?.title ?? 'It may have been sent', `${why?.detail ?? 'No answer came from TikTok.'} ${why?.next ?? 'Look at it in the inbox.'}`)
  return isSettled(message) ? `Sent to ${to} as message ${message.id}.` : `Message ${message.id} to ${to} is ${message.state}; it goes out once, in its turn.`
}

/** The reply window in words, by the house's own clock. */
export function windowOf({ window, blocked }: Conversation, me: Me): string {
  if (blocked) return 'held'
  const left = window.closesAt === null ? null : Date.parse(window.closesAt) - Date.parse(me.serverTime)
  if (left === null) return 'TikTok knows'
  if (left <= 0) return 'closed'
  return window.left === 0 ? 'used up' : `${span(left)}${window.left === null ? '' : `, ${window.left} left`}`
}
