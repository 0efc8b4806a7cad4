import type { QueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { ask, Problem } from '../api/client.ts'
import type { Message, ProblemText } from '../api/types.ts'
import { recall, remember, remembered } from '../kit/storage.ts'
import type { Live } from '../live/live.ts'
import { placeMessage, type Pages } from '../live/patch.ts'

/** A reply on its way from this browser to Stagedoor. It is written down before it is sent, so that a reload does not lose it. */
export type Pending = { key: string; conversationId: number; text: string; at: string; waiting: boolean; problem: ProblemText | null }

let pending: Pending[] = remembered('outbox.').flatMap(name => recall<Pending>(name) ?? [])
const watchers = new Set<() => void>()
const busy = new Set<string>()

const change = (next: Pending[]) => { pending = next; for (const watcher of watchers) watcher() }
const put = (entry: Pending) => { remember(`outbox.${entry.key}`, entry); change([...pending.filter(p => p.key !== entry.key), entry]) }
export const dropPending = (key: string) => { remember(`outbox.${key}`, null); change(pending.filter(p => p.key !== key)) }

export const usePending = () => useSyncExternalStore(watcher => { watchers.add(watcher); return () => void watchers.delete(watcher) }, () => pending)

/** Hands a reply to Stagedoor. Without an answer it is tried again with the same key: the server keeps one message per key. */
export function sendReply(client: QueryClient, reply: { key: string; conversationId: number; text: string; at: string }) {
  put({ ...reply, waiting: false, problem: null })
  void deliver(client, reply.key)
}

async function deliver(client: QueryClient, key: string) {
  const entry = pending.find(p => p.key === key)
  if (!entry || entry.problem || busy.has(key)) return
  busy.add(key)
  try {
    const message = await ask<Message>(`/conversations/${entry.conversationId}/messages`, { method: 'POST', body: { text: entry.text }, key })
    client.setQueryData<Pages<Message>>(['messages', entry.conversationId], had => had && (had.pages.some(page => page.items.some(m => m.id === message.id)) ? had : placeMessage(had, message)))
    dropPending(key)
  } catch (why) {
    const problem = why instanceof Problem ? why : new Problem(0, 'no_answer', 'No answer', 'Stagedoor did not answer.', null)
    const unheard = problem.status === 0 || problem.status >= 500 || problem.status === 401
    put({ ...entry, waiting: unheard, problem: unheard ? null : { code: problem.code, title: problem.title, detail: problem.message, next: 'edit' } })
    if (unheard) setTimeout(() => void deliver(client, key), 4_000)
  } finally {
    busy.delete(key)
  }
}

/** After a reload, and whenever the connection returns: what waits goes out. */
export function flushOutbox(client: QueryClient, live: Live) {
  const flush = () => { for (const entry of pending) void deliver(client, entry.key) }
  flush()
  return live.watch(() => { if (live.state()?.state === 'open') flush() })
}
