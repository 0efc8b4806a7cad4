import './publishing.css'
import { IconCircleDashed, IconX } from '@tabler/icons-react'
import { useMutation, useQueries, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { ask, Problem } from '../api/client.ts'
import { accountsQuery, assetQuery, creatorQuery } from '../api/queries.ts'
import type { Creator, Post } from '../api/types.ts'
import { useChoice } from '../frame/choice.ts'
import { Act, Go } from '../kit/Act.tsx'
import { isMac } from '../kit/keys.ts'
import { Empty, Failed } from '../kit/words.tsx'
import { Declaration } from './Declaration.tsx'
import { Doctor } from './Doctor.tsx'
import { usePlan } from './plan.ts'
import { Preview } from './Preview.tsx'
import { missing, wishOf } from './rules.ts'
import { TargetForm } from './TargetForm.tsx'
import { Targets } from './Targets.tsx'
import { useUpload } from './upload.ts'

export function NewPostPage() {
  const accounts = useQuery(accountsQuery)
  const { accountId } = useChoice()
  const { plan, change, choose, add, remove, forget } = usePlan()
  const upload = useUpload(assetId => change(had => ({ ...had, assetId })))
  const [local, setLocal] = useState<File | null>(null)
  const navigate = useNavigate()
  const asset = useQuery({ ...assetQuery(plan.assetId ?? 0), enabled: plan.assetId !== null, refetchInterval: query => (query.state.data?.state === 'checking' ? 2_000 : false), retry: false })
  const direct = plan.choices.filter(c => c.mode === 'direct').map(c => c.accountId)
  const creators = new Map(useQueries({ queries: direct.map(id => creatorQuery(id)) }).map((said, i) => [direct[i], said]))
  const creatorOf = (id: number): Creator | null | 'unread' => { const said = creators.get(id); return !said || said.isPending ? 'unread' : (said.data ?? null) }
  const publish = useMutation({
    mutationFn: () => ask<Post>('/posts', { method: 'POST', key: plan.key, body: { assetId: plan.assetId, targets: plan.choices.map(wishOf) } }),
    onSuccess: post => { forget(); void navigate({ to: '/posts/$id', params: { id: post.id } }) },
    // Without a clear no it may have been done: the same key finds out, a new one could post twice.
    onError: error => { if (error instanceof Problem && error.status >= 400 && error.status < 500) change(had => ({ ...had, key: crypto.randomUUID() })) },
  })

  const list = accounts.data ?? []
  const at = plan.choices.find(c => c.accountId === plan.at) ?? plan.choices[0]
  const gaps = plan.choices.map(choice => ({ accountId: choice.accountId, why: missing(choice, creatorOf(choice.accountId), asset.data ?? null) }))
  const why = whyNot()
  const canPost = list.some(a => a.grants.some(g => g.platform === 'developers'))

  function whyNot(): string | null {
    if (upload.state.step === 'going') return `Uploading to Stagedoor, ${Math.floor((upload.state.sent / Math.max(1, upload.state.total)) * 100)} %`
    if (plan.assetId === null) return 'Choose a video first'
    if (asset.error) return 'The video is no longer here; choose it again'
    if (!asset.data || asset.data.state === 'checking') return 'The video is being checked'
    const stops = asset.data.findings.filter(f => f.verdict !== 'pass').length
    if (asset.data.state === 'refused' || stops > 0) return stops > 1 ? `Mend the file: ${stops} things stop it` : 'Mend the file: one thing stops it'
    if (plan.choices.length === 0) return 'Choose an account'
    const first = gaps.find(gap => gap.why.length > 0)
    if (!first) return null
    const name = list.find(a => a.id === first.accountId)?.displayName
    return plan.choices.length > 1 ? `${name}: ${first.why[0]}` : (first.why[0] ?? null)
  }
  const choose1 = (file: File) => { setLocal(file); change(had => ({ ...had, assetId: null })); void upload.start(file) }
  const again = () => { setLocal(null); upload.forget(); change(had => ({ ...had, assetId: null })) }

  if (accounts.isSuccess && !canPost) return <div className="page"><div className="top"><h1>New post</h1></div><div className="body"><Empty title="No account may post yet" acts={<Go to="/accounts" search={{ connect: true }} kind="go">Connect TikTok</Go>}>Publishing is a permission of its own, given on TikTok’s page. Nothing is posted by connecting.</Empty></div></div>
  return (
    <form className="compose" onSubmit={event => event.preventDefault()} onKeyDown={event => { if (event.key === 'Enter' && (isMac ? event.metaKey : event.ctrlKey) && !why && !publish.isPending) publish.mutate() }}>
      <div className="top"><Go to="/posts" kind="quiet" icon={<IconX size={16} stroke={1.75} aria-hidden="true" />} aria-label="To the posts" /><h1 className="cut">New post</h1><span className="meta faint only-desk">{plan.assetId !== null || plan.choices.length > 0 ? 'Kept on this computer' : ''}</span>{(plan.assetId !== null || local) && <Act kind="quiet" className="push" onClick={() => { again(); forget() }}>Start over</Act>}</div>
      <section className="lhs" aria-label="Video"><Preview local={local} asset={asset.data} upload={upload.state} caption={at?.caption ?? ''} onFile={choose1} again={again}
        cover={at?.mode === 'direct' ? { ms: at.coverMs, set: coverMs => choose(at.accountId, { coverMs }) } : null} /></section>
      <section aria-label="Post">
        <div className="form">
          <Targets accounts={list} preferred={accountId} plan={plan} gaps={gaps} add={add} remove={remove} show={id => change(had => ({ ...had, at: id }))} />
          {at ? <TargetForm key={at.accountId} choice={at} account={list.find(a => a.id === at.accountId)} creator={creatorOf(at.accountId)} again={() => void creators.get(at.accountId)?.refetch()} change={by => choose(at.accountId, by)} /> : <p className="dim">Choose who posts it. Each account has its own caption and choices.</p>}
          {publish.error && <Failed error={publish.error} />}
        </div>
      </section>
      <section className="rhs" aria-label="Checks"><Doctor asset={asset.data ?? null} error={asset.error} plan={plan} accounts={list} creatorOf={creatorOf} /></section>
      <div className="pub">
        <Declaration choices={plan.choices} />
        {why && <span className="st warn" role="status" style={{ whiteSpace: 'normal' }}><IconCircleDashed size={16} stroke={1.75} aria-hidden="true" />{why}</span>}
        <Act kind="go" size="l" why={why} busy={publish.isPending} onClick={() => publish.mutate()}>{plan.choices.length > 1 ? `Publish to ${plan.choices.length}` : plan.choices[0]?.mode === 'draft' ? 'Send to TikTok drafts' : 'Publish'}</Act>
      </div>
    </form>
  )
}
