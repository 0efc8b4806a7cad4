import { IconMicrophone, IconPlayerPlay, IconRobot } from '@tabler/icons-react'
import { deed, verb } from '../api.ts'
import type { Message, Post } from '../words.ts'

/** What a message says in one line, for quotes and for screen readers. */
export function shortOf(message: Message | undefined): string {
  const body = message?.body
  if (!body) return 'a message'
  if (body.type === 'text') return body.text
  if (body.type === 'template') return body.card.title
  return { image: 'Picture', video: 'Video', share_post: 'Shared post', sticker: 'Sticker', emoji: 'Emoji', other: 'Voice note' }[body.type]
}

type Props = { message: Message; quoted: Message | undefined; posts: Post[]; chosen: boolean; choose: () => void; customer: string; account: string }

/** One message on the phone. Press it to react to it or to quote it. */
export function Bubble({ message, quoted, posts, chosen, choose, customer, account }: Props) {
  const mine = message.from === 'customer', { body } = message
  const bare = body.type === 'sticker' || body.type === 'emoji' || body.type === 'image' || body.type === 'video'
  const marks = message.reactions.map(r => r.emoji ?? '✨').join('')
  return (
    <div className={`b${mine ? ' me' : ''}${bare ? ' bare' : ''}${chosen ? ' chosen' : ''}`}>
      <button type="button" className="pick" aria-pressed={chosen} aria-label={`${mine ? 'You' : 'They'} wrote: ${shortOf(message)}`} onClick={choose} />
      {message.quotes && <span className="quoted">{shortOf(quoted)}</span>}
      {message.auto && <span className="auto"><IconRobot size={12} stroke={1.75} aria-hidden /> automatic</span>}
      <Content message={message} posts={posts} customer={customer} account={account} />
      {marks !== '' && <span className="marks" aria-label={`Reactions: ${marks}`}>{marks}</span>}
    </div>
  )
}

/** Pictures this emulator made are shown without a trace in its log; others from where they are. */
const pictureOf = (url: string): string => URL.canParse(url) && new URL(url).pathname.startsWith('/business-media/') ? new URL(url).pathname.replace('/business-media/', '/_emulator/pictures/') : url

function Content({ message, posts, customer, account }: Pick<Props, 'message' | 'posts' | 'customer' | 'account'>) {
  const { body } = message
  switch (body.type) {
    case 'text': return <>{body.text}</>
    case 'image': return <img className="media" src={`/_emulator/dm-media/${body.mediaId}`} alt="The picture that was sent" />
    case 'video': return <video className="media" src={`/_emulator/dm-media/${body.mediaId}`} muted playsInline controls aria-label="The video that was sent" />
    case 'sticker': case 'emoji': return <img className="sticker" src={pictureOf(body.url)} alt={body.type === 'emoji' ? body.emoji ?? 'Emoji' : 'Sticker'} />
    case 'share_post': return <span className="shared"><IconPlayerPlay size={16} stroke={1.75} aria-hidden />{posts.find(p => p.id === body.itemId)?.caption || `Post ${body.itemId}`}</span>
    case 'other': return <span className="row g1"><IconMicrophone size={15} stroke={1.75} aria-hidden />Voice note</span>
    case 'template': return (
      <>{body.card.title}<span className="cardbuttons">{body.card.buttons.map(button => (
        <button key={button.id ?? button.title} type="button" onClick={deed(() => verb('customerSays', customer, account, { type: 'tap', messageId: message.id, buttonId: button.id ?? button.title }))}>{button.title}</button>
      ))}</span></>
    )
  }
}
