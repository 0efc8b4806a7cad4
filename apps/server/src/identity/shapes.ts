import { z } from '@hono/zod-openapi'
import { iso } from './answers.ts'
import { SHORTEST_PASSWORD } from './auth.ts'
import { tokenScopes } from './tokens.ts'

export const roleSchema = z.enum(['owner', 'admin', 'agent'])
export const emailSchema = z.email().max(200)
export const nameSchema = z.string().trim().min(1).max(100)
export const passwordSchema = z.string().min(SHORTEST_PASSWORD).max(200)
const ids = z.array(z.number().int().positive()).max(1000)

export const givenSchema = z.object({ accounts: ids.default([]), groups: ids.default([]) }).openapi('Given')

export const meSchema = z.object({
  viewer: z.object({ id: z.string(), kind: z.enum(['person', 'token']), name: z.string(), email: z.string(), role: roleSchema, scopes: z.array(z.string()), twoFactor: z.boolean() }),
  mode: z.enum(['demo', 'live']), serverTime: iso, pace: z.number(), emulatorUrl: z.string().nullable(), publicUrl: z.string().nullable(), mail: z.boolean(),
}).openapi('Me')

export const personSchema = z.object({
  id: z.string(), name: z.string(), email: z.string(), role: roleSchema, disabled: z.boolean(), twoFactor: z.boolean(),
  createdAt: iso, lastSeenAt: iso.nullable(), accounts: z.array(z.number().int()), groups: z.array(z.number().int()),
}).openapi('Person')

export const linkSchema = z.object({ url: z.string(), expiresAt: iso, mailed: z.boolean() }).openapi('EntryLink')
export const invitationSchema = z.object({
  id: z.number().int(), email: z.string(), name: z.string().nullable(), role: roleSchema, accounts: z.array(z.number().int()), groups: z.array(z.number().int()),
  invitedBy: z.string(), createdAt: iso, expiresAt: iso,
}).openapi('Invitation')

export const sessionSchema = z.object({ id: z.string(), current: z.boolean(), createdAt: iso, lastSeenAt: iso, expiresAt: iso, address: z.string().nullable(), browser: z.string().nullable() }).openapi('Session')

export const tokenSchema = z.object({
  id: z.number().int(), name: z.string(), ending: z.string(), person: z.object({ id: z.string(), name: z.string() }), scopes: z.array(z.enum(tokenScopes)),
  accounts: z.array(z.number().int()).nullable(), createdAt: iso, expiresAt: iso.nullable(), lastUsedAt: iso.nullable(), revokedAt: iso.nullable(),
}).openapi('Token')
export const newTokenSchema = z.object({
  name: nameSchema, scopes: z.array(z.enum(tokenScopes)).min(1), accounts: ids.nullable().default(null),
  expiresInDays: z.number().int().min(1).max(3650).nullable().default(90),
}).openapi('NewToken')
