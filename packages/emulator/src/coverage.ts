import { endpoints, webhookEvents } from '@stagedoor/tiktok'
import type { Face } from './face.ts'

/** What is modelled and what is not, from the routes themselves and the client's index of calls and events. */
export type CoverageRow = { face: string; kind: 'call' | 'event' | 'page' | 'feature'; name: string; what: string; state: 'done' | 'planned' | 'not modelled'; note?: string }

/** Calls of the index that are answered by a route with another name. */
const ANSWERED_BY: Record<string, string> = { 'business.authorize': 'oauth.authorize', 'business.media': 'business.mediaFetch' }

/** How each event comes about here. An event that is not named is "planned", and a test fails. */
const EVENTS: Record<string, string> = {
  'developers authorization.removed': 'removeApp, revoke',
  'developers video.upload.failed': 'on order: sendEvent',
  'developers video.publish.completed': 'on order: sendEvent',
  'developers portability.download.ready': 'on order: sendEvent',
  'developers post.publish.failed': 'processing, pulls, cancel, expiry, auth removed',
  'developers post.publish.complete': 'direct posts, finishDraft',
  'developers post.publish.inbox_delivered': 'drafts',
  'developers post.publish.publicly_available': 'moderation',
  'developers post.publish.no_longer_publicaly_available': 'moderate "take down", hidePost',
  'developers tiktok.ping': 'pingWebhook',
  'business im_receive_msg': 'customers write',
  'business im_receive_msg_eu': 'customers under EU rules write',
  'business im_send_msg': 'the echo of every message of the business',
  'business im_mark_read_msg': 'customers read',
  'business im_referral_msg': 'customers arrive by an ad or a tiktok.me link',
  'business im_auto_message_config_update': 'automatic messages change',
  'business im_auto_message_audit_update': 'automatic messages are reviewed',
  'business im_receive_high_intent_comment': 'customers comment with intent',
  'business comment.update': 'customers comment, and comments change',
  'business brand.mention.event': 'on order: sendEvent; its content is documented nowhere',
  'business post.publish.failed': 'on order: sendEvent',
  'business post.publish.complete': 'on order: sendEvent',
  'business post.publish.publicly_available': 'on order: sendEvent',
  'business post.publish.no_longer_publicly_available': 'on order: sendEvent',
}

/** Known to exist at TikTok and left out on purpose. */
const LEFT_OUT: CoverageRow[] = [
  { face: 'login', kind: 'feature', name: 'Mobile flavours of Login Kit', what: 'Android and iOS SDKs with their own redirects', state: 'not modelled' },
  { face: 'login', kind: 'feature', name: 'Legacy v1 authorize', what: '/auth/authorize/ and open-api.tiktok.com', state: 'not modelled' },
  { face: 'login', kind: 'feature', name: 'App review and audit', what: 'set `audited` and `environment` of an app instead', state: 'not modelled' },
  { face: 'display', kind: 'feature', name: 'Research, Commercial Content, Data Portability, Local Services', what: 'other products with their own scopes', state: 'not modelled' },
  { face: 'posting', kind: 'feature', name: 'Looking at the content', what: 'moderation never watches the video; use moderate() and the fault "fail"', state: 'not modelled' },
  { face: 'posting', kind: 'feature', name: 'DNS of a domain that does not exist', what: 'verifyProperty asks real DNS; a test world registers its domain as verified', state: 'not modelled' },
  { face: 'upload', kind: 'feature', name: 'TLS and regional upload hosts', what: 'upload_url points at this emulator, over http', state: 'not modelled' },
  { face: 'business', kind: 'feature', name: 'Ads, comments, insights, publishing by Business', what: 'only accounts and messaging of v1.3', state: 'not modelled' },
  { face: 'business', kind: 'feature', name: 'sandbox-ads.tiktok.com', what: 'messaging is not offered there', state: 'not modelled' },
]

/** One row per call and event of the index, then per route that is in no index, then what is left out. */
export function coverageOf(faces: Face[]): CoverageRow[] {
  const routes = faces.filter(face => !face.local).flatMap(face => face.routes.map(route => ({ face: face.name, ...route })))
  const used = new Set<string>()
  const rows: CoverageRow[] = endpoints.map(endpoint => {
    const name = ANSWERED_BY[endpoint.name] ?? endpoint.name
    const found = routes.find(route => route.method === endpoint.method && (route.name === name || route.path === endpoint.path))
    if (found) used.add(found.name)
    return { face: found?.face ?? endpoint.platform, kind: 'call', name: endpoint.name, what: `${endpoint.method} ${endpoint.path}`, state: found ? 'done' : 'planned', note: endpoint.source }
  })
  for (const event of webhookEvents) {
    const how = EVENTS[`${event.platform} ${event.name}`]
    rows.push({ face: event.platform === 'business' ? 'business' : event.name.startsWith('authorization') || event.name === 'tiktok.ping' ? 'login' : 'posting', kind: 'event', name: event.name, what: how ?? '', state: how === undefined ? 'planned' : 'done', note: event.source })
  }
  for (const route of routes) {
    if (used.has(route.name)) continue
    used.add(route.name)
    rows.push({ face: route.face, kind: route.face === 'respondio' ? 'call' : 'page', name: route.name, what: `${route.method} ${route.path}`, state: 'done', ...(route.says === undefined ? {} : { note: route.says }) })
  }
  return [...rows, ...LEFT_OUT]
}

/** The table as a document. */
export function coverageDocument(rows: CoverageRow[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|')
  const parts = ['# What the emulator models', '', 'Made from its routes and the index of calls and events; a test holds it to both. Write it anew with `stagedoor-emulator --coverage`.', '']
  for (const face of new Set(rows.map(row => row.face))) {
    const mine = rows.filter(row => row.face === face)
    parts.push(`## ${face}`, '', `${mine.filter(row => row.state === 'done').length} of ${mine.length} done.`, '', '| Kind | Name | What | State | Source, note |', '|---|---|---|---|---|')
    for (const row of mine) parts.push(`| ${row.kind} | \`${cell(row.name)}\` | ${cell(row.what)} | ${row.state} | ${cell(row.note ?? '')} |`)
    parts.push('')
  }
  return parts.join('\n')
}
