import { mkdtempSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { chooseMode } from './places.ts'

const empty = () => ({ STAGEDOOR_DATA_DIR: mkdtempSync(join(tmpdir(), 'places-')) })

test('npm start is the demo while no live installation exists', () => {
  expect(chooseMode('start', empty())).toBe('demo')
})

test('npm start is the live installation once there is one, or once credentials are given', () => {
  const env = empty()
  mkdirSync(join(env.STAGEDOOR_DATA_DIR, 'live'))
  expect(chooseMode('start', env)).toBe('live')
  expect(chooseMode('start', { ...empty(), TIKTOK_CLIENT_KEY: 'aw1' })).toBe('live')
  expect(chooseMode('start', { ...empty(), TIKTOK_BUSINESS_APP_ID: '7600' })).toBe('live')
  expect(chooseMode('live', empty())).toBe('live')
})

test('a mode that is neither demo nor live is refused with the words to write instead', () => {
  expect(() => chooseMode('start', { ...empty(), STAGEDOOR_MODE: 'production' })).toThrow('Set it to "demo" or "live"')
  expect(() => chooseMode('live', { ...empty(), STAGEDOOR_MODE: 'demo' })).toThrow('Leave one of them out')
})
