import type { Business, BusinessOptions } from './business/types.ts'
import type { Developers, DevelopersOptions } from './developers/types.ts'
import type { Endpoint } from './types.ts'
import type { WebhookEvent, WebhookVerdict } from './webhooks/types.ts'
import type { NextStep } from './errors.ts'
import type { Outgoing } from './business/types.ts'

export type * from './types.ts'
export type * from './developers/types.ts'
export type * from './business/types.ts'
export type * from './webhooks/types.ts'
export { Refused, Unreachable, Nonsense } from './errors.ts'
export type { NextStep } from './errors.ts'
export { planChunks, nextRange } from './developers/chunks.ts'
export type { ChunkPlan, ByteRange } from './developers/chunks.ts'
export type { PositionalReader, PutAnswer, PutRefusal } from './developers/put.ts'

export declare function developers(to?: DevelopersOptions): Developers
export declare function business(to?: BusinessOptions): Business
export declare function verifyWebhook(raw: Uint8Array, header: string | undefined, secrets: readonly string[], now: Date, toleranceSeconds?: number): WebhookVerdict
/** Reads a kept delivery again, without its signature; null when it is not an envelope. */
export declare function readWebhook(raw: Uint8Array): WebhookEvent | null
export type Callback =
  | { ok: true; code: string; scopes: string[]; state: string | null }
  | { ok: false; error: string; errorType: string | null; description: string | null; state: string | null; logId: string | null }
export declare function readCallback(url: string | URL): Callback
export type SendProblem = { field: string; rule: string; limit: number | null; actual: number | null }
export declare function checkSend(message: Outgoing): SendProblem[]
export declare function nextStep(error: unknown, call: { repeatable: boolean }): NextStep
export type ErrorPage = {
  code: string
  platform: 'developers' | 'business' | 'both'
  kind: 'api' | 'oauth' | 'consent' | 'fail_reason' | 'upload' | 'http'
  title: string
  /** What happened, in a sentence a person understands. */
  what: string
  side: 'your app' | 'the account' | 'the media' | 'the customer' | 'TikTok'
  next: NextStep
  /** The next step as a sentence. */
  todo: string
  safeToRetry: boolean
  source: string
}
/** Every code and fail_reason of both platforms, keyed by the code as text. */
export declare const errors: Readonly<Record<string, ErrorPage>>
export declare function explain(error: unknown): ErrorPage
export declare const endpoints: readonly Endpoint[]
export declare const webhookEvents: readonly { name: string; platform: 'developers' | 'business'; keys: readonly string[]; source: string }[]
/** JSON.parse that keeps integers beyond 2^53 as text. Throws SyntaxError. */
export declare function parseJson(text: string): import('./types.ts').JsonValue
