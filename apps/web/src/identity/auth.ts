import { ask } from '../api/client.ts'
import { remember } from '../kit/storage.ts'

/** The sign-in library's own doors; everything else of ours is under /api/v1. */
const auth = <T>(path: string, body?: unknown, method = 'POST') => ask<T>(`/api/auth${path}`, { method, body: method === 'GET' ? undefined : (body ?? {}) })

export type Session = { id: string; token: string; createdAt: string; updatedAt: string; expiresAt: string; ipAddress: string | null; userAgent: string | null }

/** Answers 'two factor' when a code is still needed. */
export const signIn = async (email: string, password: string): Promise<'in' | 'two factor'> => {
  const said = await auth<{ twoFactorRedirect?: boolean }>('/sign-in/email', { email, password })
  return said?.twoFactorRedirect ? 'two factor' : 'in'
}
export const giveCode = (code: string) => (/^\d{6}$/.test(code) ? auth('/two-factor/verify-totp', { code }) : auth('/two-factor/verify-backup-code', { code }))
export const signOut = () => { remember('signed-in', null); return auth('/sign-out') }
export const readSessions = () => auth<Session[]>('/list-sessions', undefined, 'GET')
export const readSession = () => auth<{ session: Session; user: { email: string; twoFactorEnabled?: boolean } } | null>('/get-session', undefined, 'GET')
export const endSession = (token: string) => auth('/revoke-session', { token })
export const endOtherSessions = () => auth('/revoke-other-sessions')
export const changePassword = (currentPassword: string, newPassword: string) => auth('/change-password', { currentPassword, newPassword, revokeOtherSessions: true })
export const startTwoFactor = (password: string) => auth<{ totpURI: string; backupCodes: string[] }>('/two-factor/enable', { password })
export const confirmTwoFactor = (code: string) => auth('/two-factor/verify-totp', { code })
export const endTwoFactor = (password: string) => auth('/two-factor/disable', { password })
