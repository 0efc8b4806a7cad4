import type { Account } from '../api/types.ts'

export type Ability = { kind: 'ok' | 'warn' | 'bad'; sentence: string }

/** What an account can do now, in one sentence: what was proven, then what is limited, then what needs someone. */
export function abilityOf(account: Account): Ability {
  const lost = account.grants.filter(grant => grant.state !== 'working')
  const state = (name: string) => account.capabilities.find(c => c.name === name)?.state
  const messages = [state('read messages'), state('send messages')]
  const post = state('direct post')
  const drafts = state('drafts')
  if (lost.length > 0 && lost.length === account.grants.length) return { kind: 'bad', sentence: lost.some(g => g.state === 'removed') ? 'Disconnected at TikTok. Connect again' : 'Connect again to go on' }
  if (lost.length > 0) return { kind: 'bad', sentence: `Connect again to ${lost[0]?.platform === 'business' ? 'read and send messages' : 'post'}` }
  const can: string[] = []
  const unsure: string[] = []
  const [reads, sends] = messages
  if (reads === 'works' && sends === 'works') can.push('Messages')
  else if (reads === 'works') { can.push('Reads messages'); if (sends === 'unproven') unsure.push('sending') }
  else if (messages.includes('unproven')) unsure.push('messages')
  if (post === 'works') can.push('public posts')
  else if (post === 'limited') can.push('posts stay private')
  else if (drafts === 'works') can.push('drafts')
  else if (post === 'unproven' || drafts === 'unproven') unsure.push('posts')
  const words = [can.join(', '), unsure.length > 0 ? `${unsure.join(' and ')} not proven yet` : ''].filter(Boolean).join('; ')
  const sentence = words === '' ? 'Nothing is proven yet' : words[0]!.toUpperCase() + words.slice(1)
  return { kind: unsure.length > 0 || post === 'limited' ? 'warn' : 'ok', sentence }
}
