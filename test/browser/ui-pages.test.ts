import { AxeBuilder } from '@axe-core/playwright'
import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, desk, newCustomer, openBrowser, owner, says, stranger } from './desk.ts'

const pages = ['/start', '/inbox', '/inbox?folder=requests', '/inbox?folder=closed', '/posts', '/posts/new', '/accounts', '/accounts?connect=true', '/connect/result?reason=denied', '/settings/people', '/settings/groups', '/settings/apps', '/settings/tokens', '/settings/notices', '/settings/audit', '/settings/me', '/settings/look', '/nowhere']
let browser: Browser
let own: string[] = []
beforeAll(async () => {
  browser = await openBrowser()
  const { page, context } = await owner(browser)
  await connect(page, 'Lumen', 'messages')
  const customer = await newCustomer('Nong Mai')
  await says(customer.handle, 'lumen.serum', 'Is the serum fragrance free?')
  await page.goto(`${desk.url}/inbox`)
  await page.getByRole('link', { name: customer.row }).click()
  await page.getByRole('log').getByText('fragrance free').waitFor()
  await page.goto(`${desk.url}/inbox`)
  await page.getByRole('link', { name: customer.row }).click()
  await page.waitForURL(/\/inbox\/\d+/)
  own = [new URL(page.url()).pathname]
  await page.goto(`${desk.url}/accounts`)
  await page.getByRole('link', { name: 'Open Lumen' }).click()
  await page.waitForURL(/\/accounts\/\d+/)
  own.push(new URL(page.url()).pathname)
  await context.close()
})
afterAll(() => browser.close())

async function settle(page: Page, path: string) {
  await page.goto(desk.url + path)
  await page.waitForLoadState('load')
  await page.locator('h1:visible, h2:visible').first().waitFor()
  await page.waitForFunction(() => document.querySelector('.bones') === null)
}
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const told = (page: Page, violations: Awaited<ReturnType<AxeBuilder['analyze']>>['violations']) => violations
  .map(violation => `${new URL(page.url()).pathname} ${violation.id}: ${violation.nodes.map(node => `${node.target.join(' ')} (${node.any[0]?.message ?? node.html})`).slice(0, 3).join('; ')}`)
const wrongs = async (page: Page) => told(page, (await new AxeBuilder({ page }).withTags(rules).analyze()).violations)
/** Only what a theme can break. */
const unreadable = async (page: Page) => told(page, (await new AxeBuilder({ page }).withRules(['color-contrast', 'link-in-text-block']).analyze()).violations)

for (const phone of [false, true]) {
  test(`every page is clean for assistive tools in both themes and quiet in the console, on a ${phone ? 'phone' : 'laptop'}`, { timeout: 600_000 }, async () => {
    const { page, complaints, context } = await owner(browser, { phone })
    const found: string[] = []
    for (const path of [...pages, ...own]) {
      await settle(page, path)
      found.push(...await wrongs(page))
      await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
      found.push(...await unreadable(page))
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    }
    expect(found).toEqual([])
    expect(complaints).toEqual([])
    await context.close()
  })
}

test('the doors for people who are not in are clean and quiet too', async () => {
  for (const dark of [false, true]) {
    const { page, complaints, context } = await stranger(browser, { dark })
    await settle(page, '/sign-in')
    expect(await wrongs(page)).toEqual([])
    await settle(page, '/welcome')
    expect(await wrongs(page)).toEqual([])
    expect(complaints).toEqual([])
    await context.close()
  }
})

test('nothing is cut off at 320 pixels or at 200 % zoom', { timeout: 200_000 }, async () => {
  const cut: string[] = []
  for (const size of [{ width: 320, height: 640 }, { width: 720, height: 450 }]) { // a laptop at 200 % is half as wide
    const { page, context } = await owner(browser, size)
    for (const path of [...pages, ...own]) {
      await settle(page, path)
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      if (over > 0) cut.push(`${path} at ${size.width} px: ${over} px too wide`)
    }
    await context.close()
  }
  expect(cut).toEqual([])
})

test('the demo says so on every page', async () => {
  let seen = 0
  for (const phone of [false, true]) {
    const { page, context } = await owner(browser, { phone })
    for (const path of ['/inbox', '/posts', '/accounts', '/settings/people', ...own]) {
      await settle(page, path)
      await page.getByText('Demo mode.').locator('visible=true').first().waitFor()
      seen += 1
    }
    await context.close()
  }
  expect(seen).toBe(2 * (4 + own.length))
})

test('the command bar and the sheet of keys open by key, lead somewhere, and close again', { timeout: 200_000 }, async () => {
  const { page, complaints, context } = await owner(browser)
  await settle(page, '/inbox')
  await page.keyboard.press('Control+k')
  await page.getByRole('textbox', { name: 'Search commands' }).or(page.getByLabel('Search commands')).first().fill('accounts')
  expect(await wrongs(page)).toEqual([])
  await page.getByRole('button', { name: /^Accounts/ }).click()
  await page.waitForURL(/\/accounts/)
  await page.getByRole('heading', { name: 'Accounts', level: 1 }).click()
  await page.getByRole('button', { name: /^Account:/ }).first().click()
  await page.getByRole('option', { name: /All accounts/ }).waitFor()
  expect(await unreadable(page)).toEqual([])
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
  expect(await unreadable(page)).toEqual([])
  await page.keyboard.press('Escape')
  await page.getByRole('option', { name: /All accounts/ }).waitFor({ state: 'hidden' })
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  expect(await wrongs(page)).toEqual([])
  await page.keyboard.press('Escape')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'hidden' })
  expect(complaints).toEqual([])
  await context.close()
})

test('the first load is under 250 kB', async () => {
  const { page, context } = await owner(browser)
  const bodies: Promise<Buffer>[] = []
  page.on('response', answer => { if (['script', 'stylesheet', 'document'].includes(answer.request().resourceType())) bodies.push(answer.body()) })
  await settle(page, '/inbox')
  const bytes = (await Promise.all(bodies)).reduce((sum, body) => sum + gzipSync(body).length, 0)
  expect(bytes).toBeGreaterThan(50_000)
  expect(bytes).toBeLessThan(250_000)
  await context.close()
})
