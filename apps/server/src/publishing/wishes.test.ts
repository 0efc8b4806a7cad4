import { expect, test } from 'vitest'
import { complaints, type Creator, type File, type Options, type Wish } from './wishes.ts'

const creator: Creator = {
  nickname: 'Halia', username: 'halia.ceramics', avatarUrl: null, privacyOptions: ['PUBLIC_TO_EVERYONE', 'MUTUAL_FOLLOW_FRIENDS', 'SELF_ONLY'],
  commentDisabled: false, duetDisabled: false, stitchDisabled: true, maxDurationSec: 300, canPost: { ok: true, why: null },
}
const file: File = { name: 'glaze.mp4', state: 'ready', kind: 'video', durationMs: 12_000, findings: [] }
const options: Options = { privacy: 'PUBLIC_TO_EVERYONE', allowComment: true, allowDuet: false, allowStitch: false, yourBrand: false, brandedContent: false, aigc: false, coverMs: 0 }
const codes = (wish: Partial<Omit<Wish, 'options'>> & { options?: Partial<Options> }, told: Partial<File> = {}, who: Partial<Creator> | null = {}) =>
  complaints({ mode: 'direct', caption: 'hello', ...wish, options: { ...options, ...wish.options } }, { ...file, ...told }, who && { ...creator, ...who }).map(one => one.code)

test('a wish within the creator’s own limits has no complaint', () => expect(codes({})).toEqual([]))
test('no visibility is chosen for the person', () => expect(codes({ options: { privacy: null } })).toEqual(['privacy_missing']))
test('a visibility the creator does not offer is refused before TikTok is asked', () => expect(codes({ options: { privacy: 'FOLLOWER_OF_CREATOR' } })).toEqual(['privacy_not_offered']))
test('branded content cannot be private', () => expect(codes({ options: { brandedContent: true, privacy: 'SELF_ONLY' } })).toEqual(['branded_private']))
test('what the creator switched off cannot be allowed', () => expect(codes({ options: { allowStitch: true } })).toEqual(['stitch_disabled']))
test('a video longer than the creator may post is refused', () => expect(codes({}, { durationMs: 300_001 })).toEqual(['too_long']))
test('a creator at the daily cap is told so', () => expect(codes({}, {}, { canPost: { ok: false, why: 'Enough for today.' } })).toEqual(['creator_cannot_post']))
test('a caption of 2200 UTF-16 units is fine and one more is not', () => {
  expect(codes({ caption: '🎬'.repeat(1100) })).toEqual([])
  expect(codes({ caption: '🎬'.repeat(1100) + 'x' })).toEqual(['caption_too_long'])
})
test('a draft needs neither settings nor the right to ask for them', () => expect(codes({ mode: 'draft', options: { privacy: null, allowStitch: true } }, {}, null)).toEqual([]))
test('a file that breaks TikTok’s rules is not sent', () => expect(codes({ mode: 'draft' }, { findings: [{ rule: 'frame rate', verdict: 'fixable', sentence: '10 frames a second.' }] })).toEqual(['against_the_rules']))
