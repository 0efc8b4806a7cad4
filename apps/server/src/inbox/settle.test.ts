import { expect, test } from 'vitest'
import { CONVERSATION, messageContent, newId, openDesk } from '../../test/desk.ts'
import { sendOf } from './sends.ts'
import { begin, settleRefused, settleSent } from './settle.ts'
import type { MessageView } from './views.ts'

/** A send whose call is under way: it has begun, and TikTok has not answered. */
async function underWay(text: string) {
  const desk = await openDesk()
  await desk.deliver('im_receive_msg', messageContent('in', { timestamp: desk.house.clock.now().getTime() - 60_000 }))
  const [conversation] = await desk.conversations()
  const id = conversation?.id ?? 0
  await desk.house.jobs.stop() // the story takes the part of the queue itself
  desk.house.jobs.enqueue = () => Promise.resolve('')
  const { body } = await desk.call<MessageView>('POST', `/conversations/${id}/messages`, { text })
  const head = await sendOf(desk.house.db, body.id)
  if (!head) throw new Error('It was not queued.')
  await begin(desk.house, head)
  const echo = (words: string, message_id: string) => desk.deliver('im_send_msg', messageContent('out', { conversation_id: CONVERSATION, message_id, text: { body: words }, timestamp: desk.house.clock.now().getTime() + 500 }))
  return { desk, head, id, message: body.id, echo, out: async () => (await desk.messages(id)).filter(line => line.direction === 'out').map(line => [line.text, line.state]) }
}

test('an echo bound before its answer, then the answer: one message', async () => {
  const { desk, head, echo, out } = await underWay('Hello there')
  const key = newId()
  await echo('Hello there', key)
  expect(await out()).toEqual([['Hello there', 'sent']])
  await settleSent(desk.house, head, key)
  expect(await out()).toEqual([['Hello there', 'sent']])
})

test('an echo whose words TikTok changed is one message with its answer', async () => {
  const { desk, head, echo, out } = await underWay('see example.com')
  const key = newId()
  await echo('see https://example.com', key)
  expect(await out()).toHaveLength(2)
  await settleSent(desk.house, head, key)
  expect(await out()).toHaveLength(1)
  const events = await desk.events()
  expect(events.some(event => event.type === 'message.removed')).toBe(true)
})

test('the same words from another program stay a message of their own', async () => {
  const { desk, head, echo, out } = await underWay('Thanks!')
  await echo('Thanks!', newId()) // of another program, while our own call is under way
  expect(await out()).toEqual([['Thanks!', 'sent']])
  await settleSent(desk.house, head, newId())
  expect(await out()).toEqual([['Thanks!', 'sent'], ['Thanks!', 'sent']])
})

test('an echo is stronger than a refusal that comes after it', async () => {
  const { desk, head, echo, out } = await underWay('Made it')
  await echo('Made it', newId())
  await desk.drainer.drained()
  await settleRefused(desk.house, head, { code: '40064', title: 'x', detail: 'x', next: 'x' }, true)
  expect(await out()).toEqual([['Made it', 'sent']])
})

test('an answer that comes after somebody discarded the message is the truth', async () => {
  const { desk, head, message, out } = await underWay('Gone?')
  await desk.house.db.updateTable('message').set({ state: 'not sure' }).where('id', '=', message).execute()
  await desk.call('POST', `/messages/${message}/discard`, {})
  expect(await out()).toEqual([['Gone?', 'refused']])
  await settleSent(desk.house, head, newId())
  expect(await out()).toEqual([['Gone?', 'sent']])
})
