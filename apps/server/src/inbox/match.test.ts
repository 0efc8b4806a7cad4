import { describe, expect, test } from 'vitest'
import { isSendOf, type Candidate, type Outstanding } from './match.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 21, 12, 0, seconds))
const ours = (over: Partial<Outstanding> = {}): Outstanding => ({ messageId: 1, kind: 'text', text: 'Hello', startedAt: at(10), ...over })
const theirs = (over: Partial<Candidate> = {}): Candidate => ({ direction: 'out', kind: 'text', text: 'Hello', origin: 'api', sentAt: at(11), ...over })

describe('whether a message of TikTok’s is one of our sends', () => {
  test.each([
    ['the same words after we began', theirs(), [ours()], 1],
    ['a source that was left out', theirs({ origin: 'unknown' }), [ours()], 1],
    ['a clock of TikTok’s two seconds behind ours', theirs({ sentAt: at(8) }), [ours()], 1],
    ['line ends and blanks that TikTok changed', theirs({ text: 'a\nb' }), [ours({ text: ' a\r\nb ' })], 1],
    ['the oldest of two with the same words', theirs(), [ours({ messageId: 4 }), ours({ messageId: 9 })], 4],
    ['other words', theirs({ text: 'Hello!' }), [ours()], undefined],
    ['what was there before we began', theirs({ sentAt: at(7) }), [ours()], undefined],
    ['what was typed on the phone', theirs({ origin: 'phone' }), [ours()], undefined],
    ['what the customer wrote', theirs({ direction: 'in' }), [ours()], undefined],
    ['nothing outstanding', theirs(), [], undefined],
  ])('%s', (_, candidate, outstanding, id) => { expect(isSendOf(candidate, outstanding)?.messageId).toBe(id) })
})
