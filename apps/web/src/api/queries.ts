import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { ask, askAll } from './client.ts'
import type { Account, Asset, ConnectOption, Conversation, Creator, Folder, Ghost, Me, Message, Page, Post, Sort } from './types.ts'

const query = (of: Record<string, string | number | null | undefined>) => {
  const filled = Object.entries(of).filter(([, value]) => value !== null && value !== undefined && value !== '').map(([name, value]): [string, string] => [name, String(value)])
  return filled.length === 0 ? '' : `?${new URLSearchParams(filled).toString()}`
}

export const meQuery = queryOptions({ queryKey: ['me'], queryFn: ({ signal }) => ask<Me>('/me', { signal }), staleTime: 60_000, retry: false })
export const accountsQuery = queryOptions({ queryKey: ['accounts'], queryFn: ({ signal }) => askAll<Account>('/accounts', signal), staleTime: 30_000 })
export const accountQuery = (id: number) => queryOptions({ queryKey: ['account', id], queryFn: ({ signal }) => ask<Account>(`/accounts/${id}`, { signal }) })
export const connectOptionsQuery = queryOptions({ queryKey: ['connect'], queryFn: ({ signal }) => ask<{ items: ConnectOption[] }>('/connect/options', { signal }).then(said => said.items), staleTime: 30_000 })

/**
 * Lists that events are laid into are compared by identity: the deep comparison goes by place, so one new item at the top would make
 * every other one a new object, and draw every line of the page again.
 */
const laidInto = { structuralSharing: false } as const

export type ConversationFilter = { account: number | null; folder: Folder; sort: Sort }
export const conversationsQuery = (filter: ConversationFilter) =>
  infiniteQueryOptions({
    queryKey: ['conversations', filter] as const,
    queryFn: ({ pageParam, signal }) => ask<Page<Conversation>>(`/conversations${query({ ...filter, cursor: pageParam, limit: 50 })}`, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: last => last.next,
    staleTime: Infinity, // the event stream keeps it fresh
    ...laidInto,
  })
export const ghostsQuery = queryOptions({ queryKey: ['ghosts'], queryFn: ({ signal }) => askAll<Ghost>('/ghosts', signal, 100), staleTime: 60_000 })
export const conversationQuery = (id: number) => queryOptions({ queryKey: ['conversation', id], queryFn: ({ signal }) => ask<Conversation>(`/conversations/${id}`, { signal }), staleTime: Infinity })
export const messagesQuery = (conversationId: number) =>
  infiniteQueryOptions({
    queryKey: ['messages', conversationId] as const,
    queryFn: ({ pageParam, signal }) => ask<Page<Message>>(`/conversations/${conversationId}/messages${query({ cursor: pageParam, limit: 50 })}`, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: last => last.next,
    staleTime: Infinity,
    ...laidInto,
  })

export const postsQuery = (account: number | null) =>
  infiniteQueryOptions({
    queryKey: ['posts', { account }] as const,
    queryFn: ({ pageParam, signal }) => ask<Page<Post>>(`/posts${query({ account, cursor: pageParam, limit: 50 })}`, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: last => last.next,
    staleTime: Infinity,
    ...laidInto,
  })
export const postQuery = (id: number) => queryOptions({ queryKey: ['post', id], queryFn: ({ signal }) => ask<Post>(`/posts/${id}`, { signal }), staleTime: Infinity })
export const assetQuery = (id: number) => queryOptions({ queryKey: ['asset', id], queryFn: ({ signal }) => ask<Asset>(`/assets/${id}`, { signal }) })
/** TikTok's rules want this asked each time the page to post from is shown, so it is never kept. */
export const creatorQuery = (accountId: number) => queryOptions({ queryKey: ['creator', accountId], queryFn: ({ signal }) => ask<Creator>(`/accounts/${accountId}/creator`, { signal }), staleTime: 0, gcTime: 0, retry: false, refetchOnWindowFocus: false })
