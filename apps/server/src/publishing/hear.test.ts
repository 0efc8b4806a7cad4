import { array, assert, constant, constantFrom, nat, oneof, property, subarray, tuple, type Arbitrary } from 'fast-check'
import { expect, test } from 'vitest'
import type { Attempt } from './attempts.ts'
import { outcomeOf, type Heard } from './hear.ts'
import { certain, unsure } from './reasons.ts'
import type { Options } from './wishes.ts'

const common = { id: 1, targetId: 1, accountId: 1, n: 1, turn: 1, startedAt: new Date(0), changedAt: new Date(0), askedAt: null, asks: 0, publicAt: null, goneAt: null }
const options: Options = { privacy: 'PUBLIC_TO_EVERYONE', allowComment: false, allowDuet: false, allowStitch: false, yourBrand: false, brandedContent: false, aigc: false, coverMs: null }
const direct = { mode: 'direct' as const, options }, draft = { mode: 'draft' as const, options }
const processing: Attempt = { ...common, state: 'processing', publishId: 'v' }
const live: Attempt = { ...common, state: 'live', publishId: 'v', postIds: ['7678907398077074696'], publicAt: new Date(5000) }
const after = (attempt: Attempt, heard: Heard, target: typeof direct | typeof draft = direct) => outcomeOf(attempt, target, heard)?.change.state ?? attempt.state

test('a draft that lies in the inbox is done, and becomes live when the creator posts it', () => {
  expect(after(processing, { what: 'in the inbox' }, draft)).toBe('in drafts inbox')
  const waiting: Attempt = { ...common, state: 'in drafts inbox', publishId: 'v' }
  expect(after(waiting, { what: 'posted', postIds: [] }, draft)).toBe('in moderation')
  expect(after(waiting, { what: 'public', postId: '1', at: new Date(1) }, draft)).toBe('live')
})

test('a completion without a post id is in moderation until the link comes', () => {
  expect(after(processing, { what: 'posted', postIds: [] })).toBe('in moderation')
  expect(outcomeOf({ ...common, state: 'in moderation', publishId: 'v' }, direct, { what: 'posted', postIds: ['7678907398077074696'] })?.change).toMatchObject({ state: 'live', post_ids: ['7678907398077074696'] })
})

test('a post for the creator’s own eyes is live without a link', () => {
  expect(after(processing, { what: 'posted', postIds: [] }, { ...direct, options: { ...options, privacy: 'SELF_ONLY' } })).toBe('live')
})

test('what was public and is no longer is told, and an older notice does not bring it back', () => {
  const gone = outcomeOf(live, direct, { what: 'gone', postId: '7678907398077074696', at: new Date(9000) })
  expect(gone?.change).toMatchObject({ state: 'not sure', post_ids: [], reason: { code: 'no_longer_public' } })
  const isGone: Attempt = { ...common, state: 'not sure', publishId: 'v', postIds: [], reason: unsure.gone(), publicAt: new Date(5000), goneAt: new Date(9000) }
  expect(outcomeOf(isGone, direct, { what: 'public', postId: '7678907398077074696', at: new Date(5000) })).toBeNull()
  expect(outcomeOf(isGone, direct, { what: 'posted', postIds: ['7678907398077074696'] })).toBeNull()
  expect(after(isGone, { what: 'public', postId: '7678907398077074696', at: new Date(12_000) })).toBe('live')
})

test('one of several posts of a draft disappearing leaves the others live', () => {
  const two: Attempt = { ...live, state: 'live', postIds: ['1', '2'] }
  expect(outcomeOf(two, draft, { what: 'gone', postId: '1', at: new Date(9000) })?.change).toEqual({ post_ids: ['2'] })
})

test('what we had given up as unsure is settled by TikTok’s word', () => {
  const lost: Attempt = { ...common, state: 'not sure', publishId: 'v', postIds: [], reason: unsure.silence() }
  expect(after(lost, { what: 'failed', code: 'file_format_check_failed' })).toBe('failed')
  expect(after(lost, { what: 'posted', postIds: ['1'] })).toBe('live')
})

test('a fail reason we do not know is told as it is', () => {
  const outcome = outcomeOf(processing, direct, { what: 'failed', code: 'brand_new_reason' })
  expect(outcome?.change.reason).toMatchObject({ code: 'brand_new_reason', safeToRetry: true })
})

const anyHeard: Arbitrary<Heard> = oneof(
  constant<Heard>({ what: 'in the inbox' }), constant<Heard>({ what: 'still at it', uploadedBytes: undefined }),
  subarray(['1', '2']).map<Heard>(postIds => ({ what: 'posted', postIds })),
  tuple(constantFrom('1', '2'), nat(9)).map<Heard>(([postId, at]) => ({ what: 'public', postId, at: new Date(at) })),
  tuple(constantFrom('1', '2'), nat(9)).map<Heard>(([postId, at]) => ({ what: 'gone', postId, at: new Date(at) })),
  constant<Heard>({ what: 'failed', code: 'internal' }),
)

test('the same notice told twice changes nothing the second time, whatever came before', () => {
  const states: Attempt[] = [processing, live, { ...common, state: 'in moderation', publishId: 'v' }, { ...common, state: 'in drafts inbox', publishId: 'v' },
    { ...common, state: 'failed', publishId: 'v', postIds: [], reason: certain.expired() }, { ...common, state: 'not sure', publishId: 'v', postIds: [], reason: unsure.silence() }]
  assert(property(constantFrom(...states), array(anyHeard, { maxLength: 6 }), constantFrom(direct, draft), (from, story, target) => {
    let attempt = from
    for (const heard of story) {
      attempt = apply(attempt, outcomeOf(attempt, target, heard)?.change)
      const again = apply(attempt, outcomeOf(attempt, target, heard)?.change)
      expect(again).toEqual(attempt)
    }
  }))
})

function apply(attempt: Attempt, change: Record<string, unknown> | undefined): Attempt {
  if (!change) return attempt
  const { state = attempt.state, post_ids = 'postIds' in attempt ? attempt.postIds : [], reason = 'reason' in attempt ? attempt.reason : null, public_at = attempt.publicAt, gone_at = attempt.goneAt } = change
  return { ...common, state, publishId: 'v', postIds: post_ids, publicAt: public_at, goneAt: gone_at, ...(reason === null ? {} : { reason }) } as unknown as Attempt
}
