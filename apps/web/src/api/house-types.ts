import type { Platform, Role } from './types.ts'

/** Shapes of the settings: people, keys, notices, trails. */
export type Person = { id: string; name: string; email: string; role: Role; disabled: boolean; twoFactor: boolean; createdAt: string; lastSeenAt: string | null; accounts: number[]; groups: number[] }
export type Invitation = { id: number; email: string; name: string | null; role: Role; accounts: number[]; groups: number[]; invitedBy: string; createdAt: string; expiresAt: string }
export type EntryLink = { url: string; expiresAt: string; mailed: boolean }
export type Group = { id: number; name: string; accounts: number[]; people: string[]; createdAt: string }
export type Scope = 'read' | 'send' | 'publish' | 'manage'
export type Token = { id: number; name: string; ending: string; person: { id: string; name: string }; scopes: Scope[]; accounts: number[] | null; createdAt: string; expiresAt: string | null; lastUsedAt: string | null; revokedAt: string | null }
export type Notice = { id: number; name: string; url: string; events: string[]; accounts: number[] | null; state: 'on' | 'paused' | 'stopped'; failingSince: string | null; why: string | null; createdAt: string }
export type NoticeDelivery = { id: number; eventId: number; type: string; state: 'waiting' | 'delivered' | 'given up'; attempts: number; firstAt: string; nextAt: string | null; lastAt: string | null; lastStatus: number | null; lastProblem: string | null; replayOf: number | null; body: string }
export type App = { id: number; slug: string; name: string; platform: Platform; environment: 'production' | 'sandbox'; clientKey: string; source: 'environment' | 'wizard'; accounts: number; redirectUri: string | null; hookUrl: string | null; hookCheckedAt: string | null; hookProblem: string | null; previousSecretUntil: string | null; createdAt: string }
export type AuditLine = { id: number; at: string; type: string; accountId: number | null; subject: string; actor: { kind: string; id: string | null; name: string }; body: unknown }
export type Session = { id: string; current: boolean; createdAt: string; lastSeenAt: string; expiresAt: string; address: string | null; browser: string | null }
