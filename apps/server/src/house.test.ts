import { expect, test } from 'vitest'
import { openHouse } from '../test/open-house.ts'

type Conversation = { id: number; unread: number; last: { text: string } }
type Message = { id: number; text: string; direction: string; state: string }

test('a customer writes, an agent answers, and both worlds agree', async () => {
  const desk = await openHouse()
  try {
    const accountId = await desk.connect('halia.ceramics')
    desk.tiktok.world.customerSays('rita.almeida', 'halia.ceramics', { type: 'text', text: 'Is the tall mug back?' })
    await desk.settled()
    const { items: [conversation] } = await desk.get<{ items: Conversation[] }>(`/api/v1/conversations?account=${accountId}`)
    expect(conversation).toMatchObject({ unread: 1, last: { text: 'Is the tall mug back?' } })
    const queued = await desk.post<Message>(`/api/v1/conversations/${conversation?.id}/messages`, { text: 'It is, in celadon.' })
    await desk.settled()
    const { items } = await desk.get<{ items: Message[] }>(`/api/v1/conversations/${conversation?.id}/messages`)
    expect(items.map(message => [message.direction, message.text, message.state])).toEqual([['out', 'It is, in celadon.', 'sent'], ['in', 'Is the tall mug back?', 'received']])
    expect(items[0]?.id).toBe(queued.id)
  } finally {
    await desk.close()
  }
})
