import type { Call, Ground, Route as FaceRoute } from '../face.ts'
import { isMessageId, text } from './draft.ts'
import { theConversation } from './lists.ts'
import { fingerprint } from './oauth.ts'
import { invalid, missing, No, notThere } from './refuse.ts'
import { oneOf, route } from './route.ts'
import { pictureType } from './shapes.ts'
import type { Media } from './types.ts'

const DAY_MS = 86_400_000, MOST_BYTES = 3 * 1024 * 1024
export const MEDIA_LIFE_MS = 30 * DAY_MS

/** 4.4: JPG or PNG by their bytes, at most 3 MB; the id lives 30 days. Errors are G23. */
export const uploadMedia = route({ name: 'business.mediaUpload', method: 'POST', path: '/business/message/media/upload/', scope: 'message.list.send', bucket: 'messaging', form: true, says: 'Takes a picture to send (multipart)' },
  ({ form }) => {
    const field = (key: string) => { const value = form?.get(key); if (value === null || value === undefined || value === '') throw missing(key); return value }
    const businessId = field('business_id'), mediaType = field('media_type'), file = field('file')
    if (typeof businessId !== 'string') throw invalid('business_id', 'business_id must be a text part.')
    oneOf(typeof mediaType === 'string' ? mediaType : '', ['IMAGE'], 'media_type')
    if (typeof file === 'string') throw invalid('file', 'The part "file" needs a filename and a content type; this one is plain text.')
    return { businessId, file }
  },
  async (ground, session, { file }) => {
    const bytes = new Uint8Array(await file.arrayBuffer())
    if (bytes.length === 0) throw new No(40906, 'The file is empty.', 'The part "file" has no bytes.', 'G23 upload')
    if (bytes.length > MOST_BYTES) throw new No(40907, 'The file is too large.', `The picture has ${bytes.length} bytes; ${MOST_BYTES} are allowed.`, 'G23 upload')
    const mime = pictureType(bytes)
    if (!mime) throw new No(40908, 'The file type is not supported.', `The picture calls itself ${file.type || 'nothing'} and its bytes are neither JPG nor PNG.`, 'G23 upload')
    return { media_id: keepMedia(ground, { kind: 'IMAGE', mime, accountId: session.accountId, appId: session.appId }, bytes).id }
  })

export const keepMedia = (ground: Ground, about: Pick<Media, 'kind' | 'mime' | 'accountId' | 'appId'>, bytes: Uint8Array): Media =>
  ground.store.shelf('dmMedia').put({ ...about, id: ground.ids.word('media', 44), base64: Buffer.from(bytes).toString('base64'), bytes: bytes.length, at: ground.clock.now() })

/** 4.5: an address for 24 hours; fetching it needs the header x-user with the token. */
export const downloadMedia = route({ name: 'business.mediaDownload', method: 'POST', path: '/business/message/media/download/', scope: 'message.list.read', bucket: 'messaging', says: 'Gives the address of a picture or video of a message' },
  ({ body }) => {
    const [businessId, conversationId, messageId, mediaId, kind] = ['business_id', 'conversation_id', 'message_id', 'media_id', 'media_type'].map(key => text(body, key)) as [string, string, string, string, string]
    return { businessId, conversationId, messageId, mediaId, kind: oneOf(kind, ['IMAGE', 'VIDEO'], 'media_type') }
  },
  (ground, session, asked) => {
    const conversation = theConversation(ground, session, asked.conversationId)
    if (!isMessageId(asked.messageId)) throw invalid('message_id', 'A message id has 28 characters.', 'G21 ids of wrong shape')
    const message = ground.store.shelf('message').get(asked.messageId), media = ground.store.shelf('dmMedia').get(asked.mediaId)
    if (!message || message.conversationId !== conversation.id) throw notThere('The message', 'No message of this conversation has this id.')
    if ((message.body.type !== 'image' && message.body.type !== 'video') || message.body.mediaId !== asked.mediaId || !media) throw notThere('The media', 'The message does not carry this media_id.')
    if (media.kind !== asked.kind) throw invalid('media_type', `The message carries a ${media.kind}.`)
    if (ground.clock.now() > message.at + MEDIA_LIFE_MS) throw notThere('The media', 'The media_id is older than 30 days (G24).')
    const key = ground.ids.word('download', 40), expiresAt = ground.clock.now() + DAY_MS
    ground.store.shelf('download').put({ id: key, mediaId: media.id, token: fingerprint(session.token), expiresAt })
    return { download_url: `${ground.url()}/business-media/${key}/${media.kind.toLowerCase()}?x-expires=${Math.floor(expiresAt / 1000)}` }
  })

/** Served apart from the API, without redirects; every refusal is a 403 (G26). */
export const mediaServer = (ground: Ground): FaceRoute => ({
  name: 'business.mediaFetch', method: 'GET', path: '/business-media/:key/:kind', says: 'The bytes behind a download address (x-user header, 24 hours)',
  handler: call => serve(ground, call),
})

function serve(ground: Ground, call: Call): Response {
  const download = ground.store.shelf('download').get(call.params['key'] ?? ''), media = download && ground.store.shelf('dmMedia').get(download.mediaId)
  const no = (why: string) => { call.why(why); return new Response('Forbidden', { status: 403, headers: { 'content-type': 'text/plain' } }) }
  if (!download || !media) return no('No such download address was given out.')
  if (ground.clock.now() >= download.expiresAt) return no('The address is older than 24 hours; call media/download/ again.')
  const user = call.request.headers.get('x-user')
  if (ground.rules.is('media-download', 'x-user') && (!user || fingerprint(user) !== download.token)) return no('The header x-user must carry the access token that asked for this address.')
  return new Response(Buffer.from(media.base64, 'base64'), { headers: { 'content-type': media.mime, 'content-length': String(media.bytes), 'cache-control': 'private, max-age=86400' } })
}
