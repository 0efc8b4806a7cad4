import type { Call, Face, Ground, Route as FaceRoute } from '../face.ts'
import { autoRoutes, review } from './auto.ts'
import { envelope } from './envelope.ts'
import { gate, makeLimits } from './gate.ts'
import { capabilities, contentList, conversationList } from './lists.ts'
import { loadVerbs } from './load.ts'
import { downloadMedia, mediaServer, uploadMedia } from './media.ts'
import { grantor, oauthRoutes } from './oauth.ts'
import { pictureRoutes } from './pictures.ts'
import { profile, videoList } from './profile.ts'
import type { Route } from './route.ts'
import { businessRules } from './rules.ts'
import { send } from './send.ts'
import { directRoutes, webhookRoutes } from './settings.ts'
import { businessVerbs } from './verbs.ts'

export const BASE = '/open_api/v1.3'

/** Endpoints behind an access token, in the order of the sheet's index. */
export const tokenRoutes: Route[] = [profile, conversationList, contentList, send, uploadMedia, downloadMedia, capabilities, ...autoRoutes, ...directRoutes, videoList]

/** Codes a fault can make any call answer with (6.2), said as TikTok says them. */
export const CODES: Record<string, string> = {
  40001: 'No permission to operate.', 40002: 'Invalid parameter.', 40007: 'The object does not exist.', 40016: 'Requests are too frequent.', 40050: 'The request is duplicated.', 40051: 'The API version is not supported.', 40064: 'You are sending messages too fast. Take a rest.',
  40100: 'App reaches the QPS limit.', 40101: 'The app id and the secret do not match.', 40102: 'Access token has expired.', 40103: 'The refresh token has expired.', 40104: 'Access token is null, you should set it in http header with key Access-Token.',
  40105: 'Access token is incorrect or has been revoked.', 40107: 'The refresh token is incorrect.', 40110: 'The auth_code is canceled. Please re-authorize and try again with a new auth_code.', 40113: 'The app is blocked.', 40118: 'The account is not on the allowlist of this feature.',
  40124: 'The developer profile is not approved.', 40125: 'The developer lacks the permission.', 40133: 'Due to too many requests, requests from App are temporarily restricted.', 40904: 'The image is illegal.', 40914: 'Invalid file', 40915: 'The file does not match the specification.', 41000: 'The client IP is in a banned country.',
  50000: 'System error.', 50002: 'System error.', 51065: 'System error, please try again later.', 51305: 'Internal service error.', 60001: 'The system is under maintenance.', 20001: 'Partially successful.',
}

/** TikTok API for Business v1.3: accounts and messages. */
export function business(ground: Ground): Face {
  const limits = makeLimits(ground)
  ground.extend(businessVerbs(ground))
  ground.extend(loadVerbs(ground))
  ground.grantors.set('business', grantor(ground))
  ground.agenda.on('business.review', args => review(ground, String(args['id']), 'APPROVED'))
  ground.webhooks.headers('business', () => ({ 'webhook-schema-version': '1.0', 'x-tt-logid': ground.ids.logId() }))
  const routes: FaceRoute[] = [
    ...oauthRoutes(ground), ...webhookRoutes(ground), ...pictureRoutes(ground), mediaServer(ground),
    ...tokenRoutes.map((route): FaceRoute => ({ name: route.name, method: route.method, path: `${BASE}${route.path}`, says: route.says, handler: gate(ground, limits, route), ...(route.form ? { streams: true } : {}) })),
  ]
  return {
    name: 'business', hosts: ['business-api.tiktok.com'], prefixes: ['/open_api/', '/business-media/'], routes, rules: businessRules,
    faults: [
      ...Object.entries(CODES).map(([code, message]) => ({ does: code, on: 'business.*', says: `Answers ${code}: ${message}` })),
      { does: 'echo before answer', on: 'business.send', says: 'The echo is delivered before the send is answered' },
      { does: 'echo late', on: 'business.send', says: 'The echo comes six seconds after the answer' },
      { does: 'no echo', on: 'business.send', says: 'The message is sent, the echo never comes' },
      { does: 'scope withdrawn', on: 'business.*', says: 'The owner took a permission back: 40001' },
      { does: 'token expired', on: 'business.*', says: 'The access token ends now: 40102' },
      { does: 'unknown type', on: 'business.event', says: 'The next message of a customer raises an event with a type nobody documented' },
      { does: 'unknown event', on: 'business.event', says: 'An event nobody documented comes beside the next message' },
      { does: 'unknown enum', on: 'business.content', says: 'The newest message has a message_type nobody documented' },
    ],
    unknown: call => unknown(ground, call, routes), refuse: (does, call, fault) => refuse(ground, does, call, fault),
  }
}

/** Without the slash: 404 as text (0). A known path with another method: 405. Another version: 40051. Else the gateway has no schema: 40006 (6.1). */
function unknown(ground: Ground, call: Call, routes: FaceRoute[]): Response {
  const path = call.url.pathname, plain = (status: number, text: string) => new Response(text, { status, headers: { 'content-type': 'text/plain' } })
  if (!path.startsWith('/open_api/')) return plain(403, 'Forbidden')
  if (!path.endsWith('/')) return plain(404, '404 page not found')
  if (routes.some(route => route.path === path)) return plain(405, '405 method not allowed')
  if (!path.startsWith(`${BASE}/`)) return envelope(ground, 40051, 'The API version is not supported.')
  return envelope(ground, 40006, 'No schema found for the request.')
}

function refuse(ground: Ground, does: string, _call: Call, fault: Record<string, unknown>): Response | undefined {
  const code = does === '429' ? '40100' : does === 'refuse' ? String(Number(fault['code'] ?? 50000)) : does
  if (CODES[code] === undefined && does !== 'refuse') return undefined
  const message = typeof fault['message'] === 'string' ? fault['message'] : (CODES[code] ?? 'Refused.')
  return envelope(ground, Number(code), message, fault['data'] === null ? null : {})
}
