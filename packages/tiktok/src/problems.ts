import { businessCodes } from './business/codes.contract.ts'
import { developersCodes, failReasons, uploadErrors } from './developers/codes.contract.ts'
import { consentErrors, oauthErrors } from './developers/login.contract.ts'
import { Nonsense, Refused, Unreachable, type NextStep } from './errors.ts'
import { pages, todoFor, type ErrorPage, type ErrorRow } from './error-page.ts'

const clientErrors: Readonly<Record<string, ErrorRow>> = {
  unreachable: { title: 'TikTok gave no answer', what: 'The connection broke or the time was up. It may have been done.', side: 'TikTok', next: 'look first', source: 'this client' },
  nonsense: { title: 'TikTok\u2019s answer makes no sense', what: 'It was no API answer: a web page, cut off, or too large. It may have been done.', side: 'TikTok', next: 'look first', source: 'this client' },
  not_sent: { title: 'Not sent: it breaks TikTok\u2019s rules', what: 'The message was checked before sending and would have been refused; TikTok was not asked.', side: 'your app', next: 'fix the request', source: 'this client, business §4.3' },
  'http 4xx': { title: 'TikTok does not know this address', what: 'The request did not reach the API: wrong path or method, a missing slash, an unreadable form.', side: 'your app', next: 'fix the request', source: 'developers §0, business §6.1' },
  'http 429': { title: 'Too many calls', what: 'TikTok\u2019s gateway asks to slow down.', side: 'your app', next: 'slow down', source: 'developers §0' },
  unknown: { title: 'TikTok said no for a reason we do not know', what: 'The code is in none of TikTok\u2019s published lists.', side: 'TikTok', next: 'give up', todo: 'Look the code up in TikTok\u2019s documentation; please tell us about it.', source: 'this client' },
}

/** Every code and fail_reason of both platforms, keyed by the code as text. Chunk refusals are 'upload 403' and so on. */
export const errors: Readonly<Record<string, ErrorPage>> = {
  ...pages('both', 'client', clientErrors),
  ...pages('business', 'api', businessCodes),
  ...pages('both', 'consent', consentErrors),
  ...pages('both', 'oauth', oauthErrors),
  ...pages('developers', 'upload', uploadErrors),
  ...pages('developers', 'fail_reason', failReasons),
  ...pages('developers', 'api', developersCodes), // two codes are fail reasons as well and mean the same
}

const own = (code: string) => (Object.hasOwn(errors, code) ? errors[code] : undefined)

/** The page of one code; for an unknown code the page that says so, with that code. */
export const pageOf = (code: string | number): ErrorPage => {
  const key = String(code)
  return own(key) ?? (/^http 4\d\d$/.test(key) ? own('http 4xx') : undefined) ?? { ...own('unknown')!, code: key }
}

/** What to do after a failed call. `repeatable`: doing the same twice does no harm (a read, a delete). Pure. */
export function nextStep(error: unknown, call: { repeatable: boolean }): NextStep {
  const step = error instanceof Refused ? pageOf(error.code).next : error instanceof Unreachable || error instanceof Nonsense ? 'try again' : 'give up'
  return step === 'try again' && !call.repeatable ? 'look first' : step
}

/** A failure in words for a person: what happened, whose side, what to do. Takes an error of this client, a code, or a fail_reason. */
export function explain(error: unknown): ErrorPage {
  if (error instanceof Refused) {
    const page = pageOf(error.code)
    return page.next === error.next ? page : { ...page, next: error.next, todo: todoFor[error.next], safeToRetry: false }
  }
  if (error instanceof Unreachable) return pageOf('unreachable')
  if (error instanceof Nonsense) return pageOf('nonsense')
  return pageOf(typeof error === 'string' || typeof error === 'number' ? error : 'unknown')
}
