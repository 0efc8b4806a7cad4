import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { migrate } from '../src/kit/migrate.ts'

const TEMPLATE = 'stagedoor_template'

export type FreshDatabase = { url: string; drop(): Promise<void> }

/** A migrated database of one's own, cloned from the template (some tens of milliseconds). `drop` it when the test is over; connections still open are cut. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  await onCluster(clusterUrl(), `create database ${name} template ${TEMPLATE} strategy file_copy`)
  return { url: withName(clusterUrl(), name), drop: () => onCluster(clusterUrl(), `drop database if exists ${name} with (force)`) }
}

/** An empty database, for tests of the migrations themselves. */
export async function emptyDatabase(): Promise<FreshDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  await onCluster(clusterUrl(), `create database ${name}`)
  return { url: withName(clusterUrl(), name), drop: () => onCluster(clusterUrl(), `drop database if exists ${name} with (force)`) }
}

/** Called once by the cluster's setup. */
export async function makeTemplate(url: string): Promise<void> {
  await onCluster(url, `create database ${TEMPLATE}`)
  await migrate(withName(url, TEMPLATE))
}

function clusterUrl(): string {
  const url = process.env.STAGEDOOR_TEST_DATABASE
  if (url === undefined) throw new Error('No test database: run this file in the project "house" (or "browser"), whose setup opens one.')
  return url
}

const withName = (url: string, name: string) => { const made = new URL(url); made.pathname = `/${name}`; return made.href }

async function onCluster(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try { await client.query(statement) } finally { await client.end() }
}
