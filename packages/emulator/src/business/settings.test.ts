import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openStand, refusal, type Stand } from '../test/stand.ts'

let stand: Stand
beforeEach(async () => { stand = await openStand() })
afterEach(() => stand.close())

const RITA = 'rita.almeida', HALIA = 'halia.ceramics'
const hi = (customer = RITA) => stand.tiktok.world.customerSays(customer, HALIA, { type: 'text', text: 'hi' })

describe('lists are shallow', () => {
  test('at most 100 conversations of one kind, newest first, paged by an offset', async () => {
    const made: string[] = []
    for (let i = 0; i < 103; i++) {
      stand.tiktok.world.addCustomer({ handle: `c${i}` })
      made.push(hi(`c${i}`).conversationId)
      await stand.tiktok.clock.advance(1)
    }
    const first = await stand.api.conversations({ type: 'STRANGER', limit: 60 }), second = await stand.api.conversations({ type: 'STRANGER', limit: 60, cursor: first.cursor })
    expect([first.conversations[0]?.conversation_id, first.cursor, first.has_more]).toEqual([made[102], 60, true])
    expect([second.conversations.length, second.cursor, second.has_more]).toEqual([40, 100, false])
    expect(await refusal(stand.api.conversations({ type: 'STRANGER', limit: 101 }))).not.toBe(0)
    expect((await stand.call('GET', `/business/message/conversation/list/?business_id=${stand.businessId}`)).code).toBe(40002)
  })

  test('conversations older than 90 days are gone from the list', async () => {
    hi()
    await stand.later(91 * 86_400_000)
    expect((await stand.api.conversations({ type: 'STRANGER' })).conversations).toEqual([])
  })

  test('the 20 newest messages, newest first or by rule the other way, with both participants', async () => {
    const ids = Array.from({ length: 23 }, () => hi().messageId), { conversationId } = hi()
    const { messages, participants } = await stand.api.content(conversationId)
    expect(messages).toHaveLength(20)
    expect(messages.map(m => m.message_id)).not.toContain(ids[3])
    expect(messages[1]?.message_id).toBe(ids[22])
    expect(participants).toMatchObject([{ role: 'BUSINESS_ACCOUNT', id: stand.businessId, display_name: 'Halia Ceramics' }, { role: 'PERSONAL_ACCOUNT', display_name: 'Rita Almeida', is_follower: false }])
    expect(messages[0]).toMatchObject({ sender: RITA, recipient: HALIA, message_type: 'TEXT', from_user: { role: 'PERSONAL_ACCOUNT' } })
    stand.tiktok.rules.set({ 'content-order': 'oldest first' })
    expect((await stand.api.content(conversationId)).messages.at(-2)?.message_id).toBe(ids[22])
  })

  test('a + in an id that was not encoded is refused with the documented words', async () => {
    const { conversationId } = hi()
    const said = await stand.call('GET', `/business/message/content/list/?business_id=${stand.businessId}&conversation_id=${`${conversationId.slice(0, 5)} ${conversationId.slice(6)}`}`)
    expect([said.code, said.message]).toEqual([40002, 'Param conversation_id is invalid.'])
  })
})

describe('the profile', () => {
  test('gives what was asked for, each field behind its scope', async () => {
    expect(await stand.api.profile()).toMatchObject({ display_name: 'Halia Ceramics' })
    expect(await stand.api.profile({ fields: ['username', 'is_business_account', 'followers_count'] })).toEqual({ username: HALIA, is_business_account: true, followers_count: 48_200 })
    const few = await stand.connect('nomad.bikes', ['user.info.basic'])
    expect(await refusal(few.api.profile({ fields: ['username'] }))).toBe(40001)
    stand.tiktok.rules.set({ 'profile-scope': 'omit' })
    expect(await few.api.profile({ fields: ['username', 'display_name'] })).toEqual({ display_name: 'Nomad Bikes' })
  })

  test('daily figures reach 60 days back, and pictures die by their own x-expires', async () => {
    const { metrics, profile_image } = await stand.api.profile({ fields: ['video_views', 'profile_image'], startDate: '2026-11-01', endDate: '2026-11-03' })
    expect(metrics?.map(m => m['date'])).toEqual(['2026-11-01', '2026-11-02', '2026-11-03'])
    expect(await refusal(stand.api.profile({ fields: ['likes'], startDate: '2026-08-01', endDate: '2026-08-02' }))).toBe(40002)
    expect((await fetch(profile_image ?? '')).headers.get('content-type')).toBe('image/jpeg')
    await stand.tiktok.clock.advance(3 * 86_400_000)
    expect((await fetch(profile_image ?? '')).status).toBe(403)
  })
})

describe('pictures in messages', () => {
  const JPG = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 1, 2]), PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a])
  const form = (file: Blob | string, name = 'a.jpg') => { const f = new FormData(); f.set('business_id', stand.businessId); f.set('media_type', 'IMAGE'); if (typeof file === 'string') f.set('file', file); else f.set('file', file, name); return f }
  const upload = async (body: FormData | string, headers: Record<string, string> = {}) => { const answer = await fetch(`${stand.tiktok.url}/open_api/v1.3/business/message/media/upload/`, { method: 'POST', headers: { 'access-token': stand.token, ...headers }, body }); return [answer.status, answer.status === 200 ? (await answer.json() as { code: number }).code : await answer.text()] }

  test('bytes decide: JPG and PNG are taken, empty, large and other ones have their codes', async () => {
    expect(await upload(form(new Blob([JPG])))).toEqual([200, 0])
    expect(await upload(form(new Blob([PNG], { type: 'image/jpeg' })))).toEqual([200, 0])
    expect(await upload(form(new Blob([])))).toEqual([200, 40906])
    expect(await upload(form(new Blob([JPG, new Uint8Array(3 * 1024 * 1024)])))).toEqual([200, 40907])
    expect(await upload(form(new Blob(['RIFFxxxxWEBP'], { type: 'image/png' })))).toEqual([200, 40908])
    expect(await upload(form('no file'))).toEqual([200, 40002])
    expect(await upload('{}', { 'content-type': 'multipart/form-data' })).toEqual([400, 'Bad Request'])
  })

  test('an uploaded picture lives 30 days, for this app and account alone', async () => {
    const { media_id } = await stand.api.uploadImage({ bytes: JPG, filename: 'a.jpg', type: 'image/jpeg' }), other = await stand.connect('nomad.bikes')
    const { conversationId } = hi(), theirs = stand.tiktok.world.customerSays(RITA, 'nomad.bikes', { type: 'text', text: 'hi' }).conversationId
    const image = { message_type: 'IMAGE', image: { media_id } } as const
    expect(await refusal(other.api.send({ recipient: theirs, ...image }))).toBe(40007)
    expect(await refusal(stand.api.send({ recipient: conversationId, ...image }))).toBe(0)
    await stand.later(30 * 86_400_000 + 1000)
    hi()
    expect(await refusal(stand.api.send({ recipient: conversationId, ...image }))).toBe(40007)
  })

  test('a download address wants x-user with the token that asked, for 24 hours', async () => {
    const { conversationId, messageId } = stand.tiktok.world.customerSays(RITA, HALIA, { type: 'image' })
    const mediaId = (await stand.api.content(conversationId)).messages[0]?.image?.media_id ?? ''
    const ask = { conversationId, messageId, mediaId, type: 'IMAGE' } as const
    const { download_url } = await stand.api.downloadUrl(ask)
    expect((await stand.api.downloadMedia(download_url)).mime).toBe('image/jpeg')
    expect([(await fetch(download_url)).status, (await fetch(download_url, { headers: { 'x-user': 'act.other' } })).status]).toEqual([403, 403])
    expect(await refusal(stand.api.downloadUrl({ ...ask, type: 'VIDEO' }))).toBe(40002)
    expect(await refusal(stand.api.downloadUrl({ ...ask, mediaId: 'other' }))).toBe(40007)
    stand.tiktok.rules.set({ 'media-download': 'open' })
    expect((await fetch(download_url)).status).toBe(200)
    await stand.tiktok.clock.advance(86_400_000)
    expect((await fetch(download_url)).status).toBe(403)
  })

  test('a video of a customer comes down as video', async () => {
    const { conversationId, messageId } = stand.tiktok.world.customerSays(RITA, HALIA, { type: 'video' })
    const mediaId = (await stand.api.content(conversationId)).messages[0]?.video?.media_id ?? ''
    const { download_url } = await stand.api.downloadUrl({ conversationId, messageId, mediaId, type: 'VIDEO' })
    expect((await stand.api.downloadMedia(download_url)).mime).toBe('video/mp4')
  })

  test('where pictures do not work, capabilities says so and the send is refused', async () => {
    const { conversationId } = hi('yuki.draws'), { media_id } = await stand.api.uploadImage({ bytes: JPG, filename: 'a.jpg', type: 'image/jpeg' })
    const send = () => refusal(stand.api.send({ recipient: conversationId, message_type: 'IMAGE', image: { media_id } }))
    expect(await stand.api.capabilities(conversationId, 'STRANGER')).toEqual({ IMAGE_SEND: false })
    expect(await refusal(stand.api.capabilities(conversationId, 'SINGLE'))).toBe(40002)
    expect(await send()).toBe(40001)
    stand.tiktok.rules.set({ 'image-refusal': '40064' })
    expect(await send()).toBe(40064)
    expect(await stand.api.capabilities(hi().conversationId, 'STRANGER')).toEqual({ IMAGE_SEND: true })
  })
})

describe('automatic messages', () => {
  test('a welcome message is reviewed, told, and greets a first message without accepting the request', async () => {
    const { auto_message_id: id } = await stand.api.autoMessages.create({ auto_message_type: 'WELCOME_MESSAGE', welcome_message: { content: 'Hi {{display_name}}!' } })
    await stand.api.autoMessages.setStatus('WELCOME_MESSAGE', 'ENABLE')
    expect((await stand.api.autoMessages.get('WELCOME_MESSAGE')).auto_messages).toMatchObject([{ auto_message_id: id, audit_status: 'REVIEWING' }])
    expect(await refusal(stand.api.autoMessages.update(id, { auto_message_type: 'WELCOME_MESSAGE', welcome_message: { content: 'x' } }))).toBe(40002)
    expect((await stand.hear('im_auto_message_audit_update', 30_000)).map(e => e.content)).toMatchObject([{ auto_message_id: id, audit_status: 'APPROVED' }])
    expect((await stand.hear('im_auto_message_config_update')).map(e => e.content['auto_message_action'])).toEqual(['CREATE', 'ENABLE'])
    const { conversationId } = hi()
    const [echo] = await stand.hear('im_send_msg')
    expect(echo?.content).toMatchObject({ auto_message_type: 'WELCOME_MESSAGE', text: { body: 'Hi Rita Almeida!' }, message_tag: { source: 'OTHERS' } })
    expect((await stand.api.conversations({ type: 'STRANGER' })).conversations).toMatchObject([{ conversation_id: conversationId }])
    hi()
    expect(await stand.hear('im_send_msg')).toHaveLength(1)
  })

  test('a changed welcome message is told as DELETE and CREATE, and reviewed again', async () => {
    const { auto_message_id: id } = await stand.api.autoMessages.create({ auto_message_type: 'WELCOME_MESSAGE', welcome_message: { content: 'one' } })
    await stand.hear('', 30_000)
    const changed = await stand.api.autoMessages.update(id, { auto_message_type: 'WELCOME_MESSAGE', welcome_message: { content: 'two' } })
    expect(changed.auto_message_id).not.toBe(id)
    expect((await stand.hear('im_auto_message_config_update')).map(e => e.content['auto_message_action']).slice(1)).toEqual(expect.arrayContaining(['CREATE', 'DELETE']))
  })

  test('the first enabling of a welcome message makes a default one', async () => {
    await stand.api.autoMessages.setStatus('WELCOME_MESSAGE', 'ENABLE')
    const { operation_status, auto_messages } = await stand.api.autoMessages.get('WELCOME_MESSAGE')
    expect([operation_status, auto_messages[0]?.welcome_message?.content.includes('{{display_name}}')]).toEqual(['ENABLE', true])
  })

  test('three questions, six prompts, no duplicates, within their lengths', async () => {
    const question = (question: string, answer = 'yes') => refusal(stand.api.autoMessages.create({ auto_message_type: 'SUGGESTED_QUESTION', suggested_question: { question, answer } }))
    expect([await question('a'), await question('a'), await question('b'), await question('c'), await question('d'), await question('x'.repeat(81)), await question('e', 'x'.repeat(201))]).toEqual([0, 40002, 0, 0, 40002, 40002, 40002])
    const prompt = (title: string) => refusal(stand.api.autoMessages.create({ auto_message_type: 'CHAT_PROMPT', chat_prompt: { title, content: 'Where is my order?' } }))
    const codes: (number | string)[] = []
    for (const title of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'x'.repeat(19)]) codes.push(await prompt(title))
    expect(codes).toEqual([0, 0, 0, 0, 0, 0, 40002, 40002])
    expect((await stand.call('POST', '/business/message/auto_message/create/', { body: { business_id: stand.businessId, auto_message_type: 'CHAT_PROMPT', suggested_question: { title: 'z', content: 'both keys are read' } } })).message).toContain('auto_message_type')
  })

  test('prompts are sorted by naming each once; a rejected one cannot be changed', async () => {
    stand.tiktok.rules.set({ 'auto-review': 'by hand' })
    const made = await Promise.all(['a', 'b'].map(title => stand.api.autoMessages.create({ auto_message_type: 'CHAT_PROMPT', chat_prompt: { title, content: 'c' } }))), [a = '', b = ''] = made.map(m => m.auto_message_id)
    await stand.api.autoMessages.sort([b, a])
    expect((await stand.api.autoMessages.get('CHAT_PROMPT')).auto_messages.map(m => m.auto_message_id)).toEqual([b, a])
    expect(await refusal(stand.api.autoMessages.sort([a]))).toBe(40002)
    stand.tiktok.world.reviews(a, 'REJECTED')
    expect(await refusal(stand.api.autoMessages.update(a, { auto_message_type: 'CHAT_PROMPT', chat_prompt: { title: 'n', content: 'c' } }))).toBe(40002)
    await stand.api.autoMessages.delete('CHAT_PROMPT', a)
    expect((await stand.api.autoMessages.get('CHAT_PROMPT')).auto_messages).toHaveLength(1)
  })

  test('rule auto-review: by hand nothing is decided, hours take two hours', async () => {
    const status = async () => (await stand.api.autoMessages.get('CHAT_PROMPT')).auto_messages.map(m => m.audit_status)
    stand.tiktok.rules.set({ 'auto-review': 'by hand' })
    await stand.api.autoMessages.create({ auto_message_type: 'CHAT_PROMPT', chat_prompt: { title: 'a', content: 'c' } })
    stand.tiktok.rules.set({ 'auto-review': 'hours' })
    await stand.api.autoMessages.create({ auto_message_type: 'CHAT_PROMPT', chat_prompt: { title: 'b', content: 'c' } })
    await stand.tiktok.clock.advance(3_600_000)
    expect(await status()).toEqual(['REVIEWING', 'REVIEWING'])
    await stand.tiktok.clock.advance(3_700_000)
    expect(await status()).toEqual(['REVIEWING', 'APPROVED'])
  })

  test('a suggested question that a customer presses is answered by itself', async () => {
    const { auto_message_id: id } = await stand.api.autoMessages.create({ auto_message_type: 'SUGGESTED_QUESTION', suggested_question: { question: 'Do you ship?', answer: 'Yes, worldwide.' } })
    expect(() => stand.tiktok.world.asks(RITA, HALIA, id)).toThrow('approved')
    await stand.hear('', 30_000)
    stand.tiktok.world.asks(RITA, HALIA, id)
    expect((await stand.hear('im_send_msg'))[0]?.content).toMatchObject({ auto_message_type: 'SUGGESTED_QUESTION', text: { body: 'Yes, worldwide.' } })
  })

  test('rule auto-status: status/update switches questions off, or sets the type as asked', async () => {
    const status = async () => (await stand.api.autoMessages.get('SUGGESTED_QUESTION')).operation_status
    await stand.api.autoMessages.setStatus('SUGGESTED_QUESTION', 'ENABLE')
    expect(await status()).toBe('DISABLE')
    stand.tiktok.rules.set({ 'auto-status': 'sets the type' })
    await stand.api.autoMessages.setStatus('SUGGESTED_QUESTION', 'ENABLE')
    expect(await status()).toBe('ENABLE')
  })
})

describe('webhook configuration', () => {
  test('one callback per kind of event, listed, replaced and deleted with the app’s secret', async () => {
    const { webhook } = stand.api
    expect(await webhook.list(stand.app, 'VIDEO')).not.toHaveProperty('callback_url')
    await webhook.update(stand.app, { event_type: 'VIDEO', callback_url: 'https://desk.example.com/hooks/' })
    expect(await webhook.list(stand.app, 'VIDEO')).toMatchObject({ app_id: stand.appId, event_type: 'VIDEO', callback_url: 'https://desk.example.com/hooks/' })
    await webhook.delete(stand.app, 'DIRECT_MESSAGE')
    hi()
    expect(await stand.hear('im_receive_msg')).toEqual([])
    expect(await refusal(webhook.list({ ...stand.app, clientSecret: 'wrong' }, 'VIDEO'))).toBe(40101)
    expect((await stand.call('GET', `/business/webhook/list/?app_id=1&secret=x&event_type=VIDEO`, { token: null })).code).toBe(40113)
    expect((await stand.call('POST', '/business/webhook/update/', { token: null, body: { app_id: stand.appId, secret: stand.app.clientSecret, event_type: 'WEATHER', callback_url: 'https://a.example/' } })).code).toBe(40002)
  })

  test('a callback must be https; this machine may be http unless a rule says no', async () => {
    const set = (callback_url: string) => stand.call('POST', '/business/webhook/update/', { token: null, body: { app_id: stand.appId, secret: stand.app.clientSecret, event_type: 'VIDEO', callback_url } }).then(a => a.code)
    expect([await set('http://desk.example.com/'), await set('nonsense'), await set('http://localhost:4300/hooks/')]).toEqual([40002, 40002, 0])
    stand.tiktok.rules.set({ 'webhook-http': 'refuse' })
    expect(await set('http://localhost:4300/hooks/')).toBe(40002)
  })

  test('direct reply is off until it is switched on', async () => {
    expect((await stand.api.directReply.get()).operation_status).toBe('DISABLE')
    await stand.api.directReply.update('ENABLE')
    expect((await stand.api.directReply.get()).operation_status).toBe('ENABLE')
  })
})
