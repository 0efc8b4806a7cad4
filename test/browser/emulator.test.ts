import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openStand, type Stand } from '../../packages/emulator/src/test/stand.ts'
import { fixture, INBOX_INIT, fileSource, put, VIDEO_INIT, direct } from '../../packages/emulator/src/test/stage.ts'
import { openBrowser } from './desk.ts'

const RITA = 'rita.almeida', HALIA = 'halia.ceramics', LOGIN = 'https://desk.example.com/connect/login/'
let browser: Browser, stand: Stand, page: Page, complaints: string[]
beforeAll(async () => { browser = await openBrowser() })
afterAll(() => browser.close())
beforeEach(async () => {
  stand = await openStand()
  const opened = await openPage({})
  page = opened.page
  complaints = opened.complaints
  return async () => { await page.context().close(); await stand.close() }
})

async function openPage({ dark = false, phone = false, path = '' }: { dark?: boolean; phone?: boolean; path?: string }) {
  const context = await browser.newContext({ viewport: phone ? { width: 390, height: 844 } : { width: 1440, height: 900 }, colorScheme: dark ? 'dark' : 'light', hasTouch: phone, permissions: ['clipboard-read', 'clipboard-write'] })
  const made = await context.newPage(), wrong: string[] = []
  made.on('console', m => { if (m.type() === 'error' || m.type() === 'warning') wrong.push(m.text()) })
  made.on('pageerror', e => wrong.push(e.message))
  made.on('dialog', dialog => { dialog.accept(dialog.type() === 'prompt' ? 'typed on the phone' : undefined).catch(() => undefined) })
  await made.goto(`${stand.tiktok.url}/${path}`)
  await made.locator('h1').first().waitFor({ state: 'attached' })
  return { page: made, complaints: wrong, context }
}
const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
const last = () => stand.tiktok.world.messages.filter(m => m.from === 'customer').at(-1)
const body = () => last()?.body.type

/** A draft or a post of the account, uploaded for real. */
async function publish(draft: boolean): Promise<string> {
  const app = stand.tiktok.world.apps.find(a => a.platform === 'developers' && a.redirectUris.includes(LOGIN)) ?? stand.tiktok.world.addApp({ platform: 'developers', redirectUris: [LOGIN], audited: true })
  const query = new URLSearchParams({ client_key: app.id, scope: 'user.info.basic,video.upload,video.publish', redirect_uri: LOGIN, state: 's', response_type: 'code' })
  const code = new URL(await stand.tiktok.consent({ authorizeUrl: `${stand.tiktok.url}/v2/auth/authorize/?${query}`, account: HALIA, scopes: 'all' })).searchParams.get('code') ?? ''
  const { access_token: token } = await (await fetch(`${stand.tiktok.url}/v2/oauth/token/`, { method: 'POST', body: new URLSearchParams({ client_key: app.id, client_secret: app.secret, grant_type: 'authorization_code', code, redirect_uri: LOGIN }) })).json() as { access_token: string }
  const bytes = fixture('good.mp4')
  const answer = await fetch(stand.tiktok.url + (draft ? INBOX_INIT : VIDEO_INIT), { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=UTF-8' }, body: JSON.stringify(draft ? { source_info: fileSource(bytes.length) } : direct(bytes.length)) })
  const { data } = await answer.json() as { data: { publish_id: string; upload_url: string } }
  await put(data.upload_url, bytes, 0, bytes.length)
  await stand.tiktok.settled()
  return data.publish_id
}

test('on the phone one can be a customer in every way, and each arrives', async () => {
  await page.getByRole('textbox', { name: 'Message' }).fill('Is the tall mug in celadon?')
  await page.keyboard.press('Enter')
  await page.getByRole('log').getByText('tall mug').waitFor()
  expect(last()?.body).toEqual({ type: 'text', text: 'Is the tall mug in celadon?' })
  for (const [key, type] of [['Image', 'image'], ['Video', 'video'], ['Sticker', 'sticker'], ['Emoji', 'emoji'], ['Post', 'share_post'], ['Voice', 'other']] as const) {
    await press(key)
    await expect.poll(body).toBe(type)
  }
  const { message_id: card } = await stand.api.send({ recipient: last()?.conversationId ?? '', message_type: 'TEMPLATE', template: { type: 'QA_BUTTON_CARD', title: 'How can we help?', buttons: [{ type: 'REPLY', title: 'Glaze and care', id: 'glaze' }] } })
  await press('Glaze and care')
  await expect.poll(() => last()?.tap).toEqual({ messageId: card, buttonId: 'glaze' })
  await page.getByRole('button', { name: 'They wrote: How can we help?' }).click({ position: { x: 12, y: 8 } })
  await press('React')
  await expect.poll(() => stand.tiktok.world.messages.find(m => m.id === card)?.reactions.length).toBe(1)
  await press('Quote')
  await page.getByRole('textbox', { name: 'Message' }).fill('This one')
  await press('Send')
  await expect.poll(() => last()?.quotes).toBe(card)
  await press('Read')
  await press('From ad')
  await press('From link')
  await expect.poll(() => stand.tiktok.world.conversations.map(c => [c.ads.length, c.links.length, c.readByCustomerAt > 0])).toEqual([[1, 1, true]])
  await press('As EU')
  await expect.poll(() => stand.tiktok.world.conversations[0]?.eu).toBe(true)
  expect(complaints).toEqual([])
})

test('the answer of the business appears on the phone, with typing before it and Seen below', async () => {
  const { conversationId } = stand.tiktok.world.customerSays(RITA, HALIA, { type: 'text', text: 'hello?' })
  await stand.api.send({ recipient: conversationId, message_type: 'SENDER_ACTION', sender_action: 'TYPING' })
  await page.getByLabel('Typing').waitFor()
  await stand.api.send({ recipient: conversationId, message_type: 'SENDER_ACTION', sender_action: 'MARK_READ' })
  await page.getByText(/^Seen \d\d:\d\d$/).waitFor()
  await stand.api.send({ recipient: conversationId, message_type: 'TEXT', text: { body: 'Of course.' } })
  await page.getByRole('log').getByText('Of course.').waitFor()
  await page.getByText('They may send 9 more').waitFor()
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'They answer in their app' }).click()
  await page.getByRole('log').getByText('typed on the phone').waitFor()
  expect(complaints).toEqual([])
})

test('the creator finishes a draft and throws one away; moderation passes, holds, rejects; a post is taken down', async () => {
  const finished = await publish(true), thrown = await publish(true)
  await stand.tiktok.clock.advance(120_000)
  const step = (id: string) => stand.tiktok.world.publications.find(p => p.id === id)?.step
  await expect.poll(() => [step(finished), step(thrown)]).toEqual(['in drafts inbox', 'in drafts inbox'])
  const drafts = page.getByRole('region', { name: 'Drafts inbox' })
  await expect.poll(() => drafts.getByRole('button', { name: 'Finish and post' }).count()).toBe(2)
  await drafts.getByRole('button', { name: 'Finish and post' }).first().click()
  await expect.poll(() => drafts.getByRole('button', { name: 'Discard' }).count()).toBe(1)
  await drafts.getByRole('button', { name: 'Discard' }).click()
  await drafts.getByText('empty').waitFor()
  expect([step(finished) !== 'in drafts inbox', step(thrown)]).toEqual([true, 'discarded'])
  const [one, two] = [await publish(false), await publish(false)]
  const moderation = page.getByRole('region', { name: 'Moderation' }), steps = () => stand.tiktok.world.publications.map(p => p.step)
  for (let i = 0; i < 60 && (step(one) !== 'in moderation' || step(two) !== 'in moderation'); i++) await stand.tiktok.clock.advance(1000)
  for (const [verdict, wanted, left] of [['Hold', 'held', 3], ['Reject', 'rejected', 2], ['Pass', 'live', 1]] as const) {
    await moderation.getByRole('button', { name: verdict }).first().click()
    await expect.poll(steps).toContain(wanted)
    await expect.poll(() => moderation.getByRole('button', { name: 'Pass' }).count()).toBe(left)
  }
  const own = stand.tiktok.world.addPost(HALIA, { caption: 'Kiln opening', state: 'public' })
  const feed = page.getByRole('region', { name: 'Feed' })
  await feed.getByText('Kiln opening').waitFor()
  await feed.getByRole('listitem').filter({ hasText: 'Kiln opening' }).getByRole('button', { name: 'Take down' }).click()
  await expect.poll(() => stand.tiktok.world.posts.find(p => p.id === own.id)?.state).toBe('deleted')
  expect(complaints).toEqual([])
})

test('the log says why something was refused, copies it as cURL, and plays a webhook again', async () => {
  await stand.call('POST', '/business/message/send/', { body: { business_id: stand.businessId, recipient_type: 'CONVERSATION', recipient: 'x', message_type: 'HOLOGRAM' } })
  const log = page.getByRole('region', { name: 'Requests and deliveries' })
  await log.getByRole('button').filter({ hasText: '40002' }).first().click()
  await log.getByText('Why was this refused?').waitFor()
  await log.getByText('"HOLOGRAM" is not one of').waitFor()
  await press('cURL')
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain("curl -i \\\n  -X POST")
  stand.tiktok.world.customerSays(RITA, HALIA, { type: 'text', text: 'once' })
  await press('Webhooks')
  await log.getByRole('button').filter({ hasText: 'im_receive_msg' }).first().click()
  await press('Replay')
  await expect.poll(() => stand.heard.filter(h => h.event === 'im_receive_msg').length).toBe(2)
  expect(complaints).toEqual([])
})

test('clock, faults and rules are driven from the screens, a snapshot is restored and a reset forgets', async () => {
  const start = stand.tiktok.clock.now()
  await press('+1 h')
  await expect.poll(() => stand.tiktok.clock.now() - start).toBeGreaterThanOrEqual(3_600_000)
  await press('Let time run')
  await expect.poll(() => stand.tiktok.clock.frozen()).toBe(false)
  await press('60×')
  await expect.poll(() => stand.tiktok.clock.pace()).toBe(60)
  await page.getByRole('switch', { name: 'Do it, then lose the answer' }).click()
  await expect.poll(() => stand.tiktok.faults.list().map(f => f.does)).toEqual(['lose answer'])
  await page.getByText('1 fault armed').waitFor()
  await press('Arm one')
  await page.getByLabel('What happens').selectOption('40064')
  await press('Arm it')
  await expect.poll(() => stand.tiktok.faults.list().length).toBe(2)
  stand.tiktok.world.customerSays(RITA, HALIA, { type: 'text', text: 'before the snapshot' })
  const [download] = await Promise.all([page.waitForEvent('download'), press('Snapshot')])
  const file = await download.path()
  await press('Reset')
  await expect.poll(() => [stand.tiktok.world.messages.length, stand.tiktok.faults.list().length]).toEqual([0, 0])
  await page.getByLabel('Snapshot file').setInputFiles(file)
  await expect.poll(() => [stand.tiktok.world.messages.length, stand.tiktok.faults.list().length]).toEqual([1, 2])
  await page.goto(`${stand.tiktok.url}/#/rules`)
  await page.getByRole('radiogroup', { name: 'window-limit' }).getByText('ten after the first').click()
  await expect.poll(() => stand.tiktok.rules.get('window-limit')).toBe('B')
  await page.goto(`${stand.tiktok.url}/#/world`)
  const customers = page.getByRole('region', { name: 'Customers' })
  await customers.getByLabel('Handle').fill('a.stranger')
  await customers.getByRole('button', { name: 'Add' }).click()
  await expect.poll(() => stand.tiktok.world.customers.some(c => c.handle === 'a.stranger')).toBe(true)
  expect(complaints).toEqual([])
})

// Every page once in each theme and once on each size; the stage, which has the most on it, in all four.
const variants = [{ dark: false, phone: false, paths: ['', '#/world', '#/rules', '#/load', '#/coverage'] }, { dark: true, phone: true, paths: ['', '#/world', '#/rules', '#/load', '#/coverage'] }, { dark: true, phone: false, paths: [''] }, { dark: false, phone: true, paths: [''] }]
for (const { dark, phone, paths } of variants) {
  test(`the emulator's pages are axe clean and quiet, ${dark ? 'dark' : 'light'}, on a ${phone ? 'phone' : 'laptop'}`, async () => {
    stand.tiktok.world.customerSays(RITA, HALIA, { type: 'image' })
    stand.tiktok.world.addPost(HALIA, { caption: 'Kiln opening', state: 'public' })
    stand.tiktok.world.addSpace({})
    await stand.call('GET', '/business/nothing/')
    const found: string[] = []
    for (const path of paths) {
      const opened = await openPage({ dark, phone, path })
      await opened.page.waitForTimeout(300)
      if (path === '') await opened.page.getByRole('region', { name: 'Requests and deliveries' }).getByRole('button').filter({ hasText: '40006' }).first().click()
      // Rows and cards beyond the fifth are the same again; looking at all of them takes a minute.
      const { violations } = await new AxeBuilder({ page: opened.page }).exclude('tbody tr:nth-child(n+6)').exclude('.rule:nth-child(n+6)').withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze()
      found.push(...violations.map(v => `${path} ${v.id}: ${v.nodes.slice(0, 3).map(n => `${n.target.join(' ')} ${n.any[0]?.message ?? ''}`).join('; ')}`), ...opened.complaints)
      expect(await opened.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
      await opened.context.close()
    }
    expect(found).toEqual([])
  })
}
