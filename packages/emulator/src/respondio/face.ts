import type { Face, Ground, Route } from '../face.ts'
import { runHooks } from './hooks.ts'
import { listenToTikTok } from './ingest.ts'
import { respondioRoutes } from './routes.ts'
import { respondioRules } from './rules.ts'
import { runSends } from './send.ts'
import { respondioVerbs } from './verbs.ts'

/** Respond.io's Developer API v2 over the same world: one customer message, the same TikTok message id through both faces. */
export function respondio(ground: Ground): Face {
  ground.extend(respondioVerbs(ground))
  listenToTikTok(ground)
  runSends(ground)
  runHooks(ground)
  const file: Route = {
    name: 'respondio.file', method: 'GET', path: '/respondio-files/:name', says: 'Its copy of an attachment',
    handler: call => {
      const media = ground.store.shelf('dmMedia').get((call.params['name'] ?? '').replace(/\.\w+$/, ''))
      return media ? new Response(Buffer.from(media.base64, 'base64'), { headers: { 'content-type': media.mime } }) : new Response('Not found', { status: 404 })
    },
  }
  return {
    name: 'respondio', hosts: ['api.respond.io'], prefixes: ['/v2/contact/', '/v2/space/', '/respondio-files/'], routes: [...respondioRoutes(ground), file], rules: respondioRules,
    faults: [
      { does: '449 queued', on: 'respondio.send', says: 'The deed is done, the answer is 449' },
      { does: '449 dropped', on: 'respondio.send', says: 'Nothing is done, the answer is 449' },
      { does: '500 after', on: 'respondio.send', says: 'The message is stored, the answer is 500' },
      { does: 'repeated cursor', on: 'respondio.messages', says: 'The next page has the cursor of this one' },
      { does: 'late incoming', on: 'respondio.ingest', says: 'The next message arrives with an id older than what was seen', takes: 'delayMs' },
      { does: 'no tiktok id', on: 'respondio.ingest', says: 'The next message has no channelMessageId' },
      { does: 'other tiktok id', on: 'respondio.ingest', says: 'The next message has another id than TikTok gave it' },
      { does: 'duplicate hook', on: 'respondio.hook', says: 'The next webhook comes twice' },
      { does: 'no hook', on: 'respondio.hook', says: 'The next webhook never comes' },
      { does: 'flat hook', on: 'respondio.hook', says: 'The next webhook has the older, flat form' },
      { does: 'bare hook', on: 'respondio.hook', says: 'The next webhook has no timestamp and no sender' },
      { does: '401', on: 'respondio.*', says: 'The token is refused from now on' },
    ],
    unknown: () => Response.json({ code: 404, message: 'Not Found' }, { status: 404 }),
    refuse: does => {
      const message = { 401: 'UN_AUTHORIZED', 429: 'Too Many Requests', 500: 'Internal Server Error' }[does]
      return message === undefined ? undefined : Response.json({ code: Number(does), message }, { status: Number(does), ...(does === '429' ? { headers: { 'retry-after': '1', 'x-ratelimit-limit': '5', 'x-ratelimit-remaining': '0' } } : {}) })
    },
  }
}
