import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { walkConsent } from '../../packages/emulator/src/consent.ts'
import { openTemporaryDemo, type Victim } from '../launch/temporary.ts'
import { root } from '../launch/places.ts'
import { openDesk, type Desk } from './desk.ts'
import type { Outcome, Story } from './main.ts'
import { chance, type Chance } from './random.ts'

type Scale = { messages: number; replies: number; posts: number; kills: number; pauseMs: [number, number] }
const scales: Record<'small' | 'full', Scale> = {
  small: { messages: 60, replies: 20, posts: 3, kills: 3, pauseMs: [700, 1500] },
  full: { messages: 1500, replies: 300, posts: 24, kills: 30, pauseMs: [700, 2600] },
}

type Message = { id: number; conversationId: number; direction: 'in' | 'out'; text: string; state: string; sentAt: string }
type Target = { id: number; state: string; attempts: { publishId: string | null }[] }
type Post = { id: number; targets: Target[] }
type WorldMessage = { id: string; text?: string; body?: { text?: string }; from?: string; source?: string }

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

/**
 * Messages and uploads flow while server, database and emulator are killed at random. At the end every message a customer wrote is one
 * row, every reply is in TikTok's world once, every post is in a true terminal state with at most one publication that counts.
 */
export const run: Story['run'] = async ({ seed, scale, kills: killsWanted, say }) => {
  const started = performance.now()
  const random = chance(seed)
  const size = { ...scales[scale], ...(killsWanted === undefined ? {} : { kills: killsWanted }) }
  const demo = await openTemporaryDemo({ say: () => {} })
  const violations: string[] = []
  try {
    await demo.ready()
    const desk = await openDesk(demo.url, 'owner@stagedoor.test', 'stagedoor demo')
    const accounts = await connectBoth(desk, ['halia.ceramics', 'nomad.bikes'])
    say(`connected ${accounts.map(account => account.handle).join(', ')}`)

    let flowing = true
    const spoken: string[] = []
    const victims: Victim[] = []
    const killed: Record<Victim, number> = { server: 0, database: 0, emulator: 0 }
    const killing = (async () => {
      for (let n = 0; n < size.kills; n++) {
        await pause(random.between(...size.pauseMs))
        if (n % 3 === 0) victims.push(...random.shuffled<Victim>(['server', 'database', 'emulator'])) // at random, and each of them
        const victim = victims[n] ?? 'server'
        killed[victim]++
        demo.kill(victim)
        if (scale === 'full') say(`kill ${n + 1} of ${size.kills}: ${victim}`)
      }
    })()
    const talking = customersTalk(demo.emulatorUrl, random, size.messages, () => !flowing, spoken)
    const answering = answerPeople(desk, size.replies)
    const posting = publish(desk, accounts, random, size.posts)
    await killing
    await Promise.all([talking, answering, posting])
    flowing = false
    say('the killing is over; waiting until nothing moves')
    await demo.ready()
    await untilStill(desk, demo.emulatorUrl)

    const counts = await judge(desk, demo.emulatorUrl, spoken, await answering, await posting, violations)
    return { seed, violations, seconds: (performance.now() - started) / 1000, counts: { ...counts, 'kills of the server': killed.server, 'kills of the database': killed.database, 'kills of the emulator': killed.emulator } } satisfies Outcome
  } finally {
    await demo.close()
  }
}

export async function emulator<T>(url: string, path: string, method = 'GET', body?: unknown): Promise<T> {
  let last: unknown
  for (const end = performance.now() + 60_000; performance.now() < end; await pause(100)) {
    try {
      const answer = await fetch(url + path, { method, signal: AbortSignal.timeout(10_000), ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }) })
      if (answer.ok) return await answer.json() as T
      last = `${answer.status} ${await answer.text()}`
      if (answer.status === 422) break
    } catch (why) { last = why }
  }
  throw new Error(`The emulator gave no good answer to ${method} ${path}: ${last instanceof Error ? last.message : String(last)}`)
}

export async function connectBoth(desk: Desk, handles: string[]) {
  for (const handle of handles) for (const platform of ['business', 'developers']) {
    const { url } = await desk.post<{ url: string }>('/api/v1/connect', { platform })
    const back = new URL(await walkConsent((to, init) => fetch(to, init), { authorizeUrl: url, account: handle }))
    await desk.raw('GET', back.pathname + back.search)
  }
  return await desk.all<{ id: number; handle: string }>('/api/v1/accounts')
}

/** A customer's words are only counted as spoken when the emulator said so; a lost answer is asked about by its text. */
async function customersTalk(url: string, random: Chance, most: number, over: () => boolean, spoken: string[]) {
  // Of people in the EEA TikTok tells only that somebody wrote; they have no words to count.
  const customers = (await emulator<{ items: { handle: string; region: string }[] }>(url, '/_emulator/world/customers')).items.filter(customer => ['BR', 'MX', 'ID', 'GH', 'JP'].includes(customer.region))
  for (let n = 0; n < most && !over(); n++) {
    const text = `message ${n} ${randomUUID()}`
    const to = random.pick(['halia.ceramics', 'nomad.bikes'])
    const from = random.pick(customers).handle
    for (;;) {
      try {
        const answer = await fetch(`${url}/_emulator/world/customerSays`, { method: 'POST', body: JSON.stringify([from, to, { type: 'text', text }]), headers: { 'content-type': 'application/json' }, signal: AbortSignal.timeout(10_000) })
        if (answer.ok) break
      } catch { /* it may have been said; the world is asked before it is said again */ }
      await pause(150)
      const said = await emulator<{ items: WorldMessage[] }>(url, '/_emulator/world/messages').then(list => list.items.some(item => textOf(item) === text))
      if (said) break
    }
    spoken.push(text)
    await pause(random.between(5, 40))
  }
}

const textOf = (message: WorldMessage) => message.text ?? message.body?.text

async function answerPeople(desk: Desk, most: number): Promise<string[]> {
  const sent: string[] = []
  const answered = new Map<number, number>()
  while (sent.length < most) {
    const conversations = await desk.all<{ id: number; window: { left: number | null } }>('/api/v1/conversations')
    let did = 0
    for (const conversation of conversations) {
      const left = conversation.window.left ?? 0
      if (left < 2 || sent.length >= most) continue
      const text = `reply ${sent.length} ${randomUUID()}`
      const key = randomUUID()
      const answer = await desk.raw('POST', `/api/v1/conversations/${conversation.id}/messages`, { text }, { 'idempotency-key': key })
      if (!answer.ok) continue
      sent.push(text)
      answered.set(conversation.id, (answered.get(conversation.id) ?? 0) + 1)
      did++
    }
    await pause(did > 0 ? 200 : 500)
  }
  return sent
}

export const video = () => readFileSync(join(root, 'apps/server/test/media/fine.mp4'))

async function publish(desk: Desk, accounts: { id: number; handle: string }[], random: Chance, most: number): Promise<number[]> {
  const posts: number[] = []
  for (let n = 0; n < most; n++) {
    const assetId = await uploadByTus(desk, grown(video(), random.between(100_000, 25_000_000)), `video ${n}.mp4`)
    for (const end = performance.now() + 60_000; performance.now() < end; await pause(150)) {
      const asset = await desk.get<{ state: string }>(`/api/v1/assets/${assetId}`)
      if (asset.state !== 'checking') break
    }
    const account = random.pick(accounts)
    const direct = random.next() < 0.5
    const target = direct
      ? { accountId: account.id, mode: 'direct', caption: `post ${n} ${randomUUID()}`, privacy: 'SELF_ONLY', allowComment: false, allowDuet: false, allowStitch: false, yourBrand: false, brandedContent: false, aigc: false, coverMs: 0 }
      : { accountId: account.id, mode: 'draft', caption: '' }
    const post = await desk.post<Post>('/api/v1/posts', { assetId, targets: [target] })
    posts.push(post.id)
    await pause(random.between(100, 800))
  }
  return posts
}

/** A real MP4 made larger by a `free` box at its end: still a valid file. */
export function grown(file: Buffer, bytes: number): Buffer {
  if (bytes < file.length + 8) return file
  const box = Buffer.alloc(bytes - file.length)
  box.writeUInt32BE(box.length, 0)
  box.write('free', 4, 'latin1')
  return Buffer.concat([file, box])
}

/** A small tus client that goes on where it stopped, however often the server dies. */
export async function uploadByTus(desk: Desk, bytes: Buffer, name: string): Promise<number> {
  const meta = `filename ${Buffer.from(name).toString('base64')},filetype ${Buffer.from('video/mp4').toString('base64')}`
  const tus = { 'tus-resumable': '1.0.0' }
  const made = await desk.raw('POST', '/api/v1/uploads', undefined, { ...tus, 'upload-length': String(bytes.length), 'upload-metadata': meta, 'idempotency-key': randomUUID() })
  const location = made.headers.get('location')
  if (!location) throw new Error(`The upload was not created: ${made.status} ${await made.text()}`)
  const path = new URL(location, `${desk.url}/api/v1/uploads/`).pathname
  for (let tries = 0; tries < 200; tries++) {
    const head = await desk.raw('HEAD', path, undefined, tus)
    const offset = Number(head.headers.get('upload-offset') ?? 0)
    try {
      const answer = await fetch(desk.url + path, { method: 'PATCH', headers: { ...tus, cookie: desk.cookie(), origin: desk.url, 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) }, body: new Uint8Array(bytes.subarray(offset)), signal: AbortSignal.timeout(30_000) })
      const asset = answer.headers.get('stagedoor-asset')
      if (asset) return Number(asset)
    } catch { /* asked by HEAD again */ }
    if (offset === bytes.length) {
      const asset = head.headers.get('stagedoor-asset')
      if (asset) return Number(asset)
    }
    await pause(150)
  }
  throw new Error('The upload to Stagedoor never ended.')
}

const over = new Set(['in drafts inbox', 'live', 'failed', 'not sure', 'in moderation'])
const settledOut = new Set(['sent', 'seen', 'refused', 'not sure'])

/** Still: the emulator has nothing due, every reply and target has an ending, and nothing changed over three looks. */
async function untilStill(desk: Desk, emulatorUrl: string) {
  let before = ''
  let same = 0
  const enough = performance.now() + 75_000
  for (const end = performance.now() + 300_000; performance.now() < end && same < 3; await pause(1500)) {
    const posts = await desk.all<Post>('/api/v1/posts')
    const moving = posts.flatMap(post => post.targets).filter(target => !over.has(target.state)).length
    const conversations = await desk.all<{ id: number; last: unknown; unread: number }>('/api/v1/conversations')
    const agenda = await emulator<{ items: unknown[] }>(emulatorUrl, '/_emulator/agenda')
    // A reply whose answer was lost is looked for half a minute long: that is not stuck yet.
    let looking = 0
    if (performance.now() < enough) for (const { id } of conversations) looking += (await desk.all<Message>(`/api/v1/conversations/${id}/messages`)).filter(message => message.state === 'queued' || message.state === 'sending').length
    const now = JSON.stringify([posts.map(post => post.targets.map(target => target.state)), conversations, moving])
    same = now === before && moving + looking === 0 ? same + 1 : 0
    before = now
    if (agenda.items.length > 0) await emulator(emulatorUrl, '/_emulator/clock', 'POST', { do: 'advance', ms: 20_000 })
  }
}

async function judge(desk: Desk, emulatorUrl: string, spoken: string[], replies: string[], posts: number[], violations: string[]) {
  const conversations = await desk.all<{ id: number }>('/api/v1/conversations')
  const rows: Message[] = []
  for (const conversation of conversations) rows.push(...await desk.all<Message>(`/api/v1/conversations/${conversation.id}/messages`))
  const world = (await emulator<{ items: WorldMessage[] }>(emulatorUrl, '/_emulator/world/messages')).items
  const times = (list: (string | undefined)[]) => { const map = new Map<string, number>(); for (const item of list) if (item) map.set(item, (map.get(item) ?? 0) + 1); return map }

  const inRows = times(rows.filter(row => row.direction === 'in').map(row => row.text))
  for (const text of spoken) {
    const n = inRows.get(text) ?? 0
    if (n === 0) violations.push(`lost: the customer's "${text}" has no row`)
    if (n > 1) violations.push(`twice: the customer's "${text}" has ${n} rows`)
  }
  const inWorld = times(world.map(textOf))
  const outRows = rows.filter(row => row.direction === 'out')
  const replyTexts = new Set(replies)
  for (const text of replies) {
    const mine = outRows.filter(row => row.text === text)
    if (mine.length !== 1) violations.push(`${mine.length === 0 ? 'lost' : 'twice'}: the reply "${text}" has ${mine.length} rows`)
    const there = inWorld.get(text) ?? 0
    if (there > 1) violations.push(`sent twice: "${text}" is in TikTok's world ${there} times`)
    const state = mine[0]?.state
    if (state && !settledOut.has(state)) violations.push(`stuck: the reply "${text}" is still ${state}`)
    if ((state === 'sent' || state === 'seen') && there !== 1) violations.push(`untrue: the reply "${text}" is shown as ${state} and is in TikTok's world ${there} times`)
    if (state === 'refused' && there !== 0) violations.push(`untrue: the reply "${text}" is shown as refused and is in TikTok's world`)
  }
  for (const row of outRows) if (!replyTexts.has(row.text)) violations.push(`from nowhere: the outgoing "${row.text}" was written by nobody`)

  const publications = (await emulator<{ items: { publishId?: string; id?: string; state?: string; status?: string }[] }>(emulatorUrl, '/_emulator/world/publications')).items
  const all = await desk.all<Post>('/api/v1/posts')
  for (const id of posts) {
    const post = all.find(item => item.id === id)
    if (!post) { violations.push(`lost: post ${id} has no row`); continue }
    for (const target of post.targets) {
      if (!over.has(target.state)) violations.push(`stuck: target ${target.id} is still ${target.state}`)
      const mine = new Set(target.attempts.map(attempt => attempt.publishId))
      const delivered = publications.filter(item => mine.has(item.publishId ?? item.id ?? '') && ['SEND_TO_USER_INBOX', 'PUBLISH_COMPLETE'].includes(item.status ?? item.state ?? ''))
      if (delivered.length > 1) violations.push(`posted twice: target ${target.id} has ${delivered.length} publications`)
      if ((target.state === 'live' || target.state === 'in drafts inbox') && delivered.length !== 1) violations.push(`untrue: target ${target.id} is shown as ${target.state} and TikTok has ${delivered.length}`)
    }
  }
  const known = new Set(all.flatMap(post => post.targets).flatMap(target => target.attempts.map(attempt => attempt.publishId)))
  for (const item of publications) if (['SEND_TO_USER_INBOX', 'PUBLISH_COMPLETE'].includes(item.status ?? item.state ?? '') && !known.has(item.publishId ?? item.id ?? '')) violations.push(`from nowhere: TikTok has a publication ${item.publishId ?? item.id} that no attempt knows`)
  const states = (list: string[]) => [...times(list)].map(([state, n]) => `${n} ${state}`).join(', ')
  return {
    'messages from customers': spoken.length, 'replies': replies.length, 'posts': posts.length,
    [`replies by state (${states(outRows.map(row => row.state))})`]: outRows.length,
    [`targets by state (${states(all.flatMap(post => post.targets).map(target => target.state))})`]: all.length,
  }
}
