import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, desk, listWorld, openBrowser, owner } from './desk.ts'

const video = join(import.meta.dirname, '../../apps/server/test/media/fine.mp4')
let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
  const { page, context } = await owner(browser)
  await connect(page, 'Halia Ceramics', 'posts')
  await connect(page, 'Nomad Bikes', 'posts')
  await context.close()
})
afterAll(() => browser.close())

async function begin(page: Page, account: string) {
  await page.goto(`${desk.url}/posts/new`)
  await page.getByLabel('Video file').setInputFiles(video)
  await page.getByText('In Stagedoor. Nothing has been sent to TikTok.').waitFor()
  await page.getByText('Passes', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Choose an account' }).click()
  await page.getByRole('menuitem', { name: new RegExp(account) }).click()
}

test('a video is sent as a draft and lies in the creator’s TikTok inbox', async () => {
  const { page, complaints, context } = await owner(browser)
  await begin(page, 'Halia Ceramics')
  await page.getByText('To TikTok drafts').click()
  const before = (await listWorld('publications')).length
  await page.getByLabel('Caption').fill('Kiln opening no. 15 #pottery')
  await page.getByRole('button', { name: 'Send to TikTok drafts' }).click()
  await page.waitForURL(/\/posts\/\d+/)
  await page.getByText('In TikTok drafts', { exact: true }).first().waitFor({ timeout: 60_000 })
  expect(await listWorld('publications')).toHaveLength(before + 1)
  expect(complaints).toEqual([])
  await context.close()
})

test('a direct post asks for every choice TikTok wants made, then goes out once and shows its ledger', async () => {
  const { page, complaints, context } = await owner(browser)
  await begin(page, 'Nomad Bikes')
  await page.getByText('Posts as').waitFor()
  const publish = page.getByRole('button', { name: 'Publish', exact: true })
  await page.getByText('Choose who can see this', { exact: true }).first().waitFor()
  expect(await publish.getAttribute('aria-disabled')).toBe('true')
  expect(await page.getByRole('combobox', { name: 'Who can see this' }).inputValue()).toBe('')
  for (const name of ['Comment', 'Duet', 'Stitch', 'Made with AI']) expect(await page.getByRole('checkbox', { name: new RegExp(`^${name}`) }).isChecked()).toBe(false)

  await page.getByRole('switch', { name: /Disclose/ }).check({ force: true })
  await page.getByRole('checkbox', { name: /^Your brand/ }).check()
  await page.getByText('“Promotional content”').waitFor()
  await page.getByRole('combobox', { name: 'Who can see this' }).click()
  await page.getByRole('option', { name: 'Only me' }).click()
  await page.getByRole('link', { name: 'Music Usage Confirmation' }).waitFor()
  const before = (await listWorld('publications')).length
  await publish.dblclick()
  await page.waitForURL(/\/posts\/\d+/)
  await page.getByRole('heading', { name: /Ledger/ }).waitFor()
  await page.getByRole('status').or(page.getByText(/Processing|In moderation|Live/)).first().waitFor({ timeout: 60_000 })
  expect(await listWorld('publications')).toHaveLength(before + 1)
  await page.goto(`${desk.url}/posts`)
  await page.getByRole('link', { name: /fine\.mp4/ }).first().waitFor()
  expect(complaints).toEqual([])
  await context.close()
})

test('a file that is no video is refused in words, and nothing can be published', async () => {
  const { page, context } = await owner(browser)
  await page.goto(`${desk.url}/posts/new`)
  await page.getByLabel('Video file').setInputFiles({ name: 'holiday.mp4', mimeType: 'video/mp4', buffer: Buffer.from('this is a letter, not a video') })
  await page.getByText('is not a video that can be read').waitFor()
  await page.getByText('Mend the file').first().waitFor()
  expect(await page.getByRole('button', { name: /^Publish|Send to/ }).getAttribute('aria-disabled')).toBe('true')
  await context.close()
})
