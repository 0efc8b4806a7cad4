// A process that keeps an embedded database in the folder it is given, says where it is, and waits to be killed. For tests of what outlives whom.
import { pino } from 'pino'
import { openEmbedded } from '../src/kit/postgres/embedded.ts'

const dataDir = process.argv[2] ?? ''
const database = await openEmbedded({ dataDir, log: pino({ level: 'silent' }), sync: false })
process.stdout.write(`${JSON.stringify({ url: database.url(), pid: database.pid() })}\n`)
process.on('SIGTERM', () => { void database.close().finally(() => process.exit(0)) })
setInterval(() => undefined, 1000)
