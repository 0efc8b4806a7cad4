import { IconCards, IconDeviceMobile, IconHeart, IconMoodSmile, IconMovie, IconPhoto, IconPlayerPlay, IconPlug, IconQuestionMark, IconRobot, IconSticker, IconWorld } from '@tabler/icons-react'
import type { Message, MessageKind, Origin } from '../api/types.ts'

const icon = { size: 16, stroke: 1.75, 'aria-hidden': true } as const

/** Every kind has a name; one we do not know is kept and named by TikTok's own word. */
export const kinds: Record<Exclude<MessageKind, 'text'>, { name: string; glyph: React.ReactNode }> = {
  image: { name: 'Photo', glyph: <IconPhoto {...icon} /> },
  video: { name: 'Video', glyph: <IconPlayerPlay {...icon} /> },
  sticker: { name: 'Sticker', glyph: <IconSticker {...icon} /> },
  emoji: { name: 'Emoji', glyph: <IconMoodSmile {...icon} /> },
  share_post: { name: 'Shared post', glyph: <IconMovie {...icon} /> },
  template: { name: 'Question card', glyph: <IconCards {...icon} /> },
  reaction: { name: 'Reaction', glyph: <IconHeart {...icon} /> },
  unknown: { name: 'A message of a kind we do not know', glyph: <IconQuestionMark {...icon} /> },
}

const small = { size: 13, stroke: 1.75, role: 'img' } as const
export function OriginGlyph({ origin }: { origin: Origin }) {
  switch (origin) {
    case 'phone': return <IconDeviceMobile {...small} aria-label="From the phone" />
    case 'web': return <IconWorld {...small} aria-label="From the web" />
    case 'api': return <IconPlug {...small} aria-label="By an app" />
    case 'automatic': return <IconRobot {...small} aria-label="Automatic" />
    case 'unknown': return null
  }
}

/** One line for a list: the words, or the kind's name. */
export const lineOf = (m: { text: string | null; kind: MessageKind }): string => m.text?.trim() || (m.kind === 'text' ? '' : kinds[m.kind].name)

/** Who stands under a bubble of ours. */
export const speaker = (m: Pick<Message, 'author' | 'origin' | 'automatic'>): string => {
  if (m.origin === 'automatic') return m.automatic ? `Automatic: ${m.automatic.replaceAll('_', ' ').toLowerCase()}` : 'Automatic'
  return m.author?.name ?? ({ phone: 'In the TikTok app', web: 'On tiktok.com', api: 'By an app', unknown: '' } as const)[m.origin]
}
