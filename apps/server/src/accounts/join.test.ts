import { expect, test } from 'vitest'
import { capabilitiesOf, disprovingCodes, type Held } from './capabilities.ts'
import { accountFor, lookalikes, type Known } from './join.ts'

const known = (id: number, handle: string | null, displayName: string, ...openIds: [number, string][]): Known => ({ id, handle, displayName, openIds: openIds.map(([appId, openId]) => ({ appId, openId })) })
const halia = known(1, 'halia', 'Halia', [1, 'a'])
const nameless = known(2, null, 'Halia', [2, 'b'])

test('grants are joined by handle, unless the same app knows the handle under another id', () => {
  expect(accountFor({ appId: 1, openId: 'a', handle: 'renamed' }, [halia])?.id).toBe(1)
  expect(accountFor({ appId: 2, openId: 'x', handle: 'HALIA' }, [halia])?.id).toBe(1)
  expect(accountFor({ appId: 1, openId: 'other', handle: 'halia' }, [halia])).toBeUndefined()
  expect(accountFor({ appId: 2, openId: 'x', handle: null }, [halia])).toBeUndefined()
})

test('a person is asked only about accounts that can be one', () => {
  expect(lookalikes(halia, [halia, nameless]).map(account => account.id)).toEqual([2])
  expect(lookalikes(halia, [known(3, 'other', 'Halia', [2, 'c'])])).toEqual([])
  expect(lookalikes(halia, [known(4, null, 'Halia', [1, 'd'])])).toEqual([])
  expect(lookalikes(halia, [known(5, null, 'Somebody', [2, 'e'])])).toEqual([])
})

test('a capability is granted by the person and shown by a call, or it is not said to work', () => {
  const at = new Date('2026-01-01T00:00:00Z')
  const later = new Date('2026-01-02T00:00:00Z')
  const publishing: Held[] = [{ platform: 'developers', state: 'working', scopes: ['user.info.basic', 'video.publish'] }]
  const direct = (proofs: Parameters<typeof capabilitiesOf>[1], held = publishing) => capabilitiesOf(held, proofs).find(one => one.name === 'direct post')
  const path = '/v2/post/publish/video/init/'
  expect(direct([])).toMatchObject({ state: 'unproven', proof: null })
  expect(direct([{ path, at, outcome: 'ok', code: null }])).toMatchObject({ state: 'works', proof: { at: at.toISOString() } })
  const refusal = disprovingCodes.find(code => code.startsWith('unaudited_client')) ?? ''
  expect(direct([{ path, at, outcome: 'ok', code: null }, { path, at: later, outcome: 'refused', code: refusal }])).toMatchObject({ state: 'limited' })
  expect(direct([{ path, at, outcome: 'ok', code: null }, { path, at: later, outcome: 'refused', code: 'invalid_params' }])).toMatchObject({ state: 'works' })
  expect(direct([], [{ platform: 'developers', state: 'working', scopes: ['user.info.basic'] }])).toMatchObject({ state: 'no', next: { label: 'Ask for it' } })
  expect(direct([{ path, at, outcome: 'ok', code: null }], [{ platform: 'developers', state: 'reconnect', scopes: ['video.publish'] }])).toMatchObject({ state: 'no', next: { label: 'Reconnect' } })
  expect(direct([{ path, at, outcome: 'ok', code: null }], [])).toMatchObject({ state: 'no', proof: null })
})
