import { secretsOf } from '../http.ts'
import type { Ask } from './ask.ts'
import { readBusiness } from './envelope.ts'
import type { Business } from './types.ts'
import { webhookEndpoints as endpoints } from './webhooks.contract.ts'

/** Where TikTok delivers: one callback per event type, for all accounts of the app. business §5.1 */
export function webhookCalls(ask: Ask): Business['webhook'] {
  return {
    update: (app, { event_type, callback_url, item_list }) => ask(endpoints.update, {
      body: { app_id: app.clientKey, secret: app.clientSecret, event_type, callback_url, item_list }, open: true, secrets: secretsOf(app.clientSecret),
    }, readBusiness),
    // the secret stands in the query: TikTok's wish, and a reason never to log an address (business §8, pitfall 20)
    list: (app, event_type) => ask(endpoints.list, { query: { app_id: app.clientKey, secret: app.clientSecret, event_type }, open: true, secrets: secretsOf(app.clientSecret) }, readBusiness),
    delete: (app, event_type) => ask(endpoints.delete, { body: { app_id: app.clientKey, secret: app.clientSecret, event_type }, open: true, secrets: secretsOf(app.clientSecret) }, readBusiness),
  }
}
