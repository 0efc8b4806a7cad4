import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export type Seen = { method: string; path: string; query: URLSearchParams; rawUrl: string; headers: IncomingHttpHeaders; body: Buffer }

/** A real little server for one test; every request it got is kept. It is closed when the test is over. */
export async function listen(answer: (seen: Seen, response: ServerResponse, request: IncomingMessage) => void) {
  const requests: Seen[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('error', () => {})
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://localhost')
      const seen = { method: request.method ?? '', path: url.pathname, query: url.searchParams, rawUrl: request.url ?? '', headers: request.headers, body: Buffer.concat(parts) }
      requests.push(seen)
      answer(seen, response, request)
    })
  })
  await new Promise<void>(done => { server.listen(0, '127.0.0.1', done) })
  onTestFinished(() => new Promise<void>(done => { server.close(() => done()); server.closeAllConnections() }))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}`, requests, server }
}

/** A server that gives every request this one answer. */
export const answering = (body: string, status = 200, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  listen((_seen, response) => { response.writeHead(status, headers).end(body) })

/** The error a promise ends with; fails when it does not. */
export const failure = async (promise: Promise<unknown>): Promise<Error> => {
  try {
    await promise
  } catch (error) {
    return error as Error
  }
  throw new Error('It was expected to fail')
}
