import type { NextStep } from './errors.ts'

/** One failure, explained to a person. */
export type ErrorPage = {
  code: string
  platform: 'developers' | 'business' | 'both'
  /** Where it appears: an API answer, an OAuth answer, the consent page's redirect, a failed publication, a chunk's PUT, or made by this client. */
  kind: 'api' | 'oauth' | 'consent' | 'fail_reason' | 'upload' | 'client'
  title: string
  /** What happened, in a sentence or two. */
  what: string
  side: 'your app' | 'the account' | 'the media' | 'the customer' | 'TikTok'
  next: NextStep
  /** The next step as a sentence. */
  todo: string
  /** May the very same request be made again (at once or later), with a chance of success and no risk of doing it twice? */
  safeToRetry: boolean
  source: string
}

/** One row of a family's table: the parts that differ; the rest is filled by `pages`. */
export type ErrorRow = Omit<ErrorPage, 'code' | 'platform' | 'kind' | 'todo' | 'safeToRetry'> & { todo?: string; safeToRetry?: boolean }

/** What each next step means when a row says nothing more exact. */
export const todoFor: Readonly<Record<NextStep, string>> = {
  'fix the request': 'Correct the request; repeating it unchanged will fail again.',
  'fix the file': 'Choose or convert to a file that meets the rules, then start again.',
  'fix the set-up': 'Correct the app\u2019s settings in TikTok\u2019s portal or its keys here.',
  'ask for permission': 'Connect the account again and leave the permission switched on.',
  'refresh the token': 'Refresh the access token and repeat the call once; if that fails, reconnect the account.',
  'reconnect': 'Reconnect this account: its owner has to give consent again.',
  'start consent again': 'Start connecting again from the beginning.',
  'slow down': 'Wait a minute, then repeat the call more slowly.',
  'wait for the customer': 'Wait until the customer writes again; nothing can be sent before.',
  'wait': 'Wait until the limit opens again, then repeat.',
  'ask the creator': 'Ask the owner of the account to change it in the TikTok app, then repeat.',
  'try again': 'Repeat it a little later.',
  'look first': 'Look whether it was done before doing it again.',
  'give up': 'Nothing can be done from here.',
}

const repeats: ReadonlySet<NextStep> = new Set<NextStep>(['slow down', 'wait', 'refresh the token', 'try again'])

/** Turns a family's rows into pages. */
export function pages(platform: ErrorPage['platform'], kind: ErrorPage['kind'], rows: Readonly<Record<string, ErrorRow>>): Record<string, ErrorPage> {
  return Object.fromEntries(Object.entries(rows).map(([code, row]) => [code, { code, platform, kind, todo: todoFor[row.next], safeToRetry: repeats.has(row.next), ...row }]))
}
