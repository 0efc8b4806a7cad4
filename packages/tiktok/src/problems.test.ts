import { expect, test } from 'vitest'
import { Nonsense, Refused, Unreachable, type NextStep } from './errors.ts'
import { todoFor } from './error-page.ts'
import { errors, explain, nextStep, pageOf } from './problems.ts'
import { contract } from './contract.ts'

/** Copied from the sheets by hand, so that a row lost from the tables is missed. */
const written = [
  // developers §0, §3.2-3.7
  'invalid_params', 'invalid_param', 'invalid_file_upload', 'scope_permission_missed', 'access_token_invalid', 'scope_not_authorized', 'rate_limit_exceeded', 'internal_error',
  'spam_risk_too_many_posts', 'spam_risk_user_banned_from_posting', 'reached_active_user_cap', 'unaudited_client_can_only_post_to_private_accounts', 'url_ownership_unverified', 'privacy_level_option_mismatch',
  'spam_risk_too_many_pending_share', 'app_version_check_failed', 'invalid_publish_id', 'token_not_authorized_for_specified_publish_id', 'publish_not_cancellable',
  // developers §1.4, §1.5
  'invalid_request', 'invalid_client', 'invalid_grant', 'unauthorized_client', 'unsupported_grant_type', 'unsupported_response_type', 'invalid_scope', 'access_denied', 'server_error', 'temporarily_unavailable',
  'client_key', 'non_sandbox_target', 'scope', 'redirect_uri',
  // developers §3.6
  'file_format_check_failed', 'duration_check_failed', 'frame_rate_check_failed', 'picture_size_check_failed', 'internal', 'video_pull_failed', 'photo_pull_failed', 'publish_cancelled', 'auth_removed', 'spam_risk_text', 'spam_risk',
  // developers §4.3
  'upload 400', 'upload 403', 'upload 404', 'upload 416', 'upload 5xx',
  // business §6.1, §6.2
  20001, 40000, 40001, 40002, 40006, 40007, 40008, 40016, 40050, 40051, 40064, 40100, 40101, 40102, 40103, 40104, 40105, 40107, 40108, 40110, 40113, 40118, 40124, 40125, 40133, 40904, 40906, 40907, 40908, 40914, 40915, 41000, 50000, 50002, 51065, 51305, 60001,
]

test('every code and fail reason of both sheets is explained', () => {
  const whole = (code: string) => {
    const page = errors[code]
    return page !== undefined && page.code === code && [page.title, page.what, page.todo].every(text => text.length > 4) && page.source.includes('§') && Object.hasOwn(todoFor, page.next)
  }
  expect([...written, ...contract.developers.posting.failReasons].map(String).filter(code => !whole(code))).toEqual([])
})

test('an unknown code is shown as what it is', () => {
  expect(explain(99999)).toMatchObject({ code: '99999', title: 'TikTok said no for a reason we do not know', safeToRetry: false })
  expect(pageOf('constructor')).toMatchObject({ code: 'constructor', next: 'give up' })
  expect(pageOf('http 418').title).toBe('TikTok does not know this address')
  expect(explain(null)).toMatchObject({ code: 'unknown' })
})

test('an error of the client explains itself', () => {
  const closed = new Refused({ platform: 'business', path: '/p/', status: 200, code: 40064, next: 'wait for the customer' })
  expect(explain(closed)).toMatchObject({ title: 'The reply window is closed', side: 'the customer', next: 'wait for the customer', safeToRetry: false })
  expect(explain(new Unreachable('/p/', 'timeout'))).toMatchObject({ code: 'unreachable', next: 'look first', safeToRetry: false })
  expect(explain(new Nonsense('/p/', 200, 'a web page'))).toMatchObject({ code: 'nonsense', next: 'look first' })
  const doubtful = new Refused({ platform: 'business', path: '/p/', status: 200, code: 60001, next: 'look first' })
  expect(explain(doubtful)).toMatchObject({ next: 'look first', todo: todoFor['look first'], safeToRetry: false })
  expect(explain('file_format_check_failed')).toMatchObject({ kind: 'fail_reason', side: 'the media', next: 'fix the file' })
})

test('what to do next is a table', () => {
  const no = (code: string | number) => new Refused({ platform: 'business', path: '/p/', status: 200, code, next: 'give up' })
  const table: [unknown, NextStep, NextStep][] = [ // error, when repeatable, when not
    [no(40064), 'wait for the customer', 'wait for the customer'],
    [no(40100), 'slow down', 'slow down'],
    [no(40105), 'refresh the token', 'refresh the token'],
    [no(40103), 'reconnect', 'reconnect'],
    [no(50000), 'try again', 'look first'],
    [no(12345), 'give up', 'give up'],
    [new Unreachable('/p/', 'timeout'), 'try again', 'look first'],
    [new Nonsense('/p/', 502, 'a web page'), 'try again', 'look first'],
    [new Error('ours'), 'give up', 'give up'],
  ]
  for (const [error, repeatable, not] of table) {
    expect(nextStep(error, { repeatable: true })).toBe(repeatable)
    expect(nextStep(error, { repeatable: false })).toBe(not)
  }
})

test('nothing that may have been done is called safe to retry', () => {
  expect(Object.values(errors).filter(page => page.next === 'look first' && page.safeToRetry)).toEqual([])
  for (const code of ['50000', '51065', 'internal_error', '40064', 'unreachable']) expect(errors[code]?.safeToRetry).toBe(false)
  for (const code of ['40100', 'rate_limit_exceeded', 'internal', '40102']) expect(errors[code]?.safeToRetry).toBe(true)
})
