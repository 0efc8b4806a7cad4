import { randomUUID } from 'node:crypto'
import { openTemporaryDemo } from '../launch/temporary.ts'
import { openDesk } from './desk.ts'
import { connectBoth, emulator, uploadByTus, video } from './journeys.ts'
import type { Story } from './main.ts'
import { chance } from './random.ts'

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
/** Longer than an answer takes on a busy machine: some are answered, and the answer repeated must be the same. */
const LONGEST_MS = 250
/** TikTok takes ten messages until the customer writes again. */
const REPLIES_EACH = 8

type Deed = { what: string; path: string; body: object; other: object; key: string }
type Answer = { status: number; id: number | undefined; again: boolean }

/**
 * A reply and a post are on their way when the server is killed, 0 to 250 ms after they left: before, in and after the commit. Each is
 * repeated with its key. At the end each is one row, whatever was answered before the kill is answered again, and its key takes no other body.
 */
export const run: Story['run'] = async ({ seed, scale, kills, say }) => {
  const started = performance.now()
  const random = chance(seed)
  const rounds = kills ?? (scale === 'full' ? 60 : 15)
  const violations: string[] = []
  const counts = { 'kills of the server': 0, 'answered before the kill': 0, 'cut off by the kill': 0, 'posts committed and not answered': 0, 'replies, one row each': 0, 'posts, one row each': 0 }
  const demo = await openTemporaryDemo({ say: () => {} })
  try {
    await demo.ready()
    const desk = await openDesk(demo.url, 'owner@stagedoor.test', 'stagedoor demo')
    const [account] = await connectBoth(desk, ['halia.ceramics'])
    if (!account) throw new Error('No account was connected.')
    const assetId = await uploadByTus(desk, video(), 'once.mp4')
    while ((await desk.get<{ state: string }>(`/api/v1/assets/${assetId}`)).state === 'checking') await pause(100)
    const conversations = await threads(desk, demo.emulatorUrl, Math.ceil(rounds / REPLIES_EACH))

    for (let round = 0; round < rounds; round++) {
      const path = `/api/v1/conversations/${conversations[Math.floor(round / REPLIES_EACH)]}/messages`
      const post = (caption: string) => ({ assetId, targets: [{ accountId: account.id, mode: 'direct', caption, privacy: 'SELF_ONLY', allowComment: false, allowDuet: false, allowStitch: false, yourBrand: false, brandedContent: false, aigc: false, coverMs: 0 }] })
      const deeds: Deed[] = [
        { what: 'replies', path, body: { text: `once, round ${round}` }, other: { text: 'something else' }, key: randomUUID() },
        { what: 'posts', path: '/api/v1/posts', body: post(`once, round ${round}`), other: post('something else'), key: randomUUID() },
      ]
      const sent = deeds.map(deed => fetch(demo.url + deed.path, {
        method: 'POST', body: JSON.stringify(deed.body), headers: { 'cookie': desk.cookie(), 'origin': demo.url, 'content-type': 'application/json', 'idempotency-key': deed.key }, signal: AbortSignal.timeout(20_000),
      }).then(read, () => undefined))
      await pause(random.between(0, LONGEST_MS))
      demo.kill('server')
      counts['kills of the server']++
      const before = await Promise.all(sent)
      for (const [n, deed] of deeds.entries()) {
        const first = before[n]
        if (first) counts['answered before the kill']++
        else counts['cut off by the kill']++
        const again = [await read(await repeat(deed, deed.body)), await read(await repeat(deed, deed.body))]
        if (!first && again[0]?.again) counts['posts committed and not answered']++
        for (const answer of again) if (answer.status !== 202 || answer.id !== again[0]?.id || (first && answer.id !== first.id)) violations.push(`round ${round}, ${deed.what}: answered ${JSON.stringify([first, ...again])}`)
        const other = await repeat(deed, deed.other)
        if (other.status !== 409) violations.push(`round ${round}, ${deed.what}: another body with the same key was answered ${other.status}`)
      }
      if (scale === 'full') say(`round ${round + 1} of ${rounds}`)
    }

    const replies = (await Promise.all(conversations.map(id => desk.all<{ text: string }>(`/api/v1/conversations/${id}/messages`)))).flat().map(message => message.text)
    const posts = (await desk.all<{ targets: { caption: string }[] }>('/api/v1/posts')).map(post => post.targets[0]?.caption)
    for (let round = 0; round < rounds; round++) {
      for (const [what, list] of [['replies', replies], ['posts', posts]] as const) {
        const rows = list.filter(text => text === `once, round ${round}`).length
        if (rows === 1) counts[`${what}, one row each`]++
        else violations.push(`round ${round}: ${rows} rows of ${what}`)
      }
    }
    if ([...replies, ...posts].includes('something else')) violations.push('a key that was used did something else')
    return { seed, violations, counts, seconds: (performance.now() - started) / 1000 }

    function repeat(deed: Deed, body: object) { return desk.raw('POST', deed.path, body, { 'idempotency-key': deed.key }) }
  } finally {
    await demo.close()
  }
}

async function read(answer: Response): Promise<Answer> {
  const { id } = await answer.json() as { id?: number }
  return { status: answer.status, id, again: answer.headers.get('idempotency-replayed') === 'true' }
}

/** So many people write to @halia.ceramics; resolves with their conversations when the house knows. */
async function threads(desk: Awaited<ReturnType<typeof openDesk>>, emulatorUrl: string, wanted: number): Promise<number[]> {
  const customers = (await emulator<{ items: { handle: string; region: string }[] }>(emulatorUrl, '/_emulator/world/customers')).items.filter(customer => ['BR', 'MX', 'ID', 'GH', 'JP'].includes(customer.region)).slice(0, wanted)
  if (customers.length < wanted) throw new Error(`There are customers for ${customers.length * REPLIES_EACH} rounds only.`)
  for (const { handle } of customers) await emulator(emulatorUrl, '/_emulator/world/customerSays', 'POST', [handle, 'halia.ceramics', { type: 'text', text: 'hello' }])
  for (const end = performance.now() + 60_000; performance.now() < end; await pause(150)) {
    const found = await desk.all<{ id: number }>('/api/v1/conversations')
    if (found.length >= wanted) return found.slice(0, wanted).map(conversation => conversation.id)
  }
  throw new Error('The customers were not heard.')
}
