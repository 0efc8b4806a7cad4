import type { z } from 'zod'
import type { accountSchema } from '../../apps/server/src/accounts/account-shape.ts'
import type { meSchema, tokenSchema } from '../../apps/server/src/identity/shapes.ts'
import type { conversationSchema, messageSchema } from '../../apps/server/src/inbox/shapes.ts'
import type { assetShape, creatorShape, postShape, targetShape } from '../../apps/server/src/publishing/shapes.ts'

/** The API's own shapes, by type alone: a change of the API that this code does not follow fails the type check. */
export type Me = z.output<typeof meSchema>
export type Token = z.output<typeof tokenSchema>
export type Account = z.output<typeof accountSchema>
export type Conversation = z.output<typeof conversationSchema>
export type Message = z.output<typeof messageSchema>
export type Asset = z.output<typeof assetShape>
export type Creator = z.output<typeof creatorShape>
export type Post = z.output<typeof postShape>
export type Target = z.output<typeof targetShape>
/** One event of the stream. `body` is what the API would answer about the subject. */
export type Told = { id: number; at: string; type: string; accountId: number | null; subject: string; actor: { kind: string; id: string | null; name: string }; body: unknown }
