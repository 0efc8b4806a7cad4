import { z } from '@hono/zod-openapi'

/** The room's words on the wire, for checking input and for the API's description. */
export const findingShape = z.object({ rule: z.string(), verdict: z.enum(['pass', 'fixable', 'fail']), sentence: z.string() }).openapi('Finding')

export const assetShape = z.object({
  id: z.number().int(), name: z.string(), bytes: z.number().int(), mime: z.string(), kind: z.enum(['video', 'photo']), state: z.enum(['checking', 'ready', 'refused']),
  probe: z.object({
    container: z.string(), codec: z.string().nullable(), width: z.number(), height: z.number(), durationMs: z.number(), frameRate: z.number(), rotation: z.number(), hasSound: z.boolean(), bytes: z.number(),
  }).nullable(),
  findings: z.array(findingShape), url: z.string().nullable(), createdAt: z.string(),
}).openapi('Asset')

const reasonShape = z.object({ code: z.string(), title: z.string(), detail: z.string(), next: z.string(), safeToRetry: z.boolean() }).openapi('Reason')
const optionsShape = {
  privacy: z.string().max(60).nullable().default(null).openapi({ description: 'One of the creator’s own privacyOptions. Needed for direct posts; nothing is chosen for you.' }),
  allowComment: z.boolean().default(false), allowDuet: z.boolean().default(false), allowStitch: z.boolean().default(false),
  yourBrand: z.boolean().default(false), brandedContent: z.boolean().default(false), aigc: z.boolean().default(false),
  coverMs: z.number().min(0).max(36_000_000).nullable().default(null),
}
const mode = z.enum(['draft', 'direct'])

export const targetShape = z.object({
  id: z.number().int(), postId: z.number().int(), accountId: z.number().int(), mode, caption: z.string(),
  options: z.object({ privacy: z.string().nullable(), allowComment: z.boolean(), allowDuet: z.boolean(), allowStitch: z.boolean(), yourBrand: z.boolean(), brandedContent: z.boolean(), aigc: z.boolean(), coverMs: z.number().nullable() }),
  state: z.enum(['queued', 'uploading', 'processing', 'in moderation', 'in drafts inbox', 'live', 'failed', 'not sure']),
  progress: z.object({ sent: z.number(), total: z.number() }).nullable(), reason: reasonShape.nullable(), links: z.array(z.string()),
  attempts: z.array(z.object({
    id: z.number().int(), n: z.number().int(), publishId: z.string().nullable(), state: z.string(), startedAt: z.string(),
    events: z.array(z.object({ at: z.string(), sentence: z.string(), key: z.string() })),
  })),
}).openapi('Target')

export const postShape = z.object({
  id: z.number().int(), asset: assetShape, createdAt: z.string(), author: z.object({ kind: z.string(), id: z.string().nullable(), name: z.string() }), targets: z.array(targetShape),
}).openapi('Post')

export const creatorShape = z.object({
  nickname: z.string().nullable(), username: z.string().nullable(), avatarUrl: z.string().nullable(), privacyOptions: z.array(z.string()),
  commentDisabled: z.boolean(), duetDisabled: z.boolean(), stitchDisabled: z.boolean(), maxDurationSec: z.number().nullable(),
  canPost: z.object({ ok: z.boolean(), why: z.string().nullable() }),
}).openapi('Creator')

/** More accounts than any installation is meant for. */
const MOST_TARGETS = 200
export const intentShape = z.object({
  assetId: z.number().int().positive(),
  // A hundred thousand characters so that a caption that is too long is told by TikTok's rule, not by ours.
  targets: z.array(z.object({ accountId: z.number().int().positive(), mode, caption: z.string().max(100_000).default(''), ...optionsShape })).min(1).max(MOST_TARGETS),
}).openapi('NewPost')

export const idParam = z.object({ id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) })
