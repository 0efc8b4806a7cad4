import { IconAlertTriangle, IconCircleCheckFilled, IconClock, IconDeviceMobileDown, IconHelpCircle, IconLoader, IconShieldSearch, IconUpload } from '@tabler/icons-react'
import type { Target, TargetState } from '../api/types.ts'
import { sizeOf } from '../kit/times.ts'

type Face = { word: string; tone: '' | 'acc' | 'ok' | 'warn' | 'bad'; line: string }
const icon = { size: 16, stroke: 1.75, 'aria-hidden': true } as const

/** A state is a glyph, a word, then a colour, in that order. */
export function faceOf(target: Pick<Target, 'state' | 'progress' | 'reason' | 'mode'>): Face {
  const { progress, reason } = target
  switch (target.state) {
    case 'queued': return { word: 'Queued', tone: '', line: 'Goes out by itself in a moment' }
    case 'uploading': return { word: progress && progress.total > 0 ? `Uploading ${Math.floor((progress.sent / progress.total) * 100)} %` : 'Uploading', tone: 'acc', line: progress ? sizeOf(progress.sent, progress.total) : 'TikTok gave an upload link' }
    case 'processing': return { word: 'Processing', tone: '', line: 'At TikTok, usually under a minute' }
    case 'in moderation': return { word: 'In moderation', tone: '', line: 'TikTok is looking at it. Mostly minutes, at times hours' }
    case 'in drafts inbox': return { word: 'In TikTok drafts', tone: 'warn', line: 'Finish it in the TikTok app, under notifications' }
    case 'live': return { word: 'Live', tone: 'ok', line: '' }
    case 'failed': return { word: 'Failed', tone: 'bad', line: reason?.title ?? 'TikTok did not take it' }
    case 'not sure': return { word: 'Not sure', tone: 'warn', line: reason?.title ?? 'We do not know if this was posted' }
  }
}

export function StateGlyph({ state }: { state: TargetState }) {
  switch (state) {
    case 'queued': return <IconClock {...icon} />
    case 'uploading': return <IconUpload {...icon} />
    case 'processing': return <IconLoader {...icon} />
    case 'in moderation': return <IconShieldSearch {...icon} />
    case 'in drafts inbox': return <IconDeviceMobileDown {...icon} />
    case 'live': return <IconCircleCheckFilled {...icon} />
    case 'failed': return <IconAlertTriangle {...icon} />
    case 'not sure': return <IconHelpCircle {...icon} />
  }
}

export function Status({ target }: { target: Target }) {
  const face = faceOf(target)
  return <span className={`st ${face.tone}`}><StateGlyph state={target.state} />{face.word}</span>
}

const urgency: TargetState[] = ['failed', 'not sure', 'in drafts inbox', 'uploading', 'queued', 'processing', 'in moderation', 'live']
/** Of several accounts the one that needs somebody most. */
export const mostUrgent = (targets: Target[]): Target | undefined => targets.toSorted((a, b) => urgency.indexOf(a.state) - urgency.indexOf(b.state))[0]

export type Rung = { name: string; state: 'done' | 'at' | 'todo' | 'stopped' }
/** The ladder of one target: what is behind it, where it stands, what comes. */
export function ladderOf(target: Pick<Target, 'state' | 'mode' | 'attempts' | 'progress'>): Rung[] {
  const names = target.mode === 'draft' ? ['Queued', 'Uploaded', 'Processed', 'In TikTok drafts'] : ['Queued', 'Uploaded', 'Processed', 'In moderation', 'Live']
  const place: Record<TargetState, number> = { queued: 0, uploading: 1, processing: 2, 'in moderation': 3, 'in drafts inbox': 3, live: names.length, failed: -1, 'not sure': -1 }
  const at = place[target.state]
  if (target.state === 'in drafts inbox') return names.map(name => ({ name, state: 'done' }))
  if (at >= 0) return names.map((name, i) => ({ name, state: i < at ? 'done' : i === at ? 'at' : 'todo' }))
  const reached = lastStep(target)
  return names.map((name, i) => ({ name, state: i < reached ? 'done' : i === reached ? 'stopped' : 'todo' }))
}

/** How far a try that ended had come, read from its ledger. */
function lastStep(target: Pick<Target, 'attempts' | 'progress'>): number {
  const keys = new Set(target.attempts.at(-1)?.events.map(event => event.key))
  if (keys.has('posted')) return 3
  if (keys.has('sent whole') || keys.has('processing')) return 2
  return keys.has('init') || keys.has('ready') ? 1 : 0
}
