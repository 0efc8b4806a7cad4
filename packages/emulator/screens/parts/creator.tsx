import { IconDeviceMobileDown, IconLayoutGrid, IconShieldSearch } from '@tabler/icons-react'
import { deed, useList, verb } from '../api.ts'
import { many, span } from '../times.ts'
import type { Account, Post, Publication } from '../words.ts'
import { emulatorNow } from './clock.tsx'

const MOST_DRAFTS = 5
const coverOf = (id: string) => `/_emulator/pictures/cover/${encodeURIComponent(id)}`
export const nameOf = (p: Publication): string => p.title || p.description || (p.media === 'photo' ? 'Photos without words' : 'A video without words')

/** The creator's side: what waits in the drafts inbox, what moderation holds, what is on the feed. */
export function Creator() {
  const publications = useList<Publication>('publications'), posts = useList<Post>('posts'), accounts = useList<Account>('accounts')
  const handle = (id: string) => accounts.find(a => a.id === id)?.handle ?? '?'
  const drafts = publications.filter(p => p.step === 'in drafts inbox'), waiting = publications.filter(p => p.step === 'in moderation' || p.step === 'held')
  const feed = posts.filter(p => p.state === 'public' || p.state === 'private').toSorted((a, b) => b.createdAt - a.createdAt).slice(0, 12)
  return (
    <>
      <section aria-label="Drafts inbox">
        <h2 className="lab"><IconDeviceMobileDown size={14} stroke={1.75} aria-hidden />drafts inbox <span className="push faint num">{drafts.length === 0 ? 'empty' : `${drafts.length} wait`}</span></h2>
        {drafts.length === 0 && <p className="meta dim">A video posted as a draft arrives here, as it would on the creator's phone. Each account holds {MOST_DRAFTS}.</p>}
        {drafts.map(p => (
          <div className="draft" key={p.id}><img className="pic" src={coverOf(p.postIds.at(-1) ?? p.id)} alt="" />
            <div className="stack"><span className="cut medium">{nameOf(p)}</span><span className="meta faint">@{handle(p.accountId)}</span>
              <div className="row g1"><button type="button" className="btn s" onClick={deed(() => verb('finishDraft', p.id))}>Finish and post</button><button type="button" className="btn s quiet" onClick={deed(() => verb('discardDraft', p.id))}>Discard</button></div></div></div>
        ))}
      </section>
      <section aria-label="Moderation">
        <h2 className="lab"><IconShieldSearch size={14} stroke={1.75} aria-hidden />moderation <span className="push faint num">{waiting.length === 0 ? 'nothing waits' : `${waiting.length} wait`}</span></h2>
        {waiting.map(p => (
          <div className="draft" key={p.id}><img className="pic" src={coverOf(p.postIds.at(-1) ?? p.id)} alt="" />
            <div className="stack"><span className="row"><span className="cut medium">{nameOf(p)}</span><span className="meta faint push num">{p.step === 'held' ? 'held' : span(emulatorNow() - p.createdAt)}</span></span><span className="meta faint">@{handle(p.accountId)}</span>
              <div className="row g1">
                <button type="button" className="btn s" onClick={deed(() => verb('moderate', p.id, 'pass'))}>Pass</button>
                {p.step !== 'held' && <button type="button" className="btn s" onClick={deed(() => verb('moderate', p.id, 'hold'))}>Hold</button>}
                <button type="button" className="btn s" onClick={deed(() => verb('moderate', p.id, 'reject'))}>Reject</button></div></div></div>
        ))}
      </section>
      <section aria-label="Feed">
        <h2 className="lab"><IconLayoutGrid size={14} stroke={1.75} aria-hidden />feed <span className="push faint num">{feed.length === 0 ? 'no posts' : feed.length}</span></h2>
        <ul className="feed">{feed.map(p => (
          <li key={p.id} style={{ backgroundImage: `linear-gradient(#0000 40%, #000a), url(${coverOf(p.id)})` }}>
            <span className="cut">{p.caption || 'No words'}</span><span className="num">@{handle(p.accountId)} · {p.state === 'private' ? 'only me' : many(p.views)}</span>
            <button type="button" className="btn s" onClick={deed(() => publications.some(each => each.id === p.publishId && each.step === 'live') ? verb('moderate', p.publishId, 'take down') : verb('hidePost', p.id, 'deleted'))}>Take down</button>
          </li>
        ))}</ul>
      </section>
    </>
  )
}
