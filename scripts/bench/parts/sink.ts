// A bare receiver of chunks: counts, discards, answers 206, and 201 for the last. It measures from the first byte of a file to the last answer.
import { createServer } from 'node:http'

let began = 0, ended = 0, bytes = 0, puts = 0
const server = createServer({ requestTimeout: 0 }, (request, response) => {
  if (began === 0) began = performance.now()
  const [, last = '0', total = '0'] = /-(\d+)\/(\d+)$/.exec(request.headers['content-range'] ?? '') ?? []
  request.on('data', (part: Buffer) => { bytes += part.length })
  request.on('end', () => {
    const whole = Number(last) + 1 === Number(total)
    response.writeHead(whole ? 201 : 206, { 'content-range': `bytes 0-${Number(last) + 1}/${total}`, 'content-length': '0' }).end()
    puts++
    ended = performance.now()
  })
})
server.listen(0, '127.0.0.1', () => { process.send?.({ port: (server.address() as { port: number }).port }) })
process.on('disconnect', () => { process.exit(0) })
process.on('SIGTERM', () => { process.exit(0) })
process.on('message', () => {
  process.send?.({ ms: ended - began, bytes, puts })
  began = ended = bytes = puts = 0
})
