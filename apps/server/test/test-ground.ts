import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import { testClock, type TestClock } from '../src/kit/clock.ts'
import { readConfig, type Config } from '../src/kit/config.ts'
import { openGround, type Ground, type GroundOptions } from '../src/kit/ground.ts'
import { freshDatabase } from './fresh-database.ts'

export type TestGround = Ground & { clock: TestClock }
/** Where to leave what is to be closed; the last one goes first. */
export type AtEnd = (undo: () => Promise<unknown>) => void
export const withTheTest: AtEnd = undo => { onTestFinished(async () => { await undo() }) }

/** The ground on a database and folders of its own, its clock held by the test. It goes with the test, or when `atEnd` says so. */
export async function testGround(set: Partial<Config> = {}, options: GroundOptions = {}, atEnd: AtEnd = withTheTest): Promise<TestGround> {
  const database = options.databaseUrl === undefined ? await freshDatabase() : undefined
  const dataDir = options.dataDir ?? await mkdtemp(join(tmpdir(), 'stagedoor-ground-'))
  atEnd(async () => {
    await database?.drop()
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
  })
  const clock = testClock()
  const ground = await openGround({ ...testConfig(), ...set }, { clock, log: pino({ level: 'silent' }), connections: 6, ...options, databaseUrl: options.databaseUrl ?? database?.url ?? '', dataDir })
  atEnd(() => ground.close())
  return options.clock === undefined && 'clock' in options ? ground as TestGround : Object.assign(ground, { clock })
}

export const testConfig = (): Config => ({ ...readConfig({ STAGEDOOR_MODE: 'demo', LOG_LEVEL: 'silent' }), clockUrl: null, secret: 'a secret for tests, long enough to be one' })
