import { createHmac, randomBytes } from 'node:crypto'

/** The secret a receiver checks with; shown once. */
export const newSecret = () => `whsec_${randomBytes(32).toString('base64url')}`

/**
 * The value of `Stagedoor-Signature`: `t=<unix seconds>,v1=<hex>`, an HMAC-SHA256 of `<t>.<body>` keyed with the notice's secret.
 * Receivers should refuse a `t` older than five minutes. Each try has a `t` of its own.
 */
export function signature(secret: string, body: string, at: Date): string {
  const t = Math.floor(at.getTime() / 1000)
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`
}
