import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { openEmbedded } from '../src/kit/postgres/embedded.ts'
import { makeTemplate } from './fresh-database.ts'

/** One embedded PostgreSQL for a whole test run, on a folder that is thrown away; every test clones its own database from a migrated template. */
export default async function oneCluster(): Promise<() => Promise<void>> {
  if (process.env.STAGEDOOR_TEST_DATABASE !== undefined) return () => Promise.resolve() // another project of the same run has opened it
  const dataDir = await mkdtemp(join(tmpdir(), 'stagedoor-test-'))
  const cluster = await openEmbedded({ dataDir, log: pino({ level: 'silent' }), sync: false })
  process.env.STAGEDOOR_TEST_DATABASE = cluster.url()
  await makeTemplate(cluster.url())
  return async () => {
    await cluster.close()
    await rm(dataDir, { recursive: true, force: true })
    delete process.env.STAGEDOOR_TEST_DATABASE
  }
}
