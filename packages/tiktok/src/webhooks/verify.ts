import { createHmac, timingSafeEqual } from 'node:crypto'
import { webhookRules } from '../developers/webhooks.contract.ts'
import { readWebhook } from './read.ts'
import type { WebhookRefusal, WebhookVerdict } from './types.ts'

/**
 * Is this delivery TikTok's, and what does it say? Checked over the raw bytes, in constant time, against every secret given (the current and the previous one),
 * then for its age: `now` may differ from the signed time by `toleranceSeconds` either way. Both platforms sign alike. developers §6, business §5.3
 */
export function verifyWebhook(raw: Uint8Array, header: string | undefined, secrets: readonly string[], now: Date, toleranceSeconds: number = webhookRules.toleranceSec): WebhookVerdict {
  const no = (reason: WebhookRefusal): WebhookVerdict => ({ ok: false, reason })
  if (!header) return no('no signature')
  const signature = readSignature(header)
  if (signature === null) return no('malformed signature')
  const secret = matching(raw, signature, secrets)
  if (secret === -1) return no('wrong signature')
  const ageSeconds = now.getTime() / 1000 - signature.t
  if (ageSeconds > toleranceSeconds) return no('too old')
  if (ageSeconds < -toleranceSeconds) return no('from the future')
  const delivery = readWebhook(raw)
  return delivery === null ? no('not an envelope') : { ok: true, delivery, signedAt: new Date(signature.t * 1000), secret }
}

type Signature = { t: number; written: string; s: Buffer }

/** `t=<unix seconds>,s=<64 hex>`: parts by name, in any order, blanks allowed. */
function readSignature(header: string): Signature | null {
  const parts = new Map(header.split(',').map(part => {
    const [key = '', ...value] = part.trim().split('=')
    return [key, value.join('=')] as const
  }))
  const t = parts.get('t') ?? '', s = parts.get('s') ?? ''
  return /^\d{1,12}$/.test(t) && /^[0-9a-f]{64}$/i.test(s) ? { t: Number(t), written: t, s: Buffer.from(s, 'hex') } : null
}

/** The place of the secret that made the signature, or -1. Every secret is tried, so that the time tells nothing. */
function matching(raw: Uint8Array, { written, s }: Signature, secrets: readonly string[]): number {
  let found = -1
  secrets.forEach((secret, at) => {
    const expected = createHmac('sha256', secret).update(`${written}.`).update(raw).digest()
    if (timingSafeEqual(expected, s) && secret !== '' && found === -1) found = at
  })
  return found
}
