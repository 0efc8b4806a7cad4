import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { Option, type Command } from 'commander'
import { startBar } from './bar.ts'
import { command, number, type Desk } from './desk.ts'
import { checkedAsset, findAccount, nameOf } from './find.ts'
import { audiences, isOver, privacyOf, publishPost, refuseUnfit, refuseWithoutPrivacy, retryTarget, spokenPrivacy, troubleOfPost, type Wish } from './posting.ts'
import type { Account, Asset, Me, Post, Target } from './shapes.ts'
import { paint, plain, size, table, when } from './show.ts'
import { Trouble } from './trouble.ts'
import { uploadFile } from './upload.ts'

type Json = { json?: boolean }
type Publishing = Json & {
  account: string[]; draft?: boolean; privacy?: string; caption: string; allowComment?: boolean; allowDuet?: boolean; allowStitch?: boolean; yourBrand?: boolean; brandedContent?: boolean; ai?: boolean
  cover?: number; wait: boolean; key?: string; patience: number
}
const patience = () => new Option('--patience <seconds>', 'how long to wait for the outcome').argParser(number('--patience')).default(900)
const key = ['--key <key>', 'Idempotency-Key: the same key never posts twice'] as const

export function postCommands(program: Command, desk: Desk): void {
  command(program, 'upload <file>', 'bring a file into Stagedoor; an upload that was interrupted goes on').option('--again', 'send it although it is there already')
    .action(async (file: string, { json, again }: Json & { again?: boolean }) => {
      const asset = await bring(desk, file, json ?? false, again ?? false)
      desk.answer({ data: asset, text: `File ${paint('bold', String(asset.id))}: ${about(asset)}\n${asset.findings.filter(finding => finding.verdict !== 'pass').map(finding => paint('yellow', finding.sentence)).join('\n')}`.trimEnd() }, json ?? false)
    })

  command(program, 'publish <file-or-number>', 'publish a file, or one that was uploaded, to accounts').requiredOption('--account <id or @handle>', 'an account; name as many as you like', (one: string, before?: string[]) => [...before ?? [], one])
    .option('--draft', 'into the drafts inbox of the TikTok app, for the creator to finish').option('--privacy <who>', `post directly, for: ${Object.keys(audiences).join(', ')}`)
    .option('--caption <text>', 'what stands under it', '').option('--allow-comment', 'people may comment').option('--allow-duet', 'people may duet').option('--allow-stitch', 'people may stitch')
    .option('--your-brand', 'it promotes yourself or your own business').option('--branded-content', 'it is a paid partnership').option('--ai', 'it was made with AI')
    .addOption(new Option('--cover <seconds>', 'which moment is the cover').argParser(number('--cover', 0, 36_000))).option('--no-wait', 'do not stay for the outcome').option(...key).addOption(patience())
    .action(async (what: string, options: Publishing) => {
      const house = desk.house(), json = options.json ?? false
      const choice = choiceOf(options)
      const known = await house.list<Account>('/api/v1/accounts')
      const accounts: Account[] = []
      for (const name of options.account) accounts.push(await findAccount(house, name, known))
      await refuseWithoutPrivacy(house, accounts, choice)
      const asset = /^\d{1,15}$/.test(what) && !existsSync(desk.path(what)) ? await checkedAsset(house, Number(what)) : await bring(desk, what, json, false)
      refuseUnfit(asset)
      await finish(desk, json, show => publishPost(house, asset.id, accounts.map(account => ({ accountId: account.id, ...choice })), { key: options.key ?? randomUUID(), waitMs: options.wait ? options.patience * 1000 : 0, show }), known)
    })

  command(program, 'status [post]', 'the newest posts, or one of them with all that happened').option('--account <id or @handle>', 'of one account only')
    .action(async (id: string | undefined, { json, account }: Json & { account?: string }) => {
      const house = desk.house()
      const [accounts, me] = await Promise.all([house.list<Account>('/api/v1/accounts'), house.get<Me>('/api/v1/me')])
      if (id !== undefined) {
        const post = await house.get<Post>(`/api/v1/posts/${number('The post')(id)}`)
        return desk.answer({ data: post, text: `${outcome(post, accounts)}\n${ledger(post, accounts, Date.parse(me.serverTime))}` }, json ?? false)
      }
      const one = account === undefined ? undefined : await findAccount(house, account, accounts)
      const items = await house.list<Post>(`/api/v1/posts${one ? `?account=${one.id}` : ''}`, 20)
      const rows = items.flatMap(post => post.targets.map(target => ({ post, target })))
      desk.answer({ data: { items }, text: rows.length === 0 ? 'Nothing has been posted yet.' : table(rows, [
        { title: 'POST', of: row => String(row.post.id), right: true }, { title: 'TARGET', of: row => String(row.target.id), right: true }, { title: 'ACCOUNT', of: row => accountOf(row.target, accounts) },
        { title: 'FILE', of: row => row.post.asset.name, grow: true }, { title: 'AS', of: row => as(row.target) }, { title: 'STATE', of: row => row.target.state, style: row => look(row.target) },
        { title: 'WHEN', of: row => when(row.post.createdAt, Date.parse(me.serverTime)) },
      ]) }, json ?? false)
    })

  command(program, 'retry <target>', 'try once more, when the last try certainly posted nothing').option('--no-wait', 'do not stay for the outcome').option(...key).addOption(patience())
    .action(async (target: string, options: Json & { wait: boolean; key?: string; patience: number }) => {
      const house = desk.house()
      const accounts = await house.list<Account>('/api/v1/accounts')
      await finish(desk, options.json ?? false, show => retryTarget(house, number('The target')(target), { key: options.key ?? randomUUID(), waitMs: options.wait ? options.patience * 1000 : 0, show }), accounts)
    })
}

/** Uploads with a bar, then waits until the house has looked into the file. */
async function bring(desk: Desk, name: string, json: boolean, again: boolean): Promise<Asset> {
  const house = desk.house(), bars: ReturnType<typeof startBar>[] = []
  let sent = 0, total = 0
  const leave = () => {
    for (const bar of bars) bar.end()
    process.stderr.write(`\nStopped at ${Math.floor((sent / Math.max(1, total)) * 100)} %. Run the same command again and it goes on from there.\n`)
    process.exit(130)
  }
  process.once('SIGINT', leave)
  try {
    const uploaded = await uploadFile(house, desk.path(name), { again, at(now, of, note) {
      if (bars.length === 0) bars.push(desk.bar(json, plain(name.split(/[\\/]/).at(-1) ?? name), of))
      ;[sent, total] = [now, of]
      bars[0]?.at(now, note)
    } })
    for (const bar of bars) bar.end()
    if (!json && uploaded.was !== 'sent') desk.note(uploaded.was === 'resumed' ? 'An earlier upload of it went on.' : 'It is in Stagedoor already; nothing was sent again.')
    return await checkedAsset(house, uploaded.assetId)
  } finally {
    process.off('SIGINT', leave)
  }
}

function choiceOf(options: Publishing): Omit<Wish, 'accountId'> {
  if (options.draft && options.privacy !== undefined) throw new Trouble('usage', 'draft_or_direct', 'A draft has no audience yet', 'The creator chooses it in the TikTok app. Say --draft or --privacy, not both. Nothing was sent.')
  return {
    mode: options.draft ? 'draft' : 'direct', caption: options.caption, privacy: options.privacy === undefined ? null : privacyOf(options.privacy),
    allowComment: options.allowComment ?? false, allowDuet: options.allowDuet ?? false, allowStitch: options.allowStitch ?? false,
    yourBrand: options.yourBrand ?? false, brandedContent: options.brandedContent ?? false, aigc: options.ai ?? false, coverMs: options.cover === undefined ? null : Math.round(options.cover * 1000),
  }
}

/** Shows each step on the way, then the outcome of every account. */
async function finish(desk: Desk, json: boolean, deed: (show: (post: Post) => void) => Promise<Post>, accounts: Account[]): Promise<void> {
  const told = new Map<number, string>(), bars = new Map<number, ReturnType<typeof startBar>>()
  const show = (post: Post) => { for (const target of post.targets) step(target) }
  const step = (target: Target) => {
    const name = accountOf(target, accounts)
    if (target.state === 'uploading' && target.progress) {
      const bar = bars.get(target.id) ?? desk.bar(json, `${name} to TikTok`, target.progress.total)
      bars.set(target.id, bar)
      bar.at(target.progress.sent)
    } else if (told.get(target.id) !== target.state) {
      bars.get(target.id)?.end()
      if (!json && !isOver(target)) desk.note(`${name}: ${target.state}`)
    }
    told.set(target.id, target.state)
  }
  const post = await deed(show)
  desk.answer({ data: post, text: outcome(post, accounts), trouble: troubleOfPost(post) }, json)
}

const accountOf = (target: Target, accounts: Account[]) => { const known = accounts.find(account => account.id === target.accountId); return known ? nameOf(known) : `account ${target.accountId}` }
const as = (target: Target) => target.mode === 'draft' ? 'draft' : `for ${spokenPrivacy(target.options.privacy ?? '')}`
const look = ({ state }: Target) => state === 'live' || state === 'in drafts inbox' ? 'green' as const : state === 'failed' ? 'red' as const : state === 'not sure' ? 'yellow' as const : undefined
const about = (asset: Asset) => `${plain(asset.name)}, ${size(asset.bytes)}${asset.probe ? `, ${asset.probe.width} × ${asset.probe.height}, ${(asset.probe.durationMs / 1000).toFixed(1)} s` : ''}, ${asset.state}`

const outcome = (post: Post, accounts: Account[]) => `Post ${paint('bold', String(post.id))}: ${plain(post.asset.name)}\n${table(post.targets, [
  { title: 'TARGET', of: target => String(target.id), right: true }, { title: 'ACCOUNT', of: target => accountOf(target, accounts) }, { title: 'AS', of: as },
  { title: 'STATE', of: target => target.state, style: look }, { title: '', of: target => target.links.join(' ') || target.reason?.title || (isOver(target) ? '' : 'still under way') },
])}`

const ledger = (post: Post, accounts: Account[], now: number) => post.targets.flatMap(target => target.attempts.flatMap(attempt => [
  '', `${paint('bold', accountOf(target, accounts))}, try ${attempt.n}${attempt.publishId ? paint('dim', `  ${plain(attempt.publishId)}`) : ''}`,
  ...attempt.events.map(event => `  ${paint('dim', when(event.at, now).padStart(5))}  ${plain(event.sentence)}`),
  ...(target.reason && attempt === target.attempts.at(-1) ? [`  ${paint('yellow', `${plain(target.reason.detail)} ${plain(target.reason.next)}`)}`] : []),
])).join('\n')

