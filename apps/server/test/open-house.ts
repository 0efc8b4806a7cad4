import { createHmac, randomUUID } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmulator, type Emulator, type EmulatorOptions } from '@stagedoor/emulator'
import { pino } from 'pino'
import { openApp, type App } from '../src/app.ts'
import { give } from '../src/identity/given.ts'
import { setPassword } from '../src/identity/people.ts'
import { authOf, type Role } from '../src/identity/auth.ts'
import type { Clock } from '../src/kit/clock.ts'
import { readConfig } from '../src/kit/config.ts'
import { openGround, type Ground } from '../src/kit/ground.ts'
import { asDescribed } from './as-described.ts'
import { freshDatabase } from './fresh-database.ts'

export type TestHouse = {
  house: Ground
  app: App
  tiktok: Emulator
  /** Where it really listens: `http://127.0.0.1:<port>`. */
  url: string
  databaseUrl: string
  /** Sends a request over real HTTP; JSON bodies are written for you. The session of `signIn` is used unless another is given. */
  request(method: string, path: string, body?: unknown, options?: { headers?: Record<string, string>; as?: Session }): Promise<Response>
  get<T>(path: string, as?: Session): Promise<T>
  post<T>(path: string, body?: unknown, options?: { key?: string; as?: Session }): Promise<T>
  /** Makes a person and a session of theirs (with a password only when one is given). The first one, the owner, is the session requests use. */
  signIn(role?: Role, options?: { accounts?: number[]; name?: string; password?: string }): Promise<Session>
  /** Connects an emulator account by one or both grants, through the real consent page. Answers our account's id. */
  connect(handle: string, platforms?: ('developers' | 'business')[]): Promise<number>
  /** Resolves when nothing is on its way: the emulator settled, deliveries drained, jobs done, events told. */
  settled(): Promise<void>
  /** Another server process on the same database, as far as one process can play it. */
  another(): Promise<TestHouse>
  close(): Promise<void>
}
export type Session = { cookie: string; personId: string; email: string }

type Options = EmulatorOptions & { env?: Record<string, string>; databaseUrl?: string; tiktok?: Emulator; dataDir?: string; /** Starts as a process does: brings the database to this version first. */ migrating?: boolean }

/** The house as it really is (PostgreSQL, HTTP, all rooms) with TikTok's emulator in-process; its clock is the emulator's. */
export async function openHouse(options: Options = {}): Promise<TestHouse> {
  const { env = {}, databaseUrl, tiktok: given, dataDir, migrating = false, ...emulatorOptions } = options
  const database = databaseUrl === undefined ? await freshDatabase() : { url: databaseUrl, drop: () => Promise.resolve() }
  const tiktok = given ?? await createEmulator({ ...emulatorOptions, rules: { 'loopback-redirects': 'on', ...emulatorOptions.rules } })
  if (!given) await tiktok.listen(0)
  let answer: RequestListener = (_, outgoing) => { outgoing.writeHead(503).end() }
  const server = createServer({ requestTimeout: 0 }, (incoming, outgoing) => { answer(incoming, outgoing) })
  await new Promise<void>(listening => { server.listen(0, '127.0.0.1', listening) })
  const port = (server.address() as { port: number }).port
  const url = `http://127.0.0.1:${port}`
  const [developers, business] = (['developers', 'business'] as const).map(platform => tiktok.world.apps.find(app => app.platform === platform))
  if (!developers || !business) throw new Error('The emulator has no apps.')
  if (!given) {
    tiktok.world.changeApp(developers.id, { flavour: 'desktop', redirectUris: [`${url}/connect/login/`], webhookUrl: `${url}/hooks/developers/` })
    tiktok.world.changeApp(business.id, { redirectUris: [`${url}/connect/business/`] })
  }
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'stagedoor-house-'))
  const config = readConfig({
    STAGEDOOR_MODE: 'demo', PORT: String(port), EMULATOR_URL: tiktok.url, STAGEDOOR_DATA_DIR: folder, STAGEDOOR_SECRET: 'a secret for tests that is long enough',
    TIKTOK_CLIENT_KEY: developers.id, TIKTOK_CLIENT_SECRET: developers.secret, TIKTOK_BUSINESS_APP_ID: business.id, TIKTOK_BUSINESS_SECRET: business.secret,
    LOG_LEVEL: 'silent', ...(migrating ? { DATABASE_URL: database.url } : {}), ...env,
  })
  const house = await openGround(config, { ...(migrating ? {} : { databaseUrl: database.url }), clock: clockOf(tiktok), log: pino({ level: process.env['LOG_LEVEL'] ?? (process.env['CI'] ? 'error' : config.logLevel) }) })
  const app = await openApp(house)
  answer = app.listener

  const hold = asDescribed(app)
  let owner: Session | undefined
  const made: TestHouse = {
    house, app, tiktok, url, databaseUrl: database.url,
    async request(method, path, body, { headers = {}, as } = {}) {
      const session = as ?? owner
      const isJson = body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array)
      const answer = await fetch(url + path, {
        method, redirect: 'manual', headers: { origin: url, ...(session ? { cookie: session.cookie } : {}), ...(isJson ? { 'content-type': 'application/json' } : {}), ...headers },
        ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : body as BodyInit }),
      })
      if (answer.headers.get('content-type')?.startsWith('application/json')) hold(method, path.split('?')[0] ?? path, answer.status, await answer.clone().json())
      return answer
    },
    get: async <T>(path: string, as?: Session) => good<T>(await made.request('GET', path, undefined, as ? { as } : {})),
    post: async <T>(path: string, body?: unknown, { key = randomUUID(), as }: { key?: string; as?: Session } = {}) =>
      good<T>(await made.request('POST', path, body ?? {}, { headers: { 'idempotency-key': key }, ...(as ? { as } : {}) })),
    async signIn(role = 'owner', { accounts, name = role, password } = {}) {
      const email = `${name.toLowerCase().replaceAll(/\W+/g, '.')}.${randomUUID().slice(0, 6)}@stagedoor.test`
      // A session as sign-in makes it, without the tenth of a second that a password rightly costs: hundreds of stories begin here.
      const auth = await (await authOf(house)).$context
      const person = await auth.internalAdapter.createUser({ email, name, role, emailVerified: true }, { method: 'admin' })
      if (password !== undefined) await setPassword(house, person.id, password)
      if (accounts) await house.commit(async trx => { await give(trx, person.id, { accounts, groups: [] }) })
      const { token } = await auth.internalAdapter.createSession(person.id)
      const signature = createHmac('sha256', auth.secret).update(token).digest('base64')
      const session = { cookie: `${auth.authCookies.sessionToken.name}=${encodeURIComponent(`${token}.${signature}`)}`, personId: person.id, email }
      owner ??= session
      return session
    },
    async connect(handle, platforms = ['business', 'developers']) {
      if (!owner) await made.signIn()
      for (const platform of platforms) {
        const { url: authorizeUrl } = await made.post<{ url: string }>('/api/v1/connect', { platform })
        const back = new URL(await tiktok.consent({ authorizeUrl, account: handle }))
        const answer = await made.request('GET', back.pathname + back.search)
        if (answer.status !== 302 && answer.status !== 303) throw new Error(`The callback answered ${answer.status}: ${await answer.text()}`)
        if (answer.headers.get('location')?.includes('/connect/result')) throw new Error(`Connecting ended at ${answer.headers.get('location')}`)
      }
      await made.settled()
      const { items } = await made.get<{ items: { id: number; handle: string }[] }>('/api/v1/accounts')
      const account = items.find(item => item.handle === handle)
      if (!account) throw new Error(`@${handle} was not connected; there are ${items.map(item => item.handle).join(', ') || 'none'}.`)
      return account.id
    },
    async settled() {
      for (let round = 0; round < 2; round++) {
        await tiktok.settled()
        await app.drainer.drained()
        await house.due.drain()
        await house.jobs.drain()
      }
      await house.live.caughtUp()
    },
    another: () => openHouse({ databaseUrl: database.url, tiktok, dataDir: folder, env }),
    async close() {
      app.close()
      server.close()
      server.closeAllConnections()
      await app.stopped()
      await house.close()
      if (!given) await tiktok.close()
      await database.drop()
      if (dataDir === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
  return made
}

async function good<T>(answer: Response): Promise<T> {
  if (!answer.ok) throw new Error(`${new URL(answer.url).pathname} answered ${answer.status}: ${await answer.text()}`)
  return await answer.json() as T
}

/** The emulator's clock as the house's own: jumps are heard at once. */
function clockOf(tiktok: Emulator): Clock {
  const listeners = new Set<() => void>()
  const jump = () => { for (const listen of listeners) listen() }
  const { advance, jumpToNext } = tiktok.clock
  tiktok.clock.advance = async ms => { const done = await advance(ms); jump(); return done }
  tiktok.clock.jumpToNext = async () => { const done = await jumpToNext(); jump(); return done }
  return { now: () => new Date(tiktok.clock.now()), pace: () => tiktok.clock.pace(), onJump(listen) { listeners.add(listen); return () => { listeners.delete(listen) } } }
}
