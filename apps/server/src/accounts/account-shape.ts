import { z } from '@hono/zod-openapi'

const iso = z.iso.datetime()
const state = z.enum(['working', 'reconnect', 'removed'])

export const grantSchema = z.object({
  id: z.number().int(), platform: z.enum(['developers', 'business']), appId: z.number().int(), state, why: z.string().nullable(),
  scopes: z.array(z.string()), missing: z.array(z.string()), expiresAt: iso, refreshedAt: iso,
}).openapi('Grant')

export const capabilitySchema = z.object({
  name: z.enum(['profile', 'drafts', 'direct post', 'statistics', 'read messages', 'send messages']),
  state: z.enum(['works', 'limited', 'no', 'unproven']), why: z.string(),
  proof: z.object({ at: z.string(), what: z.string() }).nullable(), next: z.object({ label: z.string(), href: z.string() }).nullable(),
}).openapi('Capability')

/** A TikTok account as the API shows it. `handle` is '' when the person did not share it. */
export const accountSchema = z.object({
  id: z.number().int(), handle: z.string(), displayName: z.string(), avatarUrl: z.string().nullable(), isBusiness: z.boolean().nullable(),
  grants: z.array(grantSchema), capabilities: z.array(capabilitySchema),
  transport: z.object({ kind: z.enum(['direct', 'respondio']), state: z.enum(['working', 'waiting', 'stopped']), why: z.string().nullable() }).nullable(),
  unread: z.number().int(), connectedAt: iso,
  possibleMatches: z.array(z.object({ id: z.number().int(), handle: z.string(), displayName: z.string() })),
}).openapi('Account')

export type AccountView = z.infer<typeof accountSchema>
