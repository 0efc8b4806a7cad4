import { IconAd2, IconCornerUpLeft, IconDots, IconEye, IconFlag, IconLink, IconMicrophone, IconMoodHeart, IconMoodSmile, IconMovie, IconPhoto, IconSend, IconShare3, IconSticker } from '@tabler/icons-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { ask, deed, say, useList, useWorld, verb, worldChanged } from '../api.ts'
import { hourOf, span } from '../times.ts'
import type { Account, Customer, Grant, Post, Talk } from '../words.ts'
import { Avatar } from './avatar.tsx'
import { Bubble, shortOf } from './bubble.tsx'
import { emulatorNow } from './clock.tsx'

const kept = (key: string) => sessionStorage.getItem(key) ?? ''

/** Be the customer: choose who writes and to whom, then write as one would on a phone. */
export function Phone() {
  const customers = useList<Customer>('customers'), accounts = useList<Account>('accounts')
  const [who, setWho] = useState(kept('who')), [whom, setWhom] = useState(kept('whom'))
  const customer = customers.find(c => c.handle === who) ?? customers[0], account = accounts.find(a => a.handle === whom) ?? accounts[0]
  const keep = (key: string, value: string) => { sessionStorage.setItem(key, value); (key === 'who' ? setWho : setWhom)(value) }
  return (
    <section className="stage" aria-label="Be the customer">
      <div className="row phonewho"><span className="lab">be the customer</span>
        <label className="push"><span className="vh">Who writes</span>
          <select className="select s" value={customer?.handle ?? ''} onChange={e => keep('who', e.currentTarget.value)}>{customers.map(c => <option key={c.id} value={c.handle}>{c.displayName} · {c.region}</option>)}</select></label></div>
      <div className="taped"><div className="phone">
        <header>
          {account && <Avatar name={account.displayName} handle={account.handle} square small />}
          <label className="stack tight"><span className="vh">Writes to</span>
            <select className="select bareselect" value={account?.handle ?? ''} onChange={e => keep('whom', e.currentTarget.value)}>{accounts.map(a => <option key={a.id} value={a.handle}>{a.displayName}</option>)}</select>
            <span className="meta faint">{account?.isBusiness ? 'Business account' : 'Personal account'}</span></label>
          {customer && account && <More customer={customer} account={account} />}
        </header>
        {customer && account && <Chat key={`${customer.id}/${account.id}`} customer={customer} account={account} />}
      </div></div>
    </section>
  )
}

function Chat({ customer, account }: { customer: Customer; account: Account }) {
  const me = customer.handle, them = account.handle
  const talk = useWorld(() => ask<Talk>('world/talk', 'POST', [me, them]), `${me} ${them}`)
  const posts = useList<Post>('posts').filter(p => p.accountId === account.id && p.state === 'public')
  const heard = useList<Grant>('grants').some(g => g.accountId === account.id && g.state === 'working' && g.scopes.includes('message.list.read'))
  const [chosen, setChosen] = useState<string>(), [quoting, setQuoting] = useState(false), [text, setText] = useState('')
  const log = useRef<HTMLDivElement>(null), field = useRef<HTMLInputElement>(null), picture = useRef<HTMLInputElement>(null)
  const messages = talk?.messages ?? [], target = messages.find(m => m.id === chosen)
  const newest = messages.at(-1)?.id
  useEffect(() => { log.current?.scrollTo({ top: log.current.scrollHeight }) }, [newest, talk?.typing])
  const says = (what: object) => deed(() => verb('customerSays', me, them, what))
  const send = () => {
    const words = text.trim()
    if (words === '') return
    setText('')
    verb('customerSays', me, them, { type: 'text', text: words, ...(quoting && chosen ? { quotes: chosen } : {}) }).then(() => { setQuoting(false); setChosen(undefined); worldChanged() }, (why: unknown) => { setText(words); say(why) })
  }
  const sendFile = async (file: File | undefined) => {
    if (!file) return
    const bytes = new Uint8Array(await file.arrayBuffer())
    let binary = ''
    for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
    await verb('customerSays', me, them, { type: file.type.startsWith('video') ? 'video' : 'image', base64: btoa(binary), mime: file.type })
  }
  const readAt = talk?.conversation?.readByBusinessAt ?? 0, seen = messages.findLast(m => m.from === 'customer' && m.at <= readAt)
  return (
    <>
      <div className="chat" ref={log} role="log" aria-label={`Messages with ${account.displayName}`} tabIndex={0}>
        {messages.length === 0 && <p className="empty">Nobody wrote yet. What you write here arrives at the desk as a message of {customer.displayName}.</p>}
        {messages.map(m => [
          <Bubble key={m.id} message={m} quoted={messages.find(q => q.id === m.quotes)} posts={posts} chosen={m.id === chosen} choose={() => { setChosen(m.id === chosen ? undefined : m.id); setQuoting(false) }} customer={me} account={them} />,
          m.id === seen?.id && <span key={`${m.id}seen`} className="seen">Seen {hourOf(readAt)}</span>,
        ])}
        {talk?.typing && <div className="b typing" aria-label="Typing">•••</div>}
      </div>
      {talk && talk.questions.length > 0 && <div className="prompts">{talk.questions.map(q => <button key={q.id} type="button" onClick={deed(() => verb('asks', me, them, q.id))}>{q.question ?? q.title}</button>)}</div>}
      {!heard && <p className="left">No app reads the messages of {account.displayName} yet: connect it first.</p>}
      <Left talk={talk} />
      <div className="pad">
        <Key name="Image" icon={<IconPhoto />} press={says({ type: 'image' })} />
        <Key name="Video" icon={<IconMovie />} press={says({ type: 'video' })} />
        <Key name="Sticker" icon={<IconSticker />} press={says({ type: 'sticker' })} />
        <Key name="Emoji" icon={<IconMoodSmile />} press={says({ type: 'emoji', emoji: '🎉' })} />
        <Key name="Post" icon={<IconShare3 />} press={says({ type: 'share_post' })} />
        <Key name="Voice" icon={<IconMicrophone />} press={says({ type: 'other' })} />
        <Key name="React" icon={<IconMoodHeart />} press={deed(() => verb('customerReacts', me, them, { ...(chosen ? { messageId: chosen } : {}), emoji: '❤️', remove: target?.reactions.some(r => r.by === 'customer') ?? false }))} />
        <Key name="Quote" icon={<IconCornerUpLeft />} on={quoting} press={() => { if (!chosen) { say('Press a message first, then Quote.'); return } setQuoting(!quoting); field.current?.focus() }} />
        <Key name="From ad" icon={<IconAd2 />} press={deed(() => verb('arrivesByAd', me, them))} />
        <Key name="From link" icon={<IconLink />} press={deed(() => verb('arrivesByLink', me, them))} />
        <Key name="As EU" icon={<IconFlag />} on={talk?.eu ?? false} press={deed(() => verb('becomesEu', me, !(talk?.eu ?? false)))} />
        <Key name="Read" icon={<IconEye />} press={deed(() => verb('customerReads', me, them))} />
      </div>
      {quoting && <p className="quotebar">Answers “{shortOf(target)}”</p>}
      <form className="type" onSubmit={e => { e.preventDefault(); send() }}>
        <button type="button" className="iconbtn" aria-label="Send a file of yours" onClick={() => picture.current?.click()}><IconPhoto size={20} stroke={1.75} /></button>
        <input ref={picture} type="file" accept="image/*,video/*" className="vh" tabIndex={-1} aria-label="File to send" onChange={e => { const file = e.currentTarget.files?.[0]; e.currentTarget.value = ''; sendFile(file).then(worldChanged, say) }} />
        <input ref={field} className="field" placeholder="Message" aria-label="Message" value={text} onChange={e => setText(e.currentTarget.value)} />
        <button type="submit" className="iconbtn go" aria-label="Send"><IconSend size={20} stroke={1.75} /></button>
      </form>
    </>
  )
}

/** What TikTok would still let the business send. */
function Left({ talk }: { talk: Talk | undefined }) {
  if (!talk?.conversation || talk.closesAt === null) return null
  const open = talk.closesAt > emulatorNow()
  const words = talk.conversation.blocked ? 'You blocked this account: it cannot answer.' : open ? `They may send ${talk.left ?? 'any number'}${talk.left === null ? '' : ' more'}, for ${span(talk.closesAt - emulatorNow())}.` : 'Their window is closed. Write to open it.'
  return <p className="left">{words}</p>
}

function Key({ name, icon, press, on }: { name: string; icon: ReactNode; press: () => void; on?: boolean }) {
  return <button type="button" className={on ? 'on' : ''} {...(on === undefined ? {} : { 'aria-pressed': on })} onClick={press}>{icon}{name}</button>
}

/** Rarer things a person does. */
function More({ customer, account }: { customer: Customer; account: Account }) {
  const [open, setOpen] = useState(false)
  const item = (name: string, work: () => Promise<unknown>) => <button type="button" role="menuitem" className="item" onClick={() => { setOpen(false); deed(work)() }}>{name}</button>
  return (
    <span className="push menuat" onKeyDown={e => { if (e.key === 'Escape') setOpen(false) }}>
      <button type="button" className="iconbtn" aria-label="More" aria-haspopup="menu" aria-expanded={open} onClick={() => setOpen(!open)}><IconDots size={18} stroke={1.75} /></button>
      {open && <span className="menu" role="menu">
        {item('Follow', () => verb('follows', customer.handle, account.handle))}
        {item('Block', () => verb('blocks', customer.handle, account.handle))}
        {item('Unblock', () => verb('blocks', customer.handle, account.handle, false))}
        {item('Delete my account', () => verb('becomesUnavailable', customer.handle))}
        {item('Comment “price?”', () => verb('customerComments', customer.handle, account.handle, { text: 'price?', highIntent: true }))}
        {item('Change my username', async () => { const name = prompt('New username', customer.handle); if (name) await verb('renames', customer.handle, name) })}
        {item('They answer in their app', async () => { const words = prompt('What does the business type in its own TikTok app?', 'Answered from the phone'); if (words) await verb('businessSays', account.handle, customer.handle, words) })}
      </span>}
    </span>
  )
}
