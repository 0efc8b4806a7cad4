import { createRoute, z } from '@hono/zod-openapi'
import { visibleAccount } from '../accounts/accounts.ts'
import { once, onceOf } from '../identity/once.ts'
import { cursorQuery, pageOf, problem, problemSchema, readCursor, room, writeCursor } from '../kit/http.ts'
import { cleanText, type JsonValue } from '../kit/json.ts'
import { creatorOf } from './creator.ts'
import { visiblePosts } from './posts.ts'
import { checkIntent, publish, type Intent } from './publish.ts'
import { retry } from './retry.ts'
import { creatorShape, idParam, intentShape, postShape, targetShape } from './shapes.ts'
import { postViews } from './views.ts'

const json = <T extends z.ZodType>(description: string, schema: T) => ({ description, content: { 'application/json': { schema } } })
const trouble = (description: string) => ({ description, content: { 'application/problem+json': { schema: problemSchema } } })
const keyed = z.object({ 'idempotency-key': z.string().max(200).optional().openapi({ description: 'Made when the post is begun: the same key never makes two posts. Kept 72 hours with its answer.' }) })

const creator = createRoute({ method: 'get', path: '/accounts/{id}/creator', summary: 'What TikTok lets this account post right now', tags: ['Publishing'], request: { params: idParam }, responses: { 200: json('The creator’s own options', creatorShape), 404: trouble('Not one of yours'), 409: trouble('Connect or reconnect the account'), 429: trouble('Asked too often'), 502: trouble('TikTok gave no usable answer') } })
const create = createRoute({
  method: 'post', path: '/posts', summary: 'Publish a file to accounts, as drafts or directly', tags: ['Publishing'],
  request: { headers: keyed, body: { required: true, content: { 'application/json': { schema: intentShape } } } },
  responses: { 202: json('Accepted; events tell how it goes on', postShape), 404: trouble('File or account not here'), 409: trouble('The key was used for another post'), 422: trouble('TikTok would refuse it; every complaint with its place') },
})
const list = createRoute({ method: 'get', path: '/posts', summary: 'Posts, newest first', tags: ['Publishing'], request: { query: cursorQuery.extend({ account: z.coerce.number().int().positive().optional() }) }, responses: { 200: json('A page of posts', pageOf(postShape)) } })
const one = createRoute({ method: 'get', path: '/posts/{id}', summary: 'One post with the ledger of each try', tags: ['Publishing'], request: { params: idParam }, responses: { 200: json('The post', postShape), 404: trouble('Not here, or not yours') } })
const again = createRoute({ method: 'post', path: '/targets/{id}/retry', summary: 'Try again, when the last try certainly posted nothing', tags: ['Publishing'], request: { params: idParam, headers: keyed }, responses: { 202: json('A new try', targetShape), 404: trouble('Not here, or not yours'), 409: trouble('Under way, done, or not certain') } })

/** Posts: what may be posted, posting, and how it went. */
export const postRoutes = room()
  .openapi(creator, async c => {
    const { id } = c.req.valid('param')
    if (!await visibleAccount(c.var.house.db, c.var.viewer, id)) return problem(404, 'no_such_account', 'This account is not here', 'It was disconnected, or it is not one of yours.')
    return c.json(await creatorOf(c.var.house, id), 200)
  })
  .openapi(create, async c => {
    const { house, viewer } = c.var
    const intent = readIntent(c.req.valid('json'))
    // A repeated request is answered from what was kept; what TikTok would say today does not matter to it.
    const { key, who } = await onceOf(c)
    const known = key === null ? undefined : await house.db.selectFrom('once_answer').select('key').where('who', '=', who).where('key', '=', key).executeTakeFirst()
    if (!known) await checkIntent(house, viewer, intent)
    return await once(c, 202, async (trx, tell) => await publish(house, trx, tell, viewer, intent) as unknown as JsonValue) as never
  })
  .openapi(list, async c => {
    const { cursor, limit, account } = c.req.valid('query')
    const before = readCursor(cursor, 1)?.[0]
    const rows = await visiblePosts(c.var.house.db, c.var.viewer, { accountId: account, before: typeof before === 'number' ? before : undefined, limit: limit + 1 })
    const items = rows.slice(0, limit), last = items.at(-1)
    return c.json({ items: await postViews(c.var.house.db, items, c.var.viewer), next: rows.length > limit && last ? writeCursor([last.id]) : null }, 200)
  })
  .openapi(one, async c => {
    const [post] = await postViews(c.var.house.db, await visiblePosts(c.var.house.db, c.var.viewer, { id: c.req.valid('param').id, limit: 1 }), c.var.viewer)
    return post ? c.json(post, 200) : problem(404, 'no_such_post', 'This post is not here', 'It does not exist, or it is not one of yours.')
  })
  .openapi(again, async c => {
    const { house, viewer } = c.var, { id } = c.req.valid('param')
    return await once(c, 202, async (trx, tell) => await retry(house, trx, tell, viewer, id) as unknown as JsonValue) as never
  })

function readIntent({ assetId, targets }: z.infer<typeof intentShape>): Intent {
  return { assetId, targets: targets.map(({ accountId, mode, caption, ...options }) => ({ accountId, mode, caption: cleanText(caption), options: { ...options, privacy: options.privacy === null ? null : cleanText(options.privacy) } })) }
}
