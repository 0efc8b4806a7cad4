import { expect, test } from 'vitest'
import { envelope, messageContent, newId, openDesk, SECRET, signed } from '../test/desk.ts'

test('TikTok’s own sample of a signed delivery is taken, and kept before it is answered', async () => {
  const desk = await openDesk()
  const body = envelope('im_receive_msg', messageContent('in'))
  const answer = await desk.knock(body, signed(body, desk.house.clock.now()))
  expect(answer.status).toBe(200)
  const kept = await desk.house.db.selectFrom('delivery').select(['raw', 'event']).executeTakeFirstOrThrow()
  expect(kept.raw.toString()).toBe(body)
  expect(kept.event).toBe('im_receive_msg')
})

test('forged, stale, unsigned and malformed deliveries are refused with a reason, and nothing of them is kept', async () => {
  const desk = await openDesk()
  const now = desk.house.clock.now()
  const body = envelope('im_receive_msg', messageContent('in'))
  const at = (seconds: number) => new Date(now.getTime() + seconds * 1000)
  const tries: [string, string | undefined, string][] = [
    [body, signed(body, now, 'another secret'), 'wrong signature'],
    [body.replace('Hello', 'Hullo'), signed(body, now), 'wrong signature'],
    [body, signed(body, at(-301)), 'too old'],
    [body, signed(body, at(301)), 'from the future'],
    [body, undefined, 'no signature'],
    [body, 's=abc', 'malformed signature'],
    [body.slice(0, -20), signed(body.slice(0, -20), now), 'not an envelope'], // truncated
    ['this is not JSON', signed('this is not JSON', now), 'not an envelope'],
    ['', signed('', now), 'not an envelope'],
  ]
  for (const [sent, header, reason] of tries) {
    const answer = await desk.knock(sent, header)
    expect([reason, answer.status]).toEqual([reason, 401])
    expect(await answer.json()).toEqual({ reason })
  }
  expect(await desk.house.db.selectFrom('delivery').selectAll().execute()).toEqual([])
})

test('a delivery replayed within its time is one delivery and one message', async () => {
  const desk = await openDesk()
  const body = envelope('im_receive_msg', messageContent('in'))
  for (const seconds of [0, 0, 30]) { // TikTok signs a retry anew; its bytes are the same
    expect((await desk.knock(body, signed(body, new Date(desk.house.clock.now().getTime() + seconds * 1000)))).status).toBe(200)
  }
  const [conversation] = await desk.conversations()
  expect(conversation).toMatchObject({ unread: 1, last: { text: 'Hello' } })
  expect(await desk.house.db.selectFrom('delivery').select('id').execute()).toHaveLength(1)
})

test('an app that does not exist is 404, one that is too large is 413, and neither is kept', async () => {
  const desk = await openDesk()
  const body = envelope('im_receive_msg', messageContent('in'))
  expect((await desk.knock(body, signed(body, desk.house.clock.now()), 'nobody')).status).toBe(404)
  const huge = envelope('im_receive_msg', messageContent('in', { text: { body: 'x'.repeat(1024 * 1024) } }))
  expect((await desk.knock(huge, signed(huge, desk.house.clock.now()))).status).toBe(413)
  expect(await desk.house.db.selectFrom('delivery').selectAll().execute()).toEqual([])
})

test('events nobody knows are answered 200, kept and named', async () => {
  const desk = await openDesk()
  await desk.deliver('im_something_new', { conversation_id: newId(), anything: [1, 'two'] })
  await desk.deliver('brand.new.event', { a: 1 })
  await desk.drainer.drained()
  const rows = await desk.house.db.selectFrom('delivery').select(['event', 'fault', 'settled_at']).orderBy('id').execute()
  expect(rows.map(row => [row.event, row.fault, row.settled_at !== null])).toEqual([['im_something_new', null, true], ['brand.new.event', null, true]])
})

test('the secret before the current one still opens the door until its date', async () => {
  const desk = await openDesk()
  const body = envelope('im_receive_msg', messageContent('in'))
  await desk.deliver('im_receive_msg', messageContent('in')) // the door remembers the secret for a moment
  const { saveApp } = await import('./accounts/apps.ts')
  await desk.house.db.transaction().execute(trx => saveApp(desk.house, trx, { platform: 'business', clientKey: '7600000000000000001', secret: 'the new one', name: 'Test', environment: 'production', source: 'wizard' }))
  expect((await desk.knock(body, signed(body, desk.house.clock.now(), 'the new one'))).status).toBe(200)
  expect((await desk.knock(body, signed(body, desk.house.clock.now(), SECRET))).status).toBe(200)
})

test('managers see deliveries that failed for good, and can have them tried again', async () => {
  const desk = await openDesk()
  await desk.deliver('im_something_new', { a: 1 })
  await desk.drainer.drained()
  await desk.house.db.updateTable('delivery').set({ fault: 'Error: it made no sense', attempts: 5 }).execute()
  const agent = { ...desk.owner, role: 'agent' as const }
  expect((await desk.call('GET', '/deliveries', undefined, { as: agent })).status).toBe(403)
  const { body } = await desk.call<{ items: { id: number }[] }>('GET', '/deliveries')
  expect(body.items).toEqual([expect.objectContaining({ event: 'im_something_new', fault: 'Error: it made no sense', attempts: 5 })])
  const id = body.items[0]?.id ?? 0
  expect((await desk.call('POST', `/deliveries/${id}/retry`, {})).status).toBe(200)
  await desk.drainer.drained()
  expect((await desk.call<{ items: unknown[] }>('GET', '/deliveries')).body.items).toEqual([])
  expect((await desk.call('POST', `/deliveries/${id}/retry`, {})).status).toBe(404)
})
