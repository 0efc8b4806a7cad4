import type { Choice } from './rules.ts'

const MUSIC = 'https://www.tiktok.com/legal/page/global/music-usage-confirmation/en'
const BRANDED = 'https://www.tiktok.com/legal/page/global/bc-policy/en'

/** What the person agrees to by publishing, in TikTok's words; and that nothing has left the house yet. */
export function Declaration({ choices }: { choices: Choice[] }) {
  const direct = choices.filter(c => c.mode === 'direct')
  const branded = direct.some(c => c.disclose && c.brandedContent)
  const music = <a href={MUSIC} target="_blank" rel="noreferrer noopener">Music Usage Confirmation</a>
  return (
    <p className="meta dim">
      {direct.length > 0 && <>By posting, you agree to TikTok’s {branded ? <><a href={BRANDED} target="_blank" rel="noreferrer noopener">Branded Content Policy</a> and {music}</> : music}. </>}
      Nothing has been sent to TikTok yet. {direct.length > 0 ? 'After posting it may take a few minutes to show on the profile.' : 'A draft waits in the TikTok app until its creator finishes it.'}
    </p>
  )
}
