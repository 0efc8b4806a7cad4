import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import sharp from 'sharp'
import { walkConsent } from '../packages/emulator/src/consent.ts'
import { openDesk, type Desk } from './chaos/desk.ts'
import { uploadByTus } from './chaos/journeys.ts'
import { findBrowser } from './check/programs.ts'
import { build } from './launch/build.ts'
import { root } from './launch/places.ts'
import { openTemporaryDemo } from './launch/temporary.ts'

const variants = [
  { name: 'laptop-light', width: 1440, height: 900, scheme: 'light' }, { name: 'laptop-dark', width: 1440, height: 900, scheme: 'dark' },
  { name: 'phone-light', width: 390, height: 844, scheme: 'light' }, { name: 'phone-dark', width: 390, height: 844, scheme: 'dark' },
] as const
type Variant = typeof variants[number]

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

type Shown = { name: string; path: string; signedIn?: boolean; emulator?: boolean }
const emptyPages: Shown[] = [{ name: 'sign-in', path: '/sign-in', signedIn: false }, { name: 'empty-inbox', path: '/inbox' }, { name: 'empty-accounts', path: '/accounts' }, { name: 'empty-posts', path: '/posts' }]

/** `npm run screenshots [-- page …]`: starts a demo of its own, lives in it a little, and pictures every page in four variants into docs/screens. */
export async function screenshots(args: string[]) {
  const wanted = args.filter(arg => !arg.startsWith('--'))
  const folder = args.find(arg => arg.startsWith('--to='))?.slice(5) ?? join(root, 'docs', 'screens')
  mkdirSync(folder, { recursive: true })
  const executablePath = await findBrowser()
  await build()
  const demo = await openTemporaryDemo({ say: () => {} })
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] })
  try {
    await demo.ready()
    const desk = await openDesk(demo.url, 'owner@stagedoor.test', 'stagedoor demo')
    const errors: string[] = []
    const shoot = async (pages: Shown[]) => {
      for (const page of pages) if (wanted.length === 0 || wanted.includes(page.name)) for (const variant of variants) await picture(browser, demo, desk, page, variant, folder, errors)
    }
    await shoot(emptyPages)
    await shoot(await livedIn(demo.emulatorUrl, desk))
    for (const error of errors) console.log(`✗ ${error}`)
    if (errors.length > 0) throw new Error('Pages complained in the console; see above.')
  } finally {
    await browser.close()
    await demo.close()
  }
  process.exit(0)
}

async function picture(browser: Browser, demo: { url: string; emulatorUrl: string }, desk: Desk, page: Shown, variant: Variant, folder: string, errors: string[]) {
  const base = page.emulator ? demo.emulatorUrl : demo.url
  const context = await browser.newContext({ viewport: { width: variant.width, height: variant.height }, colorScheme: variant.scheme, deviceScaleFactor: 1, reducedMotion: 'reduce', hasTouch: variant.width < 500 })
  if (page.signedIn !== false && !page.emulator) await context.addCookies(desk.cookie().split('; ').map(pair => ({ name: pair.slice(0, pair.indexOf('=')), value: pair.slice(pair.indexOf('=') + 1), url: demo.url })))
  const tab: Page = await context.newPage()
  tab.on('console', message => { if (message.type() === 'error') errors.push(`${page.name} ${variant.name}: ${message.text()}`) })
  tab.on('pageerror', error => errors.push(`${page.name} ${variant.name}: ${error.message}`))
  await tab.goto(base + page.path, { waitUntil: 'load' })
  await tab.waitForSelector('main, [role=main], form, h1', { timeout: 15_000 }).catch(() => errors.push(`${page.name} ${variant.name}: nothing to see`))
  await pause(700)
  writeFileSync(join(folder, `${page.name}-${variant.name}.png`), await sharp(await tab.screenshot()).png({ palette: true, quality: 90, effort: 7 }).toBuffer())
  console.log(`${page.name}-${variant.name}.png`)
  await context.close()
}

async function emulator(url: string, verb: string, ...given: unknown[]) {
  const answer = await fetch(`${url}/_emulator/world/${verb}`, { method: 'POST', body: JSON.stringify(given), headers: { 'content-type': 'application/json' } })
  if (!answer.ok) throw new Error(`${verb} answered ${answer.status}: ${await answer.text()}`)
  return await answer.json() as { conversationId?: string; messageId?: string }
}

/** A morning at the desk: accounts connected, people writing, answers, posts on their way. Answers the pages worth a picture. */
async function livedIn(emulatorUrl: string, desk: Desk): Promise<Shown[]> {
  for (const handle of ['halia.ceramics', 'nomad.bikes', 'lumen.serum']) for (const platform of handle === 'lumen.serum' ? ['developers'] : ['business', 'developers']) {
    const { url: authorizeUrl } = await desk.post<{ url: string }>('/api/v1/connect', { platform })
    const back = new URL(await walkConsent((to, init) => fetch(to, init), { authorizeUrl, account: handle }))
    await desk.raw('GET', back.pathname + back.search)
  }
  const say = (who: string, to: string, text: string) => emulator(emulatorUrl, 'customerSays', who, to, { type: 'text', text })
  await say('rita.almeida', 'halia.ceramics', 'Hi! Do you still have the tall mug in celadon?')
  await say('rita.almeida', 'halia.ceramics', 'My cousin wants six of them for her café, if that is possible before Friday.')
  await say('kofi_mensah', 'halia.ceramics', 'It arrived like this 😢 is there a replacement?')
  await say('yuki.draws', 'nomad.bikes', 'このフレームのサイズ54はありますか？')
  await say('marisol_', 'nomad.bikes', '¿Tienen la talla 54 en azul? La vi en el video de ayer')
  await say('ananda.w', 'halia.ceramics', 'Is the glaze food safe?')
  await say('greta.berlin', 'nomad.bikes', 'Hallo!')
  await emulator(emulatorUrl, 'customerSays', 'ananda.w', 'halia.ceramics', { type: 'sticker' }).catch(() => undefined)
  await pause(1500)
  const conversations = await desk.all<{ id: number; contact: { handle: string } }>('/api/v1/conversations')
  const rita = conversations.find(conversation => conversation.contact.handle === 'rita.almeida')
  if (rita) await desk.post(`/api/v1/conversations/${rita.id}/messages`, { text: 'Good morning Rita! Six in celadon, lovely. They leave the kiln on Thursday.' })
  const accounts = await desk.all<{ id: number; handle: string }>('/api/v1/accounts')
  const video = readFileSync(join(root, 'apps/server/test/media/fine.mp4'))
  const posts: number[] = []
  for (const [n, mode] of (['direct', 'draft', 'direct'] as const).entries()) {
    const assetId = await uploadByTus(desk, video, ['kiln opening.mp4', 'handle pulling.mp4', 'celadon test.mp4'][n] ?? 'video.mp4')
    for (let left = 100; left > 0 && (await desk.get<{ state: string }>(`/api/v1/assets/${assetId}`)).state === 'checking'; left--) await pause(100)
    const account = accounts[n % accounts.length]
    const target = mode === 'draft' ? { accountId: account?.id, mode, caption: '' } : { accountId: account?.id, mode, caption: ['Kiln opening no. 14, glaze tests from the wood firing #ceramics #kiln', '', 'Celadon, third try'][n], privacy: 'SELF_ONLY', allowComment: false, allowDuet: false, allowStitch: false, yourBrand: false, brandedContent: false, aigc: false, coverMs: 0 }
    posts.push((await desk.post<{ id: number }>('/api/v1/posts', { assetId, targets: [target] })).id)
  }
  await pause(5000)
  return [
    { name: 'inbox', path: rita ? `/inbox/${rita.id}` : '/inbox' }, { name: 'inbox-list', path: '/inbox' }, { name: 'requests', path: '/inbox?folder=requests' },
    { name: 'posts', path: '/posts' }, { name: 'new-post', path: '/posts/new' }, { name: 'post', path: `/posts/${posts[0]}` },
    { name: 'accounts', path: '/accounts' }, { name: 'account', path: `/accounts/${accounts[0]?.id}` }, { name: 'connect-result', path: '/connect/result?reason=denied&platform=business' },
    ...['people', 'groups', 'apps', 'tokens', 'notices', 'audit', 'sign-in', 'appearance'].map(section => ({ name: `settings-${section}`, path: `/settings/${section}` })),
    { name: 'start', path: '/start' }, { name: 'not-found', path: '/nowhere' }, { name: 'emulator', path: '/', emulator: true },
  ]
}
