import './publishing.css'
import { IconMovie, IconPlus } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useMemo, useRef, useState } from 'react'
import { postsQuery } from '../api/queries.ts'
import type { Account, Post, TargetState } from '../api/types.ts'
import { useChoice } from '../frame/choice.ts'
import { Go } from '../kit/Act.tsx'
import { now } from '../kit/clock.ts'
import { dayAndTime } from '../kit/times.ts'
import { Bones, Empty, Failed } from '../kit/words.tsx'
import { faceOf, mostUrgent, Status } from './states.tsx'

const groups: [string, TargetState[] | null][] = [
  ['All', null], ['Needs you', ['failed', 'not sure', 'in drafts inbox']], ['On its way', ['queued', 'uploading', 'processing', 'in moderation']], ['Live', ['live']], ['Failed', ['failed']],
]

export function PostsPage() {
  const { accountId, accounts } = useChoice()
  const posts = useInfiniteQuery(postsQuery(accountId))
  const [group, setGroup] = useState(0)
  const all = useMemo(() => posts.data?.pages.flatMap(page => page.items) ?? [], [posts.data])
  const within = (states: TargetState[] | null) => (states === null ? all : all.filter(post => post.targets.some(t => states.includes(t.state))))
  const items = within(groups[group]?.[1] ?? null)
  const pane = useRef<HTMLDivElement>(null)
  const phone = matchMedia('(max-width: 759.98px)').matches
  const high = phone ? 76 : 64
  const rows = useVirtualizer({ count: items.length, getScrollElement: () => pane.current, estimateSize: () => high, overscan: 6, getItemKey: i => items[i]?.id ?? i })
  const shown = rows.getVirtualItems()
  const last = shown.at(-1)?.index ?? 0
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = posts
  useEffect(() => { if (hasNextPage && !isFetchingNextPage && last >= items.length - 8) void fetchNextPage() }, [last, items.length, hasNextPage, isFetchingNextPage, fetchNextPage])
  const byId = useMemo(() => new Map(accounts.map(a => [a.id, a])), [accounts])
  return (
    <div className="page">
      <div className="top"><h1>Posts</h1><span className="push"><Go to="/posts/new" kind="go" icon={<IconPlus size={16} stroke={1.75} aria-hidden="true" />}>New post</Go></span></div>
      {all.length > 0 && <div className="filters" role="group" aria-label="Which posts">{groups.map(([name, states], i) => <button key={name} type="button" aria-pressed={i === group} onClick={() => setGroup(i)}>{name} <span className="num">{within(states).length}{hasNextPage ? '+' : ''}</span></button>)}</div>}
      <div className="posts" ref={pane} tabIndex={-1}>
        {posts.isPending && <Bones rows={6} />}
        {posts.error && all.length === 0 && <div style={{ padding: 24 }}><Failed of="The posts could not be read." error={posts.error} again={() => void posts.refetch()} /></div>}
        {posts.isSuccess && all.length === 0 && <Empty icon={<IconMovie size={20} stroke={1.75} aria-hidden="true" />} title="Your first post" acts={<Go to="/posts/new" kind="go">Choose a file</Go>}>A video is checked before anything is sent to TikTok.</Empty>}
        {all.length > 0 && items.length === 0 && <Empty title="Nothing here">No post is in this state now.</Empty>}
        <ul style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {shown.map(row => { const post = items[row.index]; return post && <li key={row.key} style={{ position: 'absolute', insetInline: 0, height: high, transform: `translateY(${row.start}px)` }}><PostRow post={post} accounts={byId} /></li> })}
        </ul>
      </div>
    </div>
  )
}

const PostRow = memo(function PostRow({ post, accounts }: { post: Post; accounts: Map<number, Account> }) {
  const target = mostUrgent(post.targets)
  const line = target ? faceOf(target).line : ''
  return (
    <Link to="/posts/$id" params={{ id: post.id }} className="postrow">
      <span className="thumb" aria-hidden="true"><IconMovie size={16} stroke={1.75} /></span>
      <span className="stack g0"><span className="medium cut" dir="auto">{titleOf(post)}</span><span className="meta dim cut">{post.targets.map(t => `@${accounts.get(t.accountId)?.handle ?? '…'}`).join(', ')}</span></span>
      <span className="stack g0">{target && <><span className="row"><Status target={target} />{post.targets.length > 1 && <span className="meta faint">and {post.targets.length - 1} more</span>}</span>{line && <span className="meta dim cut only-desk" style={{ paddingLeft: 22 }}>{line}</span>}</>}</span>
      <time className="dim" dateTime={post.createdAt}>{dayAndTime(post.createdAt, now())}</time>
    </Link>
  )
})

/** A post is called by its caption's first line, or by its file. */
export const titleOf = (post: Post) => post.targets.find(t => t.caption.trim())?.caption.trim().split('\n')[0] ?? post.asset.name
