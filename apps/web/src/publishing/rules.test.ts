import { expect, test } from 'vitest'
import type { Account, Asset, Creator } from '../api/types.ts'
import { BRANDED_WHY, DISCLOSE_WHY, labelOf, missing, newChoice, roadClosed, wishOf } from './rules.ts'

const creator: Creator = { nickname: 'Halia', username: 'halia', avatarUrl: null, privacyOptions: ['PUBLIC_TO_EVERYONE', 'SELF_ONLY'], commentDisabled: false, duetDisabled: false, stitchDisabled: true, maxDurationSec: 60, canPost: { ok: true, why: null } }
const asset = { probe: { durationMs: 30_000 } } as Asset
const direct = newChoice(1, 'direct')

test('nothing is chosen for the creator before the creator chooses', () => {
  expect(direct).toMatchObject({ privacy: null, allowComment: false, allowDuet: false, allowStitch: false, disclose: false, yourBrand: false, brandedContent: false, aigc: false })
  expect(missing(direct, creator, asset)).toEqual(['Choose who can see this'])
  expect(missing({ ...direct, privacy: 'PUBLIC_TO_EVERYONE' }, creator, asset)).toEqual([])
})

test('disclosure on with nothing ticked stops the post and says so', () => {
  const open = { ...direct, privacy: 'SELF_ONLY', disclose: true }
  expect(missing(open, creator, asset)).toEqual([DISCLOSE_WHY])
  expect(missing({ ...open, brandedContent: true }, creator, asset)).toEqual([BRANDED_WHY])
  expect(missing({ ...open, yourBrand: true }, creator, asset)).toEqual([])
  expect([labelOf(open), labelOf({ ...open, yourBrand: true }), labelOf({ ...open, yourBrand: true, brandedContent: true })]).toEqual([null, 'Promotional content', 'Paid partnership'])
})

test('what the switch hides is not sent, and a draft carries no settings', () => {
  expect(wishOf({ ...direct, disclose: false, brandedContent: true })).toMatchObject({ brandedContent: false })
  expect(wishOf({ ...direct, mode: 'draft', caption: 'hello', privacy: 'SELF_ONLY', allowComment: true })).toMatchObject({ mode: 'draft', caption: 'hello', privacy: null, allowComment: false })
  expect(wishOf(direct)).not.toHaveProperty('disclose')
})

test('a video longer than the creator may post, and a creator who may not post now, are said before publishing', () => {
  const chosen = { ...direct, privacy: 'SELF_ONLY' }
  expect(missing(chosen, creator, { probe: { durationMs: 90_000 } } as Asset)).toEqual(['Cut the video: 30 s longer than this creator may post'])
  expect(missing(chosen, { ...creator, canPost: { ok: false, why: 'Try again tomorrow.' } }, asset)).toEqual(['Try again tomorrow.'])
  expect(missing({ ...chosen, privacy: 'MUTUAL_FOLLOW_FRIENDS' }, creator, asset)).toEqual(['Choose again who can see this'])
  expect(missing({ ...chosen, caption: '👩'.repeat(1_101) }, creator, asset)).toEqual(['Shorten the caption by 2'])
})

test('a road an account has not says why', () => {
  const account = (scopes: string[], state = 'working') => ({ handle: 'halia', grants: [{ platform: 'developers', state, scopes }] }) as unknown as Account
  expect(roadClosed(account(['video.publish']), 'direct')).toBeNull()
  expect(roadClosed(account(['video.publish']), 'draft')).toContain('video.upload')
  expect(roadClosed(account(['video.publish'], 'reconnect'), 'direct')).toContain('again')
  expect(roadClosed({ handle: 'x', grants: [] } as unknown as Account, 'draft')).toContain('not connected')
})
