import { randomBytes } from 'node:crypto'
import type { Generated, Selectable } from 'kysely'
import { wallNow } from '../kit/clock.ts'
import type { Db } from '../kit/db.ts'
import type { House } from '../kit/house.ts'
import { hashOf } from '../identity/tokens.ts'

export type ConsentTable = {
  id: Generated<number>
  state_hash: Buffer
  session_id: string
  person_id: string
  app_id: number
  account_id: number | null
  redirect_uri: string
  /** Where the person's session lives: `http://localhost:4300` and `http://127.0.0.1:4300` do not share cookies. */
  return_origin: string
  scopes: string[]
  verifier_sealed: string | null
  created_at: Date
  expires_at: Date
  used_at: Date | null
}
export type ConsentRow = Selectable<ConsentTable>

declare module '../kit/db.ts' {
  interface Tables { consent: ConsentTable }
}

/** Long enough to find one's phone for a code, on the wall clock: it is a person who needs the time. */
const CONSENT_MS = 15 * 60_000

export type NewConsent = { sessionId: string; personId: string; appId: number; accountId: number | null; redirectUri: string; returnOrigin: string; scopes: string[]; verifier: string | null }

/** Remembers a consent that begins. Returns the state that TikTok carries back; only its hash is kept. */
export async function insertConsent(house: House, consent: NewConsent): Promise<string> {
  const state = randomBytes(32).toString('base64url')
  const now = wallNow()
  await house.db.deleteFrom('consent').where('expires_at', '<', new Date(now.getTime() - CONSENT_MS)).execute()
  await house.db.insertInto('consent').values({
    state_hash: hashOf(state), session_id: consent.sessionId, person_id: consent.personId, app_id: consent.appId, account_id: consent.accountId,
    redirect_uri: consent.redirectUri, return_origin: consent.returnOrigin, scopes: consent.scopes,
    verifier_sealed: consent.verifier === null ? null : house.secrets.seal(consent.verifier, verifierName(state)),
    created_at: now, expires_at: new Date(now.getTime() + CONSENT_MS), used_at: null,
  }).execute()
  return state
}

export const findConsent = (db: Db, state: string): Promise<ConsentRow | undefined> =>
  db.selectFrom('consent').selectAll().where('state_hash', '=', hashOf(state)).executeTakeFirst()

/** Uses a state up. Of two callbacks with the same one, one gets it. */
export const takeConsent = (db: Db, state: string): Promise<ConsentRow | undefined> =>
  db.updateTable('consent').set({ used_at: wallNow() }).where('state_hash', '=', hashOf(state)).where('used_at', 'is', null).where('expires_at', '>', wallNow())
    .returningAll().executeTakeFirst()

export const openVerifier = (house: House, consent: ConsentRow, state: string) =>
  consent.verifier_sealed === null ? undefined : house.secrets.open(consent.verifier_sealed, verifierName(state))

const verifierName = (state: string) => `consent:${hashOf(state).toString('hex')}:verifier`
