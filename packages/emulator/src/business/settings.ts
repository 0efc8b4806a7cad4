import type { Ground, Route as FaceRoute } from '../face.ts'
import type { App } from '../words.ts'
import { asObject, text } from './draft.ts'
import { ok } from './envelope.ts'
import { refusal } from './gate.ts'
import { appOf } from './oauth.ts'
import { invalid } from './refuse.ts'
import { oneOf, queryText, route } from './route.ts'
import { callbackOf } from './talk.ts'

const EVENT_TYPES = ['DIRECT_MESSAGE', 'COMMENT', 'VIDEO', 'BRAND_MENTION'] as const

const directUpdate = route({ name: 'business.directReplyUpdate', method: 'POST', path: '/business/message/direct_reply/update/', scope: 'message.list.manage', bucket: 'messaging', says: 'Switches Comment-to-Message on or off' },
  ({ body }) => {
    const businessId = text(body, 'business_id')
    oneOf(text(body, 'direct_reply_type'), ['COMMENT_TO_MESSAGE'], 'direct_reply_type')
    return { businessId, status: oneOf(text(body, 'operation_status'), ['ENABLE', 'DISABLE'], 'operation_status') }
  },
  (ground, session, { status }) => { ground.store.shelf('directReply').put({ id: session.accountId, status }); return {} })

const directGet = route({ name: 'business.directReplyGet', method: 'GET', path: '/business/message/direct_reply/get/', scope: 'message.list.read', bucket: 'messaging', says: 'Whether Comment-to-Message is on' },
  ({ query }) => {
    const businessId = queryText(query, 'business_id')
    oneOf(queryText(query, 'direct_reply_type'), ['COMMENT_TO_MESSAGE'], 'direct_reply_type')
    return { businessId }
  },
  (ground, session, { businessId }) => ({ business_id: businessId, direct_reply_type: 'COMMENT_TO_MESSAGE', operation_status: ground.store.shelf('directReply').get(session.accountId)?.status ?? 'DISABLE' }))

export const directRoutes = [directUpdate, directGet]

/** The app-level webhook calls (5.1): app_id and secret instead of a token. */
export function webhookRoutes(ground: Ground): FaceRoute[] {
  const shelf = ground.store.shelf('callback')
  const make = (name: string, method: 'GET' | 'POST', path: string, says: string, act: (app: App, type: (typeof EVENT_TYPES)[number], given: Record<string, unknown>) => unknown): FaceRoute => ({
    name, method, path: `/open_api/v1.3${path}`, says,
    handler: async call => {
      try {
        if (method === 'POST' && !(call.request.headers.get('content-type') ?? '').includes('application/json')) throw invalid('Content-Type', 'The body must be sent as application/json.')
        const given = method === 'GET' ? Object.fromEntries(call.url.searchParams) : asObject(await call.json())
        if (!given) throw invalid('body', 'The body is no JSON object.')
        const id = text(given, 'app_id'), secret = text(given, 'secret'), type = oneOf(text(given, 'event_type'), EVENT_TYPES, 'event_type')
        call.about(id)
        return ok(ground, act(appOf(ground, id, secret), type, given))
      } catch (why) {
        return refusal(ground, call, why)
      }
    },
  })
  return [
    make('business.webhookUpdate', 'POST', '/business/webhook/update/', 'Sets the one callback of a kind of event', (app, type, given) => {
      const url = callbackUrl(ground, text(given, 'callback_url')), key = `${app.id}/${type}`
      const items: unknown = given['item_list'] ?? []
      if (!Array.isArray(items) || items.length > 100) throw invalid('item_list', 'item_list holds at most 100 post ids.')
      shelf.put({ id: key, appId: app.id, eventType: type, url, items: [...new Set([...(shelf.get(key)?.items ?? []), ...items.map(String)])] }) // cumulative (8.9)
      return { app_id: app.id, event_type: type, callback_url: url }
    }),
    make('business.webhookList', 'GET', '/business/webhook/list/', 'Tells the callback of a kind of event', (app, type) => {
      const url = callbackOf(ground, app, type)
      return { app_id: app.id, event_type: type, ...(url ? { callback_url: url } : {}) }
    }),
    make('business.webhookDelete', 'POST', '/business/webhook/delete/', 'Removes the callback of a kind of event', (app, type) => {
      shelf.put({ id: `${app.id}/${type}`, appId: app.id, eventType: type, url: '', items: [] })
      return { app_id: app.id, event_type: type }
    }),
  ]
}

/** No challenge is sent; the address must be https, or this machine by rule (G19). */
function callbackUrl(ground: Ground, given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (!url) throw invalid('callback_url', 'callback_url must be an absolute address.')
  const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback && ground.rules.is('webhook-http', 'loopback'))) throw invalid('callback_url', 'callback_url must be https.', 'G19 webhook-http')
  return given
}
