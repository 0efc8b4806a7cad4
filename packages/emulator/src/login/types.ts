import type { Grant } from '../words.ts'

/** Signing in by a QR code that is scanned with the TikTok app. developers §1.8 */
export type QrTicket = { id: string; appId: string; scopes: string[]; state: string; status: 'new' | 'scanned' | 'confirmed' | 'expired' | 'utilised'; ticket: string; expiresAt: number; redirectUri?: string }

export type LoginRecords = { qr: QrTicket }

/** Verbs about grants. Part of `world`. */
export type LoginVerbs = {
  /** The person removes the app in TikTok's settings (reason 1), or is deleted (2), too young (3), banned (4). */
  removeApp(handle: string, appId: string, reason?: number): Grant
  /** Every access token of the account (or of all) is expired from now on. */
  expireTokens(handle?: string): number
  /** The grant an account gave an app. */
  grantOf(handle: string, appId: string): Grant | undefined
}
