import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { openHouse } from './api.ts'
import { forgetPlace, isOpenToOthers, isUnsealed, keepPlace, originOf, placeFile, readPlace } from './place.ts'

const folder = mkdtempSync(join(tmpdir(), 'stagedoor-place-'))
const env = { XDG_CONFIG_HOME: folder, APPDATA: folder }
afterEach(() => { rmSync(placeFile(env), { force: true }) })

test('a token is kept for its user alone', () => {
  keepPlace(env, { url: 'https://desk.example.com', token: 'one' })
  if (process.platform === 'win32') return
  expect(statSync(placeFile(env)).mode & 0o777).toBe(0o600)
  chmodSync(placeFile(env), 0o644)
  expect(isOpenToOthers(env)).toBe(true)
  keepPlace(env, { url: 'https://desk.example.com', token: 'two' })
  expect([isOpenToOthers(env), readPlace(env).token, forgetPlace(env), forgetPlace(env)]).toEqual([false, 'two', true, false])
})

test('a token goes only to the address it was given with', async () => {
  keepPlace(env, { url: 'https://desk.example.com', token: 'kept' })
  expect(readPlace(env)).toEqual({ url: 'https://desk.example.com', token: 'kept' })
  expect(readPlace({ ...env, STAGEDOOR_URL: 'desk.example.com/inbox' })).toEqual({ url: 'https://desk.example.com', token: 'kept' })
  expect(() => readPlace({ ...env, STAGEDOOR_URL: 'https://other.example.com' })).toThrow(/kept here is for https:\/\/desk\.example\.com/)
  expect(() => readPlace({ ...env, STAGEDOOR_TOKEN: 'another' })).toThrow(/STAGEDOOR_URL is not/)
  expect(readPlace({ ...env, STAGEDOOR_URL: 'http://127.0.0.1:9/', STAGEDOOR_TOKEN: 'another' })).toEqual({ url: 'http://127.0.0.1:9', token: 'another' })
  await expect(openHouse(readPlace(env)).raw('GET', 'https://other.example.com/api/v1/me')).rejects.toThrow(/does not go to/)
})

test('addresses are read as people write them', () => {
  expect(['127.0.0.1:4300', 'localhost:4300/inbox', 'desk.example.com', 'HTTPS://Desk.Example.com/'].map(originOf)).toEqual(['http://127.0.0.1:4300', 'http://localhost:4300', 'https://desk.example.com', 'https://desk.example.com'])
  expect(() => originOf('http://')).toThrow(/not an address/)
  expect([isUnsealed('http://desk.example.com'), isUnsealed('http://127.0.0.1:4300'), isUnsealed('https://desk.example.com')]).toEqual([true, false, false])
})
