// The other side of the comparison: verifies the signature and inserts one row per delivery, nothing more. Plain Node, plain pg, a pool of 8.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import { Pool } from 'pg'
import { SECRET } from './knocker.ts'

const pool = new Pool({ connectionString: process.env['BENCH_DATABASE'], max: 8 })
await pool.query('create table delivery (id bigint generated always as identity primary key, app_id bigint not null, key text not null, event text not null, raw bytea not null, received_at timestamptz not null default now())')

const server = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
    const raw = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)
    const header = Object.fromEntries(String(request.headers['tiktok-signature']).split(',').map(part => part.trim().split('=', 2) as [string, string]))
    const expected = createHmac('sha256', SECRET).update(`${header['t']}.`).update(raw).digest()
    const given = Buffer.from(header['s'] ?? '', 'hex')
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) { response.writeHead(401).end(); return }
    const event = JSON.parse(raw.toString()) as { event: string; user_openid: string }
    pool.query('insert into delivery (app_id, key, event, raw) values ($1, $2, $3, $4)', [1, event.user_openid, event.event, raw])
      .then(() => { response.writeHead(200).end() }, () => { response.writeHead(500).end() })
  })
})
server.listen(0, '127.0.0.1', () => { process.send?.({ port: (server.address() as { port: number }).port }) })
process.on('SIGTERM', () => { process.exit(0) })
process.on('disconnect', () => { process.exit(0) })
