import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, desk, openBrowser, owner, stranger } from './desk.ts'

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
  const { page, context } = await owner(browser)
  await connect(page, 'Halia Ceramics', 'messages')
  await connect(page, 'Nomad Bikes', 'messages')
  await context.close()
})
afterAll(() => browser.close())

test('an invitation lets somebody in once, who then sees only the accounts they were given', async () => {
  const email = `tomas${Date.now().toString(36)}@stagedoor.test`
  const host = await owner(browser)
  await host.page.goto(`${desk.url}/settings/people`)
  await host.page.getByRole('button', { name: 'Invite' }).click()
  const dialog = host.page.getByRole('dialog', { name: 'Invite somebody' })
  await dialog.getByLabel('E-mail').fill(email)
  await dialog.getByLabel('Name').fill('Tomás Vega')
  await dialog.getByRole('combobox', { name: 'Accounts' }).or(dialog.getByLabel('Accounts')).first().click()
  await host.page.getByRole('option', { name: '@nomad.bikes' }).click()
  await host.page.keyboard.press('Escape')
  await dialog.getByRole('button', { name: 'Make a link' }).click()
  const link = await host.page.getByLabel('One-time link').innerText()

  const guest = await stranger(browser)
  await guest.page.goto(link)
  await guest.page.getByRole('heading', { name: 'Come in' }).waitFor()
  await guest.page.getByLabel('Password', { exact: true }).fill('four plain words here')
  await guest.page.getByRole('button', { name: 'Come in' }).click()
  await guest.page.waitForURL(/\/inbox/)
  await guest.page.goto(`${desk.url}/accounts`)
  await guest.page.getByRole('row', { name: /Nomad Bikes/ }).waitFor()
  expect(await guest.page.getByText('Halia Ceramics').count()).toBe(0)
  await guest.page.goto(`${desk.url}/settings/audit`)
  await guest.page.getByText('belongs to owners and admins').waitFor()
  expect(guest.complaints).toEqual([])

  const late = await stranger(browser)
  await late.page.goto(link)
  await late.page.getByText('This link no longer works').waitFor()
  for (const { context } of [host, guest, late]) await context.close()
})

test('a token is shown once and can be revoked', async () => {
  const name = `script ${Date.now().toString(36)}`
  const { page, complaints, context } = await owner(browser)
  await page.goto(`${desk.url}/settings/tokens`)
  await page.getByRole('textbox', { name: 'Name' }).fill(name)
  await page.getByRole('button', { name: 'Make it' }).click()
  const text = await page.getByLabel('API token', { exact: true }).innerText()
  const me = (token: string) => fetch(`${desk.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } })
  expect((await me(text)).status).toBe(200)
  await page.reload()
  const line = page.getByRole('listitem').filter({ hasText: name })
  await line.waitFor()
  expect(await page.getByText(text).count()).toBe(0)
  await line.getByRole('button', { name: 'Revoke' }).click()
  await line.waitFor({ state: 'hidden' })
  expect((await me(text)).status).toBe(401)
  expect(complaints).toEqual([])
  await context.close()
})
