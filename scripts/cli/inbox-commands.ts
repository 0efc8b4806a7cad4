import { randomUUID } from 'node:crypto'
import { text as readAll } from 'node:stream/consumers'
import { Option, type Command } from 'commander'
import { command, number, type Desk } from './desk.ts'
import { findAccount, findConversation, nameOf } from './find.ts'
import { outcomeOf, sendMessage, windowOf } from './send.ts'
import type { Account, Conversation, Me, Message } from './shapes.ts'
import { count, paint, plain, table, when } from './show.ts'
import { Trouble } from './trouble.ts'

type Json = { json?: boolean }
type Listing = Json & { account?: string; folder: string; sort: string; limit: number }
const limit = (most: number) => new Option('--limit <n>', 'how many at most').argParser(number('--limit', 1, 10_000)).default(most)

export function inboxCommands(program: Command, desk: Desk): void {
  command(program, 'accounts', 'the TikTok accounts you see, and what works on each').action(async ({ json }: Json) => {
    const accounts = await desk.house().list<Account>('/api/v1/accounts')
    const can = (account: Account, states: string[]) => account.capabilities.filter(item => states.includes(item.state)).map(item => item.name).join(', ')
    desk.answer({ data: { items: accounts }, text: accounts.length === 0 ? 'No account is connected yet. Connect one in Stagedoor under Accounts.' : table(accounts, [
      { title: 'ID', of: row => String(row.id), right: true }, { title: 'ACCOUNT', of: nameOf, style: () => 'bold' }, { title: 'NAME', of: row => row.displayName },
      { title: 'UNREAD', of: row => row.unread === 0 ? '' : String(row.unread), right: true }, { title: 'MESSAGES', of: row => row.transport ? `${row.transport.kind}, ${row.transport.state}` : '' },
      { title: 'CAN', of: row => can(row, ['works', 'limited', 'unproven']), grow: true }, { title: 'CANNOT', of: row => can(row, ['no']), style: () => 'yellow' },
    ]) }, json ?? false)
  })

  command(program, 'conversations', 'conversations, newest first').option('--account <id or @handle>', 'of one account only')
    .addOption(new Option('--folder <folder>', 'which ones').choices(['open', 'requests', 'closed']).default('open'))
    .addOption(new Option('--sort <order>', 'recent, or closes: whose reply window ends soonest').choices(['recent', 'closes']).default('recent')).addOption(limit(25))
    .action(async ({ json, account, folder, sort, limit: most }: Listing) => {
      const house = desk.house()
      const [accounts, me] = await Promise.all([house.list<Account>('/api/v1/accounts'), house.get<Me>('/api/v1/me')])
      const one = account === undefined ? undefined : await findAccount(house, account, accounts)
      const items = await house.list<Conversation>(`/api/v1/conversations?folder=${folder}&sort=${sort}${one ? `&account=${one.id}` : ''}`, most)
      const now = Date.parse(me.serverTime)
      desk.answer({ data: { items }, text: items.length === 0 ? 'None here.' : table(items, [
        { title: 'ID', of: row => String(row.id), right: true }, { title: 'ACCOUNT', of: row => { const known = accounts.find(item => item.id === row.accountId); return known ? nameOf(known) : '' } },
        { title: 'CUSTOMER', of: row => row.contact.displayName, style: row => row.unread > 0 ? 'bold' : undefined }, { title: 'UNREAD', of: row => row.unread === 0 ? '' : String(row.unread), right: true },
        { title: 'LAST', of: row => row.last ? `${row.last.direction === 'out' ? 'us: ' : ''}${row.last.text || row.last.kind}` : '', grow: true, style: row => row.unread > 0 ? undefined : 'dim' },
        { title: 'WHEN', of: row => when(row.lastMessageAt, now) }, { title: 'REPLY WITHIN', of: row => windowOf(row, me), style: row => windowOf(row, me) === 'closed' ? 'dim' : undefined },
      ]) }, json ?? false)
    })

  command(program, 'messages <conversation>', 'what was said, the newest last; name a conversation by its number or its customer’s @handle').addOption(limit(30))
    .action(async (name: string, { json, limit: most }: Json & { limit: number }) => {
      const house = desk.house()
      const conversation = await findConversation(house, name)
      const [items, me] = await Promise.all([house.list<Message>(`/api/v1/conversations/${conversation.id}/messages`, most), house.get<Me>('/api/v1/me')])
      const now = Date.parse(me.serverTime)
      const head = `${paint('bold', plain(conversation.contact.displayName))} @${plain(conversation.contact.handle)}   ${paint('dim', `reply within: ${windowOf(conversation, me)}`)}`
      const lines = items.toReversed().map(message => line(message, conversation, now))
      desk.answer({ data: { conversation, items }, text: [head, ...lines].join('\n') }, json ?? false)
    })

  command(program, 'send <conversation> <text>', 'queue a reply; "-" reads the text from standard input').option('--wait', 'stay until TikTok has it, or not')
    .option('--key <key>', 'Idempotency-Key: the same key never sends twice').addOption(new Option('--patience <seconds>', 'how long --wait waits').argParser(number('--patience')).default(120))
    .action(async (name: string, words: string, { json, wait, key, patience }: Json & { wait?: boolean; key?: string; patience: number }) => {
      const house = desk.house()
      const text = words === '-' ? (await readAll(process.stdin)).trimEnd() : words
      const conversation = await findConversation(house, name)
      const message = await sendMessage(house, conversation.id, text, { key: key ?? randomUUID(), waitMs: wait ? patience * 1000 : 0 })
      const outcome = spoken(message, plain(conversation.contact.displayName))
      desk.answer({ data: message, text: typeof outcome === 'string' ? outcome : '', ...(typeof outcome === 'string' ? {} : { trouble: outcome }) }, json ?? false)
    })
}

function spoken(message: Message, to: string): string | Trouble {
  try { return outcomeOf(message, to) } catch (why) { if (why instanceof Trouble) return why; throw why }
}

function line(message: Message, { contact }: Conversation, now: number): string {
  const name = message.direction === 'in' ? plain(contact.displayName) : plain(message.author?.name ?? (message.origin === 'automatic' ? 'automatic' : 'us'))
  const state = message.direction === 'out' ? paint(message.state === 'refused' ? 'red' : message.state === 'not sure' ? 'yellow' : 'dim', `  ${message.state}`) : ''
  const words = message.text === '' ? paint('italic', `(${message.kind === 'unknown' ? plain(message.typeName) : message.kind})`) : message.text.split(/\r?\n/).map(plain).join('\n    ')
  const reactions = message.reactions.length > 0 ? paint('dim', `  ${count(message.reactions.length, 'reaction')}`) : ''
  return `${paint('dim', when(message.sentAt, now).padStart(5))}  ${paint(message.direction === 'in' ? 'cyan' : 'green', name)}: ${words}${state}${reactions}`
}
