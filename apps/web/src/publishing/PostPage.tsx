import './publishing.css'
import { IconArrowLeft, IconCheck, IconExternalLink, IconX } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { ask, Problem } from '../api/client.ts'
import { accountsQuery, postQuery } from '../api/queries.ts'
import type { Account, Post, Target, TargetState } from '../api/types.ts'
import { Act, Go } from '../kit/Act.tsx'
import { Avatar } from '../kit/Avatar.tsx'
import { NotFound } from '../kit/NotFound.tsx'
import { dayAndTime, length, size } from '../kit/times.ts'
import { useNow } from '../kit/useNow.ts'
import { Bones, Failed, Say } from '../kit/words.tsx'
import { Chunks } from './Chunks.tsx'
import { Ledger } from './Ledger.tsx'
import { titleOf } from './PostsPage.tsx'
import { faceOf, ladderOf, Status } from './states.tsx'

const waits: Partial<Record<TargetState, string>> = { queued: 'Waiting for its turn.', uploading: 'The next chunk is on its way.', processing: 'Waiting for TikTok to process it.', 'in moderation': 'Waiting for the public post id. We ask again by ourselves and listen meanwhile.', 'in drafts inbox': 'Waiting for the creator to finish it in the TikTok app.' }

export function PostPage() {
  const { id } = useParams({ from: '/inside/posts/$id' })
  const post = useQuery(postQuery(id))
  const accounts = useQuery(accountsQuery).data ?? []
  const [at, setAt] = useState<number | null>(null)
  if (post.error) return <div className="page"><div className="body">{post.error instanceof Problem && post.error.status === 404 ? <NotFound /> : <Failed of="The post could not be read." error={post.error} again={() => void post.refetch()} />}</div></div>
  if (!post.data) return <Bones rows={6} />
  const target = post.data.targets.find(t => t.id === at) ?? post.data.targets[0]
  const of = (t: Target) => accounts.find(a => a.id === t.accountId)
  return (
    <div className="page">
      <div className="top"><Go to="/posts" kind="quiet" icon={<IconArrowLeft size={16} stroke={1.75} aria-hidden="true" />} aria-label="To the posts" /><h1 className="cut" dir="auto">{titleOf(post.data)}</h1>{target && <Status target={target} />}</div>
      <div className="body" style={{ padding: 0 }} tabIndex={0} role="region" aria-label="The post">
        <div className="cols">
          <Facts post={post.data} target={target} account={target && of(target)} />
          {target && <Story key={target.id} target={target} />}
          <aside className="stack g4">
            {target && target.links.length > 0 && <div className="card"><header><b className="medium">On TikTok</b></header><div className="in stack">{target.links.map(link => <a key={link} className="link" href={link} target="_blank" rel="noreferrer noopener" style={{ overflowWrap: 'anywhere' }}>{link} <IconExternalLink size={13} stroke={1.75} aria-hidden="true" /></a>)}</div></div>}
            {post.data.targets.length > 1 && <div className="card"><header><b className="medium">Same video</b></header><div className="in stack g1">{post.data.targets.map(t => <button key={t.id} type="button" className="row" aria-pressed={t.id === target?.id} style={{ minHeight: 36 }} onClick={() => setAt(t.id)}><Avatar account size="s" name={of(t)?.displayName ?? '?'} src={of(t)?.avatarUrl} /><span className={`cut ${t.id === target?.id ? 'strong' : ''}`}>@{of(t)?.handle}</span><span className="push"><Status target={t} /></span></button>)}</div></div>}
          </aside>
        </div>
      </div>
    </div>
  )
}

function Facts({ post, target, account }: { post: Post; target: Target | undefined; account: Account | undefined }) {
  const now = useNow()
  return (
    <div className="lead">
      {post.asset.url ? <video className="player" src={post.asset.url} controls muted playsInline preload="metadata" aria-label="The video" /> : <div className="player" />}
      <dl className="kv">
        <dt>Account</dt><dd className="cut">{account ? `@${account.handle}` : ''}</dd>
        <dt>Road</dt><dd>{target?.mode === 'draft' ? 'File upload, to drafts' : 'File upload, direct'}</dd>
        <dt>File</dt><dd className="num">{size(post.asset.bytes)}{post.asset.probe ? `, ${length(post.asset.probe.durationMs)}` : ''}</dd>
        <dt>By</dt><dd>{post.author?.name ?? 'Stagedoor'}</dd>
        <dt>Made</dt><dd className="num">{dayAndTime(post.createdAt, now)}</dd>
      </dl>
      {target?.caption && <p className="dim" dir="auto" style={{ whiteSpace: 'pre-line', gridColumn: '1 / -1', overflowWrap: 'anywhere' }}>{target.caption}</p>}
    </div>
  )
}

function Story({ target }: { target: Target }) {
  const face = faceOf(target)
  return (
    <div className="stack g5">
      <ol className="ladder" aria-label={`Status: ${face.word}`}>
        {ladderOf(target).map(rung => <li key={rung.name} className={rung.state} aria-current={rung.state === 'at' ? 'step' : undefined}><span className="pip" aria-hidden="true">{rung.state === 'done' ? <IconCheck size={12} stroke={2.5} /> : rung.state === 'stopped' ? <IconX size={12} stroke={2.5} /> : null}</span><b className="medium">{rung.name}</b><span className="vh">{{ done: 'done', at: 'now', todo: 'to come', stopped: 'stopped here' }[rung.state]}</span></li>)}
      </ol>
      {target.state === 'uploading' && target.progress && <Chunks {...target.progress} />}
      {target.reason ? <Trouble target={target} /> : face.line && target.state !== 'uploading' && <Say kind={face.tone === '' ? 'plain' : face.tone}><b className="medium">{face.word}.</b> {face.line}.</Say>}
      {target.attempts.toReversed().map((attempt, i) => <Ledger key={attempt.id} attempt={attempt} of={target.attempts.length} waitingFor={i === 0 ? (waits[target.state] ?? null) : null} />)}
    </div>
  )
}

function Trouble({ target }: { target: Target }) {
  const client = useQueryClient()
  const reason = target.reason
  const [key] = useState(() => crypto.randomUUID())
  const retry = useMutation({ mutationFn: () => ask(`/targets/${target.id}/retry`, { method: 'POST', body: {}, key }), onSuccess: () => client.invalidateQueries({ queryKey: ['post'] }) })
  if (!reason) return null
  return <>
    <Say kind={target.state === 'failed' ? 'bad' : 'warn'} role="alert">
      <b className="medium">{reason.title}.</b> {reason.detail} {reason.next}
      <span className="row wrap" style={{ marginTop: 8 }}>{reason.safeToRetry && <Act size="s" busy={retry.isPending} onClick={() => retry.mutate()}>Try again, it is safe</Act>}<span className="push mono faint">{reason.code}</span></span>
    </Say>
    {retry.error && <Failed error={retry.error} />}
  </>
}
