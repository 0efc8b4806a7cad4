import { notifyManager, type QueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import type { Account, Conversation, LiveEvent, Message, Post } from '../api/types.ts'
import type { ConversationFilter } from '../api/queries.ts'
import type { ToPage } from './hub.ts'
import { openLine } from './line.ts'
import { placeAccount, placeConversation, placeMessage, placePost, placeTarget, placeTargetInPost, readNews, removeMessage, type Pages } from './patch.ts'
import type { StreamState } from './stream.ts'

const FRAME_MS = 16
const LIVE_LISTS = ['conversations', 'conversation', 'messages', 'posts', 'post', 'accounts', 'account', 'asset']

/** Joins the browser's stream to the query cache. Made once per page, before the first question is asked. */
export function createLive(client: QueryClient) {
  let state: StreamState | null = null
  let waiting: LiveEvent[] = []
  let lastFlush = 0
  let timer: ReturnType<typeof setTimeout> | null = null
  let joinedAt = Date.now()
  let opened = false
  let lastId = 0
  const watchers = new Set<() => void>()
  const listeners = new Set<(events: LiveEvent[]) => void>()
  const recent: { at: number; event: LiveEvent }[] = []
  const askedAt = new WeakMap<object, number>()

  const freshen = () => void client.invalidateQueries({ predicate: query => LIVE_LISTS.includes(String(query.queryKey[0])) })

  function hear(word: ToPage) {
    if (word.say === 'reload') freshen()
    else if (word.say === 'events') {
      waiting.push(...word.events.filter(event => event.id > lastId))
      lastId = Math.max(lastId, ...word.events.map(event => event.id))
      schedule()
    } else {
      // What was read before the stream stood may miss what happened in between.
      if (word.state.state === 'open' && !opened) { opened = true; if (word.state.since >= joinedAt) freshen() }
      state = word.state
      for (const watcher of watchers) watcher()
    }
  }

  /** At once when it is quiet, once per frame in a burst: one change of state for all that came together. */
  function schedule() {
    if (timer) return
    const wait = Math.max(0, lastFlush + FRAME_MS - performance.now())
    if (wait === 0) flush()
    else timer = setTimeout(flush, wait)
  }

  function flush() {
    timer = null
    lastFlush = performance.now()
    const events = waiting
    waiting = []
    if (events.length === 0) return
    const now = Date.now()
    recent.push(...events.map(event => ({ at: now, event })))
    while (recent.length > 500 || (recent[0] && recent[0].at < now - 15_000)) recent.shift()
    notifyManager.batch(() => applyEvents(client, events))
    for (const listener of listeners) listener(events)
  }

  // An answer that was on its way while an event came is older than the event: what came since it was asked for is laid over it again.
  client.getQueryCache().subscribe(change => {
    if (change.type !== 'updated' || !LIVE_LISTS.includes(String(change.query.queryKey[0]))) return
    if (change.action.type === 'fetch') askedAt.set(change.query, Date.now())
    if (change.action.type !== 'success' || change.action.manual) return
    const since = askedAt.get(change.query) ?? 0
    const later = recent.filter(one => one.at >= since)
    if (later.length > 0) setTimeout(() => notifyManager.batch(() => applyEvents(client, later.map(one => one.event))), 0)
  })

  const line = openLine(hear)
  addEventListener('online', () => line.say({ say: 'now' }))
  addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') line.say({ say: 'now' }) })

  return {
    start: (person: string) => { opened = false; joinedAt = Date.now(); line.say({ say: 'start', person }) },
    stop: () => { line.say({ say: 'stop' }); state = null; lastId = 0; recent.length = 0 },
    tryNow: () => line.say({ say: 'now' }),
    state: () => state,
    watch: (watcher: () => void) => { watchers.add(watcher); return () => void watchers.delete(watcher) },
    onEvents: (listener: (events: LiveEvent[]) => void) => { listeners.add(listener); return () => void listeners.delete(listener) },
  }
}
export type Live = ReturnType<typeof createLive>

/** A conversation as it is now, into everything that shows it. */
export function layConversation(client: QueryClient, conversation: Conversation) {
  client.setQueryData<Conversation>(['conversation', conversation.id], had => had && conversation)
  for (const [key] of client.getQueriesData({ queryKey: ['conversations'] })) {
    client.setQueryData<Pages<Conversation>>(key, had => had && placeConversation(had, conversation, key[1] as ConversationFilter))
  }
}

let counting: ReturnType<typeof setTimeout> | null = null
/** Unread counts of accounts are asked again at most every other second, however many messages come. */
function countsChanged(client: QueryClient) {
  counting ??= setTimeout(() => { counting = null; void client.invalidateQueries({ queryKey: ['accounts'] }) }, 2_000)
}

export const useLiveState = (live: Live) => useSyncExternalStore(live.watch, live.state)

/** Lays events over everything the page has read. Idempotent: the same event twice changes nothing the second time. */
export function applyEvents(client: QueryClient, events: LiveEvent[]) {
  const again = new Set<string>()
  for (const event of events) {
    const news = readNews(event)
    const { message, removed, conversation, post, target, account, asset } = news
    if (message) client.setQueryData<Pages<Message>>(['messages', message.conversationId], had => had && placeMessage(had, message))
    if (removed) client.setQueryData<Pages<Message>>(['messages', removed.conversationId], had => had && removeMessage(had, removed.id))
    if (conversation) {
      layConversation(client, conversation)
      countsChanged(client)
    }
    if (post) {
      client.setQueryData<Post>(['post', post.id], had => had && post)
      for (const [key] of client.getQueriesData({ queryKey: ['posts'] })) {
        client.setQueryData<Pages<Post>>(key, had => had && placePost(had, post, (key[1] as { account: number | null }).account))
      }
    }
    if (target) {
      for (const [key, had] of client.getQueriesData<Pages<Post>>({ queryKey: ['posts'] })) {
        const known = had?.pages.some(page => page.items.some(p => p.targets.some(t => t.id === target.id)))
        if (known) client.setQueryData<Pages<Post>>(key, was => was && placeTarget(was, target))
        else if (target.state === 'queued') again.add('posts') // a post made in another browser
      }
      client.setQueriesData<Post>({ queryKey: ['post'] }, had => had && placeTargetInPost(had, target))
    }
    if (asset) client.setQueryData(['asset', asset.id], asset)
    if (account) {
      client.setQueryData<Account[]>(['accounts'], had => had && placeAccount(had, account))
      client.setQueryData<Account>(['account', account.id], had => had && { ...had, ...account })
    }
    if (event.type.startsWith('account.') || event.type.startsWith('grant.')) again.add('accounts').add('account').add('connect')
    if (event.type.startsWith('ghost.')) again.add('ghosts')
    if (event.type.startsWith('post.') && !post) again.add('posts').add('post')
  }
  for (const name of again) void client.invalidateQueries({ queryKey: [name] })
}
