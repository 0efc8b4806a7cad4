import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'

const env = (name: string) => {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set; test/browser/setup.ts sets it`)
  return value
}
export const desk = { get url() { return env('STAGEDOOR_TEST_URL') }, get emulator() { return env('STAGEDOOR_TEST_EMULATOR').replace(/\/$/, '') } }

/** What nobody wants to see in a browser's console, told by the page it came from. */
export type Complaints = string[]
type Options = { phone?: boolean; dark?: boolean; width?: number; height?: number }
const state = join(mkdtempSync(join(tmpdir(), 'stagedoor-browser-')), 'signed-in.json')
let signedIn = false

export const openBrowser = (): Promise<Browser> => chromium.launch({ executablePath: process.env['STAGEDOOR_CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] })

const viewport = ({ phone, width, height }: Options) => ({ width: width ?? (phone ? 390 : 1440), height: height ?? (phone ? 844 : 900) })

/** A browser of one's own, with nobody signed in. Errors it shows are gathered. */
export async function stranger(browser: Browser, options: Options = {}): Promise<{ context: BrowserContext; page: Page; complaints: Complaints }> {
  const context = await browser.newContext({ viewport: viewport(options), colorScheme: options.dark ? 'dark' : 'light', reducedMotion: 'reduce', hasTouch: options.phone ?? false })
  return { context, ...(await listened(context)) }
}

/** The owner at a desk. Signs in once per run; every further desk shares that session, as tabs of one person do. */
export async function owner(browser: Browser, options: Options = {}): Promise<{ context: BrowserContext; page: Page; complaints: Complaints }> {
  if (!signedIn) {
    const { context, page } = await stranger(browser)
    await signIn(page)
    await context.storageState({ path: state })
    await context.close()
    signedIn = true
  }
  const context = await browser.newContext({ viewport: viewport(options), colorScheme: options.dark ? 'dark' : 'light', reducedMotion: 'reduce', hasTouch: options.phone ?? false, storageState: state })
  return { context, ...(await listened(context)) }
}

export async function signIn(page: Page) {
  await page.goto(`${desk.url}/`)
  await page.getByLabel('E-mail').fill(env('STAGEDOOR_TEST_EMAIL'))
  await page.getByLabel('Password', { exact: true }).fill(env('STAGEDOOR_TEST_PASSWORD'))
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('navigation', { name: 'Main' }).first().waitFor()
}

async function listened(context: BrowserContext) {
  const complaints: Complaints = []
  const page = await context.newPage()
  page.on('console', message => { if (message.type() === 'error' || message.type() === 'warning') complaints.push(`${message.type()} on ${new URL(page.url()).pathname}: ${message.text()}`) })
  page.on('pageerror', error => complaints.push(`thrown on ${new URL(page.url()).pathname}: ${error.message}`))
  return { page, complaints }
}

/** Connects an account through TikTok's consent page, as a person would. Comes back to Accounts. */
export async function connect(page: Page, who: string, what: 'messages' | 'posts') {
  await page.goto(`${desk.url}/accounts?connect=true`)
  await page.getByRole('button', { name: `Ask for ${what}` }).click()
  await page.waitForURL(url => url.href.startsWith(desk.emulator))
  await page.getByText(who, { exact: true }).click()
  await page.getByRole('button', { name: 'Authorize' }).click()
  await page.waitForURL(url => url.href.startsWith(`${desk.url}/accounts`))
}

/** A verb of the emulator's world, such as customerSays. */
export async function world<T = unknown>(verb: string, ...args: unknown[]): Promise<T> {
  const answer = await fetch(`${desk.emulator}/_emulator/world/${verb}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(args) })
  if (!answer.ok) throw new Error(`${verb}: ${answer.status} ${await answer.text()}`)
  return await answer.json() as T
}

export async function listWorld<T>(list: string): Promise<T[]> {
  const answer = await fetch(`${desk.emulator}/_emulator/world/${list}`)
  return (await answer.json() as { items: T[] }).items
}

/** A customer of one's own, so that stories do not meet. `row` finds their conversation in a list by its name. */
export async function newCustomer(name: string): Promise<{ handle: string; name: string; row: RegExp }> {
  const mark = Date.now().toString(36).slice(-5)
  const customer = { handle: `${name.toLowerCase().replaceAll(/\W/g, '')}${mark}`, displayName: `${name} ${mark}` }
  await world('addCustomer', customer)
  return { handle: customer.handle, name: customer.displayName, row: new RegExp(customer.displayName) }
}

export const says = (customer: string, account: string, text: string) => world<{ conversationId: string; messageId: string }>('customerSays', customer, account, { type: 'text', text })

/** Arms one of TikTok's bad days on the emulator. */
export async function badDay(fault: { on: string; does: string; times?: number; code?: number; message?: string; account?: string }) {
  const answer = await fetch(`${desk.emulator}/_emulator/faults`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(fault) })
  if (!answer.ok) throw new Error(`A fault could not be armed: ${await answer.text()}`)
}
