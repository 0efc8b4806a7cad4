import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { CutConnection } from './router.ts'

export type Env = { incoming: IncomingMessage; outgoing: ServerResponse }

/** Listens on the loopback address. Resolves with where. */
export async function serve(dispatch: (request: Request, env?: Env) => Promise<Response>, port: number, host = '127.0.0.1'): Promise<{ url: string; port: number; close(): Promise<void> }> {
  const listener = getRequestListener(async (request, env) => {
    const { incoming, outgoing } = env as Env
    try {
      return await dispatch(request, { incoming, outgoing })
    } catch (why) {
      if (!(why instanceof CutConnection)) throw why
      await cut(outgoing, why)
      return RESPONSE_ALREADY_SENT
    }
  }, { overrideGlobalObjects: false, errorHandler: () => new Response('500\n', { status: 500 }) })
  const server: Server = createServer({ requestTimeout: 0, headersTimeout: 60_000, keepAliveTimeout: 65_000 }, (request, response) => void listener(request, response))
  await new Promise<void>((done, failed) => {
    server.once('error', failed)
    server.listen(port, host, done)
  })
  const bound = (server.address() as AddressInfo).port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    port: bound,
    close: () => new Promise<void>(done => {
      server.close(() => done())
      server.closeAllConnections()
    }),
  }
}

/** Ends the socket without an HTTP ending: after some bytes of the answer, or with nothing at all. */
async function cut(outgoing: ServerResponse, { answer, afterBytes }: CutConnection) {
  if (answer) {
    const body = Buffer.from(await answer.arrayBuffer())
    outgoing.writeHead(answer.status, { ...Object.fromEntries(answer.headers), 'content-length': String(body.length) })
    await new Promise<void>(done => outgoing.write(body.subarray(0, Math.min(afterBytes, body.length - 1)), () => done()))
  }
  outgoing.destroy()
  outgoing.socket?.destroy()
}
