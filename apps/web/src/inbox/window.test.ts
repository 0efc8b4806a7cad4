import { expect, test } from 'vitest'
import type { Conversation } from '../api/types.ts'
import { ringOf, whyNot } from './window.ts'

const now = Date.UTC(2026, 10, 24, 12)
const closing = (hours: number, left: number | null = 8) => ({ closesAt: new Date(now + hours * 3_600_000).toISOString(), left, rule: 'A' }) as Conversation['window']

test('the ring says how much time and how many messages are left', () => {
  expect(ringOf(closing(24), now)).toEqual({ shape: 'calm', few: false, percent: 50, number: '8', words: '24 h', aloud: '24 hours and 8 messages left' })
  expect(ringOf(closing(5.2), now)).toMatchObject({ shape: 'soon', words: '5 h 12 m', aloud: '5 hours 12 minutes and 8 messages left' })
  expect(ringOf(closing(38 / 60, 10), now)).toMatchObject({ shape: 'last', words: '38 m' })
  expect(ringOf(closing(31, 2), now)).toMatchObject({ few: true })
  expect(ringOf(closing(31, 1), now).aloud).toBe('31 hours and 1 message left')
})

test('a closed window is a shape of its own, not a zero', () => {
  expect(ringOf(closing(-1), now)).toMatchObject({ shape: 'shut', words: 'closed' })
})

test('a window nobody saw open is left to TikTok to judge', () => {
  expect(ringOf({ closesAt: null, left: null, rule: null }, now)).toMatchObject({ shape: 'ghost', words: 'not seen' })
  expect(whyNot({ contact: { displayName: 'Aisyah' }, window: { closesAt: null, left: null, rule: null } } as Conversation, now)).toBeNull()
})

test('what cannot be sent says why before the click', () => {
  const c = { contact: { displayName: 'Aisyah', handle: 'aisyah' }, blocked: false } as Conversation
  expect(whyNot({ ...c, window: closing(5) }, now)).toBeNull()
  expect(whyNot({ ...c, window: closing(-1) }, now)).toContain('when Aisyah writes')
  expect(whyNot({ ...c, window: closing(5, 0) }, now)).toContain('All 10 messages')
})
