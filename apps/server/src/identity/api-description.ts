import type { OpenAPIHono } from '@hono/zod-openapi'
import { Hono } from 'hono'
import type { Variables } from '../kit/http.ts'
import { apiPage, type ApiDocument } from './api-page.ts'

type Rooms = Pick<OpenAPIHono<{ Variables: Variables }>, 'getOpenAPI31Document'>

const about = `Everything the dashboard does goes through these addresses.

**Who you are.** A signed-in browser, or \`Authorization: Bearer sdt_…\` with a token made under Settings → Tokens. A token in the address is refused. Signing in itself, second factors and one's own sessions are better-auth's, under /api/auth.

**Once.** Every POST that sends, publishes or uploads takes \`Idempotency-Key\`: the same key gives the same answer for 72 hours and does nothing twice; the same key with another body is refused with 409 \`idempotency_key_reused\`.

**Lists** answer \`{ items, next }\`; ask again with \`?cursor=<next>\` until it is null.

**Errors** are RFC 9457 problems. \`code\` is stable and for programs; \`detail\` says what happened, whether anything was done, and the next step. What you may not see is answered as if it did not exist.

**Files** come in by tus 1.0.0 (its protocol is described at tus.io): POST /api/v1/uploads begins one, PATCH sends bytes, HEAD says how far it is. The answer to the last byte carries \`Stagedoor-Asset\`, the id to publish.

**Events.** GET /api/v1/events is a server-sent event stream, resumable with \`Last-Event-ID\`.`

/** The OpenAPI 3.1 document, generated from the routes, and a page for people made from it. */
export function apiDescription(rooms: Rooms, more: Record<string, Record<string, unknown>> = {}): Hono<{ Variables: Variables }> {
  let made: { document: ApiDocument; text: string; page: string } | undefined
  const make = () => {
    const generated = rooms.getOpenAPI31Document({
      openapi: '3.1.0', info: { title: 'Stagedoor', version: '1', description: about, license: { name: 'MIT' } }, servers: [{ url: '/' }],
      security: [{ token: [] }, { session: [] }],
    }) as unknown as ApiDocument
    const document: ApiDocument = {
      ...generated, paths: { ...generated.paths, ...eventStream, ...uploads, ...pictures, ...more },
      components: { ...generated.components, securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'An API token' }, session: { type: 'apiKey', in: 'cookie', name: 'stagedoor-live.session_token', description: 'A signed-in browser; its name says live or demo' } } },
    }
    return { document, text: JSON.stringify(document), page: apiPage(document) }
  }
  return new Hono<{ Variables: Variables }>()
    .get('/api/openapi.json', c => c.body((made ??= make()).text, 200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-cache' }))
    .get('/api/docs', c => c.html((made ??= make()).page))
}

const eventStream = {
  '/api/v1/events': {
    get: {
      operationId: 'streamEvents', tags: ['Events'], summary: 'What happens, as it happens: server-sent events this viewer may see',
      parameters: [{ name: 'Last-Event-ID', in: 'header', required: false, schema: { type: 'string' }, description: 'Goes on after this event' }],
      responses: { 200: { description: 'Each `data:` is {id, at, type, accountId, subject, actor, body}; `event: reload` when the place is older than what is kept', content: { 'text/event-stream': { schema: { type: 'string' } } } } },
    },
  },
}

const resumable = { name: 'Tus-Resumable', in: 'header', required: true, schema: { type: 'string', const: '1.0.0' }, description: 'The version of tus' }
const whole = (name: string, description: string, required = true) => ({ name, in: 'header', required, schema: { type: 'integer', minimum: 0 }, description })
const uploadId = { name: 'id', in: 'path', required: true, schema: { type: 'string' }, description: 'The end of the Location that POST gave' }
const refused = { '4XX': { description: 'A problem: nothing was done', content: { 'application/problem+json': { schema: { type: 'object' } } } } }
const header = (description: string, type = 'string') => ({ description, schema: { type } })

/** What tus says over HTTP; its own page has the rest. */
const uploads = {
  '/api/v1/uploads': {
    post: {
      operationId: 'beginUpload', tags: ['Publishing'], summary: 'Begin a file: its size is known and refused here when it is too large',
      parameters: [resumable, whole('Upload-Length', 'Bytes of the whole file'), { name: 'Upload-Metadata', in: 'header', required: true, schema: { type: 'string' }, description: '`filename <base64>,filetype <base64>`' }, { name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', maxLength: 200 }, description: 'Begun twice with one key, it is one upload' }],
      responses: { 201: { description: 'Begun', headers: { Location: header('Where its bytes go') } }, ...refused },
    },
  },
  '/api/v1/uploads/{id}': {
    head: { operationId: 'uploadOffset', tags: ['Publishing'], summary: 'How much of it is here', parameters: [uploadId, resumable], responses: { 200: { description: 'So much', headers: { 'Upload-Offset': header('Bytes here', 'integer'), 'Upload-Length': header('Bytes of the whole file', 'integer') } }, ...refused } },
    patch: {
      operationId: 'sendBytes', tags: ['Publishing'], summary: 'Send bytes from the offset on', parameters: [uploadId, resumable, whole('Upload-Offset', 'Where these bytes belong: what HEAD says')],
      requestBody: { required: true, content: { 'application/offset+octet-stream': { schema: { type: 'string', format: 'binary' } } } },
      responses: { 204: { description: 'Kept', headers: { 'Upload-Offset': header('Bytes here now', 'integer'), 'Stagedoor-Asset': header('With the last byte: the id of the file') } }, ...refused },
    },
    delete: { operationId: 'endUpload', tags: ['Publishing'], summary: 'Give it up', parameters: [uploadId, resumable], responses: { 204: { description: 'Its bytes are gone' }, ...refused } },
  },
}

const pictures = {
  '/api/v1/contacts/{id}/avatar': {
    get: {
      operationId: 'contactPicture', tags: ['Inbox'], summary: 'The picture of somebody who wrote', parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
      responses: { 200: { description: 'An image', content: { 'image/*': { schema: { type: 'string', format: 'binary' } } } }, ...refused },
    },
  },
}
