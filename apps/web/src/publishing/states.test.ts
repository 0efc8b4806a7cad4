import { expect, test } from 'vitest'
import type { Target } from '../api/types.ts'
import { faceOf, ladderOf, mostUrgent } from './states.tsx'

const target = (state: Target['state'], more: Partial<Target> = {}): Target => ({ id: 1, accountId: 1, mode: 'direct', caption: '', state, progress: null, reason: null, links: [], attempts: [], ...more })

test('the ladder shows what is behind, where it stands and what comes', () => {
  expect(ladderOf(target('processing')).map(r => r.state)).toEqual(['done', 'done', 'at', 'todo', 'todo'])
  expect(ladderOf(target('live')).every(r => r.state === 'done')).toBe(true)
  expect(ladderOf(target('in drafts inbox', { mode: 'draft' })).every(r => r.state === 'done')).toBe(true)
  const failed = target('failed', { attempts: [{ id: 1, n: 1, publishId: 'p', state: 'failed', startedAt: '', events: [{ at: '', sentence: '', key: 'init' }, { at: '', sentence: '', key: 'sent whole' }] }] })
  expect(ladderOf(failed).map(r => r.state)).toEqual(['done', 'done', 'stopped', 'todo', 'todo'])
})

test('an upload says how far it is in words and numbers', () => {
  expect(faceOf(target('uploading', { progress: { sent: 260_000_000, total: 412_400_000 } }))).toMatchObject({ word: 'Uploading 63 %', line: '260.0 of 412.4 MB' })
})

test('of several accounts the one that needs somebody is shown', () => {
  expect(mostUrgent([target('live'), target('failed'), target('uploading')])?.state).toBe('failed')
  expect(mostUrgent([])).toBeUndefined()
})
