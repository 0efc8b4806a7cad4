import { IconCheck, IconCopyCheck, IconDeviceMobileDown, IconTool, IconX } from '@tabler/icons-react'
import type { Account, Asset, Creator, Finding } from '../api/types.ts'
import { length } from '../kit/times.ts'
import { Bones, Say } from '../kit/words.tsx'
import type { Plan } from './plan.ts'

const icon = { size: 16, stroke: 1.75 } as const
const verdicts: Record<Finding['verdict'], React.ReactNode> = {
  pass: <IconCheck {...icon} className="okc" role="img" aria-label="Passes" />,
  fixable: <IconTool {...icon} className="fixc" role="img" aria-label="Can be fixed" />,
  fail: <IconX {...icon} className="badc" role="img" aria-label="Stops it" />,
}

type Props = { asset: Asset | null; error: unknown; plan: Plan; accounts: Account[]; creatorOf: (id: number) => Creator | null | 'unread' }

/** What TikTok would say about this file, one line per rule; the header counts only what stops. */
export function Doctor({ asset, error, plan, accounts, creatorOf }: Props) {
  const seconds = (asset?.probe?.durationMs ?? 0) / 1_000
  const tooLong: Finding[] = plan.choices.flatMap(choice => {
    const creator = creatorOf(choice.accountId)
    if (choice.mode !== 'direct' || creator === 'unread' || creator?.maxDurationSec == null || seconds === 0) return []
    const name = accounts.find(a => a.id === choice.accountId)?.displayName ?? 'this account'
    const limit = length(creator.maxDurationSec * 1_000)
    return [{ rule: `length ${choice.accountId}`, verdict: seconds > creator.maxDurationSec ? 'fail' : 'pass', sentence: `${name} may post up to ${limit}${seconds > creator.maxDurationSec ? `; this is ${length(seconds * 1_000)}. Cutting is yours to do, or send it as a draft.` : '.'}` } satisfies Finding]
  })
  const findings = [...(asset?.findings ?? []), ...tooLong]
  const stops = findings.filter(f => f.verdict !== 'pass').length
  const drafts = plan.choices.filter(c => c.mode === 'draft')
  const captions = new Set(plan.choices.map(c => c.caption))
  return <>
    <div className="card">
      <header><b className="medium">Media doctor</b>{asset && asset.state !== 'checking' && <span className={`chip push ${stops > 0 ? 'bad' : 'ok'}`}>{stops > 0 ? `${stops} ${stops === 1 ? 'stops' : 'stop'} it` : 'Passes'}</span>}</header>
      <div className="in">
        {error ? <Say kind="warn">The video is no longer here. Choose it again; nothing was published.</Say> : !asset ? <p className="dim">Checked when the file is here, before anything is sent.</p> : asset.state === 'checking' ? <Bones rows={3} /> : (
          <ul className="doctor">{findings.map(f => <li key={f.rule}>{verdicts[f.verdict]}<span>{f.sentence}</span></li>)}</ul>
        )}
      </div>
    </div>
    {plan.choices.length > 0 && (drafts.length > 0 || plan.choices.length > 1) && (
      <div className="card">
        <header><b className="medium">Plan</b></header>
        <div className="in stack g3">
          {plan.choices.length > 1 && <p className="row start"><IconCopyCheck {...icon} aria-hidden="true" />{captions.size === 1 ? 'Every account gets the same caption.' : 'Captions differ between the accounts.'}</p>}
          {drafts.map(d => <p key={d.accountId} className="row start"><IconDeviceMobileDown {...icon} aria-hidden="true" /><span>{accounts.find(a => a.id === d.accountId)?.displayName} gets a draft. TikTok drops the caption and the choices of a draft; the creator makes them in the app.</span></p>)}
        </div>
      </div>
    )}
  </>
}
