import { createHmac, randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'

export const SECRET = 'the secret of a benchmark'
export const BUSINESS = '-000BenchmarkOfTheBusinessAccount000'
export const PERSON = { email: 'bench@stagedoor.test', password: 'a password for benchmarks' }
export const CLIENT_KEY = '7600000000000000009'

export type Talk = { id: string; person: string }
export const freshTalks = (count: number): Talk[] => Array.from({ length: count }, () => ({ id: randomBytes(19).toString('base64'), person: randomBytes(48).toString('base64') }))

/** Signed, unique deliveries of about 900 bytes in TikTok's shape, as whole HTTP requests: nothing is left to make while the time runs. */
export function signedRequests(path: string, count: number, { talks = freshTalks(200), event = 'im_receive_msg', from = 0 }: { talks?: Talk[]; event?: string; from?: number } = {}): Buffer[] {
  const t = Math.floor(Date.now() / 1000)
  return Array.from({ length: count }, (_, place) => {
    const n = from + place
    const talk = talks[n % talks.length] ?? { id: '', person: '' }
    const content = JSON.stringify({
      from: `customer.${n % talks.length}`, to: 'business.a', unique_identifier: talk.person, from_user: { id: talk.person, role: 'personal_account' }, to_user: { id: BUSINESS, role: 'business_account' },
      conversation_id: talk.id, message_id: randomBytes(19).toString('base64'), timestamp: Date.now() + n, type: 'text', text: { body: `Message ${n}: is the blue vase still there?` }, scene_type: 0, is_follower: false, message_tag: { source: 'APP' },
    })
    const body = JSON.stringify({ client_key: CLIENT_KEY, event, create_time: t, user_openid: BUSINESS, content })
    const signature = createHmac('sha256', SECRET).update(`${t}.${body}`).digest('hex')
    return Buffer.from(`POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\nuser-agent: tiktok-webhook\r\ntiktok-signature: t=${t},s=${signature}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
  })
}

type Lane = { ask(request: Buffer): Promise<number>; close(): void }

/** One keep-alive connection with one request under way at a time. Answers the status. */
export async function openLane(port: number): Promise<Lane> {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await new Promise<void>((open, failed) => { socket.once('connect', open).once('error', failed) })
  let held = ''
  let heard: ((status: number) => void) | undefined
  socket.setEncoding('latin1').on('data', (piece: unknown) => {
    held += String(piece)
    const end = held.indexOf('\r\n\r\n')
    if (end < 0) return
    const length = Number(/content-length: (\d+)/i.exec(held.slice(0, end))?.[1] ?? (/transfer-encoding: chunked/i.test(held.slice(0, end)) ? Number.NaN : 0))
    const whole = Number.isNaN(length) ? held.endsWith('0\r\n\r\n') : held.length >= end + 4 + length
    if (!whole) return
    const status = Number(held.slice(9, 12))
    held = ''
    const tell = heard
    heard = undefined
    tell?.(status)
  })
  socket.on('error', () => { heard?.(0) }).on('close', () => { heard?.(0) })
  return { ask: request => new Promise(done => { heard = done; socket.write(request) }), close: () => { socket.destroy() } }
}

/** As fast as the answers come, over `connections`, until the requests are used up. Per second, and how many were not answered 200. */
export async function flatOut(port: number, requests: Buffer[], connections: number): Promise<{ perSecond: number; refused: number }> {
  const lanes = await Promise.all(Array.from({ length: connections }, () => openLane(port)))
  let next = 0, refused = 0
  const began = performance.now()
  await Promise.all(lanes.map(async lane => {
    for (let request = requests[next++]; request; request = requests[next++]) if (await lane.ask(request) !== 200) refused++
  }))
  const seconds = (performance.now() - began) / 1000
  for (const lane of lanes) lane.close()
  return { perSecond: requests.length / seconds, refused }
}

/** An open tap: so many a second whatever the answers do. Milliseconds from asking to the answer, and when each was sent (epoch ms). */
export async function steadily(port: number, requests: Buffer[], perSecond: number): Promise<{ ms: number[]; sentAt: number[]; refused: number }> {
  const lanes = await Promise.all(Array.from({ length: 64 }, () => openLane(port)))
  const free = [...lanes]
  const ms: number[] = [], sentAt: number[] = []
  let refused = 0
  const under: Promise<void>[] = []
  const began = performance.now() + 20
  for (const [n, request] of requests.entries()) {
    const due = began + n * 1000 / perSecond
    const wait = due - performance.now()
    if (wait > 0) await new Promise(later => { setTimeout(later, wait) })
    const lane = free.pop()
    if (!lane) { refused++; continue }
    const sent = performance.now()
    sentAt[n] = performance.timeOrigin + sent
    under.push(lane.ask(request).then(status => { free.push(lane); if (status === 200) ms.push(performance.now() - sent); else refused++ }))
  }
  await Promise.all(under)
  for (const lane of lanes) lane.close()
  return { ms, sentAt, refused }
}
