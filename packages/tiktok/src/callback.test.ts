import { expect, test } from 'vitest'
import { readCallback } from './callback.ts'

test('a code with * and ! is decoded exactly once', () => {
  expect(readCallback('/connect/login/?code=abc%2Av%215236.s1&scopes=user.info.basic%2Cvideo.list&state=s1')).toEqual({ ok: true, code: 'abc*v!5236.s1', scopes: ['user.info.basic', 'video.list'], state: 's1' })
  expect(readCallback(new URL('https://app.example/cb/?code=a%252Ab')).ok && readCallback('https://app.example/cb/?code=a%252Ab')).toMatchObject({ code: 'a%2Ab' })
})

test('TikTok for Business may call the code auth_code', () => {
  expect(readCallback('/connect/business/?auth_code=x!1&state=s')).toEqual({ ok: true, code: 'x!1', scopes: [], state: 's' })
})

test('a refusal keeps all its words', () => {
  expect(readCallback('/c/?error=access_denied&error_type=non_sandbox_target&error_description=no&state=s&log_id=2026')).toEqual({ ok: false, error: 'access_denied', errorType: 'non_sandbox_target', description: 'no', state: 's', logId: '2026' })
  expect(readCallback('/c/?error_code=10&state=s')).toMatchObject({ ok: false, error: '10' })
})

test('an address with neither a code nor an error says so', () => {
  expect(readCallback('/c/?state=s')).toMatchObject({ ok: false, error: 'no_code', state: 's' })
  expect(readCallback('/c/?code=')).toMatchObject({ ok: false, error: 'no_code', state: null })
})
