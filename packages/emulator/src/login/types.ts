import type { Grant } from '../words.ts'

/** Signing in by a QR code that is scanned with the TikTok app. developers §1.8 */
export type QrTicket = { id: string; appId: string; scopes: string[]; state: string; status: 'new' | 'scanned' | 'confirmed' | 'expired' | 'utilised'; ticket: string; expiresAt: number; redirectUri?: string }

export type LoginRecords = { qr: QrTicket }

export type TokenAnswer = { access_token: string; expires_in: number; open_id: string; refresh_expires_in: number; refresh_token: string; scope: string; token_type: string }

/** Verbs about grants. Part of `world`. */
export type LoginVerbs = {
  /** The person removes the app in TikTok's settings (reason 1), or is deleted (2), too young (3), banned (4). */
  removeApp(handle: string, appId: string, reason?: number): Grant
  /** Every access token of the account (or of all) is expired from now on. */
  expireTokens(handle?: string): number
  /** Connects without the consent page: a fresh pair, in the shape of the token endpoint's answer. For scripts in a hurry. */
  giveTokens(handle: string, appId: string, scopes?: string[]): TokenAnswer
  /** The grant an account gave an app. */
  grantOf(handle: string, appId: string): Grant | undefined
}
