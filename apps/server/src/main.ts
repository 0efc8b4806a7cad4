import { createServer, type RequestListener, type Server } from 'node:http'
import { openApp } from './app.ts'
import { greet } from './greet.ts'
import { BadConfig, readConfig, type Config } from './kit/config.ts'
import { openGround } from './kit/ground.ts'

/** Exit code for "starting again will not help": the launcher then stops instead of trying anew. */
const WILL_NOT_HELP = 78

/** The process: configuration, start, stop. Everything is opened in order and closed in reverse. */
async function main(config: Config) {
  const house = await openGround(config)
  const app = await openApp(house)
  const greeting = await greet(house)
  const server = await listen(config, app.listener)
  house.log.debug({ port: config.port, host: config.host, mode: config.mode }, 'listening')
  for (const line of greeting) console.log(`[stagedoor] ${line}`)
  if (process.connected) process.send?.({ ready: true })

  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(1), 25_000).unref() // law 6: stopping ends, too
    server.close()
    app.close()
    server.closeIdleConnections()
    await app.stopped()
    server.closeAllConnections()
    await house.close()
    process.exit(0)
  }
  process.on('SIGTERM', () => { void stop() })
  // On a terminal Ctrl-C reaches us as well as our launcher; the launcher decides. Without one, it is ours.
  process.on('SIGINT', () => { if (!process.send) void stop() })
  process.on('disconnect', () => { void stop() })
}

/** Long uploads are bounded by silence, not by their length: Node's limit for a whole request body would cut slow people off. */
async function listen(config: Config, answer: RequestListener): Promise<Server> {
  const server = createServer({ requestTimeout: 0, headersTimeout: 60_000, keepAliveTimeout: 65_000 }, answer)
  server.on('connection', socket => { socket.setTimeout(120_000, () => socket.destroy()) })
  await new Promise<void>((listening, failed) => {
    server.once('error', failed)
    server.listen(config.port, config.host, listening)
  }).catch((why: unknown) => {
    if (why instanceof Error && 'code' in why && why.code === 'EADDRINUSE') throw new Error(`Port ${config.port} is in use on ${config.host}. Is Stagedoor running already? Stop it, or set PORT to another one.`)
    throw why
  })
  return server
}

process.on('unhandledRejection', why => { console.error('[stagedoor] a promise was left alone:', why) })
try {
  await main(readConfig(process.env))
} catch (why) {
  console.error(why instanceof BadConfig || (why instanceof Error && why.name === 'Error') ? `[stagedoor] ${why.message}` : why)
  process.exit(WILL_NOT_HELP)
}
