import type { RuleProfile } from '../rules.ts'

/** What Respond.io does not document (its sheet's U marks), our default, and why. */
export const respondioRules: Omit<RuleProfile, 'face'>[] = [
  { name: 'rio-limit', default: '5', options: { 5: 'five a second', 20: 'twenty a second', off: 'no limit' }, says: 'Calls a second, per organisation and route', evidence: '§3: 5 is reported for June 2026, x-ratelimit-limit: 20 was measured in July' },
  { name: 'rio-end', default: 'null', options: { null: 'next is null', empty: 'next is ""', absent: 'next is missing' }, says: 'How the last page of a list says so', evidence: '§5.1: all three were seen' },
  { name: 'rio-page', default: '50', options: { 50: 'at most 50', 100: 'at most 100' }, says: 'The largest page of messages', evidence: '§5.1: 100 is documented, 50 was measured' },
  { name: 'rio-cursor', default: 'exclusive', options: { exclusive: 'the cursor itself is not repeated', inclusive: 'the page begins with the cursor' }, says: 'Whether a page repeats the message the cursor names', evidence: '§5.1: unknown' },
  { name: 'rio-ids', default: 'number', options: { number: 'JSON numbers', text: 'strings' }, says: 'How ids are written', evidence: '§4.2: some published types show strings' },
  { name: 'rio-window', default: 'failed', options: { failed: '200, then the status turns failed', 400: 'the send is refused with 400' }, says: 'What a send outside the reply window does', evidence: '§7: unknown; both must be survived' },
  { name: 'rio-read', default: 'with delivered', options: { 'with delivered': 'read comes with delivered', 'when read': 'read comes when the customer reads' }, says: 'When a sent message becomes read', evidence: '§6.4: the one published sample shows identical times' },
  { name: 'rio-echo', default: 'on', options: { on: 'they appear as echo', off: 'they are missing' }, says: 'Whether messages typed in the TikTok app appear', evidence: '§13: the echo source exists generically; for TikTok it is unknown' },
  { name: 'rio-expansion', default: 'on', options: { on: '{{$contact.firstName}} becomes the name', off: 'text is sent as it is' }, says: 'Whether variables in message text are expanded', evidence: '§1.10: documented' },
  { name: 'rio-hook-retries', default: 'off', options: { off: 'a webhook is tried once', on: 'three more times' }, says: 'Whether webhooks are tried again', evidence: '§10: operators say missed events are not replayed' },
]
