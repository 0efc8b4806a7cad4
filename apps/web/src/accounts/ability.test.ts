import { expect, test } from 'vitest'
import type { Account, Capability, Grant } from '../api/types.ts'
import { abilityOf } from './ability.ts'

const account = (states: Record<string, Capability['state']>, grants: Partial<Grant>[] = [{ state: 'working' }]) => ({
  grants, capabilities: Object.entries(states).map(([name, state]) => ({ name, state, why: '', proof: null, next: null })),
}) as unknown as Account

test('an account says in one sentence what it can do now', () => {
  expect(abilityOf(account({ 'read messages': 'works', 'send messages': 'works', 'direct post': 'works' }))).toEqual({ kind: 'ok', sentence: 'Messages, public posts' })
  expect(abilityOf(account({ 'read messages': 'works', 'send messages': 'works', 'direct post': 'limited' }))).toEqual({ kind: 'warn', sentence: 'Messages, posts stay private' })
  expect(abilityOf(account({ 'read messages': 'unproven', drafts: 'works' }))).toEqual({ kind: 'warn', sentence: 'Drafts; messages not proven yet' })
  expect(abilityOf(account({ 'read messages': 'works', 'send messages': 'unproven' }))).toEqual({ kind: 'warn', sentence: 'Reads messages; sending not proven yet' })
  expect(abilityOf(account({}))).toEqual({ kind: 'ok', sentence: 'Nothing is proven yet' })
})

test('a lost permission is said before anything else', () => {
  expect(abilityOf(account({ 'read messages': 'works' }, [{ state: 'working', platform: 'business' }, { state: 'reconnect', platform: 'developers' }]))).toEqual({ kind: 'bad', sentence: 'Connect again to post' })
  expect(abilityOf(account({}, [{ state: 'removed', platform: 'business' }])).sentence).toBe('Disconnected at TikTok. Connect again')
})
