import { Checkbox, SegmentedControl, Select, Switch, Textarea, Tooltip } from '@mantine/core'
import { IconTag } from '@tabler/icons-react'
import type { Account, Creator } from '../api/types.ts'
import { Act } from '../kit/Act.tsx'
import { Avatar } from '../kit/Avatar.tsx'
import { length } from '../kit/times.ts'
import { Say } from '../kit/words.tsx'
import { BRANDED_WHY, DISCLOSE_WHY, labelOf, MOST_CAPTION, privacyName, roadClosed, type Choice } from './rules.ts'

type Props = { choice: Choice; account: Account | undefined; creator: Creator | null | 'unread'; again: () => void; change: (by: Partial<Choice>) => void }

/** The choices for one account, in the order TikTok's audit reads them: creator, caption, privacy, interactions, disclosure. */
export function TargetForm({ choice, account, creator, again, change }: Props) {
  const known = creator !== 'unread' && creator !== null ? creator : null
  const closed = account ? { direct: roadClosed(account, 'direct'), draft: roadClosed(account, 'draft') } : { direct: null, draft: null }
  const over = choice.caption.length - MOST_CAPTION
  return <>
    <div className="row wrap">
      <SegmentedControl aria-label="How it goes out" value={choice.mode} onChange={mode => change({ mode: mode as Choice['mode'] })} data={[{ value: 'direct', label: 'Post directly', disabled: closed.direct !== null }, { value: 'draft', label: 'To TikTok drafts', disabled: closed.draft !== null }]} />
      {choice.mode === 'direct' && known?.maxDurationSec ? <span className="meta faint push num">up to {length(known.maxDurationSec * 1_000)}</span> : null}
      {(closed.direct ?? closed.draft) && <p className="meta faint" style={{ flexBasis: '100%' }}>{closed.direct ?? closed.draft}</p>}
    </div>
    {choice.mode === 'direct' && <CreatorLine creator={creator} avatar={account?.avatarUrl ?? null} again={again} />}
    <div className="field">
      <Textarea label={<span className="row">Caption<span className={`meta num push ${over > 0 ? 'badc' : 'faint'}`}>{choice.caption.length} / {MOST_CAPTION}</span></span>} labelProps={{ style: { display: 'block' } }} autosize minRows={3} maxRows={10} value={choice.caption} dir="auto"
        error={over > 0 ? `${over} too many, as TikTok counts` : undefined} description={choice.mode === 'draft' ? 'TikTok drops the caption of a draft; it stays here to be copied.' : undefined} inputWrapperOrder={['label', 'input', 'description', 'error']} onChange={event => change({ caption: event.currentTarget.value })} />
    </div>
    {choice.mode === 'direct' && known && <>
      <div className="two">
        <div className={choice.privacy === null ? 'need' : ''}>
          <Select label="Who can see this" placeholder="Choose" description="TikTok wants you to choose. There is no default." inputWrapperOrder={['label', 'input', 'description', 'error']} value={choice.privacy} onChange={privacy => change({ privacy })}
            data={known.privacyOptions.map(word => ({ value: word, label: word === 'SELF_ONLY' && choice.disclose && choice.brandedContent ? `${privacyName(word)}: ${BRANDED_WHY}` : privacyName(word), disabled: word === 'SELF_ONLY' && choice.disclose && choice.brandedContent }))} />
        </div>
        <fieldset className="stack"><legend className="label" style={{ marginBottom: 6 }}>People may</legend>
          <Checkbox label="Comment" description={known.commentDisabled ? 'off in TikTok settings' : undefined} disabled={known.commentDisabled} checked={choice.allowComment} onChange={event => change({ allowComment: event.currentTarget.checked })} />
          <Checkbox label="Duet" description={known.duetDisabled ? 'off in TikTok settings' : undefined} disabled={known.duetDisabled} checked={choice.allowDuet} onChange={event => change({ allowDuet: event.currentTarget.checked })} />
          <Checkbox label="Stitch" description={known.stitchDisabled ? 'off in TikTok settings' : undefined} disabled={known.stitchDisabled} checked={choice.allowStitch} onChange={event => change({ allowStitch: event.currentTarget.checked })} />
        </fieldset>
      </div>
      <Disclosure choice={choice} change={change} />
      <Checkbox label="Made with AI" description="adds TikTok’s label" checked={choice.aigc} onChange={event => change({ aigc: event.currentTarget.checked })} />
    </>}
  </>
}

function CreatorLine({ creator, avatar, again }: { creator: Props['creator']; avatar: string | null; again: () => void }) {
  if (creator === 'unread') return <p className="row dim" style={{ minHeight: 36 }}>Asking TikTok what this creator may do</p>
  if (creator === null) return <Say kind="warn"><b className="medium">TikTok did not say what this creator may do.</b> Nothing was posted. A draft needs no answer.<span className="row" style={{ marginTop: 8 }}><Act size="s" onClick={again}>Ask again</Act></span></Say>
  return <>
    <p className="row" style={{ minHeight: 36 }}><Avatar account size="m" name={creator.nickname ?? creator.username ?? '?'} src={avatar} /><span>Posts as <b className="medium">{creator.nickname ?? creator.username}</b>{creator.username && <span className="faint"> @{creator.username}</span>}</span></p>
    {!creator.canPost.ok && <Say kind="warn" role="status">{creator.canPost.why ?? 'TikTok takes no post from this creator now. Try again later.'}</Say>}
  </>
}

function Disclosure({ choice, change }: Pick<Props, 'choice' | 'change'>) {
  const label = labelOf(choice)
  const onlyMe = choice.privacy === 'SELF_ONLY'
  const branded = <Checkbox label="Branded content" description={onlyMe ? BRANDED_WHY : 'A third party pays. Cannot be “Only me”'} disabled={onlyMe && !choice.brandedContent} checked={choice.brandedContent} onChange={event => change({ brandedContent: event.currentTarget.checked })} />
  return (
    <div className="deal">
      <Switch label="Disclose commercial content" description="Goods or services, yours or someone else’s" checked={choice.disclose} onChange={event => change({ disclose: event.currentTarget.checked, yourBrand: false, brandedContent: false })} />
      {choice.disclose && <>
        <div className="two">
          <Checkbox label="Your brand" description="You promote yourself or your own business" checked={choice.yourBrand} onChange={event => change({ yourBrand: event.currentTarget.checked })} />
          {onlyMe ? <Tooltip label={BRANDED_WHY}><div>{branded}</div></Tooltip> : branded}
        </div>
        <Say icon={<IconTag size={16} stroke={1.75} aria-hidden="true" />}>{label ? <>Your video will be labelled <b className="medium">“{label}”</b>. This cannot be changed once posted.</> : DISCLOSE_WHY}</Say>
      </>}
    </div>
  )
}
