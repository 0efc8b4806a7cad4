import type { Ground } from '../face.ts'
import type { Grant, Token } from '../words.ts'
import type { TokenAnswer } from './types.ts'

export const ACCESS_MS = 86_400_000
export const REFRESH_MS = 31_536_000_000
export const CLIENT_MS = 7_200_000

/** The grant of an account to an app; a new consent makes an old one work again with the new scopes. */
export function giveGrant(ground: Ground, appId: string, accountId: string, scopes: string[]): Grant {
  const shelf = ground.store.shelf('grant')
  const id = `${appId}:${accountId}`
  const grant = shelf.put({ id, appId, accountId, openId: ground.world.openIdOf(appId, accountId), scopes, state: 'working', at: ground.clock.now() })
  ground.timeline.tell('grant given', { appId, account: ground.store.shelf('account').get(accountId)?.handle, scopes })
  return grant
}

/** A fresh access and refresh token. `refreshExpiresAt`: kept from the first issue on rotation. */
export function issuePair(ground: Ground, grant: Grant, refreshExpiresAt = ground.clock.now() + REFRESH_MS): { access: Token; refresh: Token } {
  const make = (kind: 'access' | 'refresh', id: string, expiresAt: number) => ground.store.shelf('token').put({
    id, kind, appId: grant.appId, grantId: grant.id, accountId: grant.accountId, openId: grant.openId, scopes: [...grant.scopes], issuedAt: ground.clock.now(), expiresAt,
  })
  return {
    access: make('access', `act.${ground.ids.word('access', 60)}!${ground.ids.bytes('access', 2).readUInt16BE() % 9000 + 1000}.va`, ground.clock.now() + ACCESS_MS),
    refresh: make('refresh', `rft.${ground.ids.word('refresh', 60)}!${ground.ids.bytes('refresh', 2).readUInt16BE() % 9000 + 1000}.va`, refreshExpiresAt),
  }
}

/** What the token endpoint answers. */
export const tokenAnswer = (ground: Ground, access: Token, refresh: Token): TokenAnswer => ({
  access_token: access.id, expires_in: Math.floor((access.expiresAt - ground.clock.now()) / 1000), open_id: access.openId,
  refresh_expires_in: Math.floor((refresh.expiresAt - ground.clock.now()) / 1000), refresh_token: refresh.id, scope: access.scopes.join(','), token_type: 'Bearer',
})

/** Ends a grant: its tokens die; who watches grants hears of it. */
export function endGrant(ground: Ground, grant: Grant, how: 'revoked' | 'removed') {
  ground.store.shelf('grant').put(Object.assign(grant, { state: 'removed' as const }))
  for (const token of ground.store.shelf('token').filter(t => t.grantId === grant.id && !t.dead)) ground.store.shelf('token').put(Object.assign(token, { dead: how }))
  ground.timeline.tell('grant ended', { appId: grant.appId, account: ground.store.shelf('account').get(grant.accountId)?.handle, how })
  ground.agenda.at(ground.clock.now(), 'posting.grantEnded', { appId: grant.appId, accountId: grant.accountId })
}
