import { z } from '@hono/zod-openapi'
import { problemSchema } from '../kit/http.ts'
import { kinds } from './said.ts'

const iso = z.iso.datetime()
const kind = z.enum(kinds)
const messageState = z.enum(['received', 'queued', 'sending', 'sent', 'seen', 'refused', 'not sure'])

export const conversationSchema = z.object({
  id: z.number().int(), accountId: z.number().int(),
  contact: z.object({ id: z.number().int(), handle: z.string(), displayName: z.string(), avatarUrl: z.string().nullable(), isFollower: z.boolean().nullable() }),
  kind: z.enum(['request', 'ongoing']).openapi({ description: 'A request becomes ongoing when the business answers, by any route but automatically.' }),
  state: z.enum(['open', 'closed']), unread: z.number().int(),
  last: z.object({ text: z.string(), line: z.string(), kind, direction: z.enum(['in', 'out']), at: iso, state: messageState }).nullable(),
  lastMessageAt: iso.nullable(),
  window: z.object({ closesAt: iso.nullable(), left: z.number().int().nullable(), rule: z.literal('A') })
    .openapi({ description: 'Until when and how many messages TikTok takes, as far as we know; null: only TikTok knows. Its 40064 is the authority and closes the window at once.' }),
  blocked: z.boolean().openapi({ description: 'The queue holds behind a message nobody knows the outcome of.' }),
  referral: z.unknown(), seenUntil: iso.nullable(),
}).openapi('Conversation')

export const messageSchema = z.object({
  id: z.number().int(), conversationId: z.number().int(), direction: z.enum(['in', 'out']), kind, typeName: z.string().openapi({ description: 'TikTok’s own word for the type.' }),
  text: z.string().openapi({ description: 'Its own words; empty when it has none.' }), line: z.string().openapi({ description: 'A readable line whatever the kind.' }), sentAt: iso, state: messageState,
  problem: z.object({ code: z.string(), title: z.string(), detail: z.string(), next: z.string() }).nullable(),
  origin: z.enum(['phone', 'web', 'api', 'automatic', 'unknown']), automatic: z.string().nullable(),
  author: z.object({ id: z.string(), name: z.string() }).nullable(), clientKey: z.string().nullable(), repliesTo: z.number().int().nullable(),
  reactions: z.array(z.object({ emoji: z.string().nullable(), imageUrl: z.string().nullable(), by: z.enum(['customer', 'us']), at: iso })),
}).openapi('Message')

export const ghostSchema = z.object({ id: z.number().int(), accountId: z.number().int(), wroteAt: iso, seenAt: iso.nullable() })
  .openapi('Ghost', { description: 'Somebody in the EEA, Switzerland or the UK wrote. TikTok tells nothing else: open TikTok to read it.' })

export const idParam = z.object({ id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) })
export const json = <T extends z.ZodType>(schema: T, description: string) => ({ content: { 'application/json': { schema } }, description })
export const refusals = {
  404: { content: { 'application/problem+json': { schema: problemSchema } }, description: 'It does not exist, or belongs to an account you do not work for.' },
  409: { content: { 'application/problem+json': { schema: problemSchema } }, description: 'It cannot be done now; `code` says why.' },
}
