import type { CapabilityState, Platform } from '../api/types.ts'

export const capabilityWords: Record<CapabilityState, { glyph: string; word: string; tone: string }> = {
  works: { glyph: 'yes', word: 'works, proven', tone: 'ok' },
  limited: { glyph: 'part', word: 'works with limits', tone: 'warn' },
  no: { glyph: 'no', word: 'does not work', tone: 'bad' },
  unproven: { glyph: 'unk', word: 'not proven yet', tone: '' },
}
export const Cap = ({ state, label }: { state: CapabilityState; label?: string }) => <span className={`cap ${capabilityWords[state].glyph}`} {...(label ? { role: 'img', 'aria-label': `${label}: ${capabilityWords[state].word}` } : { 'aria-hidden': true })} />

export const platformWords: Record<Platform, { name: string; gives: string; from: string }> = {
  developers: { name: 'Posts and profile', gives: 'Publishing videos, drafts and the profile', from: 'TikTok Login Kit' },
  business: { name: 'Messages', gives: 'Reading and answering direct messages', from: 'TikTok for Business' },
}

/** Why a consent did not end in a connected account, and what to do. */
export const failures: Record<string, { title: string; what: string; next: string }> = {
  denied: { title: 'Permission was not given', what: 'On TikTok’s page the answer was no. Nothing was connected.', next: 'Connect again when the owner of the account agrees.' },
  refused_by_tiktok: { title: 'TikTok refused the request', what: 'TikTok did not show or finish its consent page for our app. Nothing was connected.', next: 'Check the app’s scopes and redirect address under Settings, Apps.' },
  state_missing: { title: 'TikTok came back without our mark', what: 'Without it nobody can tell who asked, so nothing was connected.', next: 'Start again from Accounts.' },
  state_unknown: { title: 'This was not begun here', what: 'The answer belongs to no question of ours. Nothing was connected.', next: 'Start again from Accounts.' },
  state_used: { title: 'This answer was used already', what: 'Each consent works once. If the account is in the list, everything is done.', next: 'Look under Accounts, else start again.' },
  state_expired: { title: 'It took too long', what: 'The question to TikTok had expired when the answer came. Nothing was connected.', next: 'Start again; there is time enough if it is done in one go.' },
  another_session: { title: 'Begun in another sign-in', what: 'Somebody else, or another browser, began this. Nothing was connected.', next: 'Start again from Accounts in this browser.' },
  not_signed_in: { title: 'Nobody was signed in', what: 'The answer came, but nobody was signed in to Stagedoor. Nothing was connected.', next: 'Sign in, then connect again.' },
  code_refused: { title: 'TikTok refused its own code', what: 'It was too old or already used. Nothing was connected.', next: 'Connect again. If it repeats, check the app’s secret under Settings, Apps.' },
  answer_lost: { title: 'TikTok’s answer was lost', what: 'We cannot tell whether TikTok gave the permission, and have kept nothing.', next: 'Connect again; doing it twice does no harm.' },
  tiktok_unreachable: { title: 'TikTok did not answer', what: 'Nothing was connected.', next: 'Try again in a moment.' },
  profile_unavailable: { title: 'We could not read whose account it is', what: 'Permission was given, but TikTok did not name the account, so it was not kept.', next: 'Connect again in a moment.' },
  app_missing: { title: 'The app is gone', what: 'Its credentials were removed while TikTok asked. Nothing was connected.', next: 'Enter credentials under Settings, Apps.' },
}
