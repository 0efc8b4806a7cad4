import { randomBytes, randomUUID } from 'node:crypto'
import { betterAuth } from 'better-auth'
import { admin, twoFactor } from 'better-auth/plugins'
import { createAccessControl } from 'better-auth/plugins/access'
import { defaultStatements, adminAc } from 'better-auth/plugins/admin/access'
import type { House } from '../kit/house.ts'

declare module '../kit/db.ts' {
  interface Tables { auth_secret: { one?: boolean; sealed: string } }
}

export const SHORTEST_PASSWORD = 10
/** Set by our own door from the connection, never by the client. */
export const ADDRESS_HEADER = 'x-stagedoor-address'
const SESSION_DAYS = 30
const DAY_SECONDS = 86_400

export type Role = 'owner' | 'admin' | 'agent'
export const roles = ['owner', 'admin', 'agent'] as const

const accessControl = createAccessControl(defaultStatements)

/** One better-auth per house, on the same database, in its own schema. What may be reached over HTTP is decided in `auth-door.ts`. */
export function authOf(house: House): Promise<Auth> {
  const known = made.get(house.db)
  if (known) return known
  const making = make(house).catch((why: unknown) => { made.delete(house.db); throw why })
  made.set(house.db, making)
  return making
}
const made = new WeakMap<object, Promise<Auth>>()

export type Auth = Awaited<ReturnType<typeof make>>

async function make(house: House) {
  const { publicUrl, port } = house.config
  return betterAuth({
    database: { db: house.db.withSchema('auth'), type: 'postgres' },
    baseURL: publicUrl ?? `http://localhost:${port}`,
    basePath: '/api/auth',
    secret: await authSecret(house),
    // Our door has compared Origin and Host before; better-auth compares the same answer once more.
    trustedOrigins: request => { const origin = request?.headers.get('origin'); return origin ? [origin] : [] },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: SHORTEST_PASSWORD, maxPasswordLength: 200, revokeSessionsOnPasswordReset: true },
    session: { expiresIn: SESSION_DAYS * DAY_SECONDS, updateAge: DAY_SECONDS },
    // Failed tries are limited per account and per address in tries.ts; this one keeps floods away.
    rateLimit: { enabled: true, storage: 'database', window: 60, max: 300, customRules: { '/sign-in/email': { window: 60, max: 60 }, '/get-session': false } },
    advanced: {
      database: { generateId: () => randomUUID() },
      useSecureCookies: publicUrl?.startsWith('https:') ?? false,
      cookiePrefix: `stagedoor-${house.config.mode}`,
      defaultCookieAttributes: { sameSite: 'lax', httpOnly: true },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
    },
    plugins: [
      admin({ ac: accessControl, roles: { owner: adminAc, admin: adminAc, agent: accessControl.newRole({ user: [], session: [] }) }, adminRoles: ['owner', 'admin'], defaultRole: 'agent' }),
      twoFactor({ issuer: 'Stagedoor' }),
    ],
    telemetry: { enabled: false },
    logger: { log: (level, message) => { house.log[level === 'error' ? 'warn' : 'debug']({ from: 'better-auth' }, message) } },
  })
}

const SECRET_ROW = 'auth_secret:sessions'

/** Signs session cookies. Made once; sealed under the house's secret, so rotating that one ends no session. */
async function authSecret(house: House): Promise<string> {
  await house.db.insertInto('auth_secret').values({ sealed: house.secrets.seal(randomBytes(32).toString('base64url'), SECRET_ROW) })
    .onConflict(oc => oc.doNothing()).execute()
  const { sealed } = await house.db.selectFrom('auth_secret').select('sealed').executeTakeFirstOrThrow()
  return house.secrets.open(sealed, SECRET_ROW)
}
